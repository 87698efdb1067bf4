"""
From a reading to claims: candidates are scored, the best row for each claim is kept, and its details are filled in.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from callboard.model import PEOPLE_EVENTS, Claim, Event, Modality, Production
from callboard.understand import details, joining, people, sources
from callboard.understand.entities import Entity
from callboard.understand.features import frame_features, stem
from callboard.understand.forest import Floats, Forest
from callboard.understand.frames import Frame
from callboard.understand.joining import EVENTS, Row, make_rows, season_tables
from callboard.understand.lexicon import Lexicon
from callboard.understand.reading import Reading
from callboard.understand.scorer import Scorer
from callboard.understand.wording import Wording
from callboard.when import When

MODALITIES = tuple(Modality)
_CASTING, _CREW = EVENTS.index(Event.CASTING), EVENTS.index(Event.CREW)


@dataclass(frozen=True)
class Judged:
    """Frames with what the scorers say of each."""

    frames: Sequence[Frame]
    features: Sequence[list[str]]
    logits: Floats  # log odds of each event, shape (n_frames, n_events)
    rules: Floats  # 1 where a rule found the event, -1 where it found it denied, else 0


def rule_hits(frames: Sequence[Frame], wording: Wording) -> tuple[Floats, list[list[str]]]:
    """For each frame and event whether a wording rule hits, and the hits as features for the linear scorers."""
    found = np.zeros((len(frames), len(EVENTS)))
    features: list[list[str]] = []
    for i, frame in enumerate(frames):
        names: list[str] = []
        for number, rule in wording.hits(frame.text):
            e = EVENTS.index(rule.event)
            found[i, e] = -1.0 if rule.modality is Modality.DENIED else max(found[i, e], 1.0)
            names += [f"rule:{rule.event}:{rule.modality}", f"rule:{rule.event}", f"rule:{number}"]
        features.append(sorted(set(names)))
    return found, features


def all_features(frame: Frame, rule_names: Sequence[str]) -> list[str]:
    """The features of a frame for the linear scorers, rules included."""
    features = frame_features(
        frame.words,
        frame.target,
        frame.how,
        headline=frame.sentence.in_headline,
        others=frame.others,
        header=frame.header,
    )
    return features + list(rule_names)


def judge_frames(frames: Sequence[Frame], scorer: Scorer, wording: Wording) -> Judged:
    """What the learned wording model and the rules say of each frame."""
    rules, names = rule_hits(frames, wording)
    features = [all_features(frame, rule_names) for frame, rule_names in zip(frames, names)]
    logits = (
        np.array([scorer.events.log_odds(feature) for feature in features]) if features else np.zeros((0, len(EVENTS)))
    )
    return Judged(frames, features, logits, rules)


def find_claims(reading: Reading, judged: Judged, scorer: Scorer, lexicon: Lexicon) -> list[Claim]:
    """The claims of a document, in order of the text; each with a score that is a calibrated probability."""
    rows, table = make_rows(reading, judged.frames, judged.logits, lexicon, judged.rules)
    milestone = [i for i, row in enumerate(rows) if EVENTS[row.event] not in PEOPLE_EVENTS]
    rows, table = [rows[i] for i in milestone], table[milestone]
    raw = scorer.forests["claims"].probability(table)
    chosen = choose_rows(judged.frames, rows, [scorer.calibrated(p) for p in raw], scorer.thresholds)
    speakers = sources.find_speakers(reading)
    found = [_claim(reading, judged, row, p, scorer, speakers) for row, p in chosen]
    found += _people_claims(reading, judged, scorer, lexicon, speakers)
    asked = [one for _, one, _ in found]
    times = best_times(reading, asked, scorer)
    named = best_sources(reading, asked, [claim.person for _, _, claim in found], scorer)
    complete = [(at, replace(claim, time=t, source=s)) for (at, _, claim), t, s in zip(found, times, named)]
    return [claim for _, claim in sorted(complete, key=lambda item: item[0])]


def choose_rows(
    frames: Sequence[Frame], rows: Sequence[Row], scores: Sequence[float], thresholds: Mapping[str, float]
) -> list[tuple[Row, float]]:
    """The rows that become claims: the best for each title, event and season, one season a sentence unless it names several."""
    best: dict[tuple[str, int, int | None], tuple[float, Row]] = {}
    for row, score in zip(rows, scores):
        slot = (frames[row.frame].key, row.event, row.season)
        if score > best.get(slot, (0.0, row))[0]:
            best[slot] = (score, row)
    taken: dict[tuple[str, int], list[Row]] = {}
    chosen: list[tuple[Row, float]] = []
    for slot, (score, row) in sorted(best.items(), key=lambda item: (-item[1][0], str(item[0]))):
        if score < thresholds[str(EVENTS[row.event])]:
            continue
        numbers = {n for mention in frames[row.frame].seasons for n in mention.numbers}
        rivals = [other for other in taken.get(slot[:2], []) if other.frame == row.frame]
        if rivals and not all(other.season in numbers for other in (*rivals, row)):
            continue
        taken.setdefault(slot[:2], []).append(row)
        chosen.append((row, score))
    return chosen


def anchor_of(frame: Frame, event: int, scorer: Scorer) -> int:
    """Index of the word that speaks most for the event."""
    if not frame.words:
        return 0
    weights = [scorer.events.weight(f"s1:{stem(word)}", event) for word in frame.words]
    pairs = [scorer.events.weight(f"s2:{stem(a)} {stem(b)}", event) for a, b in zip(frame.words, frame.words[1:])] + [
        0.0
    ]
    total = [w + 0.5 * p for w, p in zip(weights, pairs)]
    return max(range(len(total)), key=lambda i: total[i])


def modality_of(features: Sequence[str], event: Event, scorer: Scorer) -> Floats:
    """Probability of each modality of an event in a frame, shape ``(4,)``."""
    odds = scorer.modality.log_odds([*features, *modality_features(features, event)])
    probability = 1.0 / (1.0 + np.exp(-odds))
    return np.asarray(probability / probability.sum())


def modality_features(features: Sequence[str], event: Event) -> list[str]:
    """What the modality scorer sees besides the frame: the event, and the event with each rule hit."""
    return [f"event:{event}", *(f"event:{event}|{name}" for name in features if name.startswith("rule:"))]


def production_of(reading: Reading, key: str, season: int | None) -> Production:
    """The production of a title key, named as the document writes it at its longest."""
    return Production(reading.candidates[key].name, season)


def _claim(
    reading: Reading, judged: Judged, row: Row, score: float, scorer: Scorer, speakers: Mapping[str, tuple[int, Entity]]
) -> tuple[int, details.Asked, Claim]:
    """Where the claim stands, what is still to be asked of it, and the claim without time and source."""
    frame = judged.frames[row.frame]
    event = EVENTS[row.event]
    anchor = anchor_of(frame, row.event, scorer)
    asked = asked_of(reading, judged, row.frame, row.event, anchor, row.season, scorer, speakers)
    start, end = details.quote_of(frame, anchor)
    place = place_of(frame, anchor) if event is Event.LOCATION else None
    claim = Claim(
        production=production_of(reading, frame.key, row.season),
        event=event,
        quote=reading.layout.span(start, end),
        modality=MODALITIES[int(asked.modality.argmax())],
        place=place,
        platform=details.platform_of(frame, anchor)
        if event in (Event.RELEASE, Event.ORDER, Event.CANCELLATION)
        else None,
        score=score,
    )
    return frame.sentence.start, asked, claim


def asked_of(
    reading: Reading, judged: Judged, frame: int, event: int, anchor: int, season: int | None, scorer: Scorer,
    speakers: Mapping[str, tuple[int, Entity]],
) -> details.Asked:  # fmt: skip
    """A claim as the search for its details sees it."""
    return details.Asked(
        frame=judged.frames[frame],
        event=event,
        anchor=anchor,
        season=season,
        modality=modality_of(judged.features[frame], EVENTS[event], scorer),
        logit=float(judged.logits[frame, event]),
        speakers=speakers,
        retold=details.retellings(judged.frames, judged.logits, judged.frames[frame], event),
    )


def best_times(reading: Reading, asked: Sequence[details.Asked], scorer: Scorer) -> list[When | None]:
    """The time that each claim most likely has; None for no time."""
    options = [details.time_options(reading, one) for one in asked]
    tables = []
    for one, some in zip(asked, options):
        words = [float(scorer.timewords.log_odds(row)[0]) for row in details.time_words(one, some, reading)]
        tables.append(details.describe_times(reading, one, some, words))
    return [details.choose_time(some, rated) for some, rated in zip(options, _rate(tables, scorer.forests["times"]))]


def best_sources(
    reading: Reading, asked: Sequence[details.Asked], persons: Sequence[str | None], scorer: Scorer
) -> list[str | None]:
    """Who is most likely named as saying each claim; None for the article's own voice."""
    options = [sources.source_options(reading, one) for one in asked]
    tables = []
    for one, some, person in zip(asked, options, persons):
        words = [float(scorer.sourcewords.log_odds(row)[0]) for row in sources.source_words(one, some)]
        tables.append(sources.describe_sources(reading, one, some, words, person))
    return [
        sources.choose_source(some, rated) for some, rated in zip(options, _rate(tables, scorer.forests["sources"]))
    ]


def _rate(tables: Sequence[Floats], forest: Forest) -> list[Floats]:
    """The forest's probabilities of the rows of each table; one pass for all, as a pass costs more than its rows."""
    if not tables:
        return []
    ends = np.cumsum([len(table) for table in tables])[:-1]
    return [np.asarray(part) for part in np.split(forest.probability(np.vstack(tables)), ends)]


def place_of(frame: Frame, anchor: int) -> str | None:
    """The place named nearest to the word that speaks for a shoot."""
    anchor_at = frame.offsets[anchor][0] if frame.offsets else 0
    near = sorted((abs(e.start - anchor_at), e.name) for e in frame.mentions.entities if e.kind == "place")
    return near[0][1] if near else None


# --- cast and crew ---


@dataclass(frozen=True)
class PersonRow:
    """One person of one frame, as cast or crew, with a season."""

    person: people.PersonFrame
    crew: bool
    season: int | None


def person_rows(
    reading: Reading, judged: Judged, persons: Iterable[tuple[people.PersonFrame, Floats]], lexicon: Lexicon
) -> tuple[list[PersonRow], Floats]:
    """Candidate statements about people and their features, shape ``(n_rows, len(people.FEATURES))``."""
    tables = season_tables(reading, judged.frames)
    text = reading.layout.full
    film_words, series_words = joining.kind_words(text)
    mentions = Counter(entity.name for entity in reading.entities if entity.kind == "person")
    rows: list[PersonRow] = []
    values: list[list[float]] = []
    n = max(1, len(reading.layout.sentences))
    for person, odds in persons:
        frame = judged.frames[person.frame]
        table = tables[frame.key]
        candidate = reading.candidates[frame.key]
        known = lexicon.known(frame.key)
        numbers = {k for m in frame.seasons for k in m.numbers}
        before = frame.sentence.text[: person.entity.start - frame.sentence.start].lower()
        for crew in (False, True):
            if max(odds[int(crew)], judged.logits[person.frame, _CREW if crew else _CASTING]) < -3.5:
                continue
            for season in people.season_choices(frame, table.top):
                rows.append(PersonRow(person, crew, season))
                row = {
                    "crew": crew, "casting_logit": odds[0], "crew_logit": odds[1],
                    "frame_casting": judged.logits[person.frame, _CASTING], "frame_crew": judged.logits[person.frame, _CREW],
                    "title_probability": candidate.probability, "title_rank": frame.rank,
                    "title_headline": any(start < reading.layout.headline_end for start, _ in candidate.places),
                    "title_count": len(candidate.places), f"how_{frame.how}": 1.0, "distance": frame.distance, "others": frame.others,
                    "none": season is None, "one": season == 1, "in_frame": season in numbers, "season_top": season == table.top,
                    "season_headline": season in table.headline, "any_season": bool(table.count), "season_count": table.count[season] if season else 0,
                    "season_max": bool(table.count) and season == max(table.count), "frame_seasons": len(numbers),
                    "known_film": any(t.kind == "film" for t in known), "known_series": any(t.kind == "series" for t in known),
                    "film_words": film_words, "series_words": series_words, "words": len(frame.words),
                    "headline": frame.sentence.in_headline, "closed": frame.sentence.closed,
                    "boilerplate": joining.is_boilerplate(frame.sentence.text.strip()),
                    "people": sum(e.kind == "person" for e in frame.mentions.entities), "position": frame.sentence.index / n,
                    "known_person": person.entity.name in lexicon.people, "mentions_of_person": mentions[person.entity.name],
                    "has_role": people.role_of(person.entity, frame, crew=crew) is not None, "order": person.at,
                    "titles": len(reading.candidates), "says": bool(re.search(r"\b(?:said|says|told|tells|explained|revealed)\b", frame.sentence.text)),
                    "byline_like": before.strip() in ("by", "words by", "written by", "text by", "news by"),
                    "near_title": abs(person.at - frame.target) if frame.target >= 0 else 40,
                }  # fmt: skip
                values.append([float(row.get(name, 0.0)) for name in people.FEATURES])
    return rows, np.array(values) if values else np.zeros((0, len(people.FEATURES)))


def _people_claims(
    reading: Reading, judged: Judged, scorer: Scorer, lexicon: Lexicon, speakers: Mapping[str, tuple[int, Entity]]
) -> list[tuple[int, details.Asked, Claim]]:
    persons = []
    for i, frame in enumerate(judged.frames):
        for person in people.person_frames(i, frame):
            persons.append((person, scorer.persons.log_odds(people.person_features(person, frame))))
    rows, table = person_rows(reading, judged, persons, lexicon)
    probabilities = scorer.forests["people"].probability(table)
    claims = []
    for row, p in choose_people(judged.frames, rows, probabilities, scorer.thresholds):
        frame = judged.frames[row.person.frame]
        event = Event.CREW if row.crew else Event.CASTING
        e = _CREW if row.crew else _CASTING
        asked = asked_of(reading, judged, row.person.frame, e, row.person.at, row.season, scorer, speakers)
        start, end = details.quote_of(frame, row.person.at)
        claim = Claim(
            production=production_of(reading, frame.key, row.season),
            event=event,
            quote=reading.layout.span(start, end),
            modality=MODALITIES[int(asked.modality.argmax())],
            person=row.person.entity.name,
            role=people.role_of(row.person.entity, frame, crew=row.crew),
            score=p,
        )
        claims.append((row.person.entity.start, asked, claim))
    return claims


def choose_people(
    frames: Sequence[Frame], rows: Sequence[PersonRow], scores: Iterable[float], thresholds: Mapping[str, float]
) -> list[tuple[PersonRow, float]]:
    """The best row for each title, person and kind, with one season each; one title for a person in a sentence."""
    best: dict[tuple[str, str, bool], tuple[float, PersonRow]] = {}
    for row, score in zip(rows, scores):
        slot = (frames[row.person.frame].key, row.person.entity.name, row.crew)
        if score > best.get(slot, (0.0, row))[0]:
            best[slot] = (float(score), row)
    chosen: list[tuple[PersonRow, float]] = []
    used: set[tuple[int, bool]] = set()
    for score, row in sorted(best.values(), key=lambda item: (-item[0], item[1].person.entity.start)):
        place = (row.person.entity.start, row.crew)
        if score >= thresholds["crew" if row.crew else "casting"] and place not in used:
            used.add(place)
            chosen.append((row, score))
    return chosen
