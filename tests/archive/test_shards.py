"""map_shards: each shard is done once; what fails three times is set aside; a killed process costs one try."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest
from shard_work import Shard, work

from callboard.archive.shards import Failed, Step, map_shards
from callboard.errors import SettingError

NAMES = ["a", "raises", "b", "kills", "c", "once", "d", "e"]


def run(tmp_path: Path, names: list[str], **options: object) -> list[Step[Shard, str] | Failed[Shard]]:
    return list(map_shards(work, [Shard(name, tmp_path) for name in names], **options))  # type: ignore[arg-type]


@pytest.mark.parametrize("workers", [1, 3])
def test_what_fails_is_set_aside_and_the_rest_goes_on(tmp_path: Path, workers: int) -> None:
    """Three tries each, with the reason; whoever fails by chance is done at the second try; all others at the first."""
    steps = run(tmp_path, NAMES, workers=workers)
    done = sorted(step.given for step in steps if isinstance(step, Step) and step.given != "step")
    assert done == ["a done", "b done", "c done", "d done", "e done", "once done"]
    final = {step.shard.name: step.error for step in steps if isinstance(step, Failed) and step.final}
    assert final["raises"] == "ValueError: no raises"
    assert "Killed" in final["kills"]
    tries = {name: len((tmp_path / name).read_text()) for name in NAMES}
    assert tries == dict.fromkeys("abcde", 1) | {"raises": 3, "kills": 3, "once": 2}


def test_a_run_that_is_left_early_leaves_no_process(tmp_path: Path) -> None:
    steps = map_shards(work, [Shard(f"slow{n}", tmp_path) for n in range(6)], workers=2)
    next(iter(steps))
    steps.close()  # type: ignore[attr-defined]
    assert len([each for each in tmp_path.iterdir() if each.name.startswith("slow")]) <= 3


def test_on_a_cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same by Dask; a worker that is killed from outside loses nothing and does nothing twice."""
    distributed = pytest.importorskip("distributed")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(Path(__file__).parent), *filter(None, sys.path)]))
    names = [f"slow{n}" for n in range(6)] + ["raises"]
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        done: list[str] = []
        final: list[str] = []
        shards = [Shard(name, tmp_path) for name in names]
        for step in map_shards(work, shards, cluster=cluster.scheduler_address):
            if isinstance(step, Step):
                if not done:
                    pids = client.run(os.getpid)
                    os.kill(next(iter(pids.values())), signal.SIGKILL)
                done.append(step.given)
            elif step.final:
                final.append(step.shard.name)
    assert sorted(done) == [f"slow{n} done" for n in range(6)]
    assert final == ["raises"]


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("tcp://10.1.2.3:8786", "no protected scheduler"),
        ("tcp://0.0.0.0:8786", "no protected scheduler"),
        ("scheduler.example:8786", "no protected scheduler"),
        ("tls://", "no protected scheduler"),
    ],
)
def test_only_protected_schedulers(tmp_path: Path, address: str, what: str) -> None:
    """Whoever reaches a Dask scheduler runs programs on its workers."""
    pytest.importorskip("distributed")
    with pytest.raises(SettingError, match=what):
        run(tmp_path, ["a"], cluster=address)


def test_without_dask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line that says what to install."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SettingError, match=r"pip install callboard\[cluster\]"):
        run(tmp_path, ["a"], cluster="local")
