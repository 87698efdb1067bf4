"""What a child is asked to do in the tests: work without end, parsers on pages that stop them, memory without end."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from callboard.read.child import Handlers

NESTED = "<!doctype html><html><body>" + "<div>" * 200_000 + "words"
ATTRIBUTES = "<!doctype html><html><body><p " + " ".join(f"a{n}='{n}'" for n in range(40_000)) + ">words</p>"
# 38 kB of misnested tags: the six hundred <b> that no one closes are opened anew in each of eight thousand paragraphs,
# which takes one parser 1.7 s and 1.8 GB, another 8 s.
MISNESTED = "<!doctype html><html><body><p>" + "".join(f"<b id={n}>" for n in range(600)) + "<p>x" * 8_000


def baited(bait: str) -> bool:
    """A regular expression that tries twice as long for each further letter."""
    return re.fullmatch("(a|aa|a+)+b", bait) is not None


def parsed(html: str) -> str:
    from selectolax.lexbor import LexborHTMLParser

    return LexborHTMLParser(html).text()[:10]


def paged(html: str) -> str:
    import datetime as dt

    from callboard.read.page import read_page

    return read_page(html, None, dt.date(2018, 6, 10)).text


def hungry() -> int:
    kept = []
    while True:
        kept.append(bytearray(10_000_000))


def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def killed_once(tries: Path) -> str:
    if not tries.exists():
        tries.touch()
        killed()
    return "done"


def slow_at(number: int) -> Iterator[int]:
    yield from range(number)
    baited("a" * 100)


def mistaken() -> None:
    raise ZeroDivisionError("a mistake of our own")


def make_handlers() -> Handlers:
    return {
        "baited": baited,
        "parsed": parsed,
        "paged": paged,
        "hungry": hungry,
        "killed": killed,
        "killed_once": killed_once,
        "mistaken": mistaken,
        "slow_at": slow_at,
        "sleep": time.sleep,
        "pid": os.getpid,
        "double": lambda number: 2 * number,
        "spin": spin,
    }


def spin(seconds: float) -> str:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
    return "done"


def make_nothing() -> Handlers:
    raise LookupError("no model")
