"""
From a reading to claims: candidates are scored, the best row for each claim is kept, and its details are filled in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from callboard.model import OTHER_EVENTS, Claim, Event, Modality, Production
from callboard.understand import casting_seasons, castings, details, modality, people, sources
from callboard.understand.anchors import Anchors
from callboard.understand.entities import Entity
from callboard.understand.features import frame_features
from callboard.understand.forest import Floats, Forest
from callboard.understand.frames import Frame, counted_seasons
from callboard.understand.joining import EVENTS, Judged, Row, blend, make_rows
from callboard.understand.lexicon import Lexicon
from callboard.understand.linear import Linear
from callboard.understand.reading import Reading
from callboard.understand.scorer import Scorer
from callboard.understand.second_look import look_at_pairs, look_at_rows
from callboard.understand.word_classes import class_features
from callboard.understand.wording import Wording
from callboard.when import When

ON_PLATFORMS = (Event.RELEASE, Event.ORDER, Event.CANCELLATION)  # events whose platform is asked for
Stages = Mapping[tuple[str, int | None], float]
Speakers = Mapping[str, tuple[int, Entity]]
# What the best of a document's claims, and all of them together, must reach for it to claim anything; see `is_silent`. On 587
# articles that the reader had not seen, and on which these were chosen, claims on pages without any went from 0.82 to 0.47 a page.
_SILENT_BEST, _SILENT_SUM = 0.5, 0.8
_SHORT = 8  # sentences


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
    words = scorer.events.log_odds_of(features)
    classes = scorer.classes.log_odds_of([class_features(frame.words, frame.target, frame.how) for frame in frames])
    encoded = scorer.encoder.encode(frames)
    logits = blend(words, encoded)
    return Judged(frames, features, logits, words, classes, encoded, Anchors(frames, scorer.events), rules)


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known of a document when the details of its claims are asked for."""

    reading: Reading
    judged: Judged
    modality: Linear
    speakers: Speakers
    voices: Sequence[frozenset[str]]  # of each sentence the names of those who speak in it
    lexicon: Lexicon
    rated: Mapping[Row, float]  # probability of each row that may make a claim
    timed: Mapping[str, Sequence[int]]  # the frames of each title whose sentences have a time

    @staticmethod
    def of(
        reading: Reading,
        judged: Judged,
        modality: Linear,
        lexicon: Lexicon,
        rows: Iterable[Row],
        rated: Iterable[float],
    ) -> Known:
        """What is known once the rows have been rated."""
        timed: dict[str, list[int]] = {}
        for i, frame in enumerate(judged.frames):
            if frame.mentions.times:
                timed.setdefault(frame.key, []).append(i)
        speakers, voices = sources.find_speakers(reading), sources.find_voices(reading)
        return Known(reading, judged, modality, speakers, voices, lexicon, dict(zip(rows, map(float, rated))), timed)

    def ask(self, frame: int, event: int, anchor: int, season: int | None) -> details.Asked:
        """A claim as the search for its details sees it."""
        judged = self.judged
        own = judged.frames[frame]
        run = self.lexicon.run(own.key)
        tellings = (
            details.Telling(judged.frames[i], float(judged.logits[i, event]), judged.anchors.of(i, event), self.rated.get(Row(i, event, season), 0.0), judged.encoded[i])
            for i in self.timed.get(own.key, ())
        )  # fmt: skip
        return details.Asked(
            frame=own,
            event=event,
            anchor=anchor,
            season=season,
            modality=modality.by_words(judged.features[frame], EVENTS[event], own, anchor, self.modality),
            logit=float(judged.logits[frame, event]),
            encoding=judged.encoded[frame],
            speakers=self.speakers,
            voices=self.voices,
            rated=self.rated.get(Row(frame, event, season), 0.0),
            retold=details.retellings(tellings, own),
            released=run.released(season, self.reading.year),
            earlier=run.seasons.get(season - 1) if season is not None else None,
        )


def find_claims(reading: Reading, judged: Judged, scorer: Scorer, lexicon: Lexicon) -> list[Claim]:
    """The claims of a document, in order of the text; each with a score that is a calibrated probability."""
    rows, table = make_rows(reading, judged, lexicon)
    raw = rate_rows(judged.frames, rows, table, scorer)
    stages = stages_of(judged.frames, rows, raw)
    chosen = choose_rows(judged.frames, rows, [scorer.calibrated(p) for p in raw], scorer.thresholds)
    known = Known.of(reading, judged, scorer.modality, lexicon, rows, raw)
    found = [_claim(known, row, p) for row, p in chosen] + _named_claims(known, scorer, stages)
    if is_silent([claim for _, _, claim in found], sum(sentence.closed for sentence in reading.layout.sentences)):
        found = [each for each in found if each[2].event in OTHER_EVENTS]
    rated = modality.rate([one for _, one, _ in found], scorer.forests["modalities"])
    asked = [replace(one, modality=shares) for (_, one, _), shares in zip(found, rated)]
    times = best_times(reading, asked, scorer)
    named = best_sources(reading, asked, [claim.person for _, _, claim in found], scorer)
    complete = [
        (at, replace(claim, modality=one.put, time=t, source=s))
        for (at, _, claim), one, t, s in zip(found, asked, times, named)
    ]
    return [claim for _, claim in sorted(complete, key=lambda item: item[0])]


def rate_rows(frames: Sequence[Frame], rows: Sequence[Row], table: Floats, scorer: Scorer) -> Floats:
    """The probability of each candidate row after the second look, shape ``(n_rows,)``; see `make_rows` for the table."""
    first = scorer.forests["rows"].probability(table)
    return scorer.forests["claims"].probability(look_at_rows(frames, rows, table, first))


def rate_pairs(
    frames: Sequence[Frame], mentions: Sequence[people.Mention], casting: castings.Casting, scorer: Scorer
) -> Floats:
    """The same of the candidate pairs of people and places with titles, shape ``(n_pairs,)``."""
    first = scorer.forests["pairs"].probability(casting.table)
    return scorer.forests["people"].probability(look_at_pairs(frames, mentions, casting.pairs, casting.table, first))


def is_silent(claims: Iterable[Claim], sentences: int) -> bool:
    """
    Whether a document says nothing of any production's making or release: no such claim is likelier right than wrong, or, where it
    has more to say than a short item, hardly one is to be expected right.
    """
    scores = [claim.score for claim in claims if claim.event not in OTHER_EVENTS]
    return not scores or max(scores) < _SILENT_BEST or (sentences > _SHORT and sum(scores) < _SILENT_SUM)


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
        if EVENTS[row.event] is Event.ORDER and row.season in counted_seasons(frames[row.frame]):
            continue  # "cancelled after two seasons" orders none
        numbers = {n for mention in frames[row.frame].seasons for n in mention.numbers}
        rivals = [other for other in taken.get(slot[:2], []) if other.frame == row.frame]
        if rivals and not all(other.season in numbers for other in (*rivals, row)):
            continue
        taken.setdefault(slot[:2], []).append(row)
        chosen.append((row, score))
    return chosen


def production_of(reading: Reading, key: str, season: int | None) -> Production:
    """The production of a title key, named as the document writes it at its longest."""
    return Production(reading.candidates[key].name, season)


def _claim(known: Known, row: Row, score: float) -> tuple[int, details.Asked, Claim]:
    """Where the claim stands, what is still to be asked of it, and the claim without modality, time and source."""
    reading, frame, event = known.reading, known.judged.frames[row.frame], EVENTS[row.event]
    anchor = known.judged.anchors.of(row.frame, row.event)
    asked = known.ask(row.frame, row.event, anchor, row.season)
    start, end = details.quote_of(frame, anchor)
    claim = Claim(
        production=production_of(reading, frame.key, row.season),
        event=event,
        quote=reading.layout.span(start, end),
        platform=details.platform_of(frame, anchor) if event in ON_PLATFORMS else None,
        score=score,
    )
    return frame.sentence.start, asked, claim


def best_times(reading: Reading, asked: Sequence[details.Asked], scorer: Scorer) -> list[When | None]:
    """The time that each claim most likely has; None for no time."""
    options = [details.time_options(reading, one) for one in asked]
    tables = []
    for one, some in zip(asked, options):
        words = scorer.timewords.log_odds_of(details.time_words(one, some, reading))[:, 0]
        tables.append(details.describe_times(reading, one, some, words.tolist()))
    return [details.choose_time(some, rated) for some, rated in zip(options, _rate(tables, scorer.forests["times"]))]


def best_sources(
    reading: Reading, asked: Sequence[details.Asked], persons: Sequence[str | None], scorer: Scorer
) -> list[str | None]:
    """Who is most likely named as saying each claim; None for the article's own voice."""
    options = [sources.source_options(reading, one) for one in asked]
    tables = []
    for one, some, person in zip(asked, options, persons):
        words = scorer.sourcewords.log_odds_of(sources.source_words(one, some))[:, 0]
        tables.append(sources.describe_sources(reading, one, some, words.tolist(), person))
    return [
        sources.choose_source(some, rated) for some, rated in zip(options, _rate(tables, scorer.forests["sources"]))
    ]


def _rate(tables: Sequence[Floats], forest: Forest) -> list[Floats]:
    """The forest's probabilities of the rows of each table; one pass for all, as a pass costs more than its rows."""
    if not tables:
        return []
    ends = np.cumsum([len(table) for table in tables])[:-1]
    return [np.asarray(part) for part in np.split(forest.probability(np.vstack(tables)), ends)]


# --- cast, crew and places of a shoot ---


def stages_of(frames: Sequence[Frame], rows: Sequence[Row], scores: Iterable[float]) -> Stages:
    """How much the candidate rows say of each title and season."""
    keys = (frames[row.frame].key for row in rows)
    return casting_seasons.stages_of(keys, (row.event for row in rows), (row.season for row in rows), scores)


def castings_of(
    reading: Reading, judged: Judged, mentions: Sequence[people.Mention], odds: Floats, lexicon: Lexicon
) -> castings.Casting:
    """The candidate pairs of a document's mentions of people and places with its titles."""
    logits = judged.logits[:, [EVENTS.index(event) for event in castings.EVENTS]]
    return castings.find_castings(reading, judged.frames, judged.encoded, logits, mentions, odds, lexicon)


def anchor_at(frame: Frame, mention: people.Mention) -> int:
    """Index of the word of a frame at which a mention stands."""
    return next((i for i, (start, _) in enumerate(frame.offsets) if start == mention.place), 0)


def _named_claims(known: Known, scorer: Scorer, stages: Stages) -> list[tuple[int, details.Asked, Claim]]:
    reading, judged, lexicon = known.reading, known.judged, known.lexicon
    mentions = people.find_mentions(judged.frames)
    if not mentions:
        return []
    odds = scorer.persons.log_odds_of([people.mention_features(m, judged.frames[m.frame]) for m in mentions])
    casting = castings_of(reading, judged, mentions, odds, lexicon)
    scores = rate_pairs(judged.frames, mentions, casting, scorer)
    chosen = castings.choose_pairs(mentions, casting.pairs, scores, scorer.thresholds)
    pairs = [casting.pairs[i] for i, _ in chosen]
    rows, table = casting_seasons.describe_seasons(reading, judged.frames, mentions, pairs, lexicon, stages)
    seasons = casting_seasons.choose_seasons(rows, scorer.forests["seasons"].probability(table))
    claims = []
    for number, (pair, (_, score)) in enumerate(zip(pairs, chosen)):
        mention, frame, event = mentions[pair.mention], judged.frames[pair.frame], castings.EVENTS[pair.event]
        anchor, e = anchor_at(frame, mention), EVENTS.index(event)
        asked = known.ask(pair.frame, e, anchor, seasons[number])
        start, end = details.quote_of(frame, anchor)
        place = event is Event.LOCATION
        claim = Claim(
            production=production_of(reading, pair.key, seasons[number]),
            event=event,
            quote=reading.layout.span(start, end),
            person=None if place else mention.entity.name,
            role=None if place else people.role_of(mention.entity, frame, crew=event is Event.CREW),
            place=mention.entity.name if place else None,
            score=scorer.calibrated_named(score),
        )
        claims.append((mention.place, asked, claim))
    return claims
