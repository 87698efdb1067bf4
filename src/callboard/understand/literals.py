"""
Which words a regular expression cannot match without: a cheap test before the costly one.

560 wording rules tried one after the other on every frame would take 10 ms a frame. Nearly all need some word out of each
of a few small sets, so one pass of a string automaton tells which few rules can match at all.
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
    return _best(all_requirements(pattern))


def all_requirements(pattern: str) -> list[frozenset[str]]:
    """Sets of lower-case strings; of each set one stands in every match of the pattern."""
    return [literals for literals in _of_sequence(_parser.parse(pattern, re.I)) if min(map(len, literals)) >= _SHORTEST]


def _best(options: Sequence[frozenset[str]]) -> frozenset[str] | None:
    """The requirement that rules out most; None where there is none."""
    return max(options, key=_worth, default=None)


def _of_sequence(items: Iterable[Any]) -> list[frozenset[str]]:
    """The requirements of items that follow one another."""
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
            options += _of_sequence(argument[-1])
        elif operation is _constants.BRANCH:
            branches = [_best(_of_sequence(branch)) for branch in argument[1]]
            if all(branches):
                options.append(frozenset().union(*(branch for branch in branches if branch)))
        elif operation in (_constants.MAX_REPEAT, _constants.MIN_REPEAT) and argument[0] >= 1:
            options += _of_sequence(argument[2])
        elif operation is _constants.ASSERT and argument[0] >= 0:
            options += _of_sequence(argument[1])
    return options


def _worth(literals: frozenset[str]) -> tuple[int, int]:
    """How much a requirement rules out: long strings, few of them; slots stand in nearly every frame."""
    if any(literal.strip("<>") in _SLOTS for literal in literals):
        return 2, -len(literals)
    return min(min(map(len, literals)), 5), -len(literals)


class LiteralIndex:
    """For many patterns, which of them a text can match at all."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._requirements = [all_requirements(pattern) for pattern in patterns]
        owners: dict[str, list[int]] = {}  # literal -> patterns that it is the best sign of
        always: list[int] = []
        for number, requirements in enumerate(self._requirements):
            best = _best(requirements)
            if best is None:
                always.append(number)
            for literal in best or ():
                owners.setdefault(literal, []).append(number)
        self._owners = owners
        self._always = tuple(always)
        self._literals = sorted({literal for sets in self._requirements for literals in sets for literal in literals})
        self._automaton = daachorse.CharwiseDoubleArrayAhoCorasick(self._literals)

    def candidates(self, text: str) -> list[int]:
        """Numbers of the patterns that may match, in order; `text` is in lower case."""
        literals = {self._literals[value] for _, _, value in self._automaton.find_overlapping(text)}
        found = set(self._always)
        for literal in literals:
            found.update(self._owners.get(literal, ()))
        return sorted(n for n in found if not any(map(literals.isdisjoint, self._requirements[n])))
