"""Simulated worlds, whose truth is known: ranges hold as often as they say, drops are found, none is invented."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from callboard.model import Json

BENCH = Path(__file__).parents[2] / "bench" / "judge" / "simulation.py"


@pytest.fixture(scope="module")
def figures() -> Json:
    spec = importlib.util.spec_from_file_location("judge_simulation", BENCH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["judge_simulation"] = module
    spec.loader.exec_module(module)
    found: Json = module.run(count=160, seed=7)
    return found


def test_the_ranges_hold_as_often_as_they_say(figures: Json) -> None:
    """The 80 % range of the release holds it in 72 to 93 % of some 120 worlds (three standard errors and a margin)."""
    assert 0.72 <= figures["release_coverage"][80] <= 0.93


def test_the_stage_is_mostly_right(figures: Json) -> None:
    """With reports late, missing and wrong, five worlds in six still have their stage right, of six stages."""
    assert figures["stage_right"] >= 0.78
    assert figures["brier"] <= 0.3


def test_reported_drops_are_found_and_none_is_invented(figures: Json) -> None:
    """A cancellation that was reported is believed; no silence is taken for one."""
    assert figures["dropped_found"] >= 0.9
    assert figures["dropped_false"] == 0
