"""A disk that fails or is full, at any step: what was acknowledged is there, nothing is half there, and it can go on."""

from __future__ import annotations

import os
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path

import faults
import pytest
from promises import Proof

from callboard.record.ledger import open_ledger

NEVER = 10**9


@dataclass(frozen=True)
class Said:
    """What a process that wrote to a ledger said."""

    done: int  # pieces of work that were acknowledged
    error: str | None
    steps: int | None  # None: it died


def write(address: Path, first: int = NEVER, last: int = NEVER, how: str = "none") -> Said:
    """Makes the ledger, where there is none, and does all the work, in a child, since the disk is for a whole process."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        try:
            with os.fdopen(write, "w") as sys.stdout:
                faults.main(str(address), first, last, how)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        lines = [line.rstrip("\n").split(" ", 1) for line in pipe]
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, 9)
    told = {name: rest[0] if rest else "" for name, *rest in lines}
    return Said(int(told.get("done", 0)), told.get("error"), int(told["steps"]) if "steps" in told else None)


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, list[list[str]]]:
    """How many steps the whole work takes, and what the ledger holds after each piece of it, from none on."""
    folder = tmp_path_factory.mktemp("states")
    said = write(folder / "whole.db")
    assert (said.done, said.error) == (len(faults.WORK), None)
    assert said.steps is not None
    found: list[list[str]] = []
    with open_ledger(folder / "states.db") as ledger:
        found.append(list(ledger.export_lines()))
        for work in faults.WORK:
            work(ledger)
            found.append(list(ledger.export_lines()))
    return said.steps, found


def held(address: Path) -> list[str]:
    """What a ledger holds, opened as after a restart; nothing where it was not made yet."""
    with open_ledger(address) as ledger:
        assert ledger.check().problems == ()
        return list(ledger.export_lines())


@pytest.mark.promise(4)
@pytest.mark.parametrize("how", ["fault", "dies"])
def test_a_fault_at_any_step_leaves_the_old_or_the_new_state(
    tmp_path: Path, states: tuple[int, list[list[str]]], how: str, proof: Proof
) -> None:
    """The disk refuses one step, or the process ends in the middle of it; the work goes on from there afterwards."""
    steps, expected = states
    every = proof.amount(quick=29, whole=1)
    for step in range(1, steps + 1, every):
        address = tmp_path / f"{how}-{step}.db"
        said = write(address, step, step, how)
        if how == "dies":
            assert said.steps is None, f"step {step} of {steps} was not met"
        after = held(address)
        # One piece may be written and not be acknowledged, since the end came in between.
        assert after in expected[said.done : said.done + 2], f"{how} at step {step}: {said}"
        if said.error:
            assert "nothing of this step was written" in said.error or "cannot be opened" in said.error, said
        assert write(address).done == len(faults.WORK)
        assert held(address) == expected[-1]
        proof.count("faults at I/O steps of SQLite")


@pytest.mark.promise(5)
def test_a_full_disk_at_any_point(tmp_path: Path, states: tuple[int, list[list[str]]], proof: Proof) -> None:
    """From some step on nothing can be written: a clear error, all that was acknowledged can be read, and it is completed."""
    steps, expected = states
    points = proof.amount(quick=4, whole=50)
    for number in range(points):
        step = 1 + number * (steps - 1) // points
        address = tmp_path / f"{step}.db"
        said = write(address, step, NEVER, "full")
        if said.error is None:  # only what is done on leaving was left to be written
            assert said.done == len(faults.WORK)
        else:
            assert "the disk is full; nothing of this step was written: free some space and run it again" in said.error
        if said.done:
            with open_ledger(address, read_only=True) as ledger:
                assert ledger.check().problems == ()
                assert list(ledger.export_lines()) == expected[said.done]
        assert write(address).done == len(faults.WORK)
        assert held(address) == expected[-1]
        proof.count("points at which the disk was full")
