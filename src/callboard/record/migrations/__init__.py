"""Alembic's folder: `env.py` says how migrations run, `versions/` holds one module for each step."""
