"""
The tables of the ledger, as the newest migration leaves them.

Times are integer microseconds since 1970, UTC; days are ISO texts. `SCHEMAS` lists every schema that was released, oldest
first; a change of the tables is a new migration and a new name at its end.
"""

from __future__ import annotations

import sqlalchemy as sa

SCHEMAS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007")
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
    sa.Column("id", sa.Text, nullable=False),  # content hash, of the document among others
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
    # From when on it counts: when its page was certainly out, as `rows.said_us` has it.
    sa.Column("said_us", sa.BigInteger, nullable=False),
    sa.Column("learned_us", sa.BigInteger, nullable=False),
    sa.Column("reader", sa.Text),  # null: the built-in one, or it was recorded before readers had names
    # Not by id alone: ids are hashes, and each claim of a batch would be another page of the file.
    sa.Index("claims_by_document", "document", "id", unique=True),
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

copies = sa.Table(
    "copies",
    metadata,
    sa.Column("earlier", sa.Text, sa.ForeignKey("documents.digest"), primary_key=True),
    sa.Column("later", sa.Text, sa.ForeignKey("documents.digest"), primary_key=True),
    sa.Column("share", sa.Float, nullable=False),  # how much of the shorter text the other has, 0 to 1
    sa.Column("updates", sa.Integer, nullable=False),  # 1: the later one is a version of the earlier, at its address
    sa.Column("said_us", sa.BigInteger, nullable=False),  # of the later one, as in `claims`
    sa.Column("learned_us", sa.BigInteger, nullable=False),  # of the later one
)

# Derived from the texts, and only for finding copies: may be dropped and made again.
sketches = sa.Table(
    "sketches",
    metadata,
    sa.Column("document", sa.Integer, sa.ForeignKey("documents.sequence"), primary_key=True, autoincrement=False),
    sa.Column("minhash", sa.LargeBinary, nullable=False),
    sa.Column("sentences", sa.Integer, nullable=False),
)
sketch_keys = sa.Table(
    "sketch_keys",
    metadata,
    sa.Column("key", sa.BigInteger, primary_key=True, autoincrement=False),  # of a sentence or a band
    sa.Column("document", sa.Integer, sa.ForeignKey("sketches.document"), primary_key=True, autoincrement=False),
)

DOCUMENT_COLUMNS = tuple(column.name for column in documents.c if column.name != "sequence")
CLAIM_COLUMNS = tuple(column.name for column in claims.c if column.name != "sequence")
