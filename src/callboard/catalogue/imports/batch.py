"""
What an importer finds in a row of a file: titles, and facts about titles, on their way into the staging tables.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from callboard.model import title_key


class Damage(Exception):
    """What is wrong with a row; the file and the line are added by whoever reads it."""


@dataclass(slots=True)
class Batch:
    """The rows of one chunk, by table; each begins with the source's own id of the title it is about."""

    file: str  # name of the file; some formats tell only there what their rows are about
    line: int = 0  # of the row that is read now, from 1; of JSON without lines, the number of the item
    seen: list[tuple[str, int]] = field(default_factory=list)  # id that may stand once in a file, line
    title: list[tuple[Any, ...]] = field(default_factory=list)
    name: list[tuple[str, ...]] = field(default_factory=list)
    xid: list[tuple[str, str, str]] = field(default_factory=list)
    season: list[tuple[Any, ...]] = field(default_factory=list)
    part: list[tuple[str, str, int, int]] = field(default_factory=list)
    person: list[tuple[Any, ...]] = field(default_factory=list)
    credit: list[tuple[str, str, int, str, str, str]] = field(default_factory=list)

    def add_title(
        self,
        ref: str,
        kind: str,
        form: str,
        name: str,
        year: int | None,
        *,
        until: int | None = None,
        country: str | None = None,
        platforms: str | None = None,
        seasons: int | None = None,
        called: str = "primary",
    ) -> None:
        """A title with its name, which is the primary one unless `called` says otherwise."""
        if not name.strip():
            raise Damage(f"{ref} has no name")
        self.title.append((ref, kind, form, name, year, until, country, platforms, seasons))
        self.name.append((ref, name, called, "", "", title_key(name)))

    def add_name(self, ref: str, name: str, what: str, region: str = "", language: str = "") -> None:
        """Another name of a title; `what` is original, alias or working."""
        self.name.append((ref, name, what, region, language, title_key(name)))

    def add_id(self, ref: str, scheme: str, value: object) -> None:
        """The id that another catalogue gives a title; nothing where there is none."""
        if value not in (None, "", 0):
            self.xid.append((ref, scheme, str(value)))

    def add_season(self, ref: str, number: int, first: str = "", last: str = "", episodes: int = -1) -> None:
        """A season of a series, with the days of its first and last release as EDTF."""
        self.season.append((ref, number, first, last, episodes))

    def add_part(self, ref: str, whole: str, season: int = -1) -> None:
        """What a title is part of."""
        self.part.append((ref, whole, season, self.line))


Take: TypeAlias = Callable[[Batch, Any], None]  # puts one row (cells, or a JSON value) into the batch


def year_of(text: object, what: str = "year") -> int | None:
    """
    The year at the start of a date; None where there is none.

    Raises:
        Damage: It is no date.
    """
    if text in (None, ""):
        return None
    start = str(text)[:4]
    if not (start.isascii() and start.isdigit() and len(start) == 4):
        raise Damage(f"{what} {text!r} does not begin with a year")
    return int(start)


def field_of(row: Any, *names: str) -> Any:
    """
    A field of a JSON object, each name one level deeper; None where a level is null.

    Raises:
        Damage: The first name is missing: then this is another kind of file.
    """
    if not isinstance(row, dict) or names[0] not in row:
        raise Damage(f"no field {names[0]!r}: {str(row)[:60]}")
    value = row[names[0]]
    for name in names[1:]:
        value = value.get(name) if isinstance(value, dict) else None
    return value
