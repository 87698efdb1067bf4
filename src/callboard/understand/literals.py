"""
Which words a regular expression cannot match without: a cheap test before the costly one.

560 wording rules tried one after the other on every frame would take 10 ms a frame. Nearly all need some word out of a
small set, so one pass of a string automaton tells which few rules can match at all.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Sequence
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from re import _constants, _parser  # type: ignore[attr-defined]

import daachorse

_SLOTS = frozenset({"title", "season", "when", "person", "platform", "place", "outlet", "other"})
_SHORTEST = 3  # characters; shorter literals stand in nearly every sentence


def required_literals(pattern: str) -> frozenset[str] | None:
    """Lower-case strings one of which stands in every match of the pattern; None where no such set is found."""
    best = _of_sequence(_parser.parse(pattern, re.I))
    return best if best and min(map(len, best)) >= _SHORTEST else None


def _of_sequence(items: Iterable[Any]) -> frozenset[str] | None:
    """The best requirement of items that follow one another: the one whose shortest string is longest."""
    options: list[frozenset[str]] = []
    run = ""
    for operation, argument in [*items, (None, None)]:
        if operation is _constants.LITERAL:
            run += chr(argument).lower()
            continue
        if run:
            options.append(frozenset({run}))
            run = ""
        if operation is _constants.SUBPATTERN:
            options.append(_of_sequence(argument[-1]) or frozenset())
        elif operation is _constants.BRANCH:
            branches = [_of_sequence(branch) for branch in argument[1]]
            if all(branches):
                options.append(frozenset().union(*(branch for branch in branches if branch)))
        elif operation in (_constants.MAX_REPEAT, _constants.MIN_REPEAT) and argument[0] >= 1:
            options.append(_of_sequence(argument[2]) or frozenset())
        elif operation is _constants.ASSERT and argument[0] >= 0:
            options.append(_of_sequence(argument[1]) or frozenset())
    options = [option for option in options if option]
    return max(options, key=_worth) if options else None


def _worth(literals: frozenset[str]) -> tuple[int, int]:
    """How much a requirement rules out: long strings, few of them; slots stand in nearly every frame."""
    if any(literal.strip("<>") in _SLOTS for literal in literals):
        return 2, -len(literals)
    return min(min(map(len, literals)), 5), -len(literals)


class LiteralIndex:
    """For many patterns, which of them a text can match at all."""

    def __init__(self, patterns: Sequence[str]) -> None:
        owners: dict[str, list[int]] = {}
        always: list[int] = []
        for number, pattern in enumerate(patterns):
            literals = required_literals(pattern)
            if literals is None:
                always.append(number)
            for literal in literals or ():
                owners.setdefault(literal, []).append(number)
        self._literals = list(owners)
        self._owners = [tuple(numbers) for numbers in owners.values()]
        self._always = tuple(always)
        self._automaton = daachorse.CharwiseDoubleArrayAhoCorasick(self._literals)

    def candidates(self, text: str) -> list[int]:
        """Numbers of the patterns that may match, in order; `text` is in lower case."""
        found = set(self._always)
        for _, _, value in self._automaton.find_overlapping(text):
            found.update(self._owners[value])
        return sorted(found)
