"""What later entries do to an answer: which titles count as one, and whether anything was taken back or forgotten."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

import sqlalchemy as sa

from callboard.record.answers import Kind
from callboard.record.forgetting import any_forgotten
from callboard.record.rows import title_key, to_us
from callboard.record.schema import claims, copies, entries

_TAKING_BACK = [str(Kind.RETRACTION), str(Kind.CORRECTION)]


@dataclass(frozen=True, slots=True)
class Later:
    """What entries, known by some instant, do."""

    merged: Mapping[str, str]  # a merged title's key -> the title under which its claims count
    taken_back: bool  # some claim was retracted or corrected
    forgotten: bool  # some page was forgotten
    linked: bool  # some documents are copies or versions of one another

    def keys_of(self, title: str) -> list[str]:
        """The keys under which the claims of a title stand, in order."""
        wanted = title_key(self.merged.get(title_key(title), title))
        return sorted({wanted} | {key for key, into in self.merged.items() if title_key(into) == wanted})


_NOTHING = Later({}, taken_back=False, forgotten=False, linked=False)
_ANY = sa.select(sa.exists(sa.select(entries.c.sequence)), sa.exists(sa.select(copies.c.earlier)))


def find_later(connection: sa.Connection, learned_by: dt.datetime | None) -> Later:
    """What the entries known by an instant do; None: all that are known now."""
    some, linked = connection.execute(_ANY).one()
    if not some:
        return replace(_NOTHING, linked=True) if linked else _NOTHING
    merges = sa.select(entries.c.subject, entries.c.payload).where(entries.c.kind == str(Kind.MERGE))
    taken_back = sa.select(entries.c.sequence).where(entries.c.kind.in_(_TAKING_BACK))
    if learned_by is not None:
        merges = merges.where(entries.c.learned_us <= to_us(learned_by))
        taken_back = taken_back.where(entries.c.learned_us <= to_us(learned_by))
    direct = {
        title_key(subject): str(json.loads(payload)["into"])
        for subject, payload in connection.execute(merges.order_by(entries.c.sequence))
    }
    return Later(
        merged=_resolved(direct),
        taken_back=connection.execute(taken_back.limit(1)).first() is not None,
        forgotten=any_forgotten(connection),
        linked=bool(linked),
    )


def is_taken_back(learned_by: dt.datetime | None) -> sa.ColumnElement[bool]:
    """Whether a row of `claims` was retracted or corrected by an instant, for a query that has that table."""
    query = sa.exists().where(entries.c.kind.in_(_TAKING_BACK), entries.c.subject == claims.c.id)
    return query if learned_by is None else query.where(entries.c.learned_us <= to_us(learned_by))


def _resolved(direct: Mapping[str, str]) -> Mapping[str, str]:
    """Each merged title's key with the title at the end of its chain; a later merge wins."""
    resolved = {}
    for key in direct:
        seen = {key}
        title = direct[key]
        while (following := title_key(title)) in direct and following not in seen:
            seen.add(following)
            title = direct[following]
        if title_key(title) != key:
            resolved[key] = title
    return resolved
