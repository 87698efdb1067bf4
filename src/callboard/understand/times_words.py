"""
The words that times are written with: a text becomes a string of one code character a token.

Rules (`times_rules`) are regular expressions over that string, so a rule costs the same whether a class has two words or
fifty. Every word of the lexicon has a code of its own, numbers have a code for each range; all else is `_`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

OTHER = "_"
# Codes of tokens that are told by their form, not by a lexicon.
HOUR_NUMBER, DAY_NUMBER_24, DAY_NUMBER_31, NUMBER = "1", "2", "3", "4"
YEAR, OLD_YEAR, SHORT_YEAR, DECADE, ORDINAL = "y", "z", "q", "d", "o"
CLOCK, SLOT, HOURS_MINUTES, NUMERIC_DATE, FRACTION, YEAR_RANGE = "c", "s", "h", "n", "f", "r"
LINE_END, STOP, COMMA, HYPHEN, POSSESSIVE, OPEN, CLOSE, MONEY = "|", ".", ",", "-", "'", "(", ")", "$"
FORM_CLASSES = {
    "HOUR": HOUR_NUMBER + DAY_NUMBER_24,
    "DAY": HOUR_NUMBER + DAY_NUMBER_24 + DAY_NUMBER_31,
    "NUM": HOUR_NUMBER + DAY_NUMBER_24 + DAY_NUMBER_31 + NUMBER + OLD_YEAR,
    "YEAR": YEAR,
    "OLDYEAR": OLD_YEAR,
    "SHORTYEAR": SHORT_YEAR,
    "DECADE": DECADE,
    "ORD": ORDINAL,
    "CLOCK": CLOCK,
    "SLOT": SLOT,
    "HHMM": HOURS_MINUTES,
    "NUMDATE": NUMERIC_DATE,
    "FRACTION": FRACTION,
    "YEARRANGE": YEAR_RANGE,
    "NL": LINE_END,
    "STOP": STOP,
    "CM": COMMA,
    "HY": HYPHEN,
    "POS": POSSESSIVE,
    "OPEN": OPEN,
    "CLOSE": CLOSE,
    "MONEY": MONEY,
    "OTHER": OTHER,
}
_TOKEN = re.compile(
    r"""(?P<word>[^\W\d_]+)
    |(?P<digits>
      (?P<numeric>\d{4}[-/]\d{1,2}[-/]\d{1,2}\b|\d{1,2}(?P<sep>[/.-])\d{1,2}(?P=sep)(?:\d{4}|\d\d)\b(?![/.]\d))
      |(?P<slot>\d{1,2}(?::\d\d)?\s?/\s?\d{1,2}(?::\d\d)?\s?[cC]\b)
      |(?P<clock>\d{1,2}(?:[:.]\d\d)?\s?[aApP](?:\.\s?[mM]\.|[mM]\b\.?|\.m\b))
      |(?P<hhmm>[0-2]?\d:[0-5]\d(?::\d\d)?\b)
      |(?P<decade>\d{3}0[’']?s\b|\d0[’']?s\b)
      |(?P<ordinal>\d{1,3}(?:st|nd|rd|th)\b)
      |(?P<years>(?:19|20)\d\d[-–/]\d\d\b(?![-/]))
      |(?P<pair>\d{1,2}/\d{1,2}\b(?!/))
      |(?P<number>\d+(?:,\d{3})*(?:\.\d+)?)
    )
    |(?P<short>[’'‘](?:\d0s\b|\d\d\b(?![’'\d%])))
    |(?P<possessive>[’']s?\b|(?<=s)[’'])
    |(?P<line>\s*\n\s*)
    |(?P<stop>[.!?;:…])
    |(?P<comma>,)
    |(?P<hyphen>[-‐‑–—]{1,2})
    |(?P<open>[(\[])|(?P<close>[)\]])
    |(?P<money>[$£€])
    |(?P<half>[½¼¾])
    |(?P<sign>[%&“”"])""",
    re.VERBOSE,
)
_BY_GROUP = {
    "short": SHORT_YEAR,
    "possessive": POSSESSIVE,
    "line": LINE_END,
    "stop": STOP,
    "comma": COMMA,
    "hyphen": HYPHEN,
    "open": OPEN,
    "close": CLOSE,
    "money": MONEY,
    "half": FRACTION,
    "sign": OTHER,
    "numeric": NUMERIC_DATE,
    "slot": SLOT,
    "clock": CLOCK,
    "hhmm": HOURS_MINUTES,
    "decade": DECADE,
    "ordinal": ORDINAL,
    "years": YEAR_RANGE,
    "pair": FRACTION,
}


def word_set(text: str) -> frozenset[str]:
    """The words of a text, for membership."""
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class Token:
    """One token with its place; `word` is in lower case without the full stop of an abbreviation."""

    start: int
    end: int
    word: str
    code: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text as tokens; `codes[i]` is the code of `items[i]`."""

    text: str
    items: tuple[Token, ...]
    codes: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of `rules/times.toml`: their codes, their classes, their values in each class."""

    codes: Mapping[str, str]
    classes: Mapping[str, Mapping[str, str]]  # class -> word -> value
    capital: frozenset[str]  # words that are times only with a capital first letter
    dotted: frozenset[str]  # abbreviations that take a full stop with them

    def value(self, word: str, name: str) -> str | None:
        """The value of the word in that class; None where it is no member."""
        return self.classes[name].get(word)

    def members(self, name: str) -> str:
        """The codes of all words of a class."""
        return "".join(self.codes[word] for word in self.classes[name])


@lru_cache(maxsize=1)
def load_rules() -> dict[str, object]:
    """The decoded data file with words, macros and rules."""
    return tomllib.loads((files("callboard.understand") / "rules" / "times.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lexicon of the data file, with a code for each word that a class or a rule names."""
    data = load_rules()
    words = data["words"]
    assert isinstance(words, dict)
    classes: dict[str, dict[str, str]] = {}
    for name, entries in words.items():
        if isinstance(entries, dict):
            classes[name] = {word: str(value) for value, text in entries.items() for word in str(text).split()}
        else:
            classes[name] = {word: word for word in str(entries).split()}
    everything = {word for members in classes.values() for word in members}
    everything |= _pattern_words(data)
    # Private-use characters: no text token can be confused with them.
    codes = {word: chr(0xE000 + index) for index, word in enumerate(sorted(everything))}
    return Lexicon(
        codes=codes,
        classes=classes,
        capital=frozenset(str(data["capital"]).split()),
        dotted=frozenset(str(data["dotted"]).split()),
    )


def _pattern_words(data: Mapping[str, object]) -> set[str]:
    """Every lower-case word in the holidays, macros and rules."""
    holidays, macros, rules = data["holidays"], data["macros"], data["rule"]
    assert isinstance(holidays, dict)
    assert isinstance(macros, dict)
    assert isinstance(rules, list)
    texts = [*holidays, *macros.values(), *(rule["pattern"] for rule in rules)]
    return {word for text in texts for word in re.findall(r"(?<![A-Za-z])[a-z]+", text)}


@lru_cache(maxsize=4)
def tokenise(text: str) -> Tokens:
    """The tokens of a text, in order; white space within a line is skipped."""
    words = lexicon()
    codes, capital, dotted = words.codes, words.capital, words.dotted
    items: list[Token] = []
    line: list[str] = []
    past = 0
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        if start < past:
            continue  # the full stop that an abbreviation took
        group = match.lastgroup or ""
        raw = match[0]
        if group == "word":
            word = raw.lower()
            code = codes.get(word, OTHER)
            if code != OTHER:
                if word in dotted and text[end : end + 1] == "." and raw[0].isupper():
                    end = past = end + 1
                elif word in capital and not raw[0].isupper():
                    code = OTHER
        elif group == "digits":
            word, code = raw, _digit_code(match, raw)
        else:
            word, code = raw, _BY_GROUP.get(group, OTHER)
            if code == SHORT_YEAR and raw.endswith("s"):
                code = DECADE
        items.append(Token(start, end, word, code))
        line.append(code)
    return Tokens(text, tuple(items), "".join(line))


def _digit_code(match: re.Match[str], raw: str) -> str:
    for group in ("numeric", "slot", "clock", "hhmm", "decade", "ordinal", "years", "pair"):
        if match[group]:
            return _BY_GROUP[group]
    if not raw.isdecimal():
        return NUMBER
    value = int(raw[:9])
    if len(raw) == 4 and 1000 <= value <= 2199:
        return YEAR if 1900 <= value <= 2099 else OLD_YEAR
    if len(raw) > 2 or not 1 <= value <= 31:
        return NUMBER
    return HOUR_NUMBER if value <= 12 else DAY_NUMBER_24 if value <= 24 else DAY_NUMBER_31
