"""Pairs of documents with one text, and the sketches by which they are found."""

import sqlalchemy as sa
from alembic import op

from callboard.record.migrations.refusing import refuse_on_postgres

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "copies",
        sa.Column("earlier", sa.Text, sa.ForeignKey("documents.digest"), primary_key=True),
        sa.Column("later", sa.Text, sa.ForeignKey("documents.digest"), primary_key=True),
        sa.Column("share", sa.Float, nullable=False),
        sa.Column("updates", sa.Integer, nullable=False),
        sa.Column("said_us", sa.BigInteger, nullable=False),
        sa.Column("learned_us", sa.BigInteger, nullable=False),
    )
    op.create_index("copies_by_later", "copies", ["later"])
    op.create_table(
        "sketches",
        sa.Column("document", sa.Integer, sa.ForeignKey("documents.sequence"), primary_key=True, autoincrement=False),
        sa.Column("minhash", sa.LargeBinary, nullable=False),
        sa.Column("sentences", sa.Integer, nullable=False),
    )
    op.create_table(
        "sketch_keys",
        sa.Column("key", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("document", sa.Integer, sa.ForeignKey("sketches.document"), primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        refuse_on_postgres("copies")
        return
    message = "'copies: the ledger is append only'"
    same = "SELECT 1 FROM copies WHERE earlier = NEW.earlier AND later = NEW.later"
    for name, action, when, answer in (
        ("known", "INSERT", f"WHEN EXISTS ({same})", "RAISE(IGNORE)"),
        ("remove", "DELETE", "", f"RAISE(ABORT, {message})"),
        ("change", "UPDATE", "", f"RAISE(ABORT, {message})"),
    ):
        op.execute(f"CREATE TRIGGER copies_no_{name} BEFORE {action} ON copies {when} BEGIN SELECT {answer}; END")
