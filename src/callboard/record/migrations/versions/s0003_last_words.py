"""The last word on each event of a production is one seek; an index that no question used is gone."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.drop_index("claims_by_production")
    op.drop_index("claims_by_learned")
    latest = [sa.text("said_us DESC"), sa.text("learned_us DESC")]
    op.create_index("claims_by_event", "claims", ["title_key", "season", "event", *latest])
