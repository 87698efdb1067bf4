"""Documents and claims for the tests of the ledger, and stand-ins for reading and understanding."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path

from callboard.intake import Tools
from callboard.model import Claim, Document, Event, Problem, Production, Span
from callboard.when import When

NOON = dt.datetime(2017, 6, 10, 12, tzinfo=dt.UTC)


def tell(
    text: str, *claims: tuple[str, str, int | None, Event], said: str | None = None, url: str | None = None
) -> tuple[Document, list[Claim]]:
    """A document with claims, each given by its quote, title, season and event."""
    document = Document(
        text=text,
        headline="Headline",
        url=url,
        outlet="Example Daily",
        published=When.parse(said) if said else None,
        published_confidence=1.0 if said else 0.0,
    )
    made = []
    for quote, title, season, event in claims:
        start = text.index(quote)
        span = Span(start, start + len(quote), quote)
        made.append(Claim(production=Production(title, season), event=event, quote=span, score=0.875))
    return document, made


def tell_luke_cage(said: str | None = "2017-06-06") -> tuple[Document, list[Claim]]:
    """A short article with two claims."""
    return tell(
        "Luke Cage is filming its second season. Iron Fist was cancelled.",
        ("is filming its second season", "Luke Cage", 2, Event.FILMING),
        ("was cancelled", "Iron Fist", None, Event.CANCELLATION),
        said=said,
        url="https://example.com/luke-cage",
    )


class MarkReader:
    """Finds claims where a text says `[Title] quote;`: a stand-in that really looks for them."""

    def understand(self, document: Document) -> tuple[Document, list[Claim]]:
        if "KILL" in document.text:
            import os
            import signal

            os.kill(os.getpid(), signal.SIGKILL)
        claims = [
            Claim(
                production=Production(found[1], 1),
                event=Event.FILMING,
                quote=Span(found.start(2), found.end(2), found[2]),
            )
            for found in re.finditer(r"\[([^]]+)\] ([^;]+);", document.text)
        ]
        return document, claims


def read_marked(
    path: Path | None, data: bytes, *, url: str | None = None, charset: str | None = None
) -> Iterator[Document | Problem]:
    """A text file is one document; each line of a .jsonl file is one."""
    if path is not None and path.suffix == ".jsonl":
        for line in data.decode().splitlines():
            yield Document.from_json(json.loads(line))
    elif b"\x00" in data:
        yield Problem(str(path), "binary")
    elif data:
        yield Document(text=data.decode(), url=url)


def make_marked_tools() -> Tools:
    return Tools(read_marked, MarkReader())


def write_marked_pages(folder: Path, pages: int, claims: int) -> None:
    """Text files, each with so many claims."""
    folder.mkdir(parents=True, exist_ok=True)
    for page in range(pages):
        marks = " ".join(f"[Title {page % 7}] says thing {claim} of page {page};" for claim in range(claims))
        (folder / f"page-{page:04}.txt").write_text(marks)


LAST_OF_2017 = 1514678400000000  # microseconds since 1970


def said_by(schema: str) -> int:
    """From when on a page of some day of 2017 counted by the callboard that wrote a schema: the first day, then the last."""
    return LAST_OF_2017 if schema >= "0006" else 1483228800000000
