"""Bytes to documents: pages, plain texts and JSON Lines become `Document`s."""
