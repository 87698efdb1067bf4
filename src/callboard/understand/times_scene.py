"""
What surrounds an expression: the reference day, the tense of its clause, the last date that the text named.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from callboard.understand.times_calendar import Direction, Stretch, Unit, choose, shift, stretch_of
from callboard.understand.times_shapes import Reading
from callboard.understand.times_words import FORM_CLASSES, LINE_END, POSSESSIVE, STOP, Token, Tokens, lexicon, word_set

_MOVED = word_set(
    "extended moved pushed delayed postponed bumped back shifted forward up slips moves shifts slides "
    "jumps slid slipped slipping moving pushing pegged put heads"
)
# After "to" in lower case these make an infinitive, and that looks ahead: "to film there on Monday".
_TO_VERBS = word_set(
    "film shoot start begin premiere debut return air launch drop open release resume wrap finish hit "
    "arrive land bow stream take go come kick run be have roll reach bring end"
)
_NO_PAST = word_set("was were had did didn wasn weren hadn lasted ran")
AT_HAND_DAYS = 14  # a day of the year so near is meant, whatever the tense: of last year's the year would be said
NEAR_VERB = 4  # a verb at most so many tokens away decides a date without a year ...
NEAR_WEEKDAY_VERB = 6
NEAR_DAYS = 75  # ... even against one that is so near; tuned on TimeBank's newswire
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
    topic: Stretch | None = None  # the quarter that a business text is about

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

    def weekday_lean(self) -> Direction | None:
        """As `lean`, where newswire means the past unless a verb close by says otherwise."""
        if self.direction or self.weekday_direction is None:
            return self.lean()
        found, distance = tense_with_reach(self.tokens, self.start, self.end)
        possessive = self.end < len(self.tokens.codes) and self.tokens.codes[self.end] == POSSESSIVE
        return self.weekday_direction if possessive or distance > NEAR_WEEKDAY_VERB else found or self.weekday_direction

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
        weekday = self.value("WEEKDAY") if candidates and candidates[0].unit is Unit.DAY else None
        if weekday is not None:
            # "Saturday, April 25": only some years fit; a slip of the press leaves all.
            candidates = [c for c in candidates if c.first.weekday() == int(weekday)] or candidates
        if not candidates:
            return None
        if det == "that" and self.reference:
            return Reading(_same_year(candidates, self.reference), in_year=make)
        if det in ("last", "past this"):
            best, other = choose(candidates, self.anchor, Direction.PAST, strict=True)
        elif det == "previous":
            best, other = choose(
                candidates, (self.reference or stretch_of(self.anchor, Unit.DAY)).first, Direction.PAST, strict=True
            )
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
            best, other = choose(candidates, self.anchor, self._yearly_lean(candidates))
        return Reading(best, other=other if other != best else None, in_year=None if det else make)

    def _yearly_lean(self, candidates: list[Stretch]) -> Direction | None:
        """The tense, but not that of a verb far away against a day that is near."""
        if self.direction:
            return self.direction
        found, distance = tense_with_reach(self.tokens, self.start, self.end)
        gaps = sorted(c.distance(self.anchor) for c in candidates)[:2]
        if gaps[0] <= AT_HAND_DAYS and candidates[0].unit is Unit.DAY:
            return None
        if distance > NEAR_VERB and gaps[0] <= NEAR_DAYS:
            return None
        return found


def _same_year(candidates: list[Stretch], reference: Stretch) -> Stretch:
    return min(candidates, key=lambda c: abs(c.first.year - reference.first.year))


@lru_cache(maxsize=128)
def class_codes(name: str) -> frozenset[str]:
    """The codes of a class, by form or by lexicon."""
    return frozenset(FORM_CLASSES.get(name) or lexicon().members(name))


def tense(tokens: Tokens, start: int, end: int) -> Direction | None:
    """Whether the clause around the tokens speaks of the past or the future; None: cannot tell."""
    return tense_with_reach(tokens, start, end)[0]


def tense_with_reach(tokens: Tokens, start: int, end: int) -> tuple[Direction | None, int]:
    """As `tense`, with the number of tokens between the expression and the verb that told."""
    left = range(start - 1, max(start - 1 - REACH_LEFT, -1), -1)
    right = range(end, min(end + REACH_RIGHT, len(tokens.items)))
    before = [tokens.items[i].word for i in range(max(start - 4, 0), start)]
    if before and before[-1] in ("by", "until", "till", "for", "before") and not _was_before(tokens, left):
        return Direction.FUTURE, 1
    if len(before) > 1 and before[-1] in ("to", "until", "till") and _MOVED & set(before[:-1]) and "from" not in before:
        return Direction.FUTURE, 1
    for indices in (left, right):
        for distance, index in enumerate(indices):
            code = tokens.codes[index]
            if code in (STOP, LINE_END):
                break
            found = _verb_direction(tokens, index)
            if found:
                return found, distance
    return None, 0


def _was_before(tokens: Tokens, left: range) -> bool:
    """Whether an unmistakable past stands before the expression in its sentence."""
    for index in left:
        if tokens.codes[index] in (STOP, LINE_END):
            return False
        if tokens.items[index].word in _NO_PAST:
            return True
    return False


def _verb_direction(tokens: Tokens, index: int) -> Direction | None:
    word, code = tokens.items[index].word, tokens.codes[index]
    following = tokens.items[index + 1].word if index + 1 < len(tokens.items) else ""
    if word == "won" and following[:1] in ("'", "’"):
        return Direction.FUTURE
    if (word == "set" and following not in ("to", "for")) or (word == "going" and following != "to"):
        return None
    if word == "to":
        return Direction.FUTURE if following in _TO_VERBS else None
    if code in class_codes("FUTUREWORD"):
        return Direction.FUTURE
    if code in class_codes("PASTWORD"):
        return Direction.PAST
    if not word.endswith("ed") or len(word) < 5 or code in class_codes("NEUTRAL"):
        return None
    if any(tokens.items[i].word in ("be", "is", "are", "being") for i in range(max(index - 2, 0), index)):
        return None  # "will be returned": the auxiliary tells
    return Direction.PAST
