"""The ledger keeps what it is given, once, for good, and gives it back as it was on any day."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from promises import Proof
from record_stories import NOON, tell, tell_luke_cage

from callboard.errors import LedgerError
from callboard.model import Claim, Document, Event, Production, Span
from callboard.record.answers import Kind
from callboard.record.corrections import find_claim
from callboard.record.ledger import Ledger, open_ledger
from callboard.record.stored import StoredLedger

LATER = NOON + dt.timedelta(days=40)


def test_a_report_comes_back_as_it_was_recorded(ledger: Ledger) -> None:
    """Every field of claim and document survives, and `learned` is the instant that was given."""
    document, claims = tell_luke_cage()
    assert ledger.append(document, claims, learned=NOON) == 2
    (report,) = ledger.reports("Luke Cage", 2)
    assert report.claim == claims[0]
    assert (report.outlet, report.url, report.said) == (document.outlet, document.url, document.published)
    assert (report.learned, report.document) == (NOON, document.digest)


def test_a_page_read_twice_adds_nothing(ledger: Ledger) -> None:
    """The second reading gives 0 new claims and leaves the export as it was, whatever scores it gives."""
    document, claims = tell_luke_cage()
    ledger.append(document, claims, learned=NOON)
    before, version = list(ledger.export_lines()), ledger.version()
    again = [replace(claim, score=0.1) for claim in claims]
    assert ledger.append(document, again, learned=LATER) == 0
    assert list(ledger.export_lines()) == before
    assert ledger.version() == version


def test_the_same_claim_twice_in_one_page_counts_once(ledger: Ledger) -> None:
    document, claims = tell_luke_cage()
    assert ledger.append_many([(document, claims + claims), (document, claims)], learned=NOON) == 2


def test_titles_are_found_in_other_spellings(ledger: Ledger) -> None:
    """One title has one place in the ledger, and is shown as it is usually written."""
    ledger.append(*tell_luke_cage(), learned=NOON)
    ledger.append(*tell("It films.", ("It films", "Marvel’s LUKE CAGE", 2, Event.FILMING)), learned=NOON)
    ledger.append(*tell("Yes, it films.", ("it films", "Luke Cage", 2, Event.FILMING)), learned=NOON)
    assert len(ledger.reports("marvel's luke cage", 2)) == 3
    found = [(str(each.production), each.claims) for each in ledger.productions()]
    assert found == [("Iron Fist", 1), ("Luke Cage, season 2", 3)]


def test_seasons_are_told_apart(ledger: Ledger) -> None:
    """`...` is every season, None the title as a whole."""
    text = "One. Two. All."
    claims = [("One", "X", 1, Event.ORDER), ("Two", "X", 2, Event.ORDER), ("All", "X", None, Event.ENDING)]
    ledger.append(*tell(text, *claims), learned=NOON)
    assert [len(ledger.reports("X", season)) for season in (1, 2, 3, None, ...)] == [1, 1, 0, 1, 3]
    assert len(ledger.reports()) == 3


@pytest.mark.parametrize(
    ("said", "first_day"),
    [
        ("2017-06-06", dt.date(2017, 6, 6)),
        ("2017-05", dt.date(2017, 5, 31)),
        ("2017-05-20/2017-06-01", dt.date(2017, 6, 1)),
        ("../2017-06-01", dt.date(2017, 6, 1)),
        ("2017-05-20/2017-07-01", NOON.date()),
        (None, NOON.date()),
    ],
)
def test_a_claim_counts_from_the_day_on_which_it_was_certainly_out(
    ledger: Ledger, said: str | None, first_day: dt.date
) -> None:
    """The day before it is not there; one that may be younger, or is undated, counts from the day it was read."""
    ledger.append(*tell_luke_cage(said), learned=NOON)
    assert len(ledger.reports(as_of=first_day)) == 2
    assert len(ledger.productions(first_day)) == 2
    assert ledger.reports(as_of=first_day - dt.timedelta(1)) == []
    assert ledger.productions(first_day - dt.timedelta(1)) == []


def test_what_was_learned_later_is_not_believed_earlier(ledger: Ledger) -> None:
    """`learned_by` leaves out what was read after it, to the microsecond."""
    ledger.append(*tell_luke_cage(), learned=NOON)
    assert len(ledger.reports(learned_by=NOON)) == 2
    assert ledger.reports(learned_by=NOON - dt.timedelta(microseconds=1)) == []


def test_last_said_is_none_where_nothing_is_dated(ledger: Ledger) -> None:
    ledger.append(*tell_luke_cage(None), learned=NOON)
    assert {each.last_said for each in ledger.productions()} == {None}
    ledger.append(*tell("Films.", ("Films", "Luke Cage", 2, Event.FILMING), said="2017-05"), learned=NOON)
    assert [each.last_said for each in ledger.productions()] == [None, dt.date(2017, 5, 1)]


class TestLaterEntries:
    """Nothing is overwritten: a later entry changes the answer from then on and not before."""

    def test_a_retraction(self, ledger: Ledger) -> None:
        ledger.append(*tell_luke_cage(), learned=NOON)
        (report,) = ledger.reports("Luke Cage")
        ledger.note(Kind.RETRACTION, report.id, reason="the outlet took it back", learned=LATER)
        assert ledger.reports("Luke Cage") == []
        assert ledger.reports("Luke Cage", learned_by=NOON) == [report]
        assert len(ledger.productions()) == 1

    def test_a_correction(self, ledger: Ledger) -> None:
        document, claims = tell_luke_cage()
        ledger.append(document, claims, learned=NOON)
        (report,) = ledger.reports("Luke Cage")
        right = replace(claims[0], event=Event.FILMING_START)
        new = ledger.correct(report.id, right, reason="misread", learned=LATER)
        (corrected,) = ledger.reports("Luke Cage")
        assert (corrected.claim, corrected.id, corrected.learned) == (right, new, LATER)
        assert ledger.reports("Luke Cage", learned_by=NOON) == [report]

    def test_a_merge(self, ledger: Ledger) -> None:
        ledger.append(*tell("A. B.", ("A", "Heroes", 1, Event.ORDER), ("B", "Hero", 1, Event.ORDER)), learned=NOON)
        ledger.note(Kind.MERGE, "Hero", {"into": "Heroes"}, reason="one series", learned=LATER)
        for title in ("Hero", "Heroes"):
            assert {report.claim.production for report in ledger.reports(title)} == {Production("Heroes", 1)}
            assert len(ledger.reports(title)) == 2
            assert len(ledger.reports(title, learned_by=NOON)) == 1
        assert [each.claims for each in ledger.productions()] == [2]

    def test_they_hold_for_last_words_too(self, ledger: Ledger) -> None:
        """Of each event what was said last; what was taken back, or counts for another title, gives way."""
        text = "Planned. Films. Films still. Wrapped."
        for day, quote in (("01", "Planned"), ("02", "Films"), ("03", "still"), ("04", "Wrapped")):
            event = Event.ORDER if quote == "Planned" else Event.FILMING
            title = "Hero" if quote == "Wrapped" else "Heroes"
            ledger.append(*tell(text + day, (quote, title, 1, event), said=f"2017-06-{day}"), learned=NOON)

        def last(**asked: dt.date | dt.datetime) -> list[str]:
            return [report.claim.quote.text for report in ledger.last_words("heroes", 1, **asked)]  # type: ignore[arg-type]

        assert last() == ["Planned", "still"]
        assert last(as_of=dt.date(2017, 6, 2)) == ["Planned", "Films"]
        assert last(as_of=dt.date(2017, 5, 31)) == last(learned_by=NOON - dt.timedelta(1)) == []
        ledger.note(Kind.RETRACTION, ledger.last_words("Heroes", 1)[1].id, reason="misread", learned=LATER)
        assert last() == ["Planned", "Films"]
        assert last(learned_by=NOON) == ["Planned", "still"]
        ledger.note(Kind.MERGE, "Hero", {"into": "Heroes"}, reason="one series", learned=LATER)
        assert last() == ["Planned", "Wrapped"]
        assert ledger.last_words("Heroes") == []

    def test_of_something_that_is_not_there(self, ledger: Ledger) -> None:
        with pytest.raises(LedgerError, match="no such thing"):
            ledger.note(Kind.RETRACTION, "0" * 32, reason="?", learned=NOON)
        with pytest.raises(LedgerError, match="no claim"):
            ledger.correct("0" * 32, tell_luke_cage()[1][0], reason="?", learned=NOON)
        assert ledger.entries() == []


CHANGES = [
    "UPDATE claims SET quote = 'other'",
    "UPDATE claims SET learned_us = 0",
    "UPDATE documents SET headline = 'other'",
    "UPDATE documents SET text = 'other'",
    "UPDATE documents SET text = NULL, url = 'https://example.com/other'",
    "UPDATE entries SET reason = 'other'",
    "DELETE FROM claims",
    "DELETE FROM documents",
    "DELETE FROM entries",
    "UPDATE copies SET share = 0",
    "DELETE FROM copies",
]


@pytest.mark.promise(7)
@pytest.mark.parametrize("change", CHANGES)
def test_the_database_itself_refuses_change(ledger: Ledger, change: str, proof: Proof) -> None:
    """Whoever opens the file with another tool cannot rewrite history by mistake."""
    ledger.append(*tell_luke_cage(), learned=NOON)
    for site in ("one", "two"):
        told = " ".join(f"Sentence {number} of a long story that two sites have." for number in range(9))
        ledger.append(Document(text=told, url=f"https://{site}.example/a"), [], learned=NOON)
    assert ledger.link_copies() == 1
    ledger.note(Kind.MERGE, "Iron Fist", {"into": "Fist"}, reason="r", learned=NOON)
    before = list(ledger.export_lines())
    assert isinstance(ledger, StoredLedger)
    with ledger.engine.connect() as other, pytest.raises(sa.exc.IntegrityError, match="append only"):
        other.exec_driver_sql(change)
    assert list(ledger.export_lines()) == before
    proof.count("statements refused")


@pytest.mark.promise(7)
def test_postgresql_refuses_to_empty_a_table(new_postgres: Callable[[], str], proof: Proof) -> None:
    """TRUNCATE fires no trigger on DELETE."""
    with open_ledger(new_postgres()) as ledger:
        ledger.append(*tell_luke_cage(), learned=NOON)
        assert isinstance(ledger, StoredLedger)
        with ledger.engine.connect() as other, pytest.raises(sa.exc.IntegrityError, match="append only"):
            other.exec_driver_sql("TRUNCATE documents CASCADE")
        assert len(ledger.reports()) == 2
    proof.count("statements refused")


def test_a_character_that_postgresql_cannot_hold_costs_only_its_document(new_postgres: Callable[[], str]) -> None:
    with open_ledger(new_postgres()) as ledger:
        with pytest.raises(LedgerError, match="a NUL character, which PostgreSQL cannot hold") as error:
            ledger.append(Document(text="a\x00b"), [], learned=NOON)
        assert error.value.__cause__ is None  # an intake goes on
        assert ledger.append(*tell_luke_cage(), learned=NOON) == 2


@pytest.mark.promise(7)
@pytest.mark.parametrize("table", ["documents", "claims", "entries"])
def test_the_database_itself_refuses_replacement(file_ledger: Ledger, table: str, proof: Proof) -> None:
    """INSERT OR REPLACE, which fires no trigger on DELETE, does not get past."""
    ledger = file_ledger
    ledger.append(*tell_luke_cage(), learned=NOON)
    ledger.note(Kind.MERGE, "Iron Fist", {"into": "Fist"}, reason="r", learned=NOON)
    before = list(ledger.export_lines())
    with sqlite3.connect(ledger.address) as other:
        names = [row[1] for row in other.execute(f"PRAGMA table_info({table})")]
        values = ", ".join(name if name in ("sequence", "id", "digest", "document") else "'1'" for name in names)
        other.execute(f"INSERT OR REPLACE INTO {table} SELECT {values} FROM {table}")
    other.close()
    assert list(ledger.export_lines()) == before
    proof.count("statements refused")


def test_a_dropped_text_is_gone_from_the_file(file_ledger: Ledger) -> None:
    """Overwritten, not only unlinked."""
    file_ledger.append(*tell_luke_cage(), learned=NOON)
    assert file_ledger.drop_texts(LATER) == 1
    address = Path(file_ledger.address)
    file_ledger.close()
    left = b"".join(path.read_bytes() for path in address.parent.glob(address.name + "*"))
    assert b"Iron Fist was cancelled." not in left
    assert b"was cancelled" in left


def test_a_text_goes_when_its_time_is_over(ledger: Ledger) -> None:
    """Quotes, offsets and digest stay, and reading the page again does not bring it back."""
    document, claims = tell_luke_cage()
    ledger.append(document, claims, learned=NOON)
    assert ledger.drop_texts(NOON) == 0
    assert ledger.drop_texts(LATER) == 1
    assert ledger.drop_texts(LATER) == 0
    assert ledger.append(document, claims, learned=LATER) == 0
    assert [held.text for held in ledger.documents()] == [""]
    assert [held.id for held in ledger.documents()] == [document.digest]
    assert [report.claim for report in ledger.reports("Luke Cage")] == claims[:1]


def _bad_claims() -> dict[str, Claim]:
    (good,) = tell_luke_cage()[1][:1]
    return {
        "does not say": replace(good, quote=Span(0, 9, "Iron Fist")),
        "no part": replace(good, quote=Span(0, 9, "Luke Cage", "footer")),
        "no title": replace(good, production=Production(" ", 2)),
        "too large": replace(good, production=Production("Luke Cage", 10**30)),
        "not between": replace(good, score=float("nan")),
        "surrogate": replace(good, source="\ud800"),
    }


@pytest.mark.parametrize("what", list(_bad_claims()))
def test_what_may_not_be_recorded_is_refused_whole(ledger: Ledger, what: str) -> None:
    """One bad claim, and nothing of the document is written."""
    document, claims = tell_luke_cage()
    with pytest.raises(LedgerError, match=what):
        ledger.append(document, [claims[1], _bad_claims()[what]], learned=NOON)
    assert (ledger.known([document.digest]), ledger.reports()) == (set(), [])


def test_a_document_that_is_not_unicode_is_refused(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="surrogate"):
        ledger.append(Document(text="half \ud800"), [], learned=NOON)


def test_threads_may_share_a_ledger(ledger: Ledger) -> None:
    """A web server reads from many threads."""
    from concurrent.futures import ThreadPoolExecutor

    ledger.append(*tell_luke_cage(), learned=NOON)
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda _: len(ledger.reports()), range(40))) == [2] * 40


def test_a_read_only_ledger_answers_and_refuses_to_write(ledger: Ledger) -> None:
    ledger.append(*tell_luke_cage(), learned=NOON)
    with open_ledger(ledger.opens_by, read_only=True) as reading:
        assert len(reading.reports()) == 2
        with pytest.raises(LedgerError, match="may not be written"):
            reading.append(*tell("New.", ("New", "N", 1, Event.ORDER)), learned=NOON)


def test_a_claim_is_sought_by_its_id_in_one_index(file_ledger: Ledger) -> None:
    """No index is by ids alone, so one that holds little else is read through, never the claims themselves."""
    file_ledger.append(*tell_luke_cage(), learned=NOON)
    assert isinstance(file_ledger, StoredLedger)
    one = file_ledger.reports("Luke Cage")[0]
    asked: list[tuple[str, Any]] = []

    @sa.event.listens_for(file_ledger.engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        asked.append((statement, parameters))

    assert find_claim(file_ledger, one.id[:12]) == one
    file_ledger.note(Kind.RETRACTION, one.id, reason="misread", learned=NOON)
    file_ledger.correct(one.id, replace(one.claim, platform="Netflix"), reason="misread", learned=NOON)
    assert file_ledger.check().problems == ()
    with file_ledger.engine.connect() as connection:
        plans = [
            str(detail)
            for statement, parameters in asked
            if statement.startswith("SELECT") and "claims.id" in statement.partition("WHERE")[2]
            for *_, detail in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    scans = [detail for detail in plans if detail.startswith("SCAN claims")]
    assert len(scans) >= 4, plans
    assert {detail.partition(" USING ")[2] for detail in scans} == {"COVERING INDEX claims_by_document"}
