"""Work for the tests of `map_shards`: some shards fail, kill their process, or do so once only."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Shard:
    name: str
    folder: Path  # for notes on how often it was tried


def work(shard: Shard) -> Iterator[str]:
    tries = shard.folder / shard.name
    with tries.open("a") as file:
        file.write("x")
    times = len(tries.read_text())
    yield "step"
    if shard.name.startswith("kills") or (shard.name.startswith("once") and times == 1):
        os.kill(os.getpid(), signal.SIGKILL)
    if shard.name.startswith("raises"):
        raise ValueError(f"no {shard.name}")
    if shard.name.startswith("slow"):
        time.sleep(0.5)
    yield f"{shard.name} done"
