"""A page dated by more than a day counts from when it was certainly out, no more from the first day that it may mean."""

import datetime as dt

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_VAGUE = "documents.published IS NOT NULL AND published_first IS DISTINCT FROM published_last"
_CLAIMS = (
    "SELECT claims.sequence AS one, NULL AS other, published_first, published_last, claims.learned_us FROM claims "
    f"JOIN documents ON documents.digest = claims.document WHERE {_VAGUE}"
)
_COPIES = (
    "SELECT copies.earlier AS one, copies.later AS other, published_first, published_last, copies.learned_us FROM copies "
    f"JOIN documents ON documents.digest = copies.later WHERE {_VAGUE}"
)
_DAY = 86_400_000_000  # microseconds


def upgrade() -> None:
    _date_again("claims", _CLAIMS, "sequence = :one")
    _date_again("copies", _COPIES, "earlier = :one AND later = :other")


def _date_again(table: str, query: str, which: str) -> None:
    """As `rows.said_us` has it, with the trigger that refuses change laid aside for the while."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        query = query.replace("IS DISTINCT FROM", "IS NOT")
    found = [
        {"one": row.one, "other": row.other, "said": _said(row.published_first, row.published_last, row.learned_us)}
        for row in connection.execute(sa.text(query))
    ]
    if not found:
        return
    trigger = f"{table}_no_change"
    update = sa.text(f"UPDATE {table} SET said_us = :said WHERE {which}")
    if connection.dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        connection.execute(update, found)
        op.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")
        return
    named = sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = :name")
    refusing = str(connection.execute(named, {"name": trigger}).scalar_one())
    op.execute(f"DROP TRIGGER {trigger}")
    connection.execute(update, found)
    connection.exec_driver_sql(refusing)


def _said(first: str | None, last: str | None, learned_us: int) -> int:
    start = _day_us(first) if first else _day_us(dt.date.min.isoformat())
    return max(start, min(_day_us(last), learned_us) if last else learned_us)


def _day_us(day: str) -> int:
    return (dt.date.fromisoformat(day).toordinal() - dt.date(1970, 1, 1).toordinal()) * _DAY
