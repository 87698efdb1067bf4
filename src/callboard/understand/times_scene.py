"""
What surrounds an expression: the reference day, the tense of its clause, the last date that the text named.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from callboard.understand.times_calendar import Direction, Stretch, Unit, choose, shift, stretch_of
from callboard.understand.times_shapes import Reading
from callboard.understand.times_words import FORM_CLASSES, LINE_END, OTHER, STOP, Token, Tokens, lexicon

REACH_LEFT, REACH_RIGHT = 14, 8  # tokens searched for the verb that gives the tense


@dataclass(slots=True)
class Scene:
    """The place of one match in its text, for the readers."""

    tokens: Tokens
    anchor: dt.date
    direction: Direction | None = None  # the caller's hint; None: by tense
    weekday_direction: Direction | None = None  # where neither hint nor tense tells
    day_first: bool | None = None  # 8/7: 8 July (True), August 7 (False)
    reference: Stretch | None = None  # the last dated stretch that the text named
    start: int = 0  # tokens of the match
    end: int = 0
    topic: Stretch | None = field(default=None)  # the quarter that the text is about

    @property
    def items(self) -> tuple[Token, ...]:
        return self.tokens.items[self.start : self.end]

    @property
    def codes(self) -> str:
        return self.tokens.codes[self.start : self.end]

    def before(self, back: int = 1) -> str:
        """The word that many tokens before the match; "" past the edge or across a sentence end."""
        index = self.start - back
        if index < 0 or any(code in (STOP, LINE_END) for code in self.tokens.codes[index : self.start]):
            return ""
        return self.tokens.items[index].word

    def after(self, ahead: int = 0) -> str:
        """The word that many tokens after the match; "" past the edge or across a sentence end."""
        index = self.end + ahead
        if index >= len(self.tokens.items):
            return ""
        if any(code in (STOP, LINE_END) for code in self.tokens.codes[self.end : index + 1]):
            return ""
        return self.tokens.items[index].word

    def has(self, name: str) -> bool:
        """Whether some token of the match belongs to the class."""
        codes = class_codes(name)
        return any(code in codes for code in self.codes)

    def value(self, name: str) -> str | None:
        """The value of the first token of the match that belongs to the class."""
        values = lexicon().classes[name]
        return next((values[item.word] for item in self.items if item.word in values), None)

    def words(self) -> list[str]:
        return [item.word for item in self.items]

    def lean(self) -> Direction | None:
        """Past or future, by the caller's hint, else by the nearest verb of the clause; None: cannot tell."""
        return self.direction or tense(self.tokens, self.start, self.end)

    def day_unit(self, unit: Unit, count: int = 0) -> Stretch:
        """The unit that holds the reference day, or one some units away."""
        base = stretch_of(self.anchor, unit)
        return base.moved(count) if count else base

    def yearly(self, make: Callable[[int], Stretch], det: str | None, *, gap_days: int = 0) -> Reading | None:
        """
        The reading of a stretch that comes once a year.

        Args:
            make: The stretch in a given year; raises ValueError in years without it (29 February).
            det: "this", "last", "next", "that", "past this", "coming this" or None.
            gap_days: "next" must be at least that far ahead.
        """
        candidates = []
        for year in range(self.anchor.year - 4, self.anchor.year + 5):
            try:
                candidates.append(make(year))
            except ValueError:
                continue
        if not candidates:
            return None
        if det == "that" and self.reference:
            return Reading(_same_year(candidates, self.reference), in_year=make)
        if det in ("last", "past this"):
            best, other = choose(candidates, self.anchor, Direction.PAST, strict=True)
        elif det == "next":
            far = shift(self.anchor, gap_days, Unit.DAY)
            best, other = choose(candidates, far, Direction.FUTURE, strict=True)
            near = [c for c in candidates if c.first > self.anchor and c.first < best.first]
            other = near[0] if near else best.moved(0)
        elif det == "coming this":
            best, other = choose(candidates, self.anchor, Direction.FUTURE)
        elif det == "this":
            best = _same_year(candidates, stretch_of(self.anchor, Unit.YEAR))
            if best.unit is Unit.SEASON and best.first.month == 12 and self.anchor.month <= 3:
                best = next(c for c in candidates if c.first.year == self.anchor.year - 1)
            other = None
        else:
            best, other = choose(candidates, self.anchor, self.lean())
        return Reading(best, other=other if other != best else None, in_year=None if det else make)


def _same_year(candidates: list[Stretch], reference: Stretch) -> Stretch:
    return min(candidates, key=lambda c: abs(c.first.year - reference.first.year))


@lru_cache(maxsize=128)
def class_codes(name: str) -> frozenset[str]:
    """The codes of a class, by form or by lexicon."""
    return frozenset(FORM_CLASSES.get(name) or lexicon().members(name))


def tense(tokens: Tokens, start: int, end: int) -> Direction | None:
    """Whether the clause around the tokens speaks of the past or the future; None: cannot tell."""
    left = range(start - 1, max(start - 1 - REACH_LEFT, -1), -1)
    right = range(end, min(end + REACH_RIGHT, len(tokens.items)))
    for indices in (left, right):
        for index in indices:
            code = tokens.codes[index]
            if code in (STOP, LINE_END):
                break
            found = _verb_direction(tokens.items[index].word, code)
            if found:
                return found
    return None


def _verb_direction(word: str, code: str) -> Direction | None:
    if code != OTHER:
        if code in class_codes("FUTUREWORD"):
            return Direction.FUTURE
        if code in class_codes("PASTWORD"):
            return Direction.PAST
        return None
    return Direction.PAST if word.endswith("ed") and len(word) > 4 else None
