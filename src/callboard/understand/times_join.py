"""
What joins single expressions: ranges ("from May to July"), lengths counted from a date ("two weeks after Christmas"),
"in two weeks", and the prepositions that turn a date into a bound.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum

from callboard.understand.times_calendar import SHORT_UNITS, Direction, Part, Stretch, Unit
from callboard.understand.times_lengths import offset_from, read_in
from callboard.understand.times_scene import Scene, tense
from callboard.understand.times_shapes import Length, Range, Reading
from callboard.understand.times_words import HYPHEN, LINE_END, STOP, Tokens, word_set


class Relation(StrEnum):
    """What the words before an expression make of it."""

    AT = "at"
    SINCE = "since"
    FROM = "from"  # "from May", "starting in May"
    UNTIL = "until"
    BY = "by"
    BEFORE = "before"
    AFTER = "after"
    NOT_BEFORE = "not before"  # "not before 2018", "no earlier than"
    FOR = "for"  # a length: "for two weeks"
    RANGE = "range"  # both ends were said
    EITHER = "either"  # "2018 or 2019"


@dataclass(frozen=True, slots=True)
class Atom:
    """An expression over tokens `start` to `end` (exclusive)."""

    start: int
    end: int
    reading: Reading
    rule: str
    relation: Relation | None = None  # None: to be read from the words before it


_THROUGH = word_set("to through thru until till til and or & into")
_WORDS = {
    "since": Relation.SINCE,
    "from": Relation.FROM,
    "starting": Relation.FROM,
    "beginning": Relation.FROM,
    "until": Relation.UNTIL,
    "till": Relation.UNTIL,
    "til": Relation.UNTIL,
    "through": Relation.UNTIL,
    "by": Relation.BY,
    "before": Relation.BEFORE,
    "after": Relation.AFTER,
    "following": Relation.AFTER,
    "for": Relation.FOR,
}
_ABOUT = word_set("about around circa roughly approximately")
_FILLERS = word_set("in on at the as sometime around about roughly early late of very just")
_NEGATIONS = word_set("not never t n't cannot unlikely")
_SUPERLATIVES = word_set("time first best worst biggest most highest lowest least only once twice times")
_SHIFTS = word_set(
    "bumped moved pushed slides slid shifted postponed delayed reschedule rescheduled slips slipped moves "
    "shifts pushes pushing moving slipping back forward bumps"
)
_POINT_UNITS = (
    Unit.DAY,
    Unit.WEEK,
    Unit.WEEKEND,
    Unit.MONTH,
    Unit.SEASON,
    Unit.QUARTER,
    Unit.HALF,
    Unit.YEAR,
    Unit.DECADE,
)


def relation_of(tokens: Tokens, start: int) -> Relation:
    """What the words directly before token `start` make of the expression that begins there."""
    words = _words_before(tokens, start, 4)
    last = " ".join(words[-3:])
    if last.endswith(("no earlier than", "not earlier than")):
        return Relation.NOT_BEFORE
    if last.endswith(("no later than", "ahead of", "prior to")):
        return Relation.BY if last.endswith("than") else Relation.BEFORE
    if last.endswith(("as of", "as early as")):
        return Relation.FROM if last.endswith("of") else Relation.AT
    if last.endswith("up to"):
        return Relation.UNTIL
    for word in reversed(words):
        relation = _WORDS.get(word)
        if relation is Relation.BEFORE and _NEGATIONS & set(_words_before(tokens, start, 10)):
            return Relation.NOT_BEFORE
        if relation:
            return relation
        if word not in _FILLERS:
            break
    return Relation.AT


def _words_before(tokens: Tokens, start: int, count: int) -> list[str]:
    words: list[str] = []
    for index in range(start - 1, max(start - 1 - count, -1), -1):
        if tokens.codes[index] in (STOP, LINE_END):
            break
        words.append(tokens.items[index].word)
    return words[::-1]


def join_atoms(tokens: Tokens, atoms: list[Atom], anchor: dt.date, direction: Direction | None) -> list[Atom]:
    """The expressions with ranges and counted dates joined, and "about" and "in" taken into account."""
    joined: list[Atom] = []
    for atom in atoms:
        atom = _in_future(tokens, _about(tokens, atom), anchor, direction)
        previous = joined[-1] if joined else None
        both = previous and (_range(tokens, previous, atom, anchor) or _counted(tokens, previous, atom))
        if both:
            joined[-1] = both
        else:
            joined.append(atom)
    return joined


def _about(tokens: Tokens, atom: Atom) -> Atom:
    shape = atom.reading.shape
    if (
        not isinstance(shape, Stretch)
        or shape.part
        or shape.clock
        or shape.unit in (Unit.WEEK, Unit.WEEKEND, Unit.QUARTER)
    ):
        return atom
    words = _words_before(tokens, atom.start, 2)
    if not words or not (words[-1] in _ABOUT or (words[-1] in ("the", "of") and words[0] in _ABOUT)):
        return atom
    return replace(atom, reading=replace(atom.reading, shape=replace(shape, part=Part.ABOUT)))


def _in_future(tokens: Tokens, atom: Atom, anchor: dt.date, direction: Direction | None) -> Atom:
    """ "In two weeks" as a date where the clause looks ahead."""
    shape = atom.reading.shape
    if not isinstance(shape, Length) or shape.side or shape.ordinal or shape.amount is None:
        return atom
    words = _words_before(tokens, atom.start, 2)
    if not words or words[-1] not in ("in", "within") or shape.unit in SHORT_UNITS:
        return atom
    if "time" in words or (direction or tense(tokens, atom.start, atom.end)) is Direction.PAST:
        return atom
    if _SUPERLATIVES & set(_words_before(tokens, atom.start, 6)):
        return atom  # "for the first time in three years"
    after = tokens.items[atom.end].word if atom.end < len(tokens.items) else ""
    if after == "of":
        return atom
    reading = read_in(Scene(tokens, anchor), shape)
    return replace(atom, reading=reading, relation=Relation.AT) if reading else atom


def _range(tokens: Tokens, left: Atom, right: Atom, anchor: dt.date) -> Atom | None:
    a, b = left.reading.shape, right.reading.shape
    if (
        not isinstance(a, Stretch)
        or not isinstance(b, Stretch)
        or a.unit not in _POINT_UNITS
        or b.unit not in _POINT_UNITS
    ):
        return None
    gap = range(left.end, right.start)
    if not 1 <= len(gap) <= 3 or any(tokens.codes[i] in (STOP, LINE_END) for i in gap):
        return None
    words = [tokens.items[i].word for i in gap]
    hyphen = len(gap) == 1 and tokens.codes[left.end] == HYPHEN
    before = set(_words_before(tokens, left.start, 3))
    core = [word for word in words if word not in ("in", "on", "the", "around", "about", "into", "at", "some")]
    if not hyphen and (len(core) != 1 or core[0] not in _THROUGH):
        return None
    link = "-" if hyphen else core[0]
    fitted = _fit(left.reading, right.reading, anchor)
    if fitted is None:
        return None
    first, last = fitted
    alike = first.unit is last.unit
    if link in ("to", "into") and not (alike or "from" in before):
        return None
    if link in ("to", "into") and _SHIFTS & set(_words_before(tokens, left.start, 14)):
        return None  # "pushed from May to July": a date that moved, no stretch of time
    if link in ("and", "&", "or"):
        between = "between" in before and link == "and"
        if not between and not (alike and _adjacent(first, last)):
            return None
        if link == "and" and not between and first.unit not in (Unit.DAY, Unit.MONTH):
            return None
    if link == "or" and not alike:
        return None
    relation = Relation.EITHER if link == "or" else Relation.RANGE
    says_year, both = left.reading.absolute or right.reading.absolute, left.reading.in_year and right.reading.in_year
    absolute = (left.reading.absolute and right.reading.absolute) or _year_lent(left, right)
    reading = Reading(Range(first, last), absolute=absolute, in_year=None if says_year else both)
    return Atom(left.start, right.end, reading, "range", relation)


def _year_lent(left: Atom, right: Atom) -> bool:
    return right.reading.absolute and left.reading.in_year is not None


def _adjacent(first: Stretch, last: Stretch) -> bool:
    return 0 < (last.first - first.last).days <= 1


def _fit(left: Reading, right: Reading, anchor: dt.date) -> tuple[Stretch, Stretch] | None:
    """Both ends in order; an end without a year takes the one that the other end allows."""
    a, b = left.shape, right.shape
    assert isinstance(a, Stretch)
    assert isinstance(b, Stretch)
    try:
        if left.in_year and not right.in_year and not right.weekly:
            a = left.in_year(b.first.year)
            if a.first > b.last:
                a = left.in_year(b.first.year - 1)
        elif right.in_year and not right.absolute:
            b = right.in_year(a.first.year)
            if b.last < a.first:
                b = right.in_year(a.first.year + 1)
            if left.in_year and right.other is None and b.first.year != right.shape.first.year:  # type: ignore[union-attr]
                a, b = left.in_year(a.first.year - 1), right.in_year(b.first.year - 1)
        elif right.weekly:
            while b.first < a.first:
                b = b.moved(7)
            while (b.first - a.first).days >= 7:
                b = b.moved(-7)
    except (ValueError, OverflowError):
        return None
    return (a, b) if a.first <= b.first and a.last <= b.last and a != b else None


def _counted(tokens: Tokens, left: Atom, right: Atom) -> Atom | None:
    """ "Two weeks after Christmas", "a week from Friday"."""
    a, b = left.reading.shape, right.reading.shape
    if not isinstance(a, Length) or not isinstance(b, Stretch):
        return None
    words = [tokens.items[i].word for i in range(left.end, right.start)]
    if words == ["from"] and (tokens.items[left.start].word == "the" or _goes_on(tokens, right)):
        return None  # "the five weeks from Feb. 1 to March 6"
    if words in (["from"], ["after"], ["before"]) and a.side == "":
        sign = -1 if words == ["before"] else 1
    elif not words and a.side in ("event+", "event-"):
        sign = 1 if a.side == "event+" else -1
    else:
        return None
    found = offset_from(a, b, sign)
    if found is None:
        return None
    reading = Reading(found, absolute=right.reading.absolute)
    return Atom(left.start, right.end, reading, "counted from a date", Relation.AT)


def _goes_on(tokens: Tokens, atom: Atom) -> bool:
    return atom.end < len(tokens.items) and tokens.items[atom.end].word in ("to", "until", "through", "till")
