"""
Drops what is not the article from a text: offers, links to other stories, captions, share buttons, bylines, comments.

The rules are data (`rules/boilerplate.toml`). A byline is dropped like the rest, but the date in it is kept: it is often
the only one a text has.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from callboard.read.days import find_day

LONGEST = 160
HEAD_LINES = 6  # non-empty lines at the top among which bylines and dates stand
_BULLET = re.compile(r"^[\s•·*▪●◦–—>»-]+(?=\w)")
_NAME = r"(?-i:[A-Z][\w.’'-]*|de|van|von|da|del|la)"
_BYLINE = re.compile(
    rf"""(
    (?:(?:written|posted|published|reported|updated|story|words|text)\ )?by:?\ +{_NAME}(?:\ +{_NAME}){{0,3}}
        (?:(?:\ and\ |\ &\ |,\ ){_NAME}(?:\ +{_NAME}){{0,3}})*(?P<after>[\s,|–—•·-].*)?
    |(?:(?:first\ |last\ |originally\ )?(?:published|posted|updated|last\ updated|created|modified|date)\b\s*(?:on|at|:)?\s*.*\d.*)
    |(?!The\ |A\ ){_NAME}(?:\ +{_NAME}){{1,3}}\s*[|•·,]\s*(?P<dated>.*\d{{4}}.*)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_BYLINE_LONGEST = 140
_AFTER_NAME = re.compile(
    r"[\s,|–—•·-]*((senior|staff|tv|film|news|entertainment|contributing|associate|managing|deputy|chief|editor|writer|"
    r"reporter|correspondent|critic|contributor|editor-in-chief|@\w+|for [A-Z][\w. ]+|of [A-Z][\w. ]+|at [A-Z][\w. ]+|"
    r"in [A-Z][\w. ]+|published|posted|updated|on|at)\b.*)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class LineRule:
    """One kind of line that is no part of an article."""

    name: str
    pattern: re.Pattern[str]
    longest: int
    sentences: bool  # matches sentences, so that the rest of their paragraph is kept
    share: float  # of a tail: it counts only in the last part of the text; 1.0 anywhere
    yes: tuple[str, ...]
    no: tuple[str, ...]

    def matches(self, line: str) -> bool:
        return len(line) <= self.longest and self.pattern.fullmatch(line) is not None


@dataclass(frozen=True, slots=True)
class BoilerplateRules:
    """The rules of the data file."""

    lines: tuple[LineRule, ...]
    tails: tuple[LineRule, ...]
    cuts: tuple[LineRule, ...]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text without its boilerplate."""

    text: str
    published: dt.date | None  # the date of a byline that was dropped; None: there was none
    dropped: tuple[tuple[str, str], ...]  # name of the rule and the line, for whoever asks why


@lru_cache(maxsize=1)
def load_rules() -> BoilerplateRules:
    """The rules of `rules/boilerplate.toml`."""
    text = (files("callboard.read") / "rules" / "boilerplate.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)

    def read(kind: str) -> tuple[LineRule, ...]:
        return tuple(
            LineRule(
                name=entry["name"],
                pattern=re.compile(entry["pattern"], re.IGNORECASE),
                longest=entry.get("longest", LONGEST),
                sentences=entry.get("sentences", False),
                share=entry.get("share", 1.0),
                yes=tuple(entry.get("yes", ())),
                no=tuple(entry.get("no", ())),
            )
            for entry in data[kind]
        )

    return BoilerplateRules(read("line"), read("tail"), read("cut"))


def strip_boilerplate(text: str, *, authors: tuple[str, ...] = (), outlet: str | None = None) -> Cleaned:
    """
    The article of a text: the same lines in the same order, without those that are no part of it.

    Args:
        text: Paragraphs or lines.
        authors: Names that the page gives; a line that is one of them is a byline.
        outlet: The site's name; a line that is no more is dropped.
    """
    rules = load_rules()
    lines = text.split("\n")
    kept: list[str] = []
    dropped: list[tuple[str, str]] = []
    published: dt.date | None = None
    names = {name.lower() for name in (*authors, outlet or "") if name}
    total, seen, head = max(len(text), 1), 0, 0
    for line in lines:
        seen += len(line) + 1
        plain = _BULLET.sub("", line.strip()).strip()
        if not plain:
            if not line.strip():
                kept.append("")
                continue
            plain = line.strip()
        head += 1
        tail = next((r for r in rules.tails if seen > total * (1 - r.share) and r.matches(plain)), None)
        if tail and head > 2:
            dropped.append((tail.name, line))
            break
        byline, day = _byline(plain, head <= HEAD_LINES, names)
        if byline:
            published = published or day
            dropped.append(("byline", line))
            continue
        rule = next((r for r in rules.lines if (not r.sentences or _is_one_sentence(plain)) and r.matches(plain)), None)
        if rule:
            if published is None and (head <= HEAD_LINES or rule.name == "author's biography"):
                published = find_day(plain)
            dropped.append((rule.name, line))
            continue
        for cut in rules.cuts:
            line = cut.pattern.sub("", line)
        line = _without_sentences(line, rules.lines, dropped)
        kept.append(line.rstrip())
    return Cleaned(_joined(kept), published, tuple(dropped))


_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


def _is_one_sentence(line: str) -> bool:
    return len(_SENTENCE_END.split(line)) == 1


def _without_sentences(line: str, rules: tuple[LineRule, ...], dropped: list[tuple[str, str]]) -> str:
    """The line without those of its sentences that a sentence rule matches."""
    if len(line) > 2_000 or not _HINTS.search(line):
        return line
    kept = []
    for sentence in _SENTENCE_END.split(line):
        rule = next((r for r in rules if r.sentences and r.matches(sentence.strip())), None)
        if rule:
            dropped.append((rule.name, sentence))
        else:
            kept.append(sentence)
    return " ".join(kept)


# A cheap look before lines are split into sentences.
_HINTS = re.compile(
    r"sign(ing)? up|subscri|newsletter|inbox|e-?mail|comments|follow|stay tuned|app\b|for more|join us|like us|find us|podcast",
    re.IGNORECASE,
)


def _byline(line: str, at_top: bool, names: set[str]) -> tuple[bool, dt.date | None]:
    """Whether the line names the author or the day of publication, and that day."""
    if len(line) > _BYLINE_LONGEST:
        return False, None
    if line.lower() in names:
        return True, None
    day = find_day(line)
    if at_top and day and is_only_date(line):
        return True, day
    match = _BYLINE.fullmatch(line)
    if match is None:
        return False, None
    if match["dated"] is not None:
        return (True, day) if at_top and day and is_only_date(match["dated"]) else (False, None)
    if line.lower().startswith(
        ("by ", "by:", "written by", "posted by", "story by", "words by", "text by", "reported by")
    ):
        after = match["after"] or ""
        if line.endswith(".") or not (at_top or day):
            return False, None
        return (True, day) if day or _AFTER_NAME.fullmatch(after) else (False, None)
    return (True, day) if day and len(line) < 100 else (False, None)


_DATE_NOISE = re.compile(
    r"\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\b|\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)"
    r"(?:day)?\b|\b(?:am|pm|a\.m|p\.m|e[sd]?t|p[sd]?t|c[sd]t|gmt|utc|bst|ist|at|on|updated|published|posted|last|first|date|by)\b"
    r"|\d+(?:st|nd|rd|th)?|t(?=\d)|[\W_]+",
    re.IGNORECASE,
)


def is_only_date(line: str) -> bool:
    """Whether a line holds a date and nothing else that would be missed."""
    return _DATE_NOISE.sub("", line) == ""


def _joined(lines: list[str]) -> str:
    """The lines, with at most one empty line between two and none at the ends."""
    joined = "\n".join(lines)
    return re.sub(r"\n{3,}", "\n\n", joined).strip("\n").strip()
