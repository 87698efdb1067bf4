"""
Candidate claims of a document: every title, event and season that a sentence may join, described for the decision.

A row is one frame with one event and one season the claim may be about. A learned forest gives the probability that
a careful reader would make that claim from that sentence; `callboard.understand.claims` then keeps the best row for each claim.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from callboard.model import Event
from callboard.understand.anchors import ANCHOR_FEATURES, Anchors
from callboard.understand.forest import Floats
from callboard.understand.frames import Frame, named_seasons
from callboard.understand.lexicon import Lexicon
from callboard.understand.reading import Reading
from callboard.understand.surroundings import EVENT_FEATURES, SEASON_FEATURES, EventPlaces, SeasonPlaces

EVENTS = tuple(event for event in Event)
# An event less likely than this (a logit) in a sentence is not tried.
EVENT_FLOOR = -4.8

_FILM = re.compile(
    r"\b(?:film|movie|feature|theat(?:er|re)s?|cinemas?|box office|big screen|sequel|threequel|biopic)\b", re.I
)
_SERIES = re.compile(
    r"\b(?:series|seasons?|episodes?|show|sitcom|drama|network|streamer|showrunner|pilot|miniseries|renew\w*)\b", re.I
)
_BOILERPLATE = re.compile(
    r"^(?:by |published|updated|posted|written|photo|image|credit|related|also read|read more|read next|more:|watch:|sign up|subscribe|"
    r"follow us|share|advertisement|join|click|support us|get |want more|don[’']t miss|see also|recommended|trending|©|sources?:|contact|for more)",
    re.I,
)

FEATURES = (
    *(f"is_{event}" for event in EVENTS),
    *[
        "logit",
        "class_logit",
        "class_best",
        "event_rank",
        "best_other",
        "title_probability",
        "title_rank",
        "title_headline",
        "title_count",
        "title_quoted",
        "title_known",
        "how_named",
        "how_noun",
        "how_pronoun",
        "how_carried",
        "distance",
        "others",
        "none",
        "one",
        "in_frame",
        "relative_frame",
        "final_frame",
        "frame_seasons",
        "elsewhere_seasons",
        "season_count",
        "season_top",
        "season_headline",
        "season_last",
        "season_max",
        "season_next",
        "any_season",
        "known_seasons",
        "over_known",
        "known_film",
        "known_series",
        "film_words",
        "series_words",
        "words",
        "headline",
        "closed",
        "boilerplate",
        "times",
        "platforms",
        "position",
        "titles",
        "title_event_best",
        "frames_of_title",
        "list_line",
        "season_others",
        "new_frame",
        "next_frame",
        "last_numbers",
        "after_frame",
        "same_frame_best",
        "people",
        "rule",
        "rule_denied",
        "sentence_lead",
        "sentence_frames",
        "near_film",
        "near_series",
        "event_titles",
    ],
    *SEASON_FEATURES,
    *EVENT_FEATURES,
    *ANCHOR_FEATURES,
)


def kind_words(text: str) -> tuple[int, int]:
    """How many words of films and of series stand in a text."""
    return len(_FILM.findall(text)), len(_SERIES.findall(text))


def is_boilerplate(line: str) -> bool:
    """Whether a line begins as bylines, captions and boxes do."""
    return bool(_BOILERPLATE.match(line))


@dataclass(frozen=True)
class Judged:
    """Frames with what the scorers say of each."""

    frames: Sequence[Frame]
    features: Sequence[list[str]]
    logits: Floats  # log odds of each event by the words, shape (n_frames, len(EVENTS))
    classes: Floats  # the same by the classes of the words
    anchors: Anchors
    rules: Floats  # 1 where a wording rule found the event, -1 where one found it denied, else 0


@dataclass(frozen=True, slots=True)
class Row:
    """One frame, event and season that may make a claim."""

    frame: int  # index of the frame
    event: int  # index in EVENTS
    season: int | None


@dataclass(slots=True)
class TitleSeasons:
    """What a document says of the seasons of one title."""

    count: Counter[int] = field(default_factory=Counter)
    headline: set[int] = field(default_factory=set)

    @property
    def top(self) -> int | None:
        """The season the document speaks of most; in a tie the higher one."""
        return max(self.count, key=lambda n: (self.count[n], n)) if self.count else None


def season_tables(reading: Reading, frames: Sequence[Frame]) -> dict[str, TitleSeasons]:
    """For each title the seasons that its sentences name."""
    tables = {frame.key: TitleSeasons() for frame in frames}
    for frame, number in named_seasons(frames):
        table = tables[frame.key]
        table.count[number] += 2 if frame.how == "named" else 1
        if frame.sentence.in_headline:
            table.headline.add(number)
    return tables


def season_options(frame: Frame, table: TitleSeasons, known: int | None) -> list[int | None]:
    """The seasons that a claim of this frame may be about; None is the film, or the series as a whole."""
    options: list[int | None] = [None, 1]
    options += [n for mention in frame.seasons for n in mention.numbers]
    options += [n for n, _ in table.count.most_common(4)]
    if table.count:
        options.append(max(table.count) + 1)
    for mention in frame.seasons:
        if mention.kind == "after" and mention.numbers:
            options.append(mention.numbers[0] + 1)
        if mention.kind in ("new", "next", "another", "more", "final") and known:
            options.append(known + 1)
        if mention.kind == "more" and mention.numbers and table.count:
            options += [max(table.count) + k for k in range(1, min(4, mention.numbers[0] + 1))]
    if known and known > 0 and not table.count:
        options += [known, known + 1]
    return list(dict.fromkeys(n for n in options if n is None or 0 < n < 60))[:9]


def make_rows(reading: Reading, judged: Judged, lexicon: Lexicon) -> tuple[list[Row], Floats]:
    """All candidate rows and their features, shape ``(n_rows, len(FEATURES))``."""
    frames, logits, rules, classes = judged.frames, judged.logits, judged.rules, judged.classes
    tables = season_tables(reading, frames)
    text = reading.layout.full
    film_words, series_words = kind_words(text)
    best: dict[tuple[str, int], float] = {}
    frames_of: Counter[str] = Counter()
    for i, frame in enumerate(frames):
        frames_of[frame.key] += 1
        for e in range(len(EVENTS)):
            slot = (frame.key, e)
            best[slot] = max(best.get(slot, -99.0), float(logits[i, e]))
    # how a frame compares with the other frames of its sentence, each title weighed by its probability
    weighed = np.array(
        [
            logits[i] + 2.0 * math.log(max(reading.candidates[frame.key].probability, 0.01))
            for i, frame in enumerate(frames)
        ]
    )
    by_sentence: dict[int, list[int]] = {}
    for i, frame in enumerate(frames):
        by_sentence.setdefault(frame.sentence.index, []).append(i)
    kinds_near = {key: _kinds_near(reading, key) for key in reading.candidates}
    event_titles = [len({frame.key for i, frame in enumerate(frames) if logits[i, e] > 0}) for e in range(len(EVENTS))]
    season_places, event_places = SeasonPlaces(frames), EventPlaces(frames, logits)
    last_seen: dict[str, int] = {}
    rows: list[Row] = []
    features: list[list[float]] = []
    n_titles = len(reading.candidates)
    n_sentences = len(reading.layout.sentences)
    for i, frame in enumerate(frames):
        table = tables[frame.key]
        known = lexicon.known(frame.key)
        known_seasons = max((t.seasons or 0 for t in known if t.kind == "series"), default=0)
        hits = [e for e in range(len(EVENTS)) if logits[i, e] >= EVENT_FLOOR or rules[i, e] != 0]
        order = np.argsort(-logits[i])
        rank_of = {int(e): r for r, e in enumerate(order)}
        rivals = [j for j in by_sentence[frame.sentence.index] if j != i]
        if hits:
            options = season_options(frame, table, known_seasons)
            numbers = {n for m in frame.seasons if not m.counts for n in m.numbers}
            kinds = {m.kind for m in frame.seasons}
            elsewhere = {n for m in frame.mentions.seasons if m not in frame.seasons for n in m.numbers}
            shared = _shared(
                frame,
                reading,
                known,
                film_words,
                series_words,
                n_titles,
                n_sentences,
                frames_of,
                known_seasons,
            )
            top = table.top
            by_season = [season_places.describe(frame, season) for season in options]
            by_event = event_places.describe(i)
        for e in hits:
            others = [float(logits[i, o]) for o in order[:3] if o != e]
            rival = max((float(weighed[j, e]) for j in rivals), default=-20.0)
            for season, around, at_anchor in zip(options, by_season, judged.anchors.describe(i, e, options)):
                rows.append(Row(i, e, season))
                values = (
                    shared
                    | around
                    | by_event[e]
                    | at_anchor
                    | {
                        f"is_{EVENTS[e]}": 1.0,
                        "logit": float(logits[i, e]),
                        "class_logit": float(classes[i, e]),
                        "class_best": float(classes[i].max()),
                        "event_rank": rank_of[e],
                        "best_other": max(others),
                        "none": season is None,
                        "one": season == 1,
                        "in_frame": season in numbers,
                        "relative_frame": season is not None
                        and season not in numbers
                        and bool(kinds & {"new", "next", "another", "more", "current", "previous"}),
                        "final_frame": any(m.final for m in frame.seasons),
                        "frame_seasons": len(numbers),
                        "elsewhere_seasons": season in elsewhere,
                        "season_count": table.count[season] if season else 0,
                        "season_top": season == top,
                        "season_headline": season in table.headline,
                        "season_last": season is not None and season == last_seen.get(frame.key),
                        "season_max": bool(table.count) and season == max(table.count),
                        "season_next": bool(table.count) and season == max(table.count) + 1,
                        "any_season": bool(table.count),
                        "over_known": (season or 0) - known_seasons if known_seasons and season else -9,
                        "season_others": len(table.count),
                        "new_frame": bool(kinds & {"new", "another", "more"}),
                        "next_frame": bool(kinds & {"next"}),
                        "last_numbers": any(m.counts and season in m.numbers for m in frame.seasons),
                        "after_frame": "after" in kinds,
                        "title_event_best": best[(frame.key, e)],
                        "same_frame_best": best[(frame.key, e)] - float(logits[i, e]),
                        "rule": rules[i, e] > 0,
                        "rule_denied": rules[i, e] < 0,
                        "sentence_lead": float(weighed[i, e]) - rival if rivals else 9.0,
                        "sentence_frames": len(rivals),
                        "near_film": kinds_near[frame.key][0],
                        "near_series": kinds_near[frame.key][1],
                        "event_titles": event_titles[e],
                    }
                )
                features.append([float(values.get(name, 0.0)) for name in FEATURES])
        for mention in frame.seasons:
            if mention.numbers and frame.how != "carried":
                last_seen[frame.key] = mention.numbers[-1]
    return rows, np.array(features) if features else np.zeros((0, len(FEATURES)))


_NEAR_FILM = re.compile(
    r"\b(?:film|movie|feature|sequel|threequel|prequel|biopic|director|cinemas?|theat(?:er|re)s?|box office|screenplay)s?\b",
    re.I,
)
_NEAR_SERIES = re.compile(
    r"\b(?:series|seasons?|episodes?|show|sitcom|showrunner|pilot|miniseries|renewed|revival|finale|S\d)\b", re.I
)


def _kinds_near(reading: Reading, key: str) -> tuple[float, float]:
    """How often words of films, and of series, stand within 40 characters of a title, for each of its places."""
    places = reading.candidates[key].places
    around = [
        reading.layout.full[max(0, start - 40) : start] + " | " + reading.layout.full[end : end + 40]
        for start, end in places
    ]
    return tuple(
        sum(bool(pattern.search(text)) for text in around) / len(places) for pattern in (_NEAR_FILM, _NEAR_SERIES)
    )  # type: ignore[return-value]


def _shared(
    frame: Frame, reading: Reading, known: Sequence[object], film_words: int, series_words: int,
    n_titles: int, n_sentences: int, frames_of: Mapping[str, int], known_seasons: int,
) -> dict[str, float]:  # fmt: skip
    """The features that all rows of one frame share."""
    c = reading.candidates[frame.key]
    text = frame.sentence.text.strip()
    return {
        "title_probability": c.probability,
        "title_rank": frame.rank,
        "title_headline": any(start < reading.layout.headline_end for start, _ in c.places),
        "title_count": len(c.places),
        "title_quoted": c.quoted,
        "title_known": bool(known),
        f"how_{frame.how}": 1.0,
        "distance": frame.distance,
        "others": frame.others,
        "known_seasons": known_seasons,
        "known_film": any(getattr(t, "kind", "") == "film" for t in known),
        "known_series": any(getattr(t, "kind", "") == "series" for t in known),
        "film_words": film_words,
        "series_words": series_words,
        "words": len(frame.words),
        "headline": frame.sentence.in_headline,
        "closed": frame.sentence.closed,
        "boilerplate": is_boilerplate(text),
        "times": len(frame.mentions.times),
        "platforms": sum(entity.kind == "platform" for entity in frame.mentions.entities),
        "people": sum(entity.kind == "person" for entity in frame.mentions.entities),
        "position": frame.sentence.index / max(1, n_sentences),
        "titles": n_titles,
        "frames_of_title": frames_of[frame.key],
        "list_line": any(mark in text for mark in ("✔", "✘", "☠", " – ", " | ", ": ")) and not frame.sentence.closed,
    }
