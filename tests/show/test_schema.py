"""
`/api/v1` against its own OpenAPI document: what schemathesis makes up is answered as the document says, or refused so.

A few hundred cases here; `PYTHONPATH=tests python tests/show/test_schema.py 10000` tries as many as are named, new ones
each time.
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from board_stories import CAGE, record
from change_stories import MOVING
from served import serve

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed; pip install callboard[dev]")
checks = pytest.importorskip("schemathesis.specs.openapi.checks")

DAY = dt.date(2017, 6, 20)
# Whether there is such a cursor, or so long a time up to a day, no schema says: of those the refusal is held to its shape.
LEFT_OUT = [checks.positive_data_acceptance]
CASES = 300  # of all operations together
KNOWN = {"id": ["luke-cage-season-2", "luke-cage", "night-shift-season-1", "home"], "name": ["Variety", "variety"]}


def try_cases(folder: Path, cases: int, *, same: bool) -> int:
    """
    The number of cases that were tried.

    Args:
        folder: Where a ledger is made.
        cases: How many to try at least.
        same: Whether to try those that every run tries, else new ones.

    Raises:
        AssertionError: An answer is not as the document says.
    """
    path = record(folder / "board.db", CAGE + MOVING)
    with serve(path, DAY) as address:
        schema = schemathesis.openapi.from_url(f"{address}/api/v1/openapi.json")
        operations = [result.ok() for result in schema.get_all_operations()]
        each = -(-cases // (2 * len(operations)))
        return sum(try_operation(operation, address, each, same) for operation in operations)


def try_operation(operation: Any, address: str, examples: int, same: bool) -> int:
    """The number of cases of one operation that were tried: as many that the document allows as it forbids."""
    modes = [
        operation.as_strategy(generation_mode=mode)
        for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)
    ]
    tried = 0

    @hypothesis.settings(
        max_examples=examples,
        derandomize=same,
        deadline=None,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(data=hypothesis.strategies.data())
    def answer(data: Any) -> None:
        nonlocal tried
        for mode in modes:
            case = data.draw(mode)
            for name, values in KNOWN.items():
                if name in (case.path_parameters or {}) and data.draw(hypothesis.strategies.booleans()):
                    case.path_parameters[name] = data.draw(hypothesis.strategies.sampled_from(values))
            # a busy machine keeps an answer waiting; how long one takes is not what is asked here
            case.call_and_validate(base_url=address, excluded_checks=LEFT_OUT, timeout=120)
            tried += 1

    answer()
    return tried


def test_whatever_is_asked_is_answered_as_the_document_says(tmp_path: Path) -> None:
    """No server error, no undocumented status, media type or shape; what the document forbids is refused."""
    assert try_cases(tmp_path, CASES, same=True) >= CASES


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        print(try_cases(Path(made), int(sys.argv[1]) if len(sys.argv) > 1 else 10_000, same=False), "cases answered")
