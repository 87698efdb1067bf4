"""
The tables of the ledger, as the newest migration leaves them.

Times are integer microseconds since 1970, UTC; days are ISO texts. `SCHEMAS` lists every schema that was released, oldest
first; a change of the tables is a new migration and a new name at its end.
"""

from __future__ import annotations

import sqlalchemy as sa

SCHEMAS = ("0001", "0002", "0003")
APPLICATION_ID = 0x43424C31  # "CBL1" in the header of the SQLite file: says that it is ours

metadata = sa.MetaData()

documents = sa.Table(
    "documents",
    metadata,
    sa.Column("sequence", sa.Integer, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False, unique=True),
    sa.Column("url", sa.Text),
    sa.Column("outlet", sa.Text),
    sa.Column("headline", sa.Text, nullable=False),
    sa.Column("text", sa.Text),  # null: dropped after its time
    sa.Column("published", sa.Text),  # EDTF
    sa.Column("published_first", sa.Text),
    sa.Column("published_last", sa.Text),
    sa.Column("published_confidence", sa.Float, nullable=False),
    sa.Column("language", sa.Text),
    sa.Column("learned_us", sa.BigInteger, nullable=False),
)

claims = sa.Table(
    "claims",
    metadata,
    sa.Column("sequence", sa.Integer, primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),  # content hash
    sa.Column("document", sa.Text, sa.ForeignKey("documents.digest"), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("title_key", sa.Text, nullable=False),  # model.title_key; a change of it needs a migration
    sa.Column("season", sa.Integer),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("time", sa.Text),  # EDTF
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
    # From when on it counts: the start of the first day on which it may have been published; else `learned_us`.
    sa.Column("said_us", sa.BigInteger, nullable=False),
    sa.Column("learned_us", sa.BigInteger, nullable=False),
)

entries = sa.Table(
    "entries",
    metadata,
    sa.Column("sequence", sa.Integer, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("payload", sa.Text, nullable=False),  # JSON object, keys sorted
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("learned_us", sa.BigInteger, nullable=False),
)

DOCUMENT_COLUMNS = tuple(column.name for column in documents.c if column.name != "sequence")
CLAIM_COLUMNS = tuple(column.name for column in claims.c if column.name != "sequence")
