"""The figures of a run beside what they must reach: the last lines of `make bench-judge`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from callboard.model import Json


@dataclass(frozen=True, slots=True)
class Aim:
    """One figure: where it stands in the results, and from which value on it is worth having and good."""

    name: str
    path: tuple[str, ...]  # keys of the results
    worth: tuple[float, float]  # lowest and highest value that is worth having
    good: tuple[float, float]


_FACTS = ("facts", "production_histories.csv", "order, start, wrap")
_DEV = ("articles", "dev, gold")
AIMS = (
    Aim("release, facts alone: error to group median", (*_FACTS, "mae_ratio"), (0, 0.95), (0, 0.80)),
    Aim(
        "release, once dated in an article: the same",
        (*_DEV, "release_dated", "against_group_median", "mae_ratio"),
        (0, 0.5),
        (0, 0.3),
    ),
    Aim("release, facts alone: CRPS to Kaplan-Meier", (*_FACTS, "crps_ratio"), (0, 0.92), (0, 0.75)),
    Aim("release, facts alone: 80 % range holds", (*_FACTS, "coverage", "80"), (0.74, 0.86), (0.78, 0.82)),
    Aim("stage right, gold claims so far, dev", (*_DEV, "so_far", "right"), (0.88, 1), (0.95, 1)),
    Aim("stage right, gold claims of one article, dev", (*_DEV, "alone", "right"), (0.88, 1), (0.95, 1)),
    Aim("Brier score, gold claims so far, dev", (*_DEV, "so_far", "brier"), (0, 0.18), (0, 0.08)),
    Aim("Brier score, gold claims of one article, dev", (*_DEV, "alone", "brier"), (0, 0.18), (0, 0.08)),
    Aim(
        "stage right, extracted claims so far, dev",
        ("articles", "dev, extracted", "so_far", "right"),
        (0.80, 1),
        (0.92, 1),
    ),
    Aim("false changes a year and production", ("changes", "false_a_year"), (0, 0.3), (0, 0.05)),
    Aim("one judgement, 50 claims, ms", ("speed", "ms"), (0, 20), (0, 5)),
)


def verdicts(result: Json, say: Callable[[str], None] = print) -> Mapping[str, str]:
    """Say each figure that the results hold with "good", "worth having" or "MISSED"; the same by name."""
    found = {}
    for aim in AIMS:
        value = _look_up(result, aim.path)
        if value is None:
            continue
        reached = [low <= value <= high for low, high in (aim.good, aim.worth)]
        found[aim.name] = "good" if reached[0] else "worth having" if reached[1] else "MISSED"
        say(f"  {aim.name:46} {value:7.3f}  {found[aim.name]}")
    return found


def _look_up(result: Json, path: tuple[str, ...]) -> float | None:
    """The number at the end of the path, keys compared as text; None: that part was not run."""
    here: object = result
    for step in path:
        here = {str(key): value for key, value in here.items()}.get(step) if isinstance(here, dict) else None
    return float(here) if isinstance(here, int | float) else None
