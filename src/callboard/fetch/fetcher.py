"""
One address to what stands there: checked, polite, bounded.

Every hop of a redirect is checked as the first address was; robots.txt is asked for each; a host gets one request at a
time with a pause between. See docs/fetching.md for the limits and why they are what they are.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import email.utils
import logging
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import aiohttp
import stamina
from aiohttp.abc import AbstractResolver

from callboard.errors import FetchError
from callboard.fetch.addresses import NOT_PUBLIC, Place, check_url, checking_sockets
from callboard.fetch.blocked import blocked_by
from callboard.fetch.body import read_body, unpacker_for
from callboard.fetch.robots import KEEP_S, MAX_BYTES, Rules

logging.getLogger("stamina").addHandler(logging.NullHandler())  # its warnings would end on stderr

_HTML = frozenset({"text/html", "application/xhtml+xml"})
_TYPES = _HTML | {
    "application/xml",
    "text/xml",
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
}
_GZIP = frozenset({"application/gzip", "application/x-gzip"})
_BYTES = frozenset({"application/octet-stream", "binary/octet-stream"})  # what some say of every file they do not know
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_REFUSALS = frozenset({401, 402, 403, 407, 451})
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How far a fetcher goes. Times in seconds, sizes in bytes."""

    user_agent: str
    places: frozenset[Place] = frozenset()  # what may be fetched besides public addresses on ports 80 and 443
    pause_s: float = 1.0  # between two requests to a host; its Crawl-delay where that is longer
    longest_pause_s: float = 60.0  # a longer Crawl-delay counts as this, a longer Retry-After ends the fetch
    connect_s: float = 10.0
    whole_s: float = 30.0  # all hops together, without the pauses
    raw_bytes: int = 5_000_000
    decoded_bytes: int = 10_000_000
    ratio: int = 100
    header_bytes: int = 64_000
    redirects: int = 5
    attempts: int = 2  # where the host fails or is busy
    retry_s: float = 2.0  # before the second one; doubled each time


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to fetch, and what is known of it already."""

    url: str
    etag: str | None = None
    modified: str | None = None  # Last-Modified, as the host wrote it


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What stands at an address."""

    url: str  # where it was found, after redirects
    body: bytes  # unpacked; empty where `unchanged`
    charset: str | None  # what the HTTP header says
    etag: str | None = None
    modified: str | None = None
    unchanged: bool = False  # since the request's `etag` and `modified`


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes
    charset: str | None


class _Host:
    """One host's turn: one request at a time, and none before `free_at` (`time.monotonic`)."""

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        self.free_at = 0.0


class Fetcher:
    """Fetches within a policy; belongs to one event loop, and is closed by leaving it."""

    def __init__(self, policy: Policy, *, resolver: AbstractResolver | None = None) -> None:
        self._policy = policy
        self._hosts: defaultdict[str, _Host] = defaultdict(_Host)
        self._rules: dict[str, tuple[float, asyncio.Task[Rules]]] = {}
        connector = aiohttp.TCPConnector(
            limit=32,
            limit_per_host=1,
            resolver=resolver,
            socket_factory=checking_sockets(policy.places),
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,  # a proxy would connect in our place, and where to could not be checked
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=policy.connect_s),
            max_field_size=policy.header_bytes // 2,
            headers={"User-Agent": policy.user_agent, "Accept-Encoding": "gzip, br"},
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for _, task in self._rules.values():
            task.cancel()
        await self._session.close()

    async def fetch(self, request: Request) -> Fetched:
        """
        What stands at an address.

        Raises:
            FetchError: It may not be fetched, is not there, or is no page or feed; `again_s` says when to try again.
        """
        policy = self._policy

        def wait_for(error: Exception) -> bool | float:
            if not isinstance(error, FetchError) or error.again_s is None:
                return False
            return error.again_s <= policy.longest_pause_s and (error.again_s or True)

        retries = stamina.retry_context(
            on=wait_for,
            attempts=policy.attempts,
            timeout=None,
            wait_initial=policy.retry_s,
            wait_max=policy.longest_pause_s,
            wait_jitter=policy.retry_s,
        )
        async for attempt in retries:
            with attempt:
                return await self._fetch_once(request)
        raise AssertionError("stamina raises what the last attempt raised")

    async def _fetch_once(self, request: Request) -> Fetched:
        conditions = {
            name: value
            for name, value in (("If-None-Match", request.etag), ("If-Modified-Since", request.modified))
            if value
        }
        url, answer = await self._follow(request.url, conditions)
        where = url if url == request.url else f"{request.url} -> {url}"
        etag, modified = answer.headers.get("ETag"), answer.headers.get("Last-Modified")
        if answer.status == 304 and conditions:
            return Fetched(
                url=url,
                body=b"",
                charset=None,
                etag=etag or request.etag,
                modified=modified or request.modified,
                unchanged=True,
            )
        blocked = blocked_by(url, answer.headers, answer.body)
        if blocked or answer.status in _REFUSALS:
            raise FetchError(
                f"{where}: not the article but {blocked or 'a refusal'} (status {answer.status}); "
                "open it in a browser, save it and add the file"
            )
        if answer.status in _BUSY:
            after = _retry_after(answer.headers)
            later = f"; asks to wait {after:.0f} s" if after else "; try again later"
            raise FetchError(f"{where}: the host is busy or broken (status {answer.status}){later}", again_s=after or 0)
        if answer.status != 200:
            raise FetchError(f"{where}: no page (status {answer.status})", gone=answer.status == 410)
        return Fetched(url=url, body=answer.body, charset=answer.charset, etag=etag, modified=modified)

    async def _follow(self, url: str, conditions: Mapping[str, str], *, robots: bool = False) -> tuple[str, _Answer]:
        """Where the redirects end, and the answer there; `robots` where robots.txt itself is fetched."""
        left_s = self._policy.whole_s
        first = url
        for _ in range(self._policy.redirects + 1):
            url = check_url(url, self._policy.places)
            pause_s = self._policy.pause_s
            if not robots:
                rules = await self._rules_of(url)
                if not rules.allow(url):
                    raise FetchError(f"{url}: {rules.why_not}", again_s=rules.again_s)
                pause_s = min(max(pause_s, rules.pause_s), self._policy.longest_pause_s)
            answer, spent_s = await self._in_turn(url, conditions, pause_s, left_s, robots=robots)
            left_s -= spent_s
            if answer.status not in _REDIRECTS:
                return url, answer
            if not answer.headers.get("Location"):
                raise FetchError(f"{url}: redirects (status {answer.status}) and does not say where to")
            target = urljoin(url, answer.headers["Location"].strip())
            if url.startswith("https:") and target.startswith("http:"):
                raise FetchError(f"{url}: redirects from https to {target}, which is not protected; not followed")
            url = target
        raise FetchError(f"{first}: redirects more than {self._policy.redirects} times")

    async def _in_turn(
        self, url: str, conditions: Mapping[str, str], pause_s: float, left_s: float, *, robots: bool
    ) -> tuple[_Answer, float]:
        """The answer to one request, when it is the host's turn, with the seconds it took."""
        host = self._hosts[urlsplit(url).hostname or ""]
        async with host.turn:
            await asyncio.sleep(host.free_at - time.monotonic())
            start = time.monotonic()
            try:
                async with asyncio.timeout(max(left_s, 0.0)):
                    answer = await self._request(url, conditions, robots=robots)
            except TimeoutError as error:
                raise FetchError(f"{url}: no whole answer in {self._policy.whole_s:g} s", again_s=0) from error
            finally:
                host.free_at = time.monotonic() + pause_s
            if answer.status in _BUSY and (after := _retry_after(answer.headers)):
                host.free_at = max(host.free_at, time.monotonic() + min(after, self._policy.longest_pause_s))
            return answer, time.monotonic() - start

    async def _request(self, url: str, conditions: Mapping[str, str], *, robots: bool) -> _Answer:
        policy = self._policy
        try:
            async with self._session.get(url, headers=conditions, allow_redirects=False) as response:
                headers = response.headers
                if sum(len(name) + len(value) + 4 for name, value in response.raw_headers) > policy.header_bytes:
                    raise FetchError(f"{url}: headers of more than {policy.header_bytes / 1e3:g} kB")
                answered = response.status == 200 or response.status in _REFUSALS | _BUSY
                if not answered:
                    return _Answer(response.status, headers, b"", None)
                packed = _is_packed_xml(url, response.content_type)
                if not robots and response.status == 200 and response.content_type not in _TYPES and not packed:
                    kind = headers.get("Content-Type") or "no type"
                    raise FetchError(f"{url}: {kind[:60]!r}, not a page or a feed")
                if (length := response.content_length or 0) > policy.raw_bytes and not robots:
                    raise FetchError(f"{url}: {length / 1e6:.1f} MB, more than {policy.raw_bytes / 1e6:g}")
                encoding = headers.get("Content-Encoding", "")
                try:
                    body = await read_body(
                        response.content.iter_chunked(64 * 1024),
                        unpacker_for("gzip" if packed and not encoding else encoding),
                        raw=policy.raw_bytes,
                        decoded=MAX_BYTES if robots else policy.decoded_bytes,
                        ratio=policy.ratio,
                        cut=robots,
                    )
                except FetchError as error:
                    raise FetchError(f"{url}: {error}") from error
                return _Answer(response.status, headers, body, response.charset)
        except aiohttp.ClientError as error:
            if NOT_PUBLIC in _plain(error):
                raise FetchError(f"{url}: {NOT_PUBLIC}; allow it by the setting fetch_also if it is yours") from error
            raise FetchError(f"{url}: cannot be fetched ({_plain(error)})", again_s=0) from error
        except ValueError as error:
            raise FetchError(f"{url}: no address or answer that can be read ({_plain(error)})") from error

    async def _rules_of(self, url: str) -> Rules:
        """What the robots.txt of an address's host says; asked once, and again after a day."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        asked, task = self._rules.get(origin, (0.0, None))
        if task is None or time.monotonic() - asked > KEEP_S:
            task = asyncio.create_task(self._ask_rules(origin))
            self._rules[origin] = (time.monotonic(), task)
        return await asyncio.shield(task)

    async def _ask_rules(self, origin: str) -> Rules:
        url = f"{origin}/robots.txt"
        try:
            _, answer = await self._follow(url, {}, robots=True)
        except FetchError as error:
            if error.again_s is not None:
                self._rules.pop(origin, None)  # the next fetch asks again
            return Rules.unknown(str(error).removeprefix(f"{url}: "), error.again_s)
        return Rules.read(answer.status, answer.body)


def _is_packed_xml(url: str, content_type: str) -> bool:
    """Whether an answer is a sitemap that lies packed on its server, of which only the name says what is in it."""
    return urlsplit(url).path.lower().endswith(".xml.gz") and content_type in _GZIP | _BYTES


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that Retry-After asks to wait; None where it says nothing."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), 30 * 86400.0)
    try:
        when = email.utils.parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=dt.UTC)
    return max((when - dt.datetime.now(dt.UTC)).total_seconds(), 0.0) or None


def _plain(error: Exception) -> str:
    inner = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    return " ".join(str(inner).split())[:200] or type(error).__name__
