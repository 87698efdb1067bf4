"""Documents, claims and entries; the database itself refuses to change or remove them."""

import sqlalchemy as sa
from alembic import op

from callboard.record.migrations.refusing import refuse_on_postgres

revision = "0001"
down_revision = None

# What a document's row may become: the same, without its text.
_KEPT = (
    "sequence",
    "digest",
    "url",
    "outlet",
    "headline",
    "published",
    "published_first",
    "published_last",
    "published_confidence",
    "language",
    "learned_us",
)
_ONLY_DROPS_TEXT = " AND ".join(["NEW.text IS NULL", *(f"NEW.{name} IS OLD.{name}" for name in _KEPT)])


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("sequence", sa.Integer, primary_key=True),
        sa.Column("digest", sa.Text, nullable=False, unique=True),
        sa.Column("url", sa.Text),
        sa.Column("outlet", sa.Text),
        sa.Column("headline", sa.Text, nullable=False),
        sa.Column("text", sa.Text),
        sa.Column("published", sa.Text),
        sa.Column("published_first", sa.Text),
        sa.Column("published_last", sa.Text),
        sa.Column("published_confidence", sa.Float, nullable=False),
        sa.Column("language", sa.Text),
        sa.Column("learned_us", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "claims",
        sa.Column("sequence", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
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
    )
    op.create_table(
        "entries",
        sa.Column("sequence", sa.Integer, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("learned_us", sa.BigInteger, nullable=False),
    )
    op.create_index("claims_by_production", "claims", ["title_key", "season", "said_us", "learned_us"])
    op.create_index("claims_by_document", "claims", ["document"])
    op.create_index("claims_by_learned", "claims", ["learned_us"])
    op.create_index("entries_by_subject", "entries", ["subject", "kind", "learned_us"])
    for table, identity in (("documents", "digest"), ("claims", "id"), ("entries", None)):
        if op.get_bind().dialect.name == "postgresql":
            refuse_on_postgres(table, _KEPT if table == "documents" else ())
            continue
        same = "sequence = NEW.sequence" + (f" OR {identity} = NEW.{identity}" if identity else "")
        # INSERT OR REPLACE removes the old row without asking the trigger on DELETE, so a second row of the same
        # identity is passed over before it can replace anything.
        _refuse(table, "known", "INSERT", f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})", "RAISE(IGNORE)")
        message = f"RAISE(ABORT, '{table}: the ledger is append only')"
        _refuse(table, "remove", "DELETE", "", message)
        change = f"WHEN NOT ({_ONLY_DROPS_TEXT})" if table == "documents" else ""
        _refuse(table, "change", "UPDATE", change, message)


def _refuse(table: str, name: str, action: str, when: str, answer: str) -> None:
    op.execute(f"CREATE TRIGGER {table}_no_{name} BEFORE {action} ON {table} {when} BEGIN SELECT {answer}; END")
