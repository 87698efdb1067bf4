"""Forty archives (a dozen in the usual run), with those that read them killed again and again: nothing lost, nothing twice, the same bytes."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from archive_maker import article, other, write_warc
from promises import Proof

from callboard.archive.loading import load_folder
from callboard.archive.run import Progress, read_archives
from callboard.read.child import Limits
from callboard.record.ledger import open_ledger

LEARNED = dt.datetime(2018, 1, 1, tzinfo=dt.UTC)
COMMAND = [sys.executable, "-m", "callboard.cli.main", "archive", "--quiet", "--out"]


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    folder = tmp_path_factory.mktemp("archives")
    for number in range(40 if request.config.getoption("--proof") else 12):
        pages = [other(number * 10 + each) for each in range(4)]
        pages[2:2] = [article(f"Quiet Harbor {number}"), article(f"Loud Shore {number}")]
        write_warc(folder / f"{number:02}.warc.gz", pages)
    return folder


@pytest.fixture(scope="module")
def undisturbed(archives: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that a run gives in which nobody is killed."""
    out = tmp_path_factory.mktemp("undisturbed")
    subprocess.run([*COMMAND, str(out), str(archives)], check=True, capture_output=True)
    assert len(files_of(out)) == count(archives)
    return out


def count(archives: Path) -> int:
    return len(list(archives.iterdir()))


def files_of(out: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in out.glob("*.jsonl")}


def table_of(out: Path, path: Path) -> str:
    """The hash of what a ledger holds after loading."""
    with open_ledger(path) as ledger:
        assert all(
            not hasattr(each, "what") for each in load_folder(out, ledger, keep_text_days=9_999, now=lambda: LEARNED)
        )
        assert len(list(ledger.documents())) == 2 * len(files_of(out))
        return hashlib.sha256("\n".join(ledger.export_lines()).encode()).hexdigest()


def below(pid: int) -> Iterator[int]:
    """The processes that a process has started, and theirs."""
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in map(int, children.read_text().split()):
                yield child
                yield from below(child)


@pytest.mark.promise(2)
def test_killed_workers_leave_the_same_bytes(archives: Path, undisturbed: Path, tmp_path: Path, proof: Proof) -> None:
    """kill -9 of a worker, or of the process that parses for it, at random moments of a run."""
    if not Path("/proc/self/task").exists():
        pytest.skip("who started whom is read from /proc")
    rng, kills, wanted, runs = random.Random(40), 0, proof.amount(quick=3, whole=20), 0
    while kills < wanted:
        runs += 1
        out = tmp_path / f"out-{runs}"
        process = subprocess.Popen([*COMMAND, str(out), "--workers", "2", str(archives)], stderr=subprocess.PIPE)
        done = 0
        while process.poll() is None:
            # After each file or two, so that somebody has loaded and is at work.
            if kills < wanted and len(files_of(out)) > done:
                time.sleep(rng.uniform(0.0, 0.3))
                done = len(files_of(out)) + rng.randrange(2)
                if victims := list(below(process.pid)):
                    with suppress(ProcessLookupError):
                        os.kill(rng.choice(victims), signal.SIGKILL)
                        kills += 1
            time.sleep(0.02)
        said = process.communicate()[1].decode()
        assert process.returncode == 0, said
        assert files_of(out) == files_of(undisturbed), said
        assert not [each for each in out.rglob("*") if each.suffix == ".part" or "quarantine" in each.name]
    assert table_of(out, tmp_path / "killed.db") == table_of(undisturbed, tmp_path / "whole.db")
    proof.count("workers killed", kills)
    proof.count("archives", count(archives) * runs)


@pytest.mark.promise(2)
def test_a_worker_of_a_cluster_is_killed(archives: Path, undisturbed: Path, tmp_path: Path, proof: Proof) -> None:
    """By Dask: the busiest worker is killed at a quarter of the work; nothing lost, nothing twice."""
    distributed = pytest.importorskip("distributed")
    out = tmp_path / "out"
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        pids = {
            worker: client.run(os.getpid, workers=[worker])[worker] for worker in client.scheduler_info()["workers"]
        }
        killed = 0
        last: Progress | None = None
        paths = sorted(archives.iterdir())
        for step in read_archives(
            paths, out, limits=Limits(), max_page_mb=10, workers=2, memory_mb=0, cluster=cluster.scheduler_address
        ):
            assert isinstance(step, Progress), step
            last = step
            if not killed and step.done >= count(archives) // 4:
                busy = client.processing()
                os.kill(pids[max(pids, key=lambda worker: len(busy.get(worker, ())))], signal.SIGKILL)
                killed += 1
    assert last is not None
    assert killed == 1
    assert (last.done, last.counts.documents, last.quarantined) == (count(archives), 2 * count(archives), 0)
    assert files_of(out) == files_of(undisturbed)
    proof.count("workers of a Dask cluster killed")


@pytest.mark.promise(14)
def test_whatever_the_surroundings_the_export_has_the_same_bytes(
    archives: Path, undisturbed: Path, tmp_path: Path, proof: Proof
) -> None:
    """Any number of processes, order of files, locale, zone and hash seed, from archives to the export of the ledger."""
    rng = random.Random(14)
    exports: set[str] = set()
    for number in range(proof.amount(quick=2, whole=12)):
        surroundings = {
            "TZ": rng.choice(["UTC", "Pacific/Auckland", "America/Los_Angeles", "Asia/Kathmandu"]),
            "LC_ALL": rng.choice(["C", "C.UTF-8", "POSIX"]),
            "PYTHONHASHSEED": str(rng.randrange(1_000)),
        }
        files = sorted(map(str, archives.iterdir()))
        rng.shuffle(files)
        out = tmp_path / str(number)
        command = [*COMMAND, str(out), "--workers", str(1 + number % 3), *files]
        subprocess.run(command, env=os.environ | surroundings, check=True, capture_output=True)
        assert files_of(out) == files_of(undisturbed), surroundings
        exports.add(table_of(out, tmp_path / f"{number}.db"))
        proof.count("runs over archives")
    assert len(exports) == 1
