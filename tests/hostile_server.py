"""A server on loopback that answers as the tests tell it, to the byte, and remembers what it was asked."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from aiohttp.abc import AbstractResolver, ResolveResult

from callboard.errors import FetchError
from callboard.fetch.fetcher import Fetched, Policy, Request
from callboard.fetch.fetching import Fetching

PAGE = b"<!doctype html><title>Quiet Harbor is back</title><p>Netflix has renewed Quiet Harbor for a third season.</p>"
HTML = ("Content-Type", "text/html; charset=utf-8")
Act = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Asked:
    """One request that came in."""

    at: float  # time.monotonic
    host: str
    path: str
    headers: dict[str, str]  # names in lower case


def answer(
    body: bytes = PAGE, *headers: tuple[str, str], status: int = 200, length: int | None = None, kind: bool = True
) -> bytes:
    """A whole answer; `length` where the header is to lie, `kind` whether a content type is stated."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body) if length is None else length}", "Connection: close"]
    if kind and not any(name == "Content-Type" for name, _ in headers):
        headers = (HTML, *headers)
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def drip(data: bytes, pause_s: float) -> Act:
    """Sends one byte at a time."""

    async def act(writer: asyncio.StreamWriter) -> None:
        for byte in data:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(pause_s)

    return act


def endless(head: bytes, piece: bytes) -> Act:
    """Sends a piece again and again until the other side has had enough."""

    async def act(writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(piece)
            await writer.drain()

    return act


class Server:
    """Serves `pages` (path, or host and path, to bytes, an act, or a list of them for one request after another)."""

    def __init__(self, address: str = "127.0.0.1", port: int = 0) -> None:
        self.pages: dict[str, bytes | Act | list[bytes | Act]] = {"/robots.txt": answer(b"", status=404)}
        self.asked: list[Asked] = []
        self.connections = self.most_at_once = 0
        self._now: dict[str, int] = {}
        self._open: list[asyncio.WriteTransport] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._run(asyncio.start_server(self._serve, address, port, family=socket.AF_INET))
        self.address = address
        self.port = self._server.sockets[0].getsockname()[1]

    def url(self, path: str, host: str | None = None) -> str:
        return f"http://{host or self.address}:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        """What was asked for, but for robots.txt."""
        return [asked.path for asked in self.asked if asked.path != "/robots.txt"]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._open.append(writer.transport)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
            path, host = head[0].split()[1], headers["host"].rpartition(":")[0]
            self.asked.append(Asked(time.monotonic(), host, path, headers))
            self._now[host] = self._now.get(host, 0) + 1
            self.most_at_once = max(self.most_at_once, self._now[host])
            act = self.pages.get(host + path, self.pages.get(path, answer(b"", status=404)))
            if isinstance(act, list):
                act = act.pop(0) if len(act) > 1 else act[0]
            try:
                if isinstance(act, bytes):
                    writer.write(act)
                    await writer.drain()
                else:
                    await act(writer)
            finally:
                self._now[host] -= 1
                writer.close()

    def _run(self, coroutine: Coroutine[object, object, asyncio.Server]) -> asyncio.Server:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        async def stop() -> None:
            self._server.close()
            others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            for transport in self._open:
                transport.abort()
            await asyncio.sleep(0.01)  # until they are closed

        asyncio.run_coroutine_threadsafe(stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class Names(AbstractResolver):
    """A name server: each name has addresses, or lists of them for one question after another."""

    def __init__(self, names: dict[str, list[list[str]]]) -> None:
        self._names = names

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_INET) -> list[ResolveResult]:
        if host not in self._names:
            raise OSError(f"no such name: {host}")
        answers = self._names[host]
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in found
        ]

    async def close(self) -> None:
        pass


def policy_for(server: Server, **changes: object) -> Policy:
    """A policy that may fetch from the server, and waits little."""
    options = {"pause_s": 0.0, "retry_s": 0.01, "attempts": 1, "whole_s": 5.0} | changes
    return Policy(
        user_agent="callboard/test",
        places=frozenset({("127.0.0.1", server.port)}),
        **options,  # type: ignore[arg-type]
    )


def fetch_all(
    policy: Policy, urls: Iterable[str], names: dict[str, list[list[str]]] | None = None
) -> dict[str, Fetched | FetchError]:
    """What stands at each address, or why nothing does."""
    with Fetching(policy, resolver=Names(names) if names is not None else None) as fetching:
        return {request.url: found for request, found in fetching.fetch_all(Request(url=url) for url in urls)}


def fetch(policy: Policy, url: str, names: dict[str, list[list[str]]] | None = None) -> Fetched:
    """What stands at one address; raises what the fetcher raises."""
    found = fetch_all(policy, [url], names)[url]
    if isinstance(found, FetchError):
        raise found
    return found
