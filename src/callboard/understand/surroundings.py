"""
What stands around a candidate claim: where else the document names its season, and what the sentences beside it say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from callboard.understand.forest import Floats
from callboard.understand.frames import Frame, named_seasons

_FAR = 40  # sentences; what is farther away, or nowhere, counts as this far

SEASON_FEATURES = (
    "season_distance", "season_nearest", "season_since", "season_until", "season_first", "season_sole", "season_share",
    "season_others_frame",
)  # fmt: skip
EVENT_FEATURES = ("event_before", "event_after", "event_sum", "frame_sum")


class SeasonPlaces:
    """Where a document names the seasons of its titles."""

    def __init__(self, frames: Sequence[Frame]) -> None:
        self._named: dict[str, list[tuple[int, int]]] = defaultdict(list)  # title -> (sentence, season) in order
        for frame, number in named_seasons(frames):
            self._named[frame.key].append((frame.sentence.index, number))

    def describe(self, frame: Frame, season: int | None) -> dict[str, float]:
        """The features of a season beside a frame; distances in sentences, at most 40."""
        here = frame.sentence.index
        named = self._named[frame.key]
        own = [index for index, number in named if number == season]
        nearest = min(named, key=lambda place: (abs(place[0] - here), place[0] > here), default=None)
        in_frame = {number for mention in frame.seasons for number in mention.numbers}
        return {
            "season_distance": min((abs(index - here) for index in own), default=_FAR),
            "season_nearest": nearest is not None and nearest[1] == season,
            "season_since": min((here - index for index in own if index <= here), default=_FAR),
            "season_until": min((index - here for index in own if index > here), default=_FAR),
            "season_first": bool(named) and named[0][1] == season,
            "season_sole": bool(own) and len(own) == len(named),
            "season_share": len(own) / len(named) if named else 0.0,
            "season_others_frame": len(in_frame - {season}),
        }


class EventPlaces:
    """How likely each event is in the sentences about a title."""

    def __init__(self, frames: Sequence[Frame], logits: Floats) -> None:
        self._frames = frames
        self._logits = logits
        self._odds = 1 / (1 + np.exp(-logits))
        self._of_title: dict[str, list[int]] = defaultdict(list)
        for i, frame in enumerate(frames):
            self._of_title[frame.key].append(i)
        self._sum = {key: self._odds[rows].sum(axis=0) for key, rows in self._of_title.items()}

    def describe(self, i: int) -> list[dict[str, float]]:
        """
        The features of each event in frame ``i``, in the order of the events.

        ``event_before`` and ``event_after`` are the largest log odds of the event in the two sentences before and after
        about the same title; the sums are of probabilities, over the title's frames and over the frame's events.
        """
        frame = self._frames[i]
        here = frame.sentence.index
        near = [(j, self._frames[j].sentence.index - here) for j in self._of_title[frame.key] if j != i]
        sides = []
        for low, high in ((-2, -1), (1, 2)):
            rows = [j for j, distance in near if low <= distance <= high]
            sides.append(
                self._logits[rows].max(axis=0, initial=-12.0) if rows else np.full(self._logits.shape[1], -12.0)
            )
        total = float(self._odds[i].sum())
        return [
            {"event_before": before, "event_after": after, "event_sum": whole, "frame_sum": total}
            for before, after, whole in zip(*(map(float, side) for side in (*sides, self._sum[frame.key])))
        ]
