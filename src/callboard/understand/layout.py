"""
A document as the reader sees it: one string with its lines, sentences and words, each with offsets.

Headline and text stand in one string, two line ends apart, so that every later step has one set of offsets;
`Layout.span` turns them back into offsets of the part they came from.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

import sentencex

from callboard.model import Document, Span

_JOIN = "\n\n"
WORD = re.compile(r"<\w+>|[^\W_]+(?:[’'&./-][^\W_]+)*(?:[’'](?!\w))?|[☠✔✘✓✗✖×?!:;,.()–—\-/|•“”‘’\"'$&+#]")
# A sentence does not end after these, whatever the library thinks.
_ABBREVIATION = re.compile(
    r"\b(?:Vol|Ep|No|Nos|Pt|Dr|Mr|Mrs|Ms|St|Jr|Sr|vs|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|[ap]\.m|[A-Z])\.$"
)
_CLOSED_LINE = re.compile(r"[.!?…][\"”’')\]]*\s*$")


@dataclass(frozen=True, slots=True)
class Word:
    """A word or a punctuation mark."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, or a whole line where lines are no sentences (headlines, tables, lists)."""

    start: int
    end: int
    text: str
    index: int  # among the sentences of the document
    line: int  # number of its line; the headline is line 0
    words: tuple[Word, ...]

    @property
    def in_headline(self) -> bool:
        return self.line == 0

    @property
    def closed(self) -> bool:
        """Whether it ends as sentences do; table rows, captions and menus do not."""
        return bool(_CLOSED_LINE.search(self.text))


@dataclass(frozen=True)
class Layout:
    """The whole string of a document and its sentences."""

    full: str
    headline_end: int
    sentences: tuple[Sentence, ...]

    @cached_property
    def _starts(self) -> list[int]:
        return [sentence.start for sentence in self.sentences]

    @cached_property
    def line_starts(self) -> dict[int, int]:
        """Where the first sentence of each line begins, by the number of the line."""
        found: dict[int, int] = {}
        for sentence in self.sentences:
            found.setdefault(sentence.line, sentence.start)
        return found

    def sentence_at(self, offset: int) -> Sentence:
        """The sentence that holds an offset, or the last one that begins before it."""
        return self.sentences[max(0, bisect_right(self._starts, offset) - 1)]

    def span(self, start: int, end: int) -> Span:
        """The span of the document's own headline or text that two offsets mean."""
        if start < self.headline_end:
            end = min(end, self.headline_end)
            return Span(start, end, self.full[start:end], "headline")
        shift = self.headline_end + len(_JOIN)
        return Span(start - shift, end - shift, self.full[start:end], "text")


def lay_out(document: Document) -> Layout:
    """The document's lines, sentences and words."""
    full = document.headline + _JOIN + document.text
    sentences: list[Sentence] = []
    offset = 0
    for number, line in enumerate(full.split("\n")):
        for start, end in _split(line):
            words = tuple(
                Word(offset + start + m.start(), offset + start + m.end(), m.group())
                for m in WORD.finditer(line[start:end])
            )
            if words:
                sentences.append(Sentence(offset + start, offset + end, line[start:end], len(sentences), number, words))
        offset += len(line) + 1
    return Layout(full, len(document.headline), tuple(sentences))


def _split(line: str) -> list[tuple[int, int]]:
    """Offsets of the sentences of one line, without the blanks around them."""
    if not line.strip():
        return []
    pieces: list[tuple[int, int]] = []
    position = 0
    for piece in sentencex.segment("en", line):
        start = line.find(piece, position)
        if start < 0:
            continue
        position = start + len(piece)
        text = piece.strip()
        if not text:
            continue
        start += len(piece) - len(piece.lstrip())
        end = start + len(text)
        if pieces and _joins(line[pieces[-1][0] : pieces[-1][1]], text):
            pieces[-1] = (pieces[-1][0], end)
        else:
            pieces.append((start, end))
    return pieces


def _joins(before: str, after: str) -> bool:
    """Whether two pieces are one sentence: the second begins small, or the first ends in an abbreviation."""
    return after[0].islower() or bool(_ABBREVIATION.search(before)) or after[0] in ",;:)”’"
