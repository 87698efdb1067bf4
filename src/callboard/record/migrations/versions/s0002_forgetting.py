"""Documents are found by their address, and entries by their kind."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_index("documents_by_url", "documents", ["url"])
    op.create_index("entries_by_kind", "entries", ["kind", "learned_us"])
