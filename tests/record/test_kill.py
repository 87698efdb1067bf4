"""What happens when processes die or meet: no half document, nothing lost, nothing twice."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from promises import Proof
from record_stories import write_marked_pages

from callboard.record.ledger import open_ledger

FILL = Path(__file__).parent / "fill.py"
CLAIMS = 25  # of a page


def start(ledger: str, pages: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, str(FILL), ledger, str(pages)], stdout=subprocess.PIPE, text=True)


@pytest.mark.promise(1)
def test_a_killed_add_leaves_no_half_document_and_is_completed_by_another(
    tmp_path: Path, new_address: Callable[[], str], proof: Proof
) -> None:
    """Killed at random points again and again; every acknowledged page is there, every page there is whole."""
    folder, path = tmp_path / "pages", new_address()
    name = "SQLite" if path.endswith(".db") else "PostgreSQL"
    kills = proof.amount(quick=12 if name == "SQLite" else 4, whole=200)  # a client of PostgreSQL starts slowly
    pages, each = kills * 8, 8  # so many pages at most between two kills
    write_marked_pages(folder, pages, CLAIMS)
    rng = random.Random(20170610)
    acknowledged: set[str] = set()
    died = 0
    while died < kills:
        process = start(path, folder)
        assert process.stdout is not None
        wanted = len(acknowledged) + rng.randrange(1, each)
        for line in process.stdout:
            acknowledged.add(line.split()[0])
            if len(acknowledged) >= wanted:
                break
        time.sleep(rng.random() * 0.005)
        process.send_signal(signal.SIGKILL)
        for line in process.stdout:
            # What was said before the kill counts; the last line may be cut.
            if line.endswith("\n"):
                acknowledged.add(line.split()[0])
        process.communicate()
        assert process.returncode == -signal.SIGKILL, "the pages ran out before the kills"
        died += 1
        with open_ledger(path) as ledger:
            held = Counter(report.document for report in ledger.reports())
            assert set(held.values()) <= {CLAIMS}
            assert len(held) >= len(acknowledged)
            assert ledger.check().problems == ()
    process = start(path, folder)
    process.communicate()
    assert process.returncode == 0
    with open_ledger(path) as ledger:
        assert len(list(ledger.documents())) == pages
        assert len(ledger.reports()) == pages * CLAIMS
    proof.count(f"kills with {name}", died)


def test_a_process_killed_while_it_makes_the_ledger_leaves_a_usable_file(tmp_path: Path) -> None:
    """Whatever state the file is in, the next opening finishes it."""
    code = "import sys; from callboard.record.ledger import open_ledger; print(1, flush=True); open_ledger(sys.argv[1])"
    rng = random.Random(7)
    for number in range(4):
        path = tmp_path / f"{number}.db"
        process = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(rng.uniform(0.2, 0.7))
        process.kill()
        process.communicate()
        with open_ledger(path) as ledger:
            assert ledger.check().problems == ()


def test_processes_that_add_at_once_change_nothing_twice(tmp_path: Path, new_address: Callable[[], str]) -> None:
    """Two make the same ledger and add the same pages at the same time: all succeed, each claim is there once."""
    pages, path = tmp_path / "pages", new_address()
    write_marked_pages(pages, 40, CLAIMS)
    processes = [start(path, pages) for _ in range(2)]
    said = [process.communicate()[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    new = sum(int(line.split()[2]) for output in said for line in output.splitlines())
    with open_ledger(path) as ledger:
        assert new == len(ledger.reports()) == 40 * CLAIMS
        assert ledger.check().problems == ()
