"""The law of as-of: the ledger answers like a list that is filtered, and an answer never changes afterwards but by a forget."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from servers import create_database, drop_database

from callboard.model import Claim, Document, Event, Production, Report, Span, content_hash
from callboard.record.answers import Kind
from callboard.record.ledger import open_ledger
from callboard.record.rows import claim_id, said_us, to_us
from callboard.when import When

START = dt.datetime(2017, 6, 1, tzinfo=dt.UTC)
TITLES = ("Ash", "Birch", "Cedar")
SAID = (None, "2017-05-28", "2017-06-03", "2017-06", "2017", "2017-06-02/2017-06-05", "../2017-06-04", "2017-06-06/..")
HOURS = st.integers(0, 9 * 24)
_numbers = itertools.count()


@dataclass(frozen=True)
class Told:
    page: int
    said: str | None
    claims: frozenset[tuple[str, int | None]]


@dataclass(frozen=True)
class Later:
    kind: Kind
    pick: int
    into: str = "Ash"


steps = st.lists(
    st.tuples(
        HOURS,
        st.one_of(
            st.builds(
                Told,
                st.integers(0, 4),
                st.sampled_from(SAID),
                st.frozensets(
                    st.tuples(st.sampled_from(TITLES), st.sampled_from([None, 1, 2])), min_size=1, max_size=3
                ),
            ),
            st.builds(
                Later, st.sampled_from([Kind.RETRACTION, Kind.FORGET]), st.integers(0, 20), st.sampled_from(TITLES)
            ),
        ),
    ),
    max_size=12,
)


def to_document(told: Told) -> tuple[Document, list[Claim]]:
    text = f"page {told.page}: on and on it goes"
    published = When.parse(told.said) if told.said else None
    claims = [
        Claim(production=Production(title, season), event=Event.FILMING, quote=Span(0, 4, "page"))
        for title, season in sorted(told.claims, key=str)
    ]
    return Document(text=text, published=published), claims


@dataclass
class Naive:
    """A ledger as a list: the model that the real one must agree with."""

    published: dict[str, When | None] = field(default_factory=dict)
    claims: dict[str, tuple[Claim, str, dt.datetime]] = field(default_factory=dict)
    gone: list[tuple[str, dt.datetime]] = field(default_factory=list)
    forgotten: set[str] = field(default_factory=set)

    def append(self, document: Document, claims: list[Claim], learned: dt.datetime) -> int:
        if document.digest in self.forgotten:
            return 0
        self.published.setdefault(document.digest, document.published)
        before = len(self.claims)
        for claim in claims:
            self.claims.setdefault(claim_id(document.digest, claim), (claim, document.digest, learned))
        return len(self.claims) - before

    def find(self, title: str, as_of: dt.date | None, by: dt.datetime | None) -> set[str]:
        gone = {subject for subject, learned in self.gone if by is None or learned <= by}
        found = set()
        for identity, (claim, digest, learned) in self.claims.items():
            published = self.published[digest]
            said = learned.date()
            if published is not None:  # the last day it may mean, or the day of reading if that is sooner
                said = max(published.first or dt.date.min, min(published.last or dt.date.max, said))
            if (
                claim.production.title == title
                and (as_of is None or said <= as_of)
                and (by is None or learned <= by)
                and identity not in gone
                and digest not in self.forgotten
            ):
                found.add(identity)
        return found


def _told_last(report: Report) -> tuple[int, int, str]:
    assert report.learned is not None
    return said_us(report.said, report.learned), to_us(report.learned), report.id


@pytest.fixture(scope="module")
def empty() -> Path:
    path = Path(tempfile.mkdtemp()) / "empty.db"
    open_ledger(path).close()
    return path


@settings(max_examples=60, deadline=None)
@given(steps, st.integers(-6, 9), HOURS)
def test_the_ledger_answers_like_a_filtered_list(
    empty: Path, steps: list[tuple[int, Told | Later]], day: int, by_hours: int
) -> None:
    """Appends in any order of time, retractions and forgets: same claims, same counts, and the past stays."""
    with tempfile.TemporaryDirectory() as folder:
        names = iter(("ledger.db", "copy.db"))
        check_answers(lambda: str(shutil.copy(empty, Path(folder) / next(names))), steps, day, by_hours)


@settings(max_examples=15, deadline=None)
@given(steps, st.integers(-6, 9), HOURS)
def test_postgresql_answers_like_a_filtered_list_too(
    postgres_server: str, steps: list[tuple[int, Told | Later]], day: int, by_hours: int
) -> None:
    """So both kinds of ledger answer alike."""

    made: list[str] = []

    def make() -> str:
        made.append(create_database(postgres_server, f"as_of_{next(_numbers)}", template="template"))
        return made[-1]

    check_answers(make, steps, day, by_hours)
    for address in made:
        drop_database(address)


def check_answers(
    make: Callable[[], str], steps: list[tuple[int, Told | Later]], day: int, by_hours: int
) -> None:  # fmt: skip
    """Does the steps to a ledger and to the naive model, and compares all that can be asked of them."""
    as_of = START.date() + dt.timedelta(days=day)
    by = START + dt.timedelta(hours=by_hours)
    naive = Naive()
    past: list[Report] | None = None
    with open_ledger(make()) as ledger:
        # What was learned by `by` is recorded first; then its answer is kept and must not change any more.
        for hours, step in sorted(steps, key=lambda each: each[0] > by_hours):
            if hours > by_hours and past is None:
                past = ledger.reports(as_of=as_of, learned_by=by)
            learned = START + dt.timedelta(hours=hours)
            if isinstance(step, Told):
                document, claims = to_document(step)
                expected = naive.append(document, claims, learned)
                assert ledger.append(document, claims, learned=learned) == expected
            elif naive.claims:
                identity = sorted(naive.claims)[step.pick % len(naive.claims)]
                if step.kind is Kind.FORGET:
                    ledger.forget(naive.claims[identity][1], reason="", learned=learned)
                    naive.forgotten.add(naive.claims[identity][1])
                else:
                    ledger.note(step.kind, identity, reason="", learned=learned)
                    naive.gone.append((identity, learned))
        for days, instant in ((None, None), (as_of, None), (None, by), (as_of, by)):
            for title in TITLES:
                reports = ledger.reports(title, as_of=days, learned_by=instant)
                assert {report.id for report in reports} == naive.find(title, days, instant)
                for season in (None, 1, 2):
                    reports = ledger.reports(title, season, as_of=days, learned_by=instant)
                    last = ledger.last_words(title, season, as_of=days, learned_by=instant)
                    assert last == sorted(reports, key=_told_last)[-1:]  # all are of one event
            counts = sum(each.claims for each in ledger.productions(days, learned_by=instant))
            assert counts == sum(len(naive.find(title, days, instant)) for title in TITLES)
        if past is not None:
            # A forget is the one entry that changes what is told of the past.
            kept = [report for report in past if report.document not in naive.forgotten]
            assert ledger.reports(as_of=as_of, learned_by=by) == kept
        assert ledger.check().problems == ()
        # Export, import, export is the identity, retractions and all.
        lines = list(ledger.export_lines())
        with open_ledger(make()) as copied:
            assert copied.import_lines(lines).problems == ()
            assert list(copied.export_lines()) == lines
            assert copied.reports(as_of=as_of, learned_by=by) == ledger.reports(as_of=as_of, learned_by=by)


@settings(max_examples=15, deadline=None)
@given(st.permutations([Told(page, SAID[page], frozenset({("Ash", page or None)})) for page in range(5)]))
def test_the_order_of_recording_does_not_show(empty: Path, told: list[Told]) -> None:
    """The same pages in any order give the same export."""

    def export(order: list[Told]) -> list[str]:
        with (
            tempfile.TemporaryDirectory() as folder,
            open_ledger(shutil.copy(empty, Path(folder) / "ledger.db")) as ledger,
        ):
            for each in order:
                ledger.append(*to_document(each), learned=START)
            return list(ledger.export_lines())

    assert export(told) == export(sorted(told, key=lambda each: each.page))


texts = st.none() | st.text(max_size=20)


@settings(max_examples=100)
@given(
    st.text(max_size=20),
    st.none() | st.integers(1, 99),
    texts,
    texts,
    texts,
    texts,
    texts,
    st.sampled_from(list(Event)),
)
def test_an_identity_is_the_hash_of_what_a_claim_says(
    title: str, season: int | None, source: str | None, person: str | None, role: str | None, place: str | None,
    platform: str | None, event: Event,
) -> None:  # fmt: skip
    """Written out for speed, it is what the JSON form gives: ids of ledgers that exist do not change."""
    claim = Claim(
        production=Production(title, season), event=event, quote=Span(3, 7, title + "\"\\", "headline"), source=source,
        person=person, role=role, place=place, platform=platform, time=When.parse("2017-06~") if role else None,
    )  # fmt: skip
    fields = claim.to_json()
    del fields["score"]
    assert claim_id("0f" * 16, claim) == content_hash("0f" * 16, json.dumps(fields, sort_keys=True))


def test_score_and_reader_are_no_part_of_an_identity() -> None:
    """What two readers read alike is one claim; what they read differently is two."""
    document, (claim, *_) = to_document(Told(0, None, frozenset({("Ash", 1)})))
    assert claim_id(document.digest, claim) == claim_id(document.digest, replace(claim, score=0.25, reader="llm:m"))
    assert claim_id(document.digest, claim) != claim_id(document.digest, replace(claim, source="X"))


def test_a_page_dated_by_an_interval_counts_once_it_was_certainly_out(tmp_path: Path) -> None:
    """News that may be of December decides nothing as of June, neither at the interval's start nor at its middle."""
    told = Told(0, "2017-03-01/2018-03-31", frozenset({("Ash", 2)}))
    with open_ledger(tmp_path / "old.db") as old, open_ledger(tmp_path / "fresh.db") as fresh:
        old.append(*to_document(told), learned=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
        fresh.append(*to_document(told), learned=dt.datetime(2017, 6, 20, 9, tzinfo=dt.UTC))
        counts = {
            day: (len(old.reports("Ash", as_of=day)), len(fresh.reports("Ash", as_of=day)))
            for day in map(
                dt.date.fromisoformat, ("2017-03-01", "2017-06-19", "2017-06-20", "2017-12-01", "2018-03-31")
            )
        }
    assert list(counts.values()) == [(0, 0), (0, 0), (0, 1), (0, 1), (1, 1)]
