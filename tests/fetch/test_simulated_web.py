"""Ten thousand fetches from a web that is made up, by a clock that is made up: robots.txt and pauses are kept by each."""

from __future__ import annotations

import asyncio
import random
import selectors
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
from promises import Proof

from callboard.errors import FetchError
from callboard.fetch.fetcher import Fetched, Fetcher, Policy, Request, _Answer

PATHS = ("/news/{n}", "/private/{n}", "/private/open/{n}", "/tag/{n}?page=2", "/go/{n}")
AT_ONCE = 64


class _Selector(selectors.DefaultSelector):  # type: ignore[misc, valid-type]
    """Waits for nothing: where the loop would sleep, its clock is put forward instead."""

    loop: MadeUpLoop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready: list[tuple[selectors.SelectorKey, int]] = super().select(0)
        assert ready or timeout is not None, "everybody waits for ever"
        if not ready and timeout:
            self.loop.now += timeout
        return ready


class MadeUpLoop(asyncio.SelectorEventLoop):
    """A loop whose hours pass at once."""

    def __init__(self) -> None:
        self.now = 1_000.0
        selector = _Selector()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        return self.now


@dataclass
class Host:
    """What one host says, and when it was asked for what."""

    robots: int  # status of its robots.txt
    delay_s: float | None
    forbidden: tuple[str, ...]
    asked: list[tuple[float, float, str]] = field(default_factory=list)  # from, until, path
    wait_until: float = 0.0

    @property
    def rules(self) -> bytes:
        delay = [f"Crawl-delay: {self.delay_s:g}"] if self.delay_s is not None else []
        lines = ["User-agent: other", "Disallow: /", "", "User-agent: *", *delay]
        return "\n".join([*lines, *(f"Disallow: {prefix}" for prefix in self.forbidden)]).encode()


@pytest.mark.promise(15)
def test_robots_and_pauses_are_kept(monkeypatch: pytest.MonkeyPatch, proof: Proof) -> None:
    """Whatever is asked for at once, wherever redirects lead, and when hosts are busy."""
    rng = random.Random(15)
    count = proof.amount(quick=1_500, whole=10_000)
    hosts = {
        f"site{n}.example": Host(
            rng.choice((200, 200, 200, 404, 500)),
            rng.choice((None, None, 0.2, 3, 8, 500)),
            rng.choice(((), ("/private/",), ("/tag/", "/private/"), ("/",))),
        )
        for n in range(count // 40)
    }
    loop = MadeUpLoop()

    async def answer(_: Fetcher, url: str, conditions: Mapping[str, str], *, robots: bool) -> _Answer:
        name, path = url.removeprefix("https://").split("/", 1)
        host, start = hosts[name], loop.now
        assert start >= host.wait_until, "asked before the time that Retry-After gave"
        await asyncio.sleep(rng.expovariate(2))
        host.asked.append((start, loop.now, f"/{path}"))
        if robots:
            return _Answer(host.robots, {}, host.rules, None)
        if rng.random() < 0.02:
            host.wait_until = loop.now + 20
            return _Answer(rng.choice((429, 503)), {"Retry-After": "20"}, b"", None)
        if path.startswith("go/"):
            other = rng.choice(sorted(hosts))
            return _Answer(
                302, {"Location": f"https://{other}{rng.choice(PATHS).format(n=rng.randrange(999))}"}, b"", None
            )
        return _Answer(200, {}, b"<p>A page.", None)

    async def crawl() -> list[Fetched | FetchError]:
        turns = asyncio.Semaphore(AT_ONCE)
        async with Fetcher(policy) as fetcher:

            async def one() -> Fetched | FetchError:
                async with turns:
                    url = f"https://{rng.choice(sorted(hosts))}{rng.choice(PATHS).format(n=rng.randrange(999))}"
                    try:
                        return await fetcher.fetch(Request(url=url))
                    except FetchError as error:
                        return error

            return await asyncio.gather(*(one() for _ in range(count)))

    policy = Policy(user_agent="callboard/test")
    monkeypatch.setattr(Fetcher, "_request", answer)
    monkeypatch.setattr("callboard.fetch.fetcher.time", SimpleNamespace(monotonic=loop.time))
    try:
        found = loop.run_until_complete(crawl())
    finally:
        loop.close()
    kinds = Counter(type(each) for each in found)
    assert min(kinds[Fetched], kinds[FetchError]) > count / 10

    pages: defaultdict[str, int] = defaultdict(int)
    for name, host in hosts.items():
        host.asked.sort()
        for _, _, path in host.asked:
            if path == "/robots.txt":
                continue
            pages[name] += 1
            assert host.robots != 500, f"{name} could not be asked and was fetched from"
            assert host.robots == 404 or not path.startswith(host.forbidden), f"{name}{path} is forbidden"
        for (_, until, before), (start, _, _) in zip(host.asked, host.asked[1:]):
            # Until its robots.txt is read, a host's own delay is not known.
            known = before != "/robots.txt" and host.robots == 200
            delay = max(1.0, min(host.delay_s or 0.0, 60.0)) if known else 1.0
            assert start - until >= delay - 1e-6, f"{name}: {start - until} s after {before}, not {delay}"
    proof.count("simulated fetches", count)
    proof.count("requests", sum(len(host.asked) for host in hosts.values()))
    proof.count("violations", 0)
