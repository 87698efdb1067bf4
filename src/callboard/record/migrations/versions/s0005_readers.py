"""Each claim has the name of who read it, where that was not the built-in reader."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("claims", sa.Column("reader", sa.Text))
