"""
Work spread over many processes, on this machine or on a Dask cluster, with one function: `map_shards`.

A shard that fails is tried again, three times in all, and then set aside; the others go on. What stops a process (a
signal, the memory, a fault in a parser) costs the shard that it was at one try, and no other shard anything.
"""

from __future__ import annotations

import importlib
import ipaddress
import math
import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeAlias, TypeVar
from urllib.parse import urlsplit

from callboard.errors import ReadError, SettingError
from callboard.read.child import Child, Handlers, Limits

S = TypeVar("S")  # a shard
R = TypeVar("R")  # what its work gives, step by step

TRIES = 3
SILENT_S = 600.0  # without a step; a shard that is silent for longer is taken to hang
Work: TypeAlias = Callable[[S], Iterator[R]]


@dataclass(frozen=True, slots=True)
class Step(Generic[S, R]):
    """Something that the work on a shard gave."""

    shard: S
    given: R


@dataclass(frozen=True, slots=True)
class Failed(Generic[S]):
    """A try that failed."""

    shard: S
    error: str
    tries: int
    final: bool  # it is not tried again


def map_shards(
    work: Work[S, R], shards: Sequence[S], *, workers: int = 1, cluster: str | None = None, memory_mb: int = 0
) -> Iterator[Step[S, R] | Failed[S]]:
    """
    Each step that the work on each shard gives, as they come.

    Args:
        work: A generator function; it and the shards are pickled, so it must be importable.
        shards: What to work on, in this order as far as several processes have one.
        workers: Processes on this machine.
        cluster: A Dask scheduler, "tls://HOST:PORT" or on loopback "tcp://127.0.0.1:PORT", or "local" to start one with
            so many workers; only the last step of each shard comes from there. None: processes of our own.
        memory_mb: Most addresses that the work takes besides what its process begins with; 0: any. Not on a cluster.

    Raises:
        SettingError: The cluster is not given rightly, or Dask is not installed.
    """
    if cluster is not None:
        yield from _by_cluster(work, shards, workers, cluster)
        return
    pool = _Pool(work, shards, Limits(cpu_s=math.inf, wall_s=SILENT_S, memory_mb=memory_mb))
    yield from pool.run(max(1, min(workers, len(shards))))


@dataclass
class _Pool(Generic[S, R]):
    """Threads, each with a process that it gives shard after shard."""

    work: Work[S, R]
    shards: Sequence[S]
    limits: Limits
    waiting: deque[tuple[S, int]] = field(default_factory=deque)
    came: queue.SimpleQueue[Step[S, R] | Failed[S] | BaseException | None] = field(default_factory=queue.SimpleQueue)
    stopped: threading.Event = field(default_factory=threading.Event)

    def run(self, workers: int) -> Iterator[Step[S, R] | Failed[S]]:
        self.waiting.extend((shard, 1) for shard in self.shards)
        children = [Child(partial(_handlers, self.work), self.limits) for _ in range(workers)]
        threads = [threading.Thread(target=self._serve, args=(child,), daemon=True) for child in children]
        for thread in threads:
            thread.start()
        running = workers
        try:
            while running:
                found = self.came.get()
                if found is None:
                    running -= 1
                elif isinstance(found, BaseException):
                    raise found
                else:
                    yield found
        finally:
            self.stopped.set()
            for child in children:
                child.kill()
            for thread in threads:
                thread.join()
            for child in children:
                child.close()

    def _serve(self, child: Child) -> None:
        try:
            while not self.stopped.is_set():
                try:
                    shard, tries = self.waiting.popleft()
                except IndexError:
                    return
                try:
                    for given in child.stream("work", shard):
                        self.came.put(Step(shard, given))
                except Exception as error:
                    if self.stopped.is_set():
                        return
                    # Whoever fails is tried after the others; the last process to be done tries what is left.
                    self.came.put(Failed(shard, _told(error), tries, tries >= TRIES))
                    if tries < TRIES:
                        self.waiting.append((shard, tries + 1))
        except BaseException as error:
            self.came.put(error)
        finally:
            self.came.put(None)


def _handlers(work: Work[Any, Any]) -> Handlers:
    return {"work": work}


def _told(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return text if isinstance(error, ReadError) else f"{type(error).__name__}: {text}"


def _by_cluster(work: Work[S, R], shards: Sequence[S], workers: int, cluster: str) -> Iterator[Step[S, R] | Failed[S]]:
    distributed = _dask()
    if cluster == "local":
        with (
            distributed.LocalCluster(
                n_workers=workers, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
            ) as started,
            distributed.Client(started) as client,
        ):
            yield from _by_client(work, shards, client, distributed)
        return
    _check_address(cluster)
    try:
        client = distributed.Client(cluster, timeout=30)
    except (OSError, ValueError) as error:
        raise SettingError(f"{cluster}: no Dask scheduler answers there ({error})") from error
    with client:
        yield from _by_client(work, shards, client, distributed)


def _by_client(
    work: Work[S, R], shards: Sequence[S], client: Any, distributed: Any
) -> Iterator[Step[S, R] | Failed[S]]:
    submit = partial(client.submit, _last, work, pure=False, retries=0)
    waiting = {future.key: (shard, 1, future) for shard in shards for future in [submit(shard)]}
    done = distributed.as_completed([future for _, _, future in waiting.values()])
    for future in done:
        shard, tries, _ = waiting.pop(future.key)
        try:
            given = future.result()
        except Exception as error:  # of the work, or KilledWorker where several workers died of it
            yield Failed(shard, _told(error), tries, tries >= TRIES)
            if tries < TRIES:
                again = submit(shard)
                waiting[again.key] = (shard, tries + 1, again)
                done.add(again)
        else:
            yield Step(shard, given)


def _last(work: Work[S, R], shard: S) -> R:
    *_, given = work(shard)
    return given


def _dask() -> Any:  # it has no types
    try:
        return importlib.import_module("distributed")
    except ModuleNotFoundError as error:
        raise SettingError("a cluster needs Dask; pip install callboard[cluster]") from error


def _check_address(address: str) -> None:
    """Whoever reaches a scheduler's port can run programs on its workers, so the way to it must be closed to others."""
    parts = urlsplit(address)
    if parts.scheme == "tls" and parts.hostname:
        return
    try:
        if parts.scheme == "tcp" and ipaddress.ip_address(parts.hostname or "").is_loopback:
            return
    except ValueError:
        pass
    raise SettingError(
        f"{address!r} is no protected scheduler; give tls://HOST:PORT, tcp://127.0.0.1:PORT on this machine, or local"
    )
