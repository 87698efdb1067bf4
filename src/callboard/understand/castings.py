"""
Which title a person or a place of a shoot belongs to: candidate pairs of a mention and a title, and their choice.

A linear scorer says of each mention whether the text makes it a member of a cast or a crew at all; a forest then rates
each title that the sentence may mean. `callboard.understand.casting_seasons` settles the season.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

import numpy as np

from callboard.understand import joining
from callboard.understand.encoder import ABSENT, Encoding, lead
from callboard.understand.forest import Floats
from callboard.understand.frames import Frame
from callboard.understand.joining import season_tables
from callboard.understand.lexicon import Lexicon
from callboard.understand.people import Mention, list_around, role_of
from callboard.understand.reading import Reading, TitleMention

EVENTS = joining.OF_NAMES
# A mention less likely than this (log odds) to say anything of a cast or a crew is not tried.
FLOOR = -3.6
KIND_FEATURES = ("film_words", "series_words", "known_film", "known_series")

PAIR_FEATURES = (
    "crew", "place", "odds", "odds_other", "odds_list", "odds_list_max", "odds_neighbours", "odds_before", "odds_after", "odds_elsewhere",
    "frame_logit", "frame_logit_best", "title_probability", "title_rank", "title_headline", "title_count", "titles", "likely_titles",
    "named", "distance", "recency", "named_before_in_text", "gap", "side", "nearest", "between", "same_clause", "adjacent",
    "in_paren", "title_after_paren", "titles_in_sentence", "only_title", "reference", "possessive", "led", "position", "headline", "closed",
    "boilerplate", "people", "run", "words", "known_person", "mentions_of_person", "has_role", "with_title_elsewhere", "first_mention",
    "probability_share", "probability_rank", "rival", "recency_likely", "same_paragraph", "how_noun", "how_pronoun", "logit_gain", "credited", "credited_other", "credits_known",
    "encoder", "encoder_other", "encoder_lead", *KIND_FEATURES,
)  # fmt: skip
_IN_ORDER = itemgetter(*PAIR_FEATURES)


@dataclass(frozen=True, slots=True)
class Pair:
    """A mention that may speak of a title, as cast or crew."""

    mention: int  # index of the mention
    key: str  # of the title
    event: int  # index in EVENTS
    frame: int  # index of the frame of the sentence about the title; of its first frame where it has none


@dataclass(frozen=True)
class Casting:
    """All that is asked of the people of a document."""

    mentions: Sequence[Mention]
    pairs: Sequence[Pair]
    table: Floats  # shape (n_pairs, len(PAIR_FEATURES))


class Scene:
    """What a document says around its mentions, counted once."""

    def __init__(self, reading: Reading, frames: Sequence[Frame], lexicon: Lexicon) -> None:
        text = reading.layout.full
        self.film_words, self.series_words = len(joining._FILM.findall(text)), len(joining._SERIES.findall(text))
        self.frames = frames
        self.by_sentence: dict[int, list[int]] = defaultdict(list)
        for i, frame in enumerate(frames):
            self.by_sentence[frame.sentence.index].append(i)
        self.titles = Counter(m.key for m in reading.titles)
        self.tables = season_tables(reading, frames)
        self.runs = {key: lexicon.run(key) for key in reading.candidates}
        self.credits = {key: lexicon.credited(key) for key in reading.candidates}
        self.credited: dict[str, set[str]] = defaultdict(set)  # a person -> the document's titles they belong to
        for key, people in self.credits.items():
            for person in people:
                self.credited[person].add(key)
        # titles by how lately they were named, for each sentence
        self.recent: dict[int, list[str]] = {}
        self.last: dict[int, dict[str, int]] = {}
        recent: list[str] = []
        last: dict[str, int] = {}
        titles = list(reading.titles)
        position = 0
        for sentence in reading.layout.sentences:
            self.recent[sentence.index], self.last[sentence.index] = list(recent[:8]), dict(last)
            while position < len(titles) and titles[position].start < sentence.end:
                key = titles[position].key
                recent = [key, *(k for k in recent if k != key)]
                last[key] = sentence.index
                position += 1

    def kind(self, key: str) -> dict[str, float]:
        kinds = self.runs[key].kinds
        return {
            "known_film": "film" in kinds, "known_series": "series" in kinds,
            "film_words": self.film_words, "series_words": self.series_words,
        }  # fmt: skip


def find_castings(
    reading: Reading,
    frames: Sequence[Frame],
    encoded: Sequence[Encoding],
    logits: Floats,
    mentions: Sequence[Mention],
    odds: Floats,
    lexicon: Lexicon,
) -> Casting:
    """
    The pairs of a document with their features.

    Args:
        encoded: Of each frame.
        logits: Of each of EVENTS in each frame, shape ``(n_frames, 3)``.
        odds: Of each of EVENTS for each mention, natural log odds, shape ``(n_mentions, 3)``.
    """
    scene = Scene(reading, frames, lexicon)
    by_sentence: dict[int, list[int]] = defaultdict(list)
    by_name: dict[str, list[int]] = defaultdict(list)
    for m, mention in enumerate(mentions):
        by_sentence[frames[mention.frame].sentence.index].append(m)
        by_name[mention.entity.name].append(m)
    best_of_sentence = {index: odds[ms].max(axis=0) for index, ms in by_sentence.items()}
    low = np.full(len(EVENTS), -8.0)
    likely = sum(c.probability > 0.3 for c in reading.candidates.values())
    n = max(1, len(reading.layout.sentences))
    pairs: list[Pair] = []
    values: list[tuple[float, ...]] = []
    for m, mention in enumerate(mentions):
        frame = frames[mention.frame]
        sentence = frame.sentence
        places = frame.mentions.titles
        named = list(dict.fromkeys(t.key for t in places))
        likely_recent = [k for k in scene.recent[sentence.index] if reading.candidates[k].probability > 0.3]
        own = {frames[i].key: i for i in scene.by_sentence[sentence.index]}
        keys = list(dict.fromkeys([*named, *own, *scene.recent[sentence.index][:2], *reading.ranking[:2]]))[:6]
        first, last, run = list_around(mention.words, mention.at, f"<{mention.entity.kind}>")
        members = [
            k
            for k in by_sentence[sentence.index]
            if first <= mentions[k].at <= last and mentions[k].entity.kind == mention.entity.kind
        ]
        credited = scene.credited.get(mention.entity.name, set())
        elsewhere = [k for k in by_name[mention.entity.name] if k != m]
        text = sentence.text
        before, after = text[: mention.place - sentence.start], text[mention.entity.end - sentence.start :]
        for c in (0, 1) if mention.entity.kind == "person" else (2,):
            if max(odds[m, c], odds[members, c].max()) < FLOOR:
                continue
            shared = {
                "crew": c == 1, "place": c == 2, "odds": odds[m, c], "odds_other": odds[m, 1 - c] if c < 2 else -8.0, "odds_list": odds[members, c].mean(),
                "odds_list_max": odds[members, c].max(), "odds_neighbours": best_of_sentence[sentence.index][c],
                "odds_before": best_of_sentence.get(sentence.index - 1, low)[c], "odds_after": best_of_sentence.get(sentence.index + 1, low)[c],
                "odds_elsewhere": odds[elsewhere, c].max() if elsewhere else -8.0,
                "frame_logit_best": max(logits[i, c] for i in scene.by_sentence[sentence.index]),
                "titles": len(reading.candidates), "likely_titles": likely, "titles_in_sentence": len(named), "only_title": len(named) == 1,
                "reference": bool(frame.mentions.references), "possessive": after[:2] in ("’s", "'s"), "led": after[:1] == "-",
                "position": sentence.index / n, "headline": sentence.in_headline, "closed": sentence.closed,
                "boilerplate": bool(joining._BOILERPLATE.match(text.strip())), "people": len(by_sentence[sentence.index]), "run": run,
                "words": len(frame.words), "known_person": mention.entity.name in lexicon.people,
                "mentions_of_person": len(elsewhere) + 1, "has_role": c < 2 and role_of(mention.entity, frame, crew=c == 1) is not None,
                "first_mention": not any(k < m for k in elsewhere), "in_paren": before.count("(") > before.count(")"),
                "title_after_paren": bool(re.match(r"^ [(\[][“‘'\"]?", after)) and any(0 <= t.start - mention.entity.end < 5 for t in places),
            }  # fmt: skip
            members_of = {key: encoded[i].member(mention.place, c) for key, i in own.items()}
            chances = sorted((reading.candidates[key].probability for key in keys), reverse=True)
            for key in keys:
                if any(t.key == key and t.start < mention.entity.end and mention.place < t.end for t in places):
                    continue
                candidate = reading.candidates[key]
                rivals = [reading.candidates[k].probability for k in named if k != key]
                own_frame = frames[own[key]] if key in own else None
                seen = scene.last[sentence.index].get(key)
                index = own.get(key, mention.frame)
                row = shared | scene.kind(key) | _link(mention, key, places, frame) | {
                    "frame_logit": logits[index, c] if key in own else -8.0, "title_probability": candidate.probability,
                    "title_rank": reading.ranking.index(key) if key in reading.ranking else 9, "title_count": scene.titles[key],
                    "title_headline": any(start < reading.layout.headline_end for start, _ in candidate.places),
                    "named": key in named, "named_before_in_text": key in scene.last[sentence.index],
                    "distance": 0 if key in named else min(30, sentence.index - scene.last[sentence.index].get(key, -30)),
                    "recency": scene.recent[sentence.index].index(key) if key in scene.recent[sentence.index] else 5,
                    "probability_share": candidate.probability / (sum(chances) + 1e-6), "probability_rank": chances.index(candidate.probability),
                    "rival": max(rivals, default=0.0),
                    "recency_likely": likely_recent.index(key) if key in likely_recent else 5,
                    "same_paragraph": seen is not None and reading.layout.sentences[seen].line == sentence.line,
                    "how_noun": own_frame is not None and own_frame.how == "noun",
                    "how_pronoun": own_frame is not None and own_frame.how == "pronoun",
                    "credited": key in credited, "credited_other": bool(credited - {key}), "credits_known": bool(scene.credits[key]),
                    "logit_gain": logits[own[key], c] - shared["frame_logit_best"] if key in own else -8.0,
                    "encoder": members_of.get(key, ABSENT), "encoder_other": encoded[own[key]].member(mention.place, 1 - c) if c < 2 and key in own else ABSENT,
                    "encoder_lead": lead(members_of, key),
                    "with_title_elsewhere": sum(key in {t.key for t in frames[mentions[k].frame].mentions.titles} for k in elsewhere),
                }  # fmt: skip
                pairs.append(Pair(m, key, c, index))
                values.append(_IN_ORDER(row))
    return Casting(mentions, pairs, np.array(values, dtype=np.float64) if values else np.zeros((0, len(PAIR_FEATURES))))


def _link(mention: Mention, key: str, places: Sequence[TitleMention], frame: Frame) -> dict[str, float]:
    """How a person and a title stand to each other in a sentence."""
    start, end = mention.entity.start, mention.entity.end
    options = sorted(
        (t.start - end if t.start >= end else start - t.end, t.start >= end, t.start, t.end)
        for t in places
        if t.key == key
    )
    if not options:
        return {"gap": 300, "side": 0, "nearest": 0, "between": 9, "same_clause": 0, "adjacent": 0}
    gap, right, a, b = options[0]
    text = frame.sentence.text[
        (end if right else b) - frame.sentence.start : (a if right else start) - frame.sentence.start
    ]
    nearest = min((t.start - end if t.start >= end else start - t.end) for t in places)
    return {
        "gap": gap, "side": 1 if right else -1, "nearest": gap == nearest,
        "between": len({t.key for t in places if min(end, b) <= t.start < max(start, a)} - {key}),
        "same_clause": not re.search(r"[;—–|•]|\b(?:but|while|whereas|although|though|after|before)\b", text), "adjacent": len(text.split()),
    }  # fmt: skip


def choose_pairs(
    mentions: Sequence[Mention], pairs: Sequence[Pair], scores: Iterable[float], thresholds: Mapping[str, float]
) -> list[tuple[int, float]]:
    """Index and score of the pairs that become claims: the best for each title, person and kind; one title a mention."""
    best: dict[tuple[str, str, int], tuple[float, int]] = {}
    for i, (pair, score) in enumerate(zip(pairs, scores)):
        slot = (pair.key, mentions[pair.mention].entity.name, pair.event)
        if score > best.get(slot, (0.0, i))[0]:
            best[slot] = (float(score), i)
    chosen: list[tuple[int, float]] = []
    used: set[tuple[int, int]] = set()
    known: set[tuple[str, str]] = set()
    for score, i in sorted(best.values(), key=lambda item: (-item[0], item[1])):
        pair = pairs[i]
        place = (pair.mention, pair.event)
        least = thresholds[str(EVENTS[pair.event])]
        name = (pair.key, mentions[pair.mention].entity.name)
        # a second title for one mention, or cast and crew of one title in one person, must be all the surer
        if score >= (max(least, 0.6) if place in used else max(least, 0.5) if name in known else least):
            used.add(place)
            known.add(name)
            chosen.append((i, score))
    return chosen
