"""
Answers to claims: what the text does not carry is dropped and counted.

The quote is an exact run of the article; titles, people and places stand in it or are resolved from it; the phrase that
tells the time is resolved by `callboard.understand.times`.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from callboard.model import PEOPLE_EVENTS, Claim, Document, Event, Json, Modality, Production, Span, title_key
from callboard.understand.dating import date_document
from callboard.understand.reader import Reader
from callboard.understand.times import Relation, TimeMention, find_times
from callboard.when import When

_FIELDS = ("time_phrase", "source", "person", "role", "place", "platform")
_STARTS = frozenset({Event.FILMING_START, Event.PREPARATION, Event.RELEASE})


class AnswerError(ValueError):
    """An answer that is no JSON object with a list of claims."""


@dataclass(frozen=True)
class Ground:
    """A document with all that answers are held to."""

    document: Document  # dated, where it could be
    reader: Reader
    full: str  # headline and text, one string
    folded: str  # `full` as `_fold` writes it
    times: Sequence[TimeMention]  # offsets into `full`
    titles: frozenset[str]  # keys of the titles that reading found


def make_ground(reader: Reader, document: Document) -> Ground:
    """Reads a document as the built-in reader does, so that both date it alike."""
    outlet = reader.catalogue.outlet_of(document.url) if document.url else None
    if outlet is not None:
        document = replace(document, outlet=outlet.name)
    reading = reader.read(document)
    reference = document.published
    if reference is None:
        dated = date_document(reading, reader.catalogue, reader.scorer.dating)
        if dated is not None:
            reference = dated.reference
            document = replace(document, published=dated.published, published_confidence=dated.confidence)
    full = f"{document.headline}\n{document.text}"
    return Ground(document, reader, full, _fold(full), find_times(full, reference), frozenset(reading.candidates))


def parse_answer(content: str) -> list[Json]:
    """
    The claims of an answer, unchecked.

    Raises:
        AnswerError: It is no JSON, or half of one, or has no list of claims.
    """
    try:
        data = json.loads(content)
    except (json.JSONDecodeError, RecursionError) as error:
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
    for answer in answers:
        claim = _grounded(ground, answer, counts)
        if claim is not None:
            place = _fold(claim.place or "")
            slot = (
                title_key(claim.production.title), claim.production.season, claim.event,
                _fold(claim.person or ""), place,
            )  # fmt: skip
            if slot not in found or (claim.time and not found[slot].time):
                found[slot] = claim
    ordered = sorted(found.values(), key=lambda claim: (claim.quote.part != "headline", claim.quote.start))
    return ordered, counts


def _grounded(ground: Ground, answer: Json, counts: Counter[str]) -> Claim | None:
    season, title, quote = answer.get("season"), answer.get("title"), answer.get("quote")
    year = answer.get("time_year")
    fields = {name: answer.get(name) or None for name in _FIELDS}
    fits = (
        (season is None or (type(season) is int and 1 <= season < 1000))
        and (year is None or type(year) is int)
        and isinstance(title, str)
        and isinstance(quote, str)
        and all(value is None or isinstance(value, str) for value in fields.values())
        and answer.get("event") in set(Event)
        and answer.get("modality") in set(Modality)
    )
    if not fits or not isinstance(title, str) or not isinstance(quote, str):
        counts["not as the schema says"] += 1
        return None
    event = Event(answer["event"])
    span = find_quote(ground.document, quote)
    if span is None:
        counts["quote not in the text"] += 1
        return None
    if not _title_stands(ground, title):
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
        time = resolve_phrase(ground, fields["time_phrase"], span, event, year)
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
    )


def resolve_phrase(ground: Ground, phrase: str, quote: Span, event: Event, year: int | None = None) -> When | None:
    """
    The time that a phrase of the text tells, of the occurrence nearest to the quote; None where it tells none.

    A date without a year has two readings; `year` chooses between them and does nothing else. Of a range with two ends, a start takes the first and the end of a shoot the last.
    """
    if not phrase.strip():
        return None
    base = quote.start if quote.part == "headline" else quote.start + len(ground.document.headline) + 1
    places = [match.span() for match in re.finditer(re.escape(phrase), ground.full)]
    near = sorted(places, key=lambda at: (max(at[0] - base - len(quote.text), base - at[1], 0), at))
    for start, end in near:
        inside = [m for m in ground.times if m.when is not None and m.start < end and start < m.end]
        if inside:
            longest = max(inside, key=lambda m: (min(m.end, end) - max(m.start, start), -m.start))
            if year is not None and longest.other and _year_of(longest.other) == year != _year_of(longest.when):
                return longest.other
            return _when(longest, event)
    return None


def _year_of(when: When | None) -> int | None:
    """The year of a time that lies within one, a winter in the year it begins; None for all else."""
    if when is None or when.first is None or when.last is None or when.width_days > 366:
        return None
    return when.first.year


def _when(mention: TimeMention, event: Event) -> When | None:
    if mention.ends is not None:
        if event in _STARTS:
            return mention.ends[0]
        if event is Event.FILMING_END:
            return mention.ends[1]
        return mention.when
    # "Since April" of a start is April; "until May" of an end is May. Of what lasts, the relation says how long.
    if mention.relation is Relation.BEFORE or (mention.relation is Relation.BY and event not in (Event.FILMING_END,)):
        return mention.bounded
    return mention.when


def find_quote(document: Document, quote: str) -> Span | None:
    """Where a quote stands, exactly, in the text or else in the headline; None where it stands in neither."""
    if not quote.strip():
        return None
    for part in ("text", "headline"):
        start = document.part(part).find(quote)
        if start >= 0:
            return Span(start, start + len(quote), quote, part)
    return None


def _fold(text: str) -> str:
    """Letters and digits in small without accents, words apart by one blank, and a blank at both ends."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'").replace("&", " and ")).casefold()
    words = re.findall(r"\w+", "".join(c for c in plain if not unicodedata.combining(c)).replace("'s ", " "))
    return f" {' '.join(words)} "


def _stands(ground: Ground, name: str) -> bool:
    folded = _fold(name)
    return bool(folded.strip()) and folded in ground.folded


def _title_stands(ground: Ground, title: str) -> bool:
    key = title_key(title)
    if not key:
        return False
    if (
        _stands(ground, title)
        or _runs_in(ground, title)
        or key in ground.titles
        or _stands(ground, re.sub(r"^(?:The|A|An) ", "", title))
    ):
        return True
    lexicon = ground.reader.lexicon
    return any(lexicon.aliases.get(found) == key for found in ground.titles)


def _person_stands(ground: Ground, person: str) -> bool:
    """Whether a name stands in the text, or a last name there is that of somebody the catalogue knows."""
    words = _fold(person).split()
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
