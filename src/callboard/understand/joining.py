"""
Candidate claims of a document: every title, event and season that a sentence may join, described for the decision.

A row is one frame with one event and one season the claim may be about. A learned forest gives the probability that
a careful reader would make that claim from that sentence; `callboard.understand.claims` then keeps the best row for each claim.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import itemgetter

import numpy as np

from callboard.model import Event
from callboard.understand.anchors import ANCHOR_FEATURES, Anchors
from callboard.understand.encoder import Encoding, describe_runs, describe_season_slots
from callboard.understand.forest import Floats
from callboard.understand.frames import Frame, named_seasons
from callboard.understand.lexicon import Lexicon
from callboard.understand.reading import Reading
from callboard.understand.runs import UNKNOWN, Run
from callboard.understand.surroundings import EVENT_FEATURES, SEASON_FEATURES, EventPlaces, SeasonPlaces

EVENTS = tuple(event for event in Event)
# Events that are claimed of a person or a place as well as of a title.
OF_NAMES = (Event.CASTING, Event.CREW, Event.LOCATION)
# An event less likely than this (a logit) in a sentence is not tried: of those a little below two in a hundred are claimed, most of
# them in another sentence as well.
EVENT_FLOOR = -3.8
# What the log odds of an event by words and by the encoder count for, from a logistic regression on all frames of the corpus, out
# of fold: macro average precision 0.487, of the encoder alone 0.454, of words alone 0.416. Classes of words add nothing here.
_BY_WORDS, _BY_ENCODER, _BIAS = 0.35, 0.60, -0.39
_MOST_SEASONS = 9  # that a frame is tried with

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
        "logit_words",
        "logit_encoder",
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
        "listed",
        "season_spans",
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
        "season_ahead",
        "film_ahead",
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
        "credited",
        "credits_known",
        "encoder_run",
        "encoder_run_lead",
        "encoder_season",
        "encoder_season_lead",
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
    logits: Floats  # log odds of each event by words and encoder, shape (n_frames, len(EVENTS))
    words: Floats  # the same by the words
    classes: Floats  # the same by the classes of the words
    encoded: Sequence[Encoding]
    anchors: Anchors
    rules: Floats  # 1 where a wording rule found the event, -1 where one found it denied, else 0


def blend(words: Floats, encoded: Sequence[Encoding]) -> Floats:
    """Log odds of each event by words and encoder, shape ``(n_frames, len(EVENTS))``; `words` has the same shape."""
    by_encoder = np.array([one.events for one in encoded]).reshape(words.shape)
    return np.asarray(_BY_WORDS * words + _BY_ENCODER * by_encoder + _BIAS)


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


def season_options(frame: Frame, table: TitleSeasons, known: int) -> list[int | None]:
    """
    The seasons that a claim of this frame may be about; None is the film, or the series as a whole.

    Args:
        known: How many seasons were out by then, as far as the catalogue knows; 0 where it does not.
    """
    options: list[int | None] = [None, 1]
    # those of the whole sentence too: "a third each for <other> and <title>"
    options += [n for mention in (*frame.seasons, *frame.mentions.seasons) for n in mention.numbers]
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
    if not table.count:
        # what is back or goes on has a second season, whatever it is called
        options += [known, known + 1] if known else [2]
    return list(dict.fromkeys(n for n in options if n is None or 0 < n < 60))[:_MOST_SEASONS]


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
    numbers_at = {mention.start: mention.numbers for mention in reading.seasons if mention.numbers}
    last_seen: dict[str, int] = {}
    rows: list[Row] = []
    blocks: list[Floats] = []
    for i, frame in enumerate(frames):
        hits = [e for e in _TRIED if logits[i, e] >= EVENT_FLOOR or rules[i, e] != 0]
        if hits:
            table = tables[frame.key]
            run = lexicon.run(frame.key)
            options = season_options(frame, table, run.out_by(reading.year))
            order = np.argsort(-logits[i])
            rank_of = {int(e): r for r, e in enumerate(order)}
            rivals = [j for j in by_sentence[frame.sentence.index] if j != i]
            shared = _shared(frame, reading, lexicon) | {
                "film_words": film_words,
                "series_words": series_words,
                "frames_of_title": frames_of[frame.key],
                "near_film": kinds_near[frame.key][0],
                "near_series": kinds_near[frame.key][1],
                "sentence_frames": len(rivals),
                "class_best": float(classes[i].max()),
                "any_season": bool(table.count),
                "season_others": len(table.count),
            }
            base = np.array([float(shared.get(name, 0.0)) for name in FEATURES])
            own = _describe_seasons(frame, options, table, run, reading.year, last_seen.get(frame.key))
            by_season = np.array(
                [
                    _SEASON_VALUES(season_places.describe(frame, season) | values)
                    for season, values in zip(options, own)
                ],
                dtype=np.float64,
            )
            by_event = event_places.describe(i)
            by_run = describe_runs(judged.encoded[i], options)
        for e in hits:
            others = [float(logits[i, o]) for o in order[:3] if o != e]
            rival = max((float(weighed[j, e]) for j in rivals), default=-20.0)
            values = by_event[e] | {
                f"is_{EVENTS[e]}": 1.0,
                "logit": float(logits[i, e]),
                "logit_words": float(judged.words[i, e]),
                "logit_encoder": float(judged.encoded[i].events[e]),
                "class_logit": float(classes[i, e]),
                "event_rank": rank_of[e],
                "best_other": max(others),
                "title_event_best": best[(frame.key, e)],
                "same_frame_best": best[(frame.key, e)] - float(logits[i, e]),
                "rule": rules[i, e] > 0,
                "rule_denied": rules[i, e] < 0,
                "sentence_lead": float(weighed[i, e]) - rival if rivals else 9.0,
                "event_titles": event_titles[e],
            }
            block = np.repeat(base[None, :], len(options), axis=0)
            block[:, [_COLUMN[name] for name in values]] = list(values.values())
            block[:, _SEASON_COLUMNS] = by_season
            block[:, _RUN_COLUMNS] = by_run
            block[:, _SLOT_COLUMNS] = describe_season_slots(judged.encoded[i], e, options, numbers_at)
            at_anchor = judged.anchors.describe(i, e, options)
            if at_anchor[0]:
                block[:, _ANCHOR_COLUMNS] = [_ANCHOR_VALUES(each) for each in at_anchor]
            rows += [Row(i, e, season) for season in options]
            blocks.append(block)
        for mention in frame.seasons:
            if mention.numbers and frame.how != "carried":
                last_seen[frame.key] = mention.numbers[-1]
    return rows, np.vstack(blocks) if blocks else np.zeros((0, len(FEATURES)))


def _describe_seasons(
    frame: Frame, seasons: Sequence[int | None], table: TitleSeasons, run: Run, year: int | None, last: int | None
) -> list[dict[str, float]]:
    """The features of each season beside a frame and what the document and the catalogue know of the title's seasons."""
    numbers, kinds = _said_of_seasons(frame)
    spans: Counter[int] = Counter()  # how many seasons the widest mention of each names
    for mention in frame.seasons:
        if not mention.counts:
            spans |= Counter(dict.fromkeys(mention.numbers, len(mention.numbers)))
    relative = bool(kinds & {"new", "next", "another", "more", "current", "previous"})
    elsewhere = {n for m in frame.mentions.seasons if m not in frame.seasons for n in m.numbers}
    counted = {n for m in frame.seasons if m.counts for n in m.numbers}
    top, highest, known = table.top, max(table.count, default=None), run.out_by(year)
    film_ahead = run.film_ahead(year)
    return [
        {
            "none": season is None,
            "one": season == 1,
            "in_frame": season in numbers,
            "season_spans": spans[season] if season else 0,
            "relative_frame": season is not None and season not in numbers and relative,
            "elsewhere_seasons": season in elsewhere,
            "season_count": table.count[season] if season else 0,
            "season_top": season == top,
            "season_headline": season in table.headline,
            "season_last": season is not None and season == last,
            "season_max": highest is not None and season == highest,
            "season_next": highest is not None and season == highest + 1,
            "over_known": (season or 0) - known if known and season else UNKNOWN,
            "season_ahead": run.season_ahead(season, year),
            "film_ahead": film_ahead,
            "last_numbers": season in counted,
        }
        for season in seasons
    ]


def _said_of_seasons(frame: Frame) -> tuple[set[int], set[str]]:
    """The numbers of a frame's seasons, less those that only count what is past, and the kinds of their mentions."""
    return {n for m in frame.seasons if not m.counts for n in m.numbers}, {m.kind for m in frame.seasons}


_OWN_SEASON = (
    "none", "one", "in_frame", "season_spans", "relative_frame", "elsewhere_seasons", "season_count", "season_top", "season_headline", "season_last",
    "season_max", "season_next", "over_known", "season_ahead", "film_ahead", "last_numbers",
)  # fmt: skip
_COLUMN = {name: i for i, name in enumerate(FEATURES)}
_SEASON_VALUES, _ANCHOR_VALUES = itemgetter(*SEASON_FEATURES, *_OWN_SEASON), itemgetter(*ANCHOR_FEATURES)
_SEASON_COLUMNS = [_COLUMN[name] for name in (*SEASON_FEATURES, *_OWN_SEASON)]
_RUN_COLUMNS = [_COLUMN["encoder_run"], _COLUMN["encoder_run_lead"]]
_SLOT_COLUMNS = [_COLUMN["encoder_season"], _COLUMN["encoder_season_lead"]]
_ANCHOR_COLUMNS = [_COLUMN[name] for name in ANCHOR_FEATURES]
# People and places are joined by `callboard.understand.castings`.
_TRIED = [e for e, event in enumerate(EVENTS) if event not in OF_NAMES]


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


def _shared(frame: Frame, reading: Reading, lexicon: Lexicon) -> dict[str, float]:
    """The features that all rows of one frame share."""
    c = reading.candidates[frame.key]
    text = frame.sentence.text.strip()
    run, credits = lexicon.run(frame.key), lexicon.credited(frame.key)
    numbers, kinds = _said_of_seasons(frame)
    people = [entity.name for entity in frame.mentions.entities if entity.kind == "person"]
    return {
        "title_probability": c.probability,
        "title_rank": frame.rank,
        "title_headline": any(start < reading.layout.headline_end for start, _ in c.places),
        "title_count": len(c.places),
        "title_quoted": c.quoted,
        "title_known": bool(run.kinds),
        f"how_{frame.how}": 1.0,
        "distance": frame.distance,
        "others": frame.others,
        "listed": frame.listed,
        "final_frame": any(m.final for m in frame.seasons),
        "frame_seasons": len(numbers),
        "new_frame": bool(kinds & {"new", "another", "more"}),
        "next_frame": bool(kinds & {"next"}),
        "after_frame": "after" in kinds,
        "known_seasons": run.out_by(reading.year),
        "known_film": "film" in run.kinds,
        "known_series": "series" in run.kinds,
        "credited": sum(name in credits for name in people),
        "credits_known": bool(credits),
        "words": len(frame.words),
        "headline": frame.sentence.in_headline,
        "closed": frame.sentence.closed,
        "boilerplate": is_boilerplate(text),
        "times": len(frame.mentions.times),
        "platforms": sum(entity.kind == "platform" for entity in frame.mentions.entities),
        "people": len(people),
        "position": frame.sentence.index / max(1, len(reading.layout.sentences)),
        "titles": len(reading.candidates),
        "list_line": any(mark in text for mark in ("✔", "✘", "☠", " – ", " | ", ": ")) and not frame.sentence.closed,
    }
