"""Stories told claim by claim into a real ledger, for the tests of the board, its commands and its pages."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from callboard.model import Claim, Document, Event, Modality, Production, Span
from callboard.record.ledger import Ledger, open_ledger
from callboard.when import When

LEARNED = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)

# said | outlet | title | season | event | time | modality | source | platform | quote
CAGE = """
    2013-11-07 | Deadline | Luke Cage | 1 | order | 2013-11-07 | asserted | Netflix | Netflix | ordered four series
    2016-09-30 | Variety | Luke Cage | 1 | release | 2016-09-30 | asserted | | Netflix | is out on Netflix today
    2016-12-04 | Variety | Luke Cage | 2 | order | 2016-12-04 | asserted | Netflix | Netflix | has been renewed
    2017-06-06 | Culturess | Luke Cage | 2 | preparation | | asserted | Simone Missick | | began training
    2017-06-06 | Culturess | Luke Cage | 2 | filming_start | 2017-06-06/2017-07-05 | expected | | | in the next few weeks
    2017-06-07 | Culturess | Luke Cage | 2 | preparation | | asserted | OLV | | signs have begun to appear
    2017-06-08 | Variety | Luke Cage | 2 | preparation | | asserted | On Location Vacations | | signs are up in Harlem
    2017-06-08 | Variety | Luke Cage | 2 | story | | possible | | | could pick up the Heroes for Hire plot
    2017-06-06 | Culturess | Marvel's Jessica Jones | 2 | filming | | asserted | | Netflix | is currently filming
    2017-06-09 | Variety | Jessica Jones | 2 | filming | | asserted | | | still shoots in Queens
    2017-06-06 | Culturess | The Defenders | 1 | release | 2017-08-18 | asserted | | Netflix | arrives on August 18th
    2017-06-06 | Culturess | The Defenders | 1 | filming_end | 2017-03 | asserted | | | wrapped in March
    2016-12-01 | Variety | Paper Harbour | | cancellation | 2016-12-01 | asserted | | | will not be made
    2017-05-20 | Variety | Quiet Reviews | 1 | reception | | asserted | | | is a marvel of restraint
"""


def tell(ledger: Ledger, story: str, *, score: float = 1.0) -> None:
    """Record each line of a story as a document with one claim, all read on one later day."""
    tell_at(ledger, story, LEARNED, score=score)


def tell_at(ledger: Ledger, story: str, learned: dt.datetime, *, score: float = 1.0) -> None:
    """Record each line of a story as a document with one claim, all read at an instant."""
    for line in story.strip().split("\n"):
        if not line.strip():
            continue
        said, outlet, title, season, event, time, modality, source, platform, quote = (
            cell.strip() for cell in line.split("|")
        )
        text = f"{title} {season}: {quote}."
        start = text.index(quote)
        claim = Claim(
            production=Production(title, int(season) if season else None),
            event=Event(event),
            time=When.parse(time) if time else None,
            modality=Modality(modality),
            source=source or None,
            platform=platform or None,
            quote=Span(start, start + len(quote), quote),
            score=score,
        )
        document = Document(
            text=text,
            outlet=outlet or None,
            url=f"https://news.example/{said}/{abs(hash_of(text))}",
            published=When.parse(said) if said else None,
            published_confidence=1.0,
        )
        ledger.append(document, [claim], learned=learned)


def hash_of(text: str) -> int:
    """A number that is the same in every run."""
    return sum(place * ord(character) for place, character in enumerate(text, start=1))


def record(path: Path, story: str) -> Path:
    """The path of a ledger that holds a story."""
    with open_ledger(path) as ledger:
        tell(ledger, story)
    return path
