"""
A second look at the candidates of a document, beside what was made of the others at first.

A claim that another sentence repeats, a title beside which its sentence has a likelier one, a name in a list whose other
names are cast: a candidate's own features cannot tell. So each is rated twice (stacked generalisation, Wolpert 1992): by
itself, and with the first ratings of the candidates around it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np

from callboard.understand import castings, joining
from callboard.understand.castings import Pair
from callboard.understand.forest import Floats, log_odds
from callboard.understand.frames import Frame
from callboard.understand.joining import Row
from callboard.understand.people import Mention

# Log odds of the first rating: a candidate's own, and the highest (or the mean) of those that share all but one thing with it.
_ROW_LOOK = (
    "first", "other_title_here", "other_sentence", "other_season_here", "other_season", "other_event_here", "production_elsewhere",
    "title_elsewhere", "other_title_any_event", "other_title_anywhere", "lead_here", "lead", "document_best", "document_sum", "neighbour",
)  # fmt: skip
_PAIR_LOOK = (
    "first", "other_title", "other_mention", "other_event", "list_mean", "list_best", "list_mean_other_title", "cast_mean", "other_event_here",
    "name_other_title", "document_best", "document_sum",
)  # fmt: skip
ROW_FEATURES = (*joining.FEATURES, *_ROW_LOOK)
PAIR_FEATURES = (*castings.PAIR_FEATURES, *(f"look_{name}" for name in _PAIR_LOOK))
_NONE = -10.0  # there is no such candidate: below the log odds of all
_EDGE = 1e-4  # of a rating, so that its log odds are finite


def look_at_rows(frames: Sequence[Frame], rows: Sequence[Row], table: Floats, first: Floats) -> Floats:
    """
    What the second forest sees of each row, shape ``(n_rows, len(ROW_FEATURES))``.

    Args:
        table: What the first forest saw, shape ``(n_rows, len(joining.FEATURES))``.
        first: The probability that it gave each row, shape ``(n_rows,)``.
    """
    if not rows:
        return np.zeros((0, len(ROW_FEATURES)))
    look = _Look([(frames[r.frame].key, frames[r.frame].sentence.index, r.event, r.season) for r in rows], first)
    here, anywhere = look.best(lambda k, s, e, n: (k, e, s)), look.best(lambda k, s, e, n: (k, e))
    near = look.best(lambda k, s, e, n: (k, n, s))
    columns = [
        look.odds,
        look.others(lambda k, s, e, n: (s, e), lambda k, s, e, n: k),
        look.others(lambda k, s, e, n: (k, e, n), lambda k, s, e, n: s),
        look.others(lambda k, s, e, n: (k, e, s), lambda k, s, e, n: n),
        look.others(lambda k, s, e, n: (k, e), lambda k, s, e, n: n),
        look.others(lambda k, s, e, n: (k, s, n), lambda k, s, e, n: e),
        look.others(lambda k, s, e, n: (k, n), lambda k, s, e, n: s),
        look.others(lambda k, s, e, n: k, lambda k, s, e, n: s),
        look.others(lambda k, s, e, n: s, lambda k, s, e, n: k),
        look.others(lambda k, s, e, n: e, lambda k, s, e, n: k),
        look.odds - [here[k, e, s] for k, s, e, _ in look.places],
        look.odds - [anywhere[k, e] for k, _, e, _ in look.places],
        np.full(len(rows), look.odds.max()),
        np.full(len(rows), first.sum()),
        [max(near.get((k, n, s - 1), _NONE), near.get((k, n, s + 1), _NONE)) for k, s, _, n in look.places],
    ]
    return _beside(table, columns)


def look_at_pairs(
    frames: Sequence[Frame], mentions: Sequence[Mention], pairs: Sequence[Pair], table: Floats, first: Floats
) -> Floats:
    """The same of mentions of people and places with titles, shape ``(n_pairs, len(PAIR_FEATURES))``."""
    if not pairs:
        return np.zeros((0, len(PAIR_FEATURES)))
    named = [mentions[pair.mention] for pair in pairs]
    look = _Look(
        [
            (pair.mention, pair.key, pair.event, frames[mention.frame].sentence.index, mention.entity.name)
            for pair, mention in zip(pairs, named)
        ],
        first,
    )
    columns = [
        look.odds,
        look.others(lambda m, k, e, s, who: (m, e), lambda m, k, e, s, who: k),
        look.others(lambda m, k, e, s, who: (k, e, who), lambda m, k, e, s, who: m),
        look.others(lambda m, k, e, s, who: (m, k), lambda m, k, e, s, who: e),
        look.others(lambda m, k, e, s, who: (k, e, s), lambda m, k, e, s, who: m, mean=True),
        look.others(lambda m, k, e, s, who: (k, e, s), lambda m, k, e, s, who: m),
        look.others(lambda m, k, e, s, who: (e, s), lambda m, k, e, s, who: k, mean=True),
        look.others(lambda m, k, e, s, who: (k, e), lambda m, k, e, s, who: m, mean=True),
        look.others(lambda m, k, e, s, who: (k, s), lambda m, k, e, s, who: e),
        look.others(lambda m, k, e, s, who: (e, who), lambda m, k, e, s, who: k),
        np.full(len(pairs), look.odds.max()),
        np.full(len(pairs), first.sum()),
    ]
    return _beside(table, columns)


def _beside(table: Floats, columns: Sequence[Any]) -> Floats:
    """A table with further columns, each of shape ``(n,)``."""
    return np.hstack([table, np.stack([np.asarray(column, dtype=np.float64) for column in columns], axis=1)])


class _Look:
    """Candidates, by where they stand, and their first ratings."""

    def __init__(self, places: Sequence[tuple[Any, ...]], first: Floats) -> None:
        self.places, self.odds = places, log_odds(first, _EDGE)

    def best(self, group: Callable[..., Hashable]) -> dict[Hashable, float]:
        """The highest rating of each group."""
        found: dict[Hashable, float] = {}
        for place, value in zip(self.places, self.odds):
            key = group(*place)
            found[key] = max(found.get(key, _NONE), float(value))
        return found

    def others(
        self, group: Callable[..., Hashable], own: Callable[..., Hashable], *, mean: bool = False
    ) -> list[float]:
        """Of each candidate the highest rating, or the mean one, of those in its group that are not its own."""
        found: dict[Hashable, dict[Hashable, float]] = {}
        for place, value in zip(self.places, self.odds):
            rivals = found.setdefault(group(*place), {})
            rivals[own(*place)] = max(rivals.get(own(*place), _NONE), float(value))
        if mean:
            sums = {key: (sum(rivals.values()), len(rivals)) for key, rivals in found.items()}
            return [
                _NONE if sums[key][1] < 2 else (sums[key][0] - found[key][own(*place)]) / (sums[key][1] - 1)
                for place in self.places
                for key in [group(*place)]
            ]
        top = {key: sorted(rivals.items(), key=lambda item: -item[1])[:2] for key, rivals in found.items()}
        return [
            next((value for key, value in top[group(*place)] if key != own(*place)), _NONE) for place in self.places
        ]
