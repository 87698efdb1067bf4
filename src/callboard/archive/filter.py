"""
Whether a page may speak of a production, by its raw bytes: whoever parses every page of a crawl is ten times as slow.

The runs of text between tags are cut out without parsing, and looked through at once for trigger words, platforms,
titles and people of the catalogue (`rules/words.toml` has the words). Where they speak of productions, a slower look takes
the paragraphs alone, without the headlines of other stories, which are links. A last look at the main text, once it is
there, refuses pages whose boxes spoke of productions.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TypeAlias

import daachorse

from callboard.catalogue.catalogue import Catalogue
from callboard.read.text import language_of

Thresholds: TypeAlias = tuple[tuple[int, int], ...]

SHORTEST_RUN = 25  # bytes; what is shorter stands in menus
# Points that a text of at most so many bytes needs. Tuned on the articles of bench/corpus and the other news of
# bench/archive/made.py; run bench/archive/run.py after a change.
THRESHOLDS = ((600, 1), (1_000, 2), (6_000, 4), (10**9, 6))
FIRST_THRESHOLDS = ((1_000, 1), (2_000, 2), (6_000, 3), (12_000, 4), (10**9, 6))  # of all that a page shows
MOST_SHARED = 2  # points of words that other news shares: any number of them says no more than two
LANGUAGE_BYTES = 4_000  # of the text, for its language
_PIECE = 16_000  # bytes looked at in one go: a page about productions shows it at once
_STRONG, _TITLE, _WEAK, _SHARED = 6, 4, 2, 1
_NOT_TEXT = (b"script", b"style ", b"style>", b"SCRIPT", b"STYLE ", b"STYLE>", b"!--")
# Between two of all other tags stands a paragraph, an item, a headline.
_INLINE = frozenset(
    mark + name
    for name in b"abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark q s samp small span strong sub "
    b"sup time tt u var wbr".split()
    for mark in (b"", b"/")
)
_WORD = re.compile(r"[A-Za-z0-9']+")
_LETTERS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")


def text_runs(body: bytes) -> bytes:
    """The longer runs of text between the tags of a page, one a line, without scripts and styles; 500 MB/s."""
    pieces = body.split(b"<")
    found = [
        text
        for piece in pieces[1:]
        if len(piece) > SHORTEST_RUN
        and len(text := piece.partition(b">")[2]) > SHORTEST_RUN
        and not piece.startswith(_NOT_TEXT)
    ]
    return b"\n".join([pieces[0], *found])


def paragraphs(body: bytes) -> bytes:
    """The title and the longer runs of text between block-level tags of a page that are not links, one a line; 60 MB/s."""
    found: list[bytes] = []
    block: list[bytes] = []
    linked = 0  # bytes of the block inside links
    inside = title = False
    for piece in body.split(b"<")[1:]:
        tag, _, text = piece.partition(b">")
        name = tag.split(None, 1)[0].lower() if tag else b""
        if name == b"a":
            inside = True
        elif name == b"/a":
            inside = False
        elif name not in _INLINE:
            if block:
                run = b"".join(block)
                if title or (len(run) > SHORTEST_RUN and linked * 2 < len(run)):
                    found.append(run)
                block, linked = [], 0
            title = name in (b"title", b"h1")
            if piece.startswith(_NOT_TEXT):
                continue
        if text:
            block.append(text)
            linked += len(text) if inside else 0
    return b"\n".join([*found, b"".join(block)])


@dataclass(frozen=True)
class Filter:
    """An automaton over all words with their points."""

    automaton: daachorse.DoubleArrayAhoCorasick
    words: tuple[int, ...]  # for each pattern, which word it is a spelling of
    points: tuple[int, ...]  # for each pattern

    def passes(self, text: bytes, thresholds: Thresholds = THRESHOLDS) -> bool:
        """Whether a text has the points that its length asks for."""
        needed = next(points for length, points in thresholds if len(text) <= length)
        total = shared = 0
        seen: set[int] = set()
        for start in range(0, len(text), _PIECE):
            piece = text[start : start + _PIECE]
            for first, end, pattern in self.automaton.find_overlapping(piece):
                word = self.words[pattern]
                if word in seen:
                    continue
                if (first and piece[first - 1] in _LETTERS) or (end < len(piece) and piece[end] in _LETTERS):
                    continue
                seen.add(word)
                points = self.points[pattern]
                if points == _SHARED:
                    shared += 1
                    if shared > MOST_SHARED:
                        continue
                total += points
                if total >= needed:
                    return True
        return False

    def passes_page(self, body: bytes) -> bool:
        """Whether a page may speak of a production, in English as far as can be told."""
        if b"\x00" in body[:200]:
            return True  # UTF-16 as a rule; too rare to be looked into
        text = text_runs(body)
        return self.passes(text, FIRST_THRESHOLDS) and may_be_english(text) and self.passes(paragraphs(body))


def may_be_english(text: bytes) -> bool:
    """False where a text is surely in another language."""
    from resiliparse.parse.lang import detect_fast

    start = text[:LANGUAGE_BYTES].decode("utf-8", "replace")
    code, _ = detect_fast(start, cutoff=1_100)  # as in callboard.read.text
    return code in ("en", "unknown") or language_of(start) in (None, "en")


def make_filter(catalogue: Catalogue) -> Filter:
    """The filter of a catalogue's titles, platforms and people, and of the trigger words."""
    points: dict[str, int] = {}

    def add(words: Iterable[str], worth: int) -> None:
        for word in words:
            points[word] = max(points.get(word, 0), worth)

    rules = _rules()
    common = frozenset(catalogue.words)
    add(catalogue.people, _WEAK)
    people = {part for name in catalogue.people for part in name.split()}
    for name in {title.name for key in catalogue.titles for title in catalogue.titles[key]}:
        parts = _WORD.findall(name)
        unusual = any(part.lower() not in common for part in parts)
        if len(parts) > 1 and len(name) > 4:
            add([name], _TITLE if len(parts) > 2 or unusual else _WEAK)
            if len(parts) > 2 and name.startswith("The "):
                add([name[4:]], _WEAK)
        elif parts == [name] and unusual and len(name) > 5 and name not in people and not name.endswith("day"):
            add([name], _WEAK)  # neither a word nor a surname, but perhaps a place
    for name in catalogue.platforms:
        if len(name) > 2 and name[0].isupper():
            add([name], _WEAK if name in rules.common_platforms or name.lower() in common else _STRONG)
    for words, worth in ((rules.strong, _STRONG), (rules.weak, _WEAK), (rules.shared, _SHARED)):
        for word in words:
            add((word, word[0].upper() + word[1:], word.title()), worth)
    patterns = sorted(points)
    numbers: dict[str, int] = {}
    spelt = tuple(numbers.setdefault(pattern.lower(), len(numbers)) for pattern in patterns)
    automaton = daachorse.DoubleArrayAhoCorasick([pattern.encode() for pattern in patterns])
    return Filter(automaton, spelt, tuple(points[pattern] for pattern in patterns))


@dataclass(frozen=True, slots=True)
class _Rules:
    strong: tuple[str, ...]
    weak: tuple[str, ...]
    shared: tuple[str, ...]
    common_platforms: frozenset[str]


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    data = tomllib.loads(files("callboard.archive").joinpath("rules", "words.toml").read_text("utf-8"))
    return _Rules(
        tuple(data["strong"]), tuple(data["weak"]), tuple(data["shared"]), frozenset(data["common_platforms"])
    )
