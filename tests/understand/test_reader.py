"""The reader as a whole: the same article gives the same claims, whatever is read before it and however it is given."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callboard.catalogue.starter import load_catalogue
from callboard.model import Claim, Document, Event, Modality
from callboard.understand.reader import Reader
from callboard.when import When

SAID = When.parse("2018-06-06")
NEWS = (
    "Netflix has renewed Ozark for a third season, the streamer announced on Wednesday. Production on season 3 of Ozark "
    "is expected to begin in the fall in Atlanta. The second season of Ozark premieres on August 31, 2018."
)
PIECES = [
    "Netflix has renewed Ozark for a third season.",
    "Filming on the second season of “Harbour Lights” wrapped in May.",
    "The show was cancelled after two seasons.",
    "“We can't wait,” said Ada Quill, the showrunner.",
    "Season 4 arrives on Aug. 18th on HBO.",
    "It is not known when filming starts.",
    "\n\n",
    "• Join For Free!",
    "☠ € 東京 é̂ \u200b \u202e",
    "123 456 7/8",
]


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load(load_catalogue())


def claims_of(reader: Reader, text: str, published: When | None = SAID, headline: str = "") -> list[Claim]:
    return reader.understand(Document(text=text, headline=headline, published=published))[1]


def test_plain_news_is_understood(reader: Reader) -> None:
    """An order, a shoot that is expected and a dated premiere, each with its season, time and modality."""
    found = {(c.production.season, c.event): c for c in claims_of(reader, NEWS, headline="Ozark Renewed For Season 3")}
    assert found[3, Event.ORDER].modality is Modality.ASSERTED
    assert found[3, Event.FILMING_START].modality is Modality.EXPECTED
    assert str(found[2, Event.RELEASE].time) == "2018-08-31"
    assert {c.production.title for c in found.values()} == {"Ozark"}


def test_a_title_that_no_catalogue_knows_is_found(reader: Reader) -> None:
    """A made-up name in the place where titles stand."""
    text = "HBO has cancelled “The Quillon Ledger” after two seasons, the network said on Wednesday."
    assert {("The Quillon Ledger", Event.CANCELLATION)} == {
        (c.production.title, c.event) for c in claims_of(reader, text)
    }


def test_a_page_without_news_claims_little(reader: Reader) -> None:
    """Words on the weather and on a recipe are about no production."""
    text = "It rained in Halifax all week. Fold the eggs into the flour, and bake for forty minutes until golden."
    assert claims_of(reader, text) == []


def test_a_denial_is_no_order(reader: Reader) -> None:
    """What was not decided is not claimed as decided."""
    text = "Netflix has not renewed Ozark for a fourth season. No premiere date for Ozark season 4 has been announced."
    for claim in claims_of(reader, text):
        assert claim.modality is not Modality.ASSERTED, claim


def test_a_document_without_a_date_gets_an_interval_or_none(reader: Reader) -> None:
    """Never a day that nobody stated, and the claims are the document's own all the same."""
    document, _ = reader.understand(Document(text=NEWS))
    assert document.published is None or document.published.width_days > 1
    assert document.text == NEWS


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=60), max_size=8).map(" ".join), st.booleans())
def test_any_text_ends_well(reader: Reader, text: str, dated: bool) -> None:
    """No text breaks the reader; quotes are exact, scores are probabilities, and a second reading is the same."""
    document, claims = reader.understand(Document(text=text, published=SAID if dated else None))
    for claim in claims:
        quote = claim.quote
        assert document.part(quote.part)[quote.start : quote.end] == quote.text != ""
        assert 0 < claim.score <= 1
        assert Claim.from_json(json.loads(json.dumps(claim.to_json()))).production == claim.production
    again = reader.understand(Document(text=text, published=SAID if dated else None))
    assert again == (document, claims)


def test_what_was_read_before_does_not_matter(reader: Reader) -> None:
    """Nothing is carried from one article to the next."""
    alone = claims_of(reader, NEWS)
    claims_of(reader, "HBO has cancelled Ozark. " * 20)
    assert claims_of(reader, NEWS) == alone


def test_another_process_reads_the_same(reader: Reader) -> None:
    """Whatever the seed of its hashes: `callboard understand` writes the lines that the reader gives here."""
    line = json.dumps({"id": "a", "text": NEWS, "published": "2018-06-06"})
    outputs = set()
    for seed in ("1", "2"):
        command = [sys.executable, "-m", "callboard.cli.main", "understand"]
        done = subprocess.run(
            command,
            input=line + "\n" + line.replace('"a"', '"b"') + "\n",
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PATH": ""},
        )
        outputs.add(done.stdout)
    (output,) = outputs
    first, second = map(json.loads, output.splitlines())
    assert set(first) == {"id", "published", "claims"}
    assert (first["id"], second["id"]) == ("a", "b")
    assert first["claims"] == second["claims"] == [claim.to_json() for claim in claims_of(reader, NEWS)]


def test_a_long_article_takes_time_in_proportion(reader: Reader) -> None:
    """Ten times the text, at most thirty times the time: no step looks at every pair of sentences."""

    def seconds(copies: int) -> float:
        text = " ".join(NEWS.replace("Ozark", f"Ozark {chr(65 + n % 26)}") for n in range(copies))
        start = dt.datetime.now()
        claims_of(reader, text)
        return (dt.datetime.now() - start).total_seconds()

    seconds(2)
    assert seconds(60) < 30 * max(seconds(6), 0.02)
