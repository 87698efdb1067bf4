"""
Every way in which the press says which season: numbers, ordinals, "sophomore", "final", "two more", "S2", "1-3".

`find_seasons` reads the words; which title a mention belongs to is settled in `callboard.understand.frames`, and which
season a claim is about is decided with everything else that is known of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from callboard.understand.layout import Layout
from callboard.understand.literals import LiteralIndex

_NUMBERS = {
    word: n
    for n, word in enumerate(
        [
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
        ],
        1,
    )
}
_ORDINALS = {word: n for n, word in enumerate(["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth"], 1)} | {
    "freshman": 1, "sophomore": 2, "junior": 3, "debut": 1, "inaugural": 1, "maiden": 1, "opening": 1}  # fmt: skip
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8}
_N = r"(?:\d{1,2}|" + "|".join(_NUMBERS) + r")"
_ORD = r"(?:\d{1,2}(?:st|nd|rd|th)|" + "|".join(_ORDINALS) + r")"
_NOUN = (
    r"(?:seasons?|series|runs?|instal?lments?|outings?|chapters?|batch(?:es)?|cycles?|go-?rounds?|rounds?|volumes?|years?|"
    r"set of episodes|helpings?|order|parts?|stints?|terms?|lap|crop|go|trip|visit|dose|serving|bite|edition|collection|stretch|lot|innings|issue)"
)
_SURE = r"(?:seasons?|series|instal?lments?|cycles?|chapters?)"
_ADJ = r"(?:(?!(?:and|of|in|for|to|on|at|from)\b)[\w’'-]+[,]? ){0,2}?"
_REL = r"(?:brand[- ]new|new|next|upcoming|forthcoming|coming|final|last|another|latest|current|previous|prior|returning|closing|farewell|follow-?up|additional|extra|further)"
# What may follow an ordinal that stands for a season by itself: "its third was filmed", "a sixth apiece".
_AFTER = (
    r"premiered|debuted|was|is|in|on|will|has|had|would|came|arrived|dropped|followed|returns?|wrapped|ended|bowed|to|due|one|went|aired|"
    r"landed|out|as|may|might|could|can|from|at|apiece|each|and final|before|after|since|last|this|next|coming|now|remains?|gets?|got|set|"
    r"slated|starts?|started|begins?|began|opens?|opened|closes?|finished|while|when|that|which|until|through|by|goes|follows|should|"
    r"shoots?|films?|filmed|shot|already|still|also|earlier|later|two|three|four"
)

_PATTERNS = tuple(
    (kind, re.compile(pattern, re.I))
    for kind, pattern in (
        ("range", rf"\b(?:seasons?|series|volumes?|vols?\.|S) ?(?P<a>{_N})(?: ?[-–—] ?| (?:to|through|thru) )(?:season |S)?(?P<b>{_N})\b"),
        ("list", rf"\b(?:seasons|series) (?P<list>{_N}(?:, {_N})*,? (?:and|&|or) {_N})\b"),
        ("count_first", rf"\b(?:first|opening|initial|previous|prior|past|last|earlier) (?P<n>{_N}) (?:\w+ )?(?:seasons|series|runs|instal?lments|chapters)\b"),
        ("all_previous", rf"\b(?:all|every) (?P<n>{_N})? ?(?:of the )?(?:previous |earlier |existing |past )?(?:seasons|series)\b"),
        ("more", rf"\b(?:(?P<n>{_N}) (?:more|additional|further|extra|new|final|fresh) (?:seasons|series|runs|instal?lments|cycles|years)|(?P<n2>{_N})[- ](?:season|year) (?:renewal|pick-?up|order|deal|extension))\b"),
        ("after", rf"\b(?:after|for|with|of|ran(?: for)?|lasted|over|across) (?:(?:just|only) )?(?P<n>{_N}) (?:\w+ )?(?:seasons?|series)\b"),
        ("through", rf"\b(?:through|until|up to|via) (?:a |its |the )?(?:season |series |S)(?P<n>{_N})\b"),
        ("ordinals", rf"\b(?P<a>{_ORD})(?:,? (?:and|&|or) (?:an? |its |the )?|/)(?P<b>{_ORD}) {_ADJ}{_NOUN}\b"),
        ("ordinal_final", rf"\b(?P<n>{_ORD})(?:,? (?:and|&) (?:also )?(?:reportedly |likely )?| )(?P<final>final|last|concluding|closing)(?:[- ]ever)? (?:\w+ )?{_NOUN}\b"),
        ("ordinal", rf"\b(?P<n>{_ORD})[- ]{_ADJ}{_NOUN}\b"),
        ("number", rf"\b(?:season|series|vol(?:ume|\.)|chapter|part|year)[- ]#?(?P<n>{_N})\b"),
        ("short", r"\bS(?P<n>\d{1,2})(?=E\d|\b)"),
        ("roman", r"\b(?:Season|Series|Volume|Chapter) (?P<roman>I{1,3}|IV|VI{0,3}|V)\b"),
        ("relative", rf"\b(?P<rel>{_REL}) {_ADJ}(?:seasons?|series|batch of episodes|episodes|run|instal?lments?|chapter|outing|cycle)\b"),
        ("elliptic_final", rf"\b(?P<n>{_ORD}),? and (?P<final>final|last)\b"),
        ("apiece", rf"\b(?P<n>{_ORD})s (?:apiece|each)\b"),
        ("elliptic", rf"\b(?!a third of\b)(?:(?:the|a|an|its|their)(?: own)?|(?-i:(?<=[a-z])[’']s)) (?P<n>{_ORD})(?=(?: (?:{_AFTER})\b| (?:for|of) (?-i:[‘“\"A-Z])|[,.;:)]|$))"),
    )
)  # fmt: skip


# A bare number behind a title; with a noun or a unit after it, it counts something else.
_NUMBERED = re.compile(
    r"[”\"’'*_]{0,2} (?P<bracket>\()?(?P<n>[2-9]|[12]\d)"
    r"(?(bracket)\)|(?=[”\"’'*_]{0,2}(?:[,.;:!?)](?!\d)|$|\n| [-–—|(]| (?:and|or|&|is|was|has|will|in|on|at|to|from|gets?|got|isn|won)\b)))"
)
_INDEX = LiteralIndex([pattern.pattern for _, pattern in _PATTERNS])


@dataclass(frozen=True, slots=True)
class SeasonMention:
    """Words that tell a season, or how it lies to the one at hand."""

    start: int
    end: int
    numbers: tuple[int, ...]  # empty for a relative mention
    kind: str  # "number", "ordinal", "more", "relative", "new", "next", "final", "another", ...
    final: bool = False

    @property
    def counts(self) -> bool:
        """Whether it counts seasons that are past ("after two seasons") and tells of none that a claim is about."""
        return self.kind in ("after", "all_previous")


def find_seasons(layout: Layout) -> list[SeasonMention]:
    """The season mentions of a document, in order, none inside another."""
    found: list[SeasonMention] = []
    for sentence in layout.sentences:
        taken: list[tuple[int, int]] = []
        for number in _INDEX.candidates(sentence.text.lower()):
            kind, pattern = _PATTERNS[number]
            for match in pattern.finditer(sentence.text):
                if any(match.start() < end and start < match.end() for start, end in taken):
                    continue
                mention = _read(kind, match, sentence.start)
                if mention:
                    taken.append(match.span())
                    found.append(mention)
    return sorted(found, key=lambda mention: mention.start)


def find_numbered(layout: Layout, places: Iterable[tuple[int, int, str]]) -> list[SeasonMention]:
    """
    The bare numbers behind titles that may be their seasons: "“Ozark” 4 is out", "Ozark (4)".

    Args:
        places: Start, end and key of each title in the text.
    """
    found = (_NUMBERED.match(layout.full, end) for _, end, _ in places)
    return [SeasonMention(*match.span("n"), (int(match["n"]),), "bare") for match in found if match]


def _read(kind: str, match: re.Match[str], shift: int) -> SeasonMention | None:
    group = match.groupdict()
    start, end = match.start() + shift, match.end() + shift
    text = match.group().lower()
    final = bool(re.search(r"\b(?:final|last|concluding|closing|farewell)\b", text))
    if kind == "range":
        a, b = _number(group["a"]), _number(group["b"])
        return SeasonMention(start, end, tuple(range(a, b + 1)), kind) if 0 < a < b < 40 else None
    if kind == "list":
        numbers = tuple(_number(n) for n in re.findall(rf"\b{_N}\b", group["list"], re.I))
        return SeasonMention(start, end, numbers, kind)
    if kind == "ordinals":
        return SeasonMention(start, end, (_ordinal(group["a"]), _ordinal(group["b"])), kind, final)
    if kind == "count_first":
        n = _number(group["n"])
        return SeasonMention(start, end, tuple(range(1, n + 1)), kind) if n < 20 else None
    if kind in ("all_previous", "after", "through", "more"):
        n = _number(group.get("n") or group.get("n2") or "")
        return SeasonMention(start, end, (n,) if n else (), kind, final)
    if kind in ("ordinal", "ordinal_final", "elliptic_final", "elliptic", "apiece"):
        n = _ordinal(group["n"])
        if (
            kind == "ordinal"
            and re.search(r"\b(?:years?|time|part|order|round|trip|lap|go|rounds)$", text)
            and n == 1
            and "freshman" not in text
        ):
            return None  # "the first time", "first order of business"
        if kind == "elliptic" and n == 1 and not text.startswith(("the ", "its ", "their ")):
            return None  # "a first for the network"
        return SeasonMention(start, end, (n,), kind, final)
    if kind == "relative":
        rel = group["rel"].lower().replace("-", "")
        name = {"brand new": "new", "brandnew": "new", "upcoming": "next", "forthcoming": "next", "coming": "next", "last": "last",
                "closing": "final", "farewell": "final", "followup": "another", "additional": "another", "extra": "another",
                "further": "another", "prior": "previous", "latest": "current"}.get(rel, rel)  # fmt: skip
        return SeasonMention(start, end, (), name, name == "final")
    n = _ROMAN[group["roman"].upper()] if group.get("roman") else _number(group["n"])
    return SeasonMention(start, end, (n,), "number", final) if 0 < n < 80 else None


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _NUMBERS.get(text.lower(), 0)


def _ordinal(text: str) -> int:
    digits = re.match(r"\d+", text)
    return int(digits.group()) if digits else _ORDINALS.get(text.lower(), 0)
