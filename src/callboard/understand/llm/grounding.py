"""
Answers to claims: what the text does not carry is dropped and counted.

The quote is an exact run of the article; titles, people and places stand in it or are resolved from it; the phrase that
tells the time is resolved by `callboard.understand.llm.phrases`.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from callboard.model import PEOPLE_EVENTS, Claim, Document, Event, Json, Modality, Production, Span, title_key
from callboard.understand.dating import date_document
from callboard.understand.llm.phrases import YEARS, resolve_phrase
from callboard.understand.reader import Reader
from callboard.understand.times import TimeMention, find_times
from callboard.when import When

# What a claim scores that a model alone makes: no model has been measured, so as much as the built-in reader's own do on
# average on bench/corpus/dev.jsonl.
MODEL_SCORE = 0.5
SHORTEST_QUOTE = 8  # characters: the shortest of dev.jsonl has 16; a bare word supports nothing
LONGEST_QUOTE = 600  # the longest of dev.jsonl has 205; who quotes a page has not said which words
MOST_CLAIMS = 200  # of one document: five times as many as any article of bench/corpus has
_FIELDS = ("time_phrase", "source", "person", "role", "place", "platform")
_ANY_TIME = When.parse("1800/2199")
# What talks to a model: the words that follow are no report, whoever quotes them. No article of bench/corpus has it.
_ORDER = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instructions?|orders?|prompts?|rules?|guidelines?|above|previous)\b"
    r"|\b(?:system|developer|assistant)\s*(?:prompt|message|note)?\s*:"
    r"|<\|?/?(?:system|assistant|user|im_start|im_end)\b"
    r"|\b(?:language models?|AI (?:models?|assistants?|readers?|systems?)|chatbots?|LLMs?)\b.{0,60}"
    r"\b(?:must|should|shall|please|list|output|write|record|report|answer|add|include)\b"
    r"|\b(?:list|output|record|add|include|return)\b.{0,20}\b(?:a|the|this|these|following) claims?\b|\bJSON\b",
    re.I | re.S,
)


_HALF_PAIR = re.compile(r"[\ud800-\udfff]")  # no Unicode text; the ledger would refuse the whole document for it


class AnswerError(ValueError):
    """An answer that is no JSON object with a list of claims."""


@dataclass(frozen=True)
class Ground:
    """A document with all that answers are held to."""

    document: Document  # dated, where it could be
    reader: Reader
    full: str  # headline and text, one string
    folded: str  # `full` as `fold` writes it
    times: Sequence[TimeMention]  # offsets into `full`
    titles: Mapping[str, str]  # of the titles that reading found: key -> name as the document writes it
    orders: Sequence[tuple[int, int]]  # stretches of `full` that talk to a model
    inferred: When | None  # where the day of writing may lie; None: it is stated


def make_ground(reader: Reader, document: Document) -> Ground:
    """Reads a document as the built-in reader does, so that both date it alike."""
    outlet = reader.catalogue.outlet_of(document.url) if document.url else None
    if outlet is not None:
        document = replace(document, outlet=outlet.name)
    reading = reader.read(document)
    reference = document.published
    inferred = None
    if reference is None:
        inferred = _ANY_TIME
        dated = date_document(reading, reader.catalogue, reader.scorer.dating)
        if dated is not None:
            reference = dated.reference
            inferred = dated.published if dated.published.width_days > 1 else None
            document = replace(document, published=dated.published, published_confidence=dated.confidence)
    full = f"{document.headline}\n{document.text}"
    titles = {key: candidate.name for key, candidate in reading.candidates.items()}
    times = find_times(full, reference)
    return Ground(document, reader, full, fold(full), times, titles, _find_orders(full), inferred)


def parse_answer(content: str) -> list[Json]:
    """
    The claims of an answer, unchecked.

    Raises:
        AnswerError: It is no JSON, or half of one, or has no list of claims.
    """
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits is a ValueError, too
        raise AnswerError("the answer is not JSON, or only half of it") from error
    claims = data.get("claims") if isinstance(data, dict) else None
    if not isinstance(claims, list):
        raise AnswerError("the answer has no list of claims")
    return [claim if isinstance(claim, dict) else {} for claim in claims]


def ground_claims(ground: Ground, answers: Sequence[Json]) -> tuple[list[Claim], Counter[str]]:
    """
    The claims that the text carries, in its order and each once; and how many were dropped or trimmed, by reason.
    """
    counts: Counter[str] = Counter()
    found: dict[tuple[object, ...], Claim] = {}
    counts["more claims than an article makes"] = max(0, len(answers) - MOST_CLAIMS)
    for answer in answers[:MOST_CLAIMS]:
        claim = _grounded(ground, answer, counts)
        if claim is not None:
            place = fold(claim.place or "")
            slot = (
                title_key(claim.production.title), claim.production.season, claim.event,
                fold(claim.person or ""), place,
            )  # fmt: skip
            if slot not in found or (claim.time and not found[slot].time):
                found[slot] = claim
    ordered = sorted(found.values(), key=lambda claim: (claim.quote.part != "headline", claim.quote.start))
    return ordered, counts


def _grounded(ground: Ground, answer: Json, counts: Counter[str]) -> Claim | None:
    fields = {name: answer.get(name) or None for name in _FIELDS}
    if not _fits(answer, fields):
        counts["not as the schema says"] += 1
        return None
    event, season, year = Event(answer["event"]), answer.get("season"), answer.get("time_year")
    span = find_quote(ground.document, answer["quote"])
    if span is None:
        counts["quote not in the text"] += 1
        return None
    if not SHORTEST_QUOTE <= len(span.text.strip()) <= LONGEST_QUOTE:
        counts["quote too short or too long to say it"] += 1
        return None
    start = span.start + (len(ground.document.headline) + 1) * (span.part == "text")
    at = (start, start + len(span.text))
    if any(first < at[1] and at[0] < last for first, last in ground.orders):
        counts["quote from an order to the reader"] += 1
        return None
    title = _title_as_found(ground, answer["title"])
    if title is None:
        counts["title not in the text"] += 1
        return None
    person, place = fields["person"], fields["place"]
    if event in PEOPLE_EVENTS and person is not None and not _person_stands(ground, person):
        counts["person not in the text"] += 1
        return None
    if event is Event.LOCATION and (place is None or not _stands(ground, place)):
        counts["place not in the text"] += 1
        return None
    time = None
    if fields["time_phrase"] is not None:
        time = resolve_phrase(ground.full, ground.times, ground.inferred, fields["time_phrase"], at, event, year)
        counts["time not in the text or not understood"] += time is None
    source = fields["source"]
    if source not in (None, "unnamed") and not (_person_stands(ground, source) or _named(ground, source)):
        source = None
        counts["source not in the text"] += 1
    role, platform = fields["role"], fields["platform"]
    return Claim(
        production=Production(title, season),
        event=event,
        quote=span,
        time=time,
        modality=Modality(answer["modality"]),
        source=source,
        person=person if event in PEOPLE_EVENTS else None,
        role=role if event in PEOPLE_EVENTS and role and _stands(ground, role) else None,
        place=place if event is Event.LOCATION else None,
        platform=platform if platform and (platform == "theaters" or _named(ground, platform)) else None,
        score=MODEL_SCORE,
    )


def _fits(answer: Json, fields: Mapping[str, object]) -> bool:
    """Whether a claim of an answer has the types and the words of the schema, in characters that can be written."""
    season, year = answer.get("season"), answer.get("time_year")
    texts = [answer.get("title"), answer.get("quote"), answer.get("event"), answer.get("modality")]
    texts += [value for value in fields.values() if value is not None]
    return (
        (season is None or (type(season) is int and 1 <= season < 1000))
        and (year is None or (type(year) is int and year in YEARS))
        and all(isinstance(value, str) and not _HALF_PAIR.search(value) for value in texts)
        and answer["event"] in set(Event)
        and answer["modality"] in set(Modality)
    )


def find_quote(document: Document, quote: str) -> Span | None:
    """Where a quote stands, exactly, in the text or else in the headline; None where it stands in neither."""
    if not quote.strip():
        return None
    for part in ("text", "headline"):
        start = document.part(part).find(quote)
        if start >= 0:
            return Span(start, start + len(quote), quote, part)
    return None


def fold(text: str) -> str:
    """Letters and digits in small without accents, words apart by one blank, and a blank at both ends."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'").replace("&", " and ")).casefold()
    words = re.findall(r"\w+", "".join(c for c in plain if not unicodedata.combining(c)).replace("'s ", " "))
    return f" {' '.join(words)} "


def _stands(ground: Ground, name: str) -> bool:
    folded = fold(name)
    return bool(folded.strip()) and folded in ground.folded


def _title_as_found(ground: Ground, title: str) -> str | None:
    """A title as the document or the catalogue writes it; None where it does not stand in the text, by no name of it."""
    key = title_key(title)
    if not key:
        return None
    if key in ground.titles:
        return ground.titles[key]
    if _stands(ground, title) or _runs_in(ground, title) or _stands(ground, re.sub(r"^(?:The|A|An) ", "", title)):
        return title
    lexicon = ground.reader.lexicon
    aliased = any(lexicon.aliases.get(found) == key for found in ground.titles)
    return title if aliased else None


def _find_orders(text: str) -> list[tuple[int, int]]:
    """The stretches that talk to a model: each from the start of the sentence that begins it to the end of its line."""
    stretches = []
    for match in _ORDER.finditer(text):
        starts = [text.rfind(mark, 0, match.start()) + len(mark) for mark in (". ", "! ", "? ", "\n")]
        found = [start for start, mark in zip(starts, (2, 2, 2, 1), strict=True) if start >= mark]
        end = text.find("\n", match.end())
        stretches.append((max(found, default=0), end if end >= 0 else len(text)))
    return stretches


def _person_stands(ground: Ground, person: str) -> bool:
    """Whether a name stands in the text, or a last name there is that of somebody the catalogue knows."""
    words = fold(person).split()
    if not words:
        return False
    if _stands(ground, person) or (person in ground.reader.lexicon.people and _stands(ground, words[-1])):
        return True
    # A nickname within the name, and a name that a page ran into the next word.
    within = rf" {re.escape(words[0])} (?:\w+ ){{1,2}}{re.escape(words[-1])} "
    nicknamed = len(words) > 1 and re.search(within, ground.folded) is not None
    return nicknamed or _runs_in(ground, person)


def _runs_in(ground: Ground, name: str) -> bool:
    """Whether a name of two words or more stands as written, though a page may have run it into its neighbours."""
    return " " in name.strip() and name in ground.full


def _named(ground: Ground, name: str) -> bool:
    """Whether an outlet, a company or a platform is named, by its own name or another that the catalogue has."""
    if _stands(ground, name) or (ground.document.outlet and title_key(name) == title_key(ground.document.outlet)):
        return True
    lexicon = ground.reader.lexicon
    others = [alias for alias, of in lexicon.platforms.items() if of == name]
    others += [alias for alias, of in lexicon.outlets.items() if getattr(of, "name", of) == name]
    return any(_stands(ground, other) for other in others)
