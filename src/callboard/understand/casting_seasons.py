"""
Which season of a title a statement about a person or a place is about.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter

import numpy as np

from callboard.understand.castings import Pair, Scene
from callboard.understand.forest import Floats
from callboard.understand.frames import Frame, bind_seasons, named_seasons
from callboard.understand.joining import TitleSeasons
from callboard.understand.lexicon import Lexicon
from callboard.understand.people import Mention
from callboard.understand.reading import Reading

_RETURNS = re.compile(r"\b(?:back|return\w*|repris\w*|again|rejoin\w*|stay\w*|remain\w*|continu\w*)\b", re.I)
_JOINS = re.compile(
    r"\b(?:join\w*|added|newcomers?|new|cast as|tapped|board|recruit\w*|introduc\w*|recur\w*|guest\w*)\b", re.I
)
_CREATES = re.compile(r"\b(?:creat\w+|based on|develop\w*|original\w*|novel)\b", re.I)
_STARS = re.compile(r"\b(?:stars?|starring|starred|leads?|plays?|played|features?|featuring|toplin\w+|with)\b", re.I)
SEASON_FEATURES = (
    "crew", "place", "none", "one", "top", "maximum", "count", "share", "headline", "in_sentence", "nearest_in_sentence", "last_named",
    "next_named", "since_last", "any_season", "seasons", "named", "returns", "joins", "creates", "stars", "title_headline", "is_known_last",
    "is_known_next", "in_paragraph", "stage", "stage_share", "stage_top", "stage_sum", "since", "until", "headline_sole", "first_named",
    "known_film", "known_series", "season_ahead", "film_ahead",
)  # fmt: skip
_IN_ORDER = itemgetter(*SEASON_FEATURES)
# A season says more than the series: it is given where the two are about as likely (people F1 0.575 against 0.570 at 1).
WHOLE_FACTOR = 0.8


def describe_seasons(
    reading: Reading, frames: Sequence[Frame], mentions: Sequence[Mention], pairs: Sequence[Pair], lexicon: Lexicon,
    stages: Mapping[tuple[str, int | None], float],
) -> tuple[list[tuple[int, int | None]], Floats]:  # fmt: skip
    """
    The seasons that each pair may be about, as (index of the pair, season), and their features; None is the whole.

    Args:
        stages: For a title and a season, how much the document claims of it besides its people: summed probabilities.
    """
    staged: dict[str, dict[int | None, float]] = defaultdict(dict)
    for (key, season), weight in stages.items():
        staged[key][season] = weight
    scene = Scene(reading, frames, lexicon)
    year = reading.year
    rows: list[tuple[int, int | None]] = []
    values: list[tuple[float, ...]] = []
    named: dict[str, list[tuple[int, int]]] = defaultdict(list)  # title -> (sentence, season), in order
    for frame, number in named_seasons(frames):
        named[frame.key].append((frame.sentence.index, number))
    for p, pair in enumerate(pairs):
        mention = mentions[pair.mention]
        frame = frames[mention.frame]
        sentence = frame.sentence
        own = any(t.key == pair.key for t in frame.mentions.titles)
        bound = bind_seasons(frame.mentions, sentence, pair.key, "named" if own else "carried")
        numbers = {k: abs(m.start - mention.place) for m in bound if not m.counts for k in m.numbers}
        table = scene.tables.get(pair.key) or TitleSeasons()
        said = named[pair.key]
        past = [(index, number) for index, number in said if index <= sentence.index]
        future = [(index, number) for index, number in said if index > sentence.index]
        last, following = (past[-1] if past else None), (future[0] if future else None)
        run = scene.runs[pair.key]
        known = run.out_by(year)
        options: list[int | None] = [
            None,
            1,
            table.top,
            *numbers,
            *sorted(table.headline),
            last and last[1],
            following and following[1],
        ]
        if table.count:
            options.append(max(table.count))
        stage = staged.get(pair.key, {})
        stage_top = max(stage, key=lambda k: stage[k]) if stage else None
        whole = sum(stage.values())
        options += [stage_top, *(k for k, weight in stage.items() if weight > 0.3)]
        total = sum(table.count.values())
        text = sentence.text
        shared = {
            "crew": pair.event == 1, "place": pair.event == 2, "any_season": total, "seasons": len(table.count), "named": own, "returns": bool(_RETURNS.search(text)),
            "joins": bool(_JOINS.search(text)), "creates": bool(_CREATES.search(text)), "stars": bool(_STARS.search(text)),
            "title_headline": any(start < reading.layout.headline_end for start, _ in reading.candidates[pair.key].places),
            "since_last": min(30, sentence.index - last[0]) if last else 40,
        } | scene.kind(pair.key)  # fmt: skip
        for season in dict.fromkeys(options):
            if season is not None and not 0 < season < 60:
                continue
            row = shared | {
                "stage": stage.get(season, 0.0), "stage_share": stage.get(season, 0.0) / whole if whole else -1.0,
                "since": min((sentence.index - index for index, number in past if number == season), default=30),
                "until": min((index - sentence.index for index, number in future if number == season), default=30),
                "headline_sole": table.headline == {season}, "first_named": bool(said) and season == said[0][1],
                "stage_top": bool(stage) and season == stage_top, "stage_sum": whole,
                "none": season is None, "one": season == 1, "top": season is not None and season == table.top,
                "maximum": bool(table.count) and season == max(table.count), "count": table.count[season] if season else 0,
                "share": table.count[season] / total if season and total else 0.0, "headline": season in table.headline,
                "in_sentence": season in numbers, "nearest_in_sentence": bool(numbers) and season == min(numbers, key=lambda k: numbers[k]),
                "last_named": last is not None and season == last[1], "next_named": following is not None and season == following[1],
                "is_known_last": known > 0 and season == known, "is_known_next": known > 0 and season == known + 1,
                "in_paragraph": any(abs(index - sentence.index) <= 2 and number == season for index, number in said),
                "season_ahead": run.season_ahead(season, year), "film_ahead": run.film_ahead(year),
            }  # fmt: skip
            rows.append((p, season))
            values.append(_IN_ORDER(row))
    return rows, np.array(values, dtype=np.float64) if values else np.zeros((0, len(SEASON_FEATURES)))


def stages_of(
    keys: Iterable[str], events: Iterable[int], seasons: Iterable[int | None], scores: Iterable[float]
) -> dict[tuple[str, int | None], float]:
    """Summed probabilities of the candidate claims about each title and season, the best of each event."""
    best: dict[tuple[str, int | None, int], float] = {}
    for key, event, season, score in zip(keys, events, seasons, scores):
        if score > 0.05:
            best[key, season, event] = max(best.get((key, season, event), 0.0), float(score))
    total: dict[tuple[str, int | None], float] = defaultdict(float)
    for (key, season, _), score in best.items():
        total[key, season] += score
    return dict(total)


def choose_seasons(rows: Sequence[tuple[int, int | None]], scores: Iterable[float]) -> dict[int, int | None]:
    """The likeliest season of each pair; None where the series as a whole, or the film, is clearly likelier than any."""
    best: dict[int, tuple[float, int | None]] = {}
    for (pair, season), score in zip(rows, scores):
        weight = float(score) * (WHOLE_FACTOR if season is None else 1.0)
        if pair not in best or weight > best[pair][0]:
            best[pair] = (weight, season)
    return {pair: season for pair, (_, season) in best.items()}
