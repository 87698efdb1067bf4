"""
A claim is known by its document and its id together: one place in the file for the claims of a document, not one for each.

Ids are hashes, so that an index of theirs is written to at a thousand places for a thousand claims. Whoever looks for a
claim by its id alone reads the index by documents through.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_SAME = "sequence = NEW.sequence OR (document = NEW.document AND id = NEW.id)"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("claims_id_key", "claims")
        op.drop_index("claims_by_document")
        op.create_index("claims_by_document", "claims", ["document", "id"], unique=True)
        return
    # SQLite has no way to drop UNIQUE but to make the table again; its indices and triggers go with the old one.
    connection = op.get_bind()
    named = "SELECT sql FROM sqlite_master WHERE tbl_name = 'claims' AND (type = 'trigger' OR name = 'claims_by_event')"
    others = [str(sql) for (sql,) in connection.exec_driver_sql(named) if "claims_no_known" not in sql]
    op.create_table(
        "claims_again",
        sa.Column("sequence", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("document", sa.Text, sa.ForeignKey("documents.digest"), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("title_key", sa.Text, nullable=False),
        sa.Column("season", sa.Integer),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("time", sa.Text),
        sa.Column("modality", sa.Text, nullable=False),
        sa.Column("source", sa.Text),
        sa.Column("person", sa.Text),
        sa.Column("role", sa.Text),
        sa.Column("place", sa.Text),
        sa.Column("platform", sa.Text),
        sa.Column("quote", sa.Text, nullable=False),
        sa.Column("part", sa.Text, nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("score", sa.Float, nullable=False),
        sa.Column("said_us", sa.BigInteger, nullable=False),
        sa.Column("learned_us", sa.BigInteger, nullable=False),
        sa.Column("reader", sa.Text),
    )
    op.execute("INSERT INTO claims_again SELECT * FROM claims ORDER BY sequence")
    op.drop_table("claims")
    op.rename_table("claims_again", "claims")
    op.create_index("claims_by_document", "claims", ["document", "id"], unique=True)
    for sql in others:
        connection.exec_driver_sql(sql)
    op.execute(
        f"CREATE TRIGGER claims_no_known BEFORE INSERT ON claims WHEN EXISTS (SELECT 1 FROM claims WHERE {_SAME}) "
        "BEGIN SELECT RAISE(IGNORE); END"
    )
