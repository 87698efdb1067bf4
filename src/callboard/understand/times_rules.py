"""
The rules of `rules/times.toml` as regular expressions over token codes.

`match_rules` gives every match of every rule; `times` decides between those that overlap.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from callboard.understand.times_words import FORM_CLASSES, OTHER, Lexicon, Tokens, lexicon, load_rules

_ATOM = re.compile(r"[A-Z]+|[a-z]+|\s+")


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to write a time, and the reader that resolves what it matched."""

    name: str
    reader: str
    pattern: re.Pattern[str]
    yes: tuple[str, ...]
    no: tuple[str, ...]


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """The rules in the order of the file."""
    data, words = load_rules(), lexicon()
    entries, macros, holidays = data["rule"], data["macros"], data["holidays"]
    assert isinstance(entries, list)
    assert isinstance(macros, dict)
    assert isinstance(holidays, dict)
    names = sorted(holidays, key=len, reverse=True)  # longer names first, so that "eve" is not left over
    macros = macros | {"HOLIDAY": "(?:" + "|".join(name.replace(" ", " POS? ") + " POS?" for name in names) + ")"}
    compiled: dict[str, str] = {}
    return tuple(
        Rule(
            name=entry["name"],
            reader=entry["reader"],
            pattern=re.compile(_expand(entry["pattern"], macros, words, compiled)),
            yes=tuple(entry.get("yes", ())),
            no=tuple(entry.get("no", ())),
        )
        for entry in entries
    )


# One token of these classes or words stands in every expression; stretches of text without one are not searched.
_CORE_CLASSES = (
    "MONTH WEEKDAY WEEKDAYS UNIT UNITS SEASON DEICTIC TONIGHT REF REFADJ FREQ DECADEWORD POINTCLOCK DAYPART YEAR OLDYEAR "
    "SHORTYEAR DECADE CLOCK SLOT HHMM NUMDATE FRACTION YEARRANGE ORD"
)
_CORE_WORDS = "half q future past moment present time times term nineteen period possible course someday o end turn it"


@lru_cache(maxsize=1)
def _core_pattern() -> re.Pattern[str]:
    words = lexicon()
    named = {word for name in holiday_rules() for word in name.split()} | set(_CORE_WORDS.split())
    core = "".join(FORM_CLASSES.get(name) or words.members(name) for name in _CORE_CLASSES.split())
    core += "".join(words.codes[word] for word in named if word in words.codes)
    core = "".join(re.escape(code) for code in sorted(set(core)))
    return re.compile(f"[^_|]*[{core}][^_|]*")


def match_rules(tokens: Tokens) -> Sequence[tuple[int, int, Rule]]:
    """First and last-plus-one token of every match of every rule."""
    return _match_codes(tokens.codes)


@lru_cache(maxsize=4)  # one text is read against several reference days
def _match_codes(all_codes: str) -> Sequence[tuple[int, int, Rule]]:
    # No rule crosses a token outside the lexicon, so only runs of known tokens are searched, joined to one short string.
    places: list[int] = []
    pieces: list[str] = []
    for run in _core_pattern().finditer(all_codes):
        places.extend(range(run.start(), run.end() + 1))
        pieces.append(run[0])
    codes = OTHER.join(pieces)
    found: list[tuple[int, int, Rule]] = []
    for rule in rules():
        for match in rule.pattern.finditer(codes):
            if match.end() > match.start():
                first = places[match.start()]
                found.append((first, first + match.end() - match.start(), rule))
    return found


@lru_cache(maxsize=1)
def holiday_rules() -> dict[str, str]:
    """Holiday name (without possessive s) -> rule for `times_calendar.holiday`."""
    data = load_rules()["holidays"]
    assert isinstance(data, dict)
    return {str(name): str(rule) for name, rule in data.items()}


def _expand(pattern: str, macros: dict[str, str], words: Lexicon, done: dict[str, str]) -> str:
    def replace(match: re.Match[str]) -> str:
        atom = match[0]
        if atom.isspace():
            return ""
        if atom.islower():
            return words.codes[atom]
        if atom in macros:
            if atom not in done:
                done[atom] = "(?:" + _expand(macros[atom], macros, words, done) + ")"
            return done[atom]
        codes = FORM_CLASSES.get(atom) or words.members(atom)
        if len(codes) == 1 and codes not in "|.()$":
            return codes
        return "[" + codes.replace("-", r"\-").replace("]", r"\]").replace("^", r"\^") + "]"

    return _ATOM.sub(replace, pattern)
