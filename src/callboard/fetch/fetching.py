"""Fetching for code that is not asynchronous: an event loop in a thread of its own, several hosts at once."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Coroutine, Iterable, Iterator
from itertools import islice
from types import TracebackType
from typing import Self, TypeVar

from aiohttp.abc import AbstractResolver

from callboard import __version__
from callboard.errors import FetchError, SettingError
from callboard.fetch.addresses import read_places
from callboard.fetch.fetcher import Fetched, Fetcher, Policy, Request
from callboard.settings import Settings

T = TypeVar("T")

WINDOW = 16  # requests in flight; most wait for the turn of their host


def policy_from(settings: Settings) -> Policy:
    """
    The policy that the settings `contact` and `fetch_also` give.

    Raises:
        SettingError: One of them cannot be used.
    """
    contact = settings.text("contact").strip()
    if not (contact.isascii() and contact.isprintable()):
        raise SettingError(f"setting contact: {contact!r} has characters that no request may carry; use plain ASCII")
    agent = f"callboard/{__version__}" + (f" (+{contact})" if contact else "")
    return Policy(user_agent=agent, places=read_places(settings.text("fetch_also")))


class Fetching:
    """An open fetcher. Left at once where an error or an interrupt passes: requests in flight are given up."""

    def __init__(self, policy: Policy, *, resolver: AbstractResolver | None = None) -> None:
        self.policy = policy
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="callboard-fetch", daemon=True)
        self._thread.start()
        self._fetcher = self._wait(self._open(policy, resolver))

    def fetch_all(self, requests: Iterable[Request]) -> Iterator[tuple[Request, Fetched | FetchError]]:
        """Each request with what was found, or why nothing was, in the order in which they are done."""
        rest = iter(requests)
        done: queue.SimpleQueue[tuple[Request, Fetched | FetchError | BaseException]] = queue.SimpleQueue()
        waiting = 0
        while True:
            for request in islice(rest, WINDOW - waiting):
                asyncio.run_coroutine_threadsafe(self._answer(request, done), self._loop)
                waiting += 1
            if not waiting:
                return
            request, found = done.get()
            waiting -= 1
            if isinstance(found, Fetched | FetchError):
                yield request, found
            else:
                raise found

    async def _answer(
        self, request: Request, done: queue.SimpleQueue[tuple[Request, Fetched | FetchError | BaseException]]
    ) -> None:
        try:
            done.put((request, await self._fetcher.fetch(request)))
        except BaseException as error:  # whatever it is, it belongs to whoever waits for the answer
            done.put((request, error))

    async def _open(self, policy: Policy, resolver: AbstractResolver | None) -> Fetcher:
        return Fetcher(policy, resolver=resolver)

    async def _close(self) -> None:
        mine = asyncio.current_task()
        others = [task for task in asyncio.all_tasks() if task is not mine]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self._fetcher.__aexit__(None, None, None)

    def _wait(self, coroutine: Coroutine[object, object, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._wait(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
