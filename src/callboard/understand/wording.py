"""
The press's wordings of each event, kept as data in `rules/events-*.toml`.

A rule is a regular expression on a frame, with a frame that it must match and one that it must not. Most rules begin
with guards (no negation, no other title before the wording); a guard that many rules share is tried once for each frame.
Hits are evidence for the learned scorers, never verdicts.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from callboard.errors import ModelError
from callboard.model import Event, Modality
from callboard.understand.literals import LiteralIndex


@dataclass(frozen=True)
class Rule:
    """One wording of one event."""

    event: Event
    modality: Modality
    guards: tuple[str, ...]  # patterns that must not be found, each anchored at the start
    wording: re.Pattern[str]
    yes: str
    no: str


@dataclass(frozen=True, eq=False)
class Wording:
    """All rules, and the guards they share."""

    rules: tuple[Rule, ...]
    guards: dict[str, re.Pattern[str]]
    index: LiteralIndex

    def hits(self, frame: str) -> Sequence[tuple[int, Rule]]:
        """The rules whose wording stands in a frame (in lower case), each with its number."""
        return _find_hits(self, frame)


@lru_cache(maxsize=64)  # a sentence that names no title has the same words for each title that it may be about
def _find_hits(wording: Wording, frame: str) -> Sequence[tuple[int, Rule]]:
    found = []
    held: dict[str, bool] = {}
    for number in wording.index.candidates(frame):
        rule = wording.rules[number]
        if not rule.wording.search(frame):
            continue
        for guard in rule.guards:
            if guard not in held:
                held[guard] = not wording.guards[guard].match(frame)
            if not held[guard]:
                break
        else:
            found.append((number, rule))
    return found


@lru_cache(maxsize=1)
def load_wording() -> Wording:
    """
    The rules of the package.

    Raises:
        ModelError: A rule file is damaged or names an unknown event.
    """
    rules: list[Rule] = []
    for path in sorted(files("callboard.understand").joinpath("rules").iterdir(), key=lambda path: path.name):
        if not path.name.startswith("events-"):
            continue
        try:
            for entry in tomllib.loads(path.read_text("utf-8"))["rule"]:
                guards, wording = split_guards(entry["pattern"])
                rules.append(
                    Rule(
                        event=Event(entry["event"]),
                        modality=Modality(entry["modality"]),
                        guards=guards,
                        wording=re.compile(lower_pattern(wording)),
                        yes=entry["yes"],
                        no=entry["no"],
                    )
                )
        except (KeyError, ValueError, re.error) as error:
            raise ModelError(
                f"{path.name}: a wording rule is damaged ({error}); compare it with its neighbours"
            ) from error
    compiled = {guard: re.compile(lower_pattern(guard)) for rule in rules for guard in rule.guards}
    return Wording(tuple(rules), compiled, LiteralIndex([rule.wording.pattern for rule in rules]))


def lower_pattern(pattern: str) -> str:
    """A pattern in lower case but for its classes (`\\W`): frames are lower case, and ignoring case doubles the time."""
    return re.sub(
        r"\\.|[A-Z]", lambda match: match.group() if match.group()[0] == "\\" else match.group().lower(), pattern
    )


def split_guards(pattern: str) -> tuple[tuple[str, ...], str]:
    """
    The leading "must not stand anywhere" guards of a pattern, and the rest.

    `^(?!.*A)(?!.*B).*C` is true where C is found and neither `.*A` nor `.*B` matches at the start.
    """
    if not pattern.startswith("^(?!.*"):
        return (), pattern
    guards: list[str] = []
    rest = pattern[1:]
    while rest.startswith("(?!"):
        depth = position = 0
        while position < len(rest):
            if rest[position] == "\\":
                position += 2
                continue
            if rest[position] == "[":
                position = rest.index("]", position + 2)
            depth += {"(": 1, ")": -1}.get(rest[position], 0)
            position += 1
            if depth == 0:
                break
        guards.append(rest[3 : position - 1])
        rest = rest[position:]
    lead = re.match(r"\.\*\??", rest)
    return (tuple(guards), rest[lead.end() :]) if lead else ((), pattern)
