"""The child: asked again and again, and killed by what would stop the program; the next question is answered."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from poison import ATTRIBUTES, MISNESTED, NESTED, make_handlers, make_nothing

from callboard.errors import ReadError
from callboard.read.child import Child, Limits

LIMITS = Limits(cpu_s=1.0, wall_s=30.0, memory_mb=200)


@pytest.fixture
def child() -> Iterator[Child]:
    with Child(make_handlers, LIMITS) as running:
        yield running


def test_one_process_answers_many_questions(child: Child) -> None:
    """It is reused, and its limits count for each answer, not for all together."""
    first = child.ask("pid")
    assert [child.ask("spin", 0.4) for _ in range(6)] == ["done"] * 6
    assert child.ask("double", 21) == 42
    assert child.ask("pid") == first != os.getpid()


@pytest.mark.parametrize(
    ("name", "args", "what"),
    [
        ("baited", ("a" * 100,), "more than 1 s of computing"),
        ("parsed", (NESTED,), "more than 1 s of computing"),
        ("parsed", (ATTRIBUTES,), "more than 1 s of computing"),
        ("hungry", (), "more than 200 MB of memory"),
        ("killed", (), r"the process that reads it ended \(Killed\)"),
    ],
    ids=["endless regular expression", "200,000 nested", "40,000 attributes", "memory", "killed"],
)
def test_what_would_stop_the_program_costs_itself_only(
    child: Child, name: str, args: tuple[object, ...], what: str
) -> None:
    """The question ends soon with a reason, and the next one is answered, by another process."""
    before = child.ask("pid")
    start = time.monotonic()
    with pytest.raises(ReadError, match=what):
        child.ask(name, *args)
    assert time.monotonic() - start < 25  # the machine may be busy
    assert child.ask("pid") != before


@pytest.mark.parametrize("how", ["while it waits", "at its first answer"])
def test_one_that_was_killed_from_outside_is_asked_again(child: Child, how: str, tmp_path: Path) -> None:
    """By whoever ends processes where memory is short: the page is not to blame, and is read by the next one."""
    before = child.ask("pid")
    if how == "while it waits":
        os.kill(before, signal.SIGKILL)
        assert child.ask("double", 5) == 10
    else:
        assert child.ask("killed_once", tmp_path / "tries") == "done"
    assert child.ask("pid") != before


def test_by_the_clock(tmp_path: Path) -> None:
    """What waits and does not compute is ended, too."""
    with Child(make_handlers, Limits(wall_s=0.5)) as child:
        child.ask("pid")
        start = time.monotonic()
        with pytest.raises(ReadError, match=r"more than 0\.5 s"):
            child.ask("sleep", 60.0)
        assert time.monotonic() - start < 10
        assert child.ask("double", 1) == 2


def test_items_come_one_by_one(child: Child) -> None:
    """Those before the poisonous one have been given; a stream that is left early does not spoil the next answer."""
    items = child.stream("slow_at", 3)
    assert [next(items), next(items), next(items)] == [0, 1, 2]
    with pytest.raises(ReadError, match="of computing"):
        next(items)
    for item in child.stream("slow_at", 3):
        assert item == 0
        break
    assert child.ask("double", 4) == 8


def test_a_mistake_of_our_own_is_not_hidden(child: Child) -> None:
    """It comes with its traceback, and does not cost the process."""
    before = child.ask("pid")
    with pytest.raises(ZeroDivisionError) as caught:
        child.ask("mistaken")
    assert 'raise ZeroDivisionError("a mistake of our own")' in "".join(caught.value.__notes__)
    assert child.ask("pid") == before


def test_a_child_that_cannot_load() -> None:
    with Child(make_nothing, Limits()) as child, pytest.raises(LookupError, match="no model"):
        child.ask("anything")


def test_no_child_outlives_its_parent() -> None:
    """Not even where the parent is killed while the child waits for a question."""
    program = (
        "import os, signal; from poison import make_handlers; from callboard.read.child import Child, Limits;"
        "child = Child(make_handlers, Limits()); print(child.ask('pid'), flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    path = os.pathsep.join([str(Path(__file__).parent), *filter(None, sys.path)])
    ended = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | {"PYTHONPATH": path}, capture_output=True, timeout=60
    )
    pid = int(ended.stdout)
    for _ in range(200):
        if not Path(f"/proc/{pid}").exists() or " Z " in Path(f"/proc/{pid}/stat").read_text():
            return
        time.sleep(0.05)
    raise AssertionError(f"process {pid} is still there")


def test_any_time_by_the_clock() -> None:
    with Child(make_handlers, Limits(wall_s=math.inf)) as child:
        assert child.ask("double", 2) == 4


def test_misnested_tags_fill_no_memory(child: Child) -> None:
    """The parser is refused the gigabytes that it asks for, and says so; the page is refused with a reason."""
    with pytest.raises(ReadError, match=r"the parser gives it up|set aside"):
        child.ask("paged", MISNESTED)
    assert child.ask("double", 3) == 6
