"""
Where in a sentence an event is said: the word that speaks most for it, its anchor, and what stands near that word.

A sentence may name several titles and seasons. The ones that stand at the anchor, with no comma or other title between,
are more likely meant than the others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from callboard.understand.features import stem
from callboard.understand.forest import Floats
from callboard.understand.frames import Frame
from callboard.understand.linear import Linear

_CUT = re.compile(r"^(?:;|—|–|but|while|whereas|although|though|\(|\)|\||•|,|and|:)$")
_NOWHERE = 60  # words; a slot that the sentence lacks is this far away
_FAR = 400  # characters; a season that the sentence lacks is this far away
_AROUND = 2  # words on each side of a word that count as saying the same

ANCHOR_FEATURES = (
    "anchor_title_gap", "anchor_side", "anchor_other_gap", "anchor_others_between", "anchor_other_nearer", "anchor_cuts",
    "anchor_when_gap", "anchor_peak", "anchor_weight", "anchor_second", "anchor_position", "anchor_season_gap",
    "anchor_season_rank", "anchor_season_nearest", "anchor_season_bound",
)  # fmt: skip


def word_weights(words: Sequence[str], events: Linear) -> Floats:
    """How much each word of a frame, with the one after it, speaks for each event; shape ``(n_words, n_events)``."""
    stems = [stem(word) for word in words]
    total = events.weights_of([f"s1:{word}" for word in stems])
    if len(stems) > 1:
        total[:-1] += 0.5 * events.weights_of([f"s2:{a} {b}" for a, b in zip(stems, stems[1:])])
    return total


class Anchors:
    """The anchors of all frames of a document."""

    def __init__(self, frames: Sequence[Frame], events: Linear) -> None:
        self._frames = frames
        self._weights = [word_weights(frame.words, events) for frame in frames]
        self._words = [weights.argmax(axis=0) if len(weights) else None for weights in self._weights]

    def of(self, i: int, event: int) -> int:
        """Index of the word of frame ``i`` that speaks most for an event; 0 in a frame without words."""
        words = self._words[i]
        return 0 if words is None else int(words[event])

    def describe(self, i: int, event: int, seasons: Sequence[int | None]) -> list[dict[str, float]]:
        """The features of an event in frame ``i`` with each of the seasons; gaps in words, to seasons in characters."""
        frame, weights, anchor = self._frames[i], self._weights[i][:, event], self.of(i, event)
        if not len(weights):
            return [{} for _ in seasons]
        highest = np.sort(weights)
        titles, others, whens = (
            [at for at, word in enumerate(frame.words) if word == slot] for slot in ("<title>", "<other>", "<when>")
        )
        title = min(titles, key=lambda at: abs(at - anchor), default=None)
        low, high = (0, 0) if title is None else sorted((title, anchor))
        title_gap = _NOWHERE if title is None else high - low
        other_gap = min((abs(at - anchor) for at in others), default=_NOWHERE)
        shared = {
            "anchor_title_gap": title_gap,
            "anchor_side": 0 if title is None else 1 if anchor > title else -1,
            "anchor_other_gap": other_gap,
            "anchor_others_between": 9 if title is None else sum(low < at < high for at in others),
            "anchor_other_nearer": other_gap < title_gap,
            "anchor_cuts": 9 if title is None else sum(bool(_CUT.match(word)) for word in frame.words[low + 1 : high]),
            "anchor_when_gap": min((abs(at - anchor) for at in whens), default=_NOWHERE),
            "anchor_peak": float(np.convolve(weights, np.ones(2 * _AROUND + 1)).max()),
            "anchor_weight": float(highest[-1]),
            "anchor_second": float(highest[-2]) if len(highest) > 1 else 0.0,
            "anchor_position": anchor / len(weights),
        }
        place = frame.offsets[anchor][0]
        gaps = [(min(abs(m.start - place), abs(m.end - place)), m) for m in frame.mentions.seasons]
        nearest = min(gaps, key=lambda item: item[0])[1] if gaps else None
        found = []
        for season in seasons:
            gap = min((gap for gap, mention in gaps if season in mention.numbers), default=_FAR)
            found.append(
                shared
                | {
                    "anchor_season_gap": gap,
                    "anchor_season_rank": sum(other < gap for other, _ in gaps),
                    "anchor_season_nearest": nearest is not None and season in nearest.numbers,
                    "anchor_season_bound": nearest is not None and nearest in frame.seasons,
                }
            )
        return found
