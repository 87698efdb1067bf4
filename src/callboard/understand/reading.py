"""
Everything found in one document, before any claim is made: titles, seasons, times, entities, and who is meant by what.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from callboard.model import Document
from callboard.understand.entities import Entity, find_entities, without_names
from callboard.understand.layout import Layout, Sentence
from callboard.understand.lexicon import Lexicon
from callboard.understand.seasons import SeasonMention, find_numbered, find_seasons
from callboard.understand.times import TimeMention, find_times
from callboard.understand.titles import Candidate, choose_places

# Only titles at least this likely stand as titles in the frames of others and keep their words from being people.
TITLE_SURE = 0.25
# A title less likely than this does not count as named when a later sentence says "it": 0.25 would forget too many.
TITLE_LIKELY = 0.1
# A title that is less likely than this to carry a claim is not read at all; low, since the event decides in the end.
TITLE_FLOOR = 0.04

_NOUN = (
    r"(?:series|shows?|drama|dramedy|comedy|sitcom|film|movie|sequel|prequel|thriller|adaptation|remake|reboot|revival|"
    r"spin-?off|feature|anime|miniseries|biopic|pilot|musical|western|franchise|saga|docuseries|documentary|procedural|"
    r"special|crossover|production|project|picture|programme|program|title|hit|original|soap|threequel|follow-up|instalment|installment|season|run|episodes)"
)
_REFERENCE = re.compile(
    rf"\b(?:(?:the|this|that|its|their|his|her|both|our|these|those)(?: [\w’'-]+){{0,3}}? {_NOUN}s?\b|it(?:[’']s|[’']ll)?\b|itself\b|they\b)",
    re.I,
)


_BRACKETS = re.compile(r" ?\(([^()\n]{1,90})\)")
# What may stand in such brackets beside titles.
_BESIDE_CREDITS = re.compile(r"(?:[\s“”‘’\"',&;/]|\b(?:and|the|of|TV|films?|series)\b|\b\d{1,4}\b|\b[A-Z]\w*[’']s\b)*")


@dataclass(frozen=True, slots=True)
class TitleMention:
    """A title where it is named."""

    start: int
    end: int
    key: str
    sure: bool  # whether it is likely enough (TITLE_SURE) to stand as a title beside others


@dataclass(frozen=True, slots=True)
class Reference:
    """Words that stand for a title: "the series", "it"."""

    start: int
    end: int
    pronoun: bool


@dataclass(frozen=True)
class Reading:
    """A laid-out document with all mentions, each list in order of the text."""

    document: Document
    layout: Layout
    candidates: dict[str, Candidate]  # accepted titles by key
    titles: tuple[TitleMention, ...]
    seasons: tuple[SeasonMention, ...]
    times: tuple[TimeMention, ...]  # offsets of the full string
    entities: tuple[Entity, ...]
    credits: tuple[tuple[int, int], ...]  # brackets that say what a person is known for; see `find_credits`
    ranking: tuple[str, ...]  # keys of the titles, the one the document is about first

    @property
    def year(self) -> int | None:
        """The year of publication, of an interval its middle; None where nothing is known."""
        return self.document.published.middle.year if self.document.published else None

    def within(self, sentence: Sentence) -> SentenceMentions:
        """The mentions of one sentence."""
        a, b = sentence.start, sentence.end
        return SentenceMentions(
            titles=[m for m in self.titles if a <= m.start < b],
            seasons=[m for m in self.seasons if a <= m.start < b],
            times=[m for m in self.times if a <= m.start < b],
            entities=[m for m in self.entities if a <= m.start < b],
            references=find_references(sentence),
            credits=[span for span in self.credits if a <= span[0] < b],
        )


@dataclass(frozen=True, slots=True)
class SentenceMentions:
    """The mentions of one sentence, in order."""

    titles: list[TitleMention]
    seasons: list[SeasonMention]
    times: list[TimeMention]
    entities: list[Entity]
    references: list[Reference]
    credits: list[tuple[int, int]]


def read_mentions(document: Document, candidates: dict[str, Candidate], layout: Layout, lexicon: Lexicon) -> Reading:
    """The reading of a document whose title candidates carry their probabilities."""
    likely = {key: candidate.probability for key, candidate in candidates.items()}
    places = without_names(layout, lexicon, choose_places(candidates, TITLE_FLOOR), likely)
    sure = [place for place in places if likely[place[2]] >= TITLE_SURE]
    entities = tuple(find_entities(layout, lexicon, sure))
    credits = find_credits(layout, entities, places)
    titles = tuple(
        TitleMention(start, end, key, likely[key] >= TITLE_SURE)
        for start, end, key in places
        if not covered(start, credits)
    )
    kept = {mention.key: candidates[mention.key] for mention in titles}
    times = tuple(find_times(layout.full, document.published))
    seasons = [m for m in find_seasons(layout) if not covered(m.start, places)]
    told = [(m.start, m.end) for m in seasons]
    seasons += [m for m in find_numbered(layout, places) if not covered(m.start, told)]
    return Reading(
        document=document,
        layout=layout,
        candidates=kept,
        titles=titles,
        seasons=tuple(sorted(seasons, key=lambda mention: mention.start)),
        times=tuple(m for m in times if not covered(m.start, places)),
        entities=entities,
        credits=credits,
        ranking=rank_titles(kept, titles, layout),
    )


def find_credits(
    layout: Layout, entities: Sequence[Entity], places: Sequence[tuple[int, int, str]]
) -> tuple[tuple[int, int], ...]:
    """
    Where brackets behind a person hold titles and nothing else: "Esai Morales (Ozark, 24)".

    They say who the person is, or whom they play, and claim nothing of those titles.
    """
    found = []
    for entity in entities:
        brackets = _BRACKETS.match(layout.full, entity.end) if entity.kind == "person" else None
        if brackets is None:
            continue
        start, end = brackets.span(1)
        inside = [(a, b) for a, b, _ in places if start <= a and b <= end]
        edges = [start, *(edge for place in inside for edge in place), end]
        beside = "".join(layout.full[a:b] for a, b in zip(edges[::2], edges[1::2]))
        if inside and _BESIDE_CREDITS.fullmatch(beside):
            found.append(brackets.span())
    return tuple(found)


def rank_titles(candidates: dict[str, Candidate], titles: Sequence[TitleMention], layout: Layout) -> tuple[str, ...]:
    """Keys by how much the document is about them: probability, headline, how early and how often."""
    weight: dict[str, float] = {}
    for mention in titles:
        base = 3.0 if mention.start < layout.headline_end else 1.0
        base += 1.5 if layout.sentence_at(mention.start).index <= 3 else 0.0
        weight[mention.key] = weight.get(mention.key, 0.0) + base
    return tuple(sorted(weight, key=lambda key: (-weight[key] * candidates[key].probability, key)))


def find_references(sentence: Sentence) -> list[Reference]:
    """The expressions of a sentence that may stand for a title named elsewhere."""
    return [
        Reference(
            sentence.start + m.start(),
            sentence.start + m.end(),
            m.group().lower()[:2] in ("it", "th") and " " not in m.group(),
        )
        for m in _REFERENCE.finditer(sentence.text)
    ]


def covered(offset: int, spans: Iterable[tuple[int, int, *tuple[str, ...]]]) -> bool:
    """Whether an offset lies in one of the spans; what follows their start and end is not looked at."""
    return any(span[0] <= offset < span[1] for span in spans)
