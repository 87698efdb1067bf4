"""
Every time expression in a text, resolved against a reference day.

`find_times` is for claims: ranges are joined, each mention has its EDTF and, where a date says no year or week, a second
reading. `find_atoms` gives the single expressions as TIMEX3 knows them. Both rest on one set of rules
(`rules/times.toml`) and one inner structure (`times_shapes`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby

from callboard.errors import WhenError
from callboard.understand.times_calendar import Direction, Stretch, Unit
from callboard.understand.times_join import Atom, Relation, join_atoms, relation_of
from callboard.understand.times_readers import READERS
from callboard.understand.times_rules import match_rules
from callboard.understand.times_scene import Scene
from callboard.understand.times_shapes import Clock, Length, Range, Reading, Recurring, Shape, when_of
from callboard.understand.times_words import POSSESSIVE, Tokens, tokenise
from callboard.when import Precision, When

__all__ = ["Direction", "Kind", "Relation", "TimeMention", "find_atoms", "find_times"]

# A reference wider than this says too little for "next month" to mean anything.
WIDEST_REFERENCE_DAYS = 800
NO_REFERENCE = dt.date(2017, 6, 30)  # stands in where nothing is known; only readings that say their own year are kept


class Kind(StrEnum):
    """What a time expression is."""

    DATE = "date"  # a place on the calendar
    TIME = "time"  # a time of day
    LENGTH = "length"  # how long
    RECURRING = "recurring"  # how often
    VAGUE = "vague"  # "now", "soon", "recently"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeMention:
    """One time expression: where it stands, what it means."""

    start: int  # code points of the text, end exclusive; prepositions are left out
    end: int
    text: str
    kind: Kind
    when: When | None  # the stretch of the calendar it names; None: it names none, or the reference day is not known
    other: When | None = None  # the next best reading of a date without a year or week
    relation: Relation = Relation.AT  # what the words before it do: "since", "until", "by" ...
    shape: Shape
    absolute: bool = False  # says its own year: does not depend on the reference day
    yearly: bool = False  # comes once a year ("in May", "next Christmas"), and says no year
    reference: dt.date | None = None  # of a length, the day of publication where it is exactly known
    rule: str = ""

    @property
    def bounded(self) -> When | None:
        """The stretch that the relation opens: "until May" is `../2018-05`, "since April" `2018-04/..`."""
        if self.when is None:
            return None
        try:
            if self.relation in (Relation.UNTIL, Relation.BY, Relation.BEFORE):
                found = When.between(None, self.when.last)
            elif self.relation in (Relation.SINCE, Relation.FROM, Relation.AFTER, Relation.NOT_BEFORE):
                found = When.between(self.when.first, None)
            else:
                return self.when
        except WhenError:
            return None
        return found.doubted() if self.when.is_doubtful else found

    @property
    def ends(self) -> tuple[When, When] | None:
        """First and last end of a range that says both ("from April to October 2022"); None for all else."""
        if not isinstance(self.shape, Range):
            return None
        first, last = self.shape.first.when(), self.shape.last.when()
        return (first, last) if first and last and self.when else None

    def readings(self) -> Iterator[tuple[str, When]]:
        """
        All that the mention may mean of an event, each with how it is read: "" as it stands, "other" and "bounded" as these
        properties say, a range's two ends ("begins", "ends"), and a length counted "back" or "ahead" from the reference day.
        """
        if self.kind is not Kind.LENGTH:
            found = (("", self.when), ("other", self.other), ("bounded", self.bounded))
            yield from ((how, when) for how, when in found if when is not None)
        if self.ends is not None and self.when is not None:
            if self.when.is_doubtful:
                yield from (("begins", self.ends[0].doubted()), ("ends", self.ends[1].doubted()))
            elif self.when == when_of(self.shape):  # not where an inexact reference day has widened it
                yield from zip(("begins", "ends"), self.ends)
        if isinstance(self.shape, Length) and self.reference is not None:
            for how, sign in (("back", -1), ("ahead", 1)):
                when = self.shape.counted(self.reference, sign)
                if when is not None:
                    yield how, when

    @property
    def days(self) -> float | None:
        """Of a length, about how many days; None for all else."""
        return self.shape.days if isinstance(self.shape, Length) else None

    @property
    def from_event(self) -> int:
        """+1 for "a year after the first", -1 for "two weeks before the finale", 0 for all else."""
        side = self.shape.side if isinstance(self.shape, Length) else ""
        return {"event+": 1, "event-": -1}.get(side, 0)


def find_times(
    text: str,
    published: When | None,
    *,
    direction: Direction | None = None,
    day_first: bool | None = None,
) -> list[TimeMention]:
    """
    Every time expression in the text, in order.

    Args:
        text: Plain text.
        published: The reference day. Of an interval the middle is taken. Where its first and last day would give another
            answer, a time that comes once a year is doubtful ("2017-10?"), and what depends on the day is widened to all
            that the interval allows. None, or an interval of more than two years: only absolute dates are resolved.
        direction: Which way dates without a year or week point; None: by the tense of their clause, else the nearest.
        day_first: How the outlet writes 8/7: 8 July (True) or August 7 (False); None: not known, read as August 7.
    """
    tokens = tokenise(text)
    wide = published is not None and published.width_days > 1
    # Far from the calendar's ends, so that a year more or less always exists.
    known = _is_known(published)
    anchor = published.middle if published is not None and known else NO_REFERENCE
    mentions = _mentions(tokens, anchor, direction, day_first)
    if not known:
        return [m if m.absolute else replace(m, when=None, other=None) for m in mentions]
    if wide and published is not None and published.first and published.last:
        runs = [_mentions(tokens, day, direction, day_first) for day in (published.first, published.last)]
        by_place = [{(m.start, m.end): m for m in run} for run in runs]
        return [_widened(m, [found.get((m.start, m.end)) for found in by_place]) for m in mentions]
    return [replace(m, reference=anchor) if m.kind is Kind.LENGTH else m for m in mentions]


def _is_known(published: When | None) -> bool:
    """Whether it is a reference day, or an interval short enough to reckon from."""
    if published is None or published.first is None or published.last is None:
        return False
    return 1000 <= published.first.year <= 9000 and published.width_days <= WIDEST_REFERENCE_DAYS


def _widened(mention: TimeMention, others: list[TimeMention | None]) -> TimeMention:
    """The mention with all that it may mean when the reference day is not exactly known."""
    whens = [m.when for m in [mention, *others] if m and m.when]
    if mention.absolute or mention.when is None or len({str(w) for w in whens}) == 1:
        return mention
    if mention.yearly or mention.when.precision in (Precision.SEASON, Precision.YEAR):
        return replace(mention, when=mention.when.doubted(), other=mention.other and mention.other.doubted())
    firsts, lasts = [w.first for w in whens if w.first], [w.last for w in whens if w.last]
    if not firsts or not lasts:
        return mention
    return replace(mention, when=When.between(min(firsts), max(lasts)), other=None)


def _mentions(
    tokens: Tokens, anchor: dt.date, direction: Direction | None, day_first: bool | None
) -> list[TimeMention]:
    atoms = find_atoms(tokens, anchor, direction=direction, day_first=day_first)
    return [_mention(tokens, atom, anchor) for atom in join_atoms(tokens, atoms, anchor, direction)]


def _mention(tokens: Tokens, atom: Atom, anchor: dt.date) -> TimeMention:
    start, end = tokens.items[atom.start].start, tokens.items[atom.end - 1].end
    reading = atom.reading
    return TimeMention(
        start=start,
        end=end,
        text=tokens.text[start:end],
        kind=kind_of(reading.shape),
        when=when_of(reading.shape),
        other=reading.other.when() if reading.other else None,
        relation=atom.relation or relation_of(tokens, atom.start),
        shape=reading.shape,
        absolute=reading.absolute,
        yearly=reading.in_year is not None and not reading.absolute,
        rule=atom.rule,
    )


def kind_of(shape: Shape) -> Kind:
    """What the shape is."""
    match shape:
        case Stretch(clock=""):
            return Kind.DATE
        case Stretch() | Clock():
            return Kind.DATE if isinstance(shape, Stretch) else Kind.TIME
        case Range():
            return Kind.DATE
        case Length():
            return Kind.LENGTH
        case Recurring():
            return Kind.RECURRING
    return Kind.VAGUE


def find_atoms(
    tokens: Tokens,
    anchor: dt.date,
    *,
    direction: Direction | None = None,
    weekday_direction: Direction | None = None,
    day_first: bool | None = None,
) -> list[Atom]:
    """The single expressions in order, none overlapping: leftmost first, of those the longest that its reader accepts."""
    matches = sorted(match_rules(tokens), key=lambda m: (m[0], -m[1]))
    scene = Scene(tokens, anchor, direction, weekday_direction, day_first)
    atoms: list[Atom] = []
    past = 0
    for start, group in groupby(matches, key=lambda m: m[0]):
        if start < past:
            continue
        for _, end, rule in group:
            scene.start, scene.end = start, end
            try:
                reading = READERS[rule.reader](scene)
            except (ValueError, OverflowError):
                continue  # beyond the calendar's years 1 to 9999, or no such day
            if reading is None:
                continue
            atom = _atom(tokens, start, end, reading, rule.name)
            atoms.append(atom)
            past = atom.end
            if isinstance(reading.shape, Stretch) and rule.reader not in ("offset", "period", "century", "decade"):
                scene.reference = reading.shape
                if reading.shape.unit is Unit.QUARTER:
                    scene.topic = reading.shape
            elif isinstance(reading.shape, Range):
                scene.reference = reading.shape.last
            break
    return atoms


def _atom(tokens: Tokens, start: int, end: int, reading: Reading, rule: str) -> Atom:
    while tokens.codes[end - 1] == POSSESSIVE and end - 1 > start:
        end -= 1
    return Atom(start + reading.trim_left, end - reading.trim_right, reading, rule)
