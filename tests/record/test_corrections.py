"""What people say of claims counts from then on: for the judge, in every answer, and for the same claim read again."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from callboard.board import Board
from callboard.catalogue.starter import load_catalogue
from callboard.errors import CallboardError, LedgerError
from callboard.model import Claim, Document, Event, Modality, Production, Report, Span, Stage
from callboard.record.corrections import Verdict, corrected, decide, find_claim, verdicts
from callboard.record.ledger import Ledger, open_ledger
from callboard.when import When

NOON = dt.datetime(2017, 6, 10, 12, tzinfo=dt.UTC)
LATER = dt.datetime(2017, 6, 20, 12, tzinfo=dt.UTC)
DAY = dt.date(2017, 6, 25)
QUOTE = "cameras roll in Oslo"
FERRY = Production("Grey Ferry", 2)


def page(
    ledger: Ledger,
    *,
    text: str = f"Grey Ferry: {QUOTE}.",
    quote: str = QUOTE,
    event: Event = Event.FILMING,
    production: Production = FERRY,
    url: str | None = "https://www.news.example/ferry/",
    learned: dt.datetime = NOON,
) -> None:
    """Record one page with one claim."""
    start = text.index(quote)
    claim = Claim(production=production, event=event, quote=Span(start, start + len(quote), quote), score=0.6)
    document = Document(
        text=text, url=url, outlet="Variety", published=When.parse("2017-06-09"), published_confidence=1
    )
    ledger.append(document, [claim], learned=learned)


def say(ledger: Ledger, verdict: Verdict, learned: dt.datetime = LATER, **changes: str | int | None) -> None:
    """A verdict on the only claim."""
    decide(ledger, ledger.reports()[0], verdict, changes, reason="looked at the page", learned=learned)


def told(ledger: Ledger, title: str = "Grey Ferry") -> list[Report]:
    return corrected(ledger).reports(title)


def test_a_rejected_claim_counts_no_more(ledger: Ledger) -> None:
    """For the judge as for the list; the ledger still has it."""
    page(ledger)
    board = Board(ledger, load_catalogue())
    assert board.judge(FERRY, DAY).most_likely is Stage.FILMING
    say(ledger, Verdict.REJECTED)
    assert told(ledger) == []
    assert board.know(FERRY, DAY).reports == ()
    assert len(ledger.reports()) == 1


def test_a_rejection_holds_when_the_page_is_read_again(ledger: Ledger) -> None:
    """In a new version, without www, by a reader that cuts the quote differently; another sentence is another claim."""
    page(ledger)
    say(ledger, Verdict.REJECTED)
    page(
        ledger,
        text=f"Updated. Grey Ferry: {QUOTE}, we hear.",
        quote=f"{QUOTE}, we hear",
        url="http://news.example/ferry",
    )
    assert told(ledger) == []
    page(ledger, text="Grey Ferry: shooting has begun.", quote="shooting has begun")
    assert [report.claim.quote.text for report in told(ledger)] == ["shooting has begun"]
    page(ledger, text=f"Elsewhere, Grey Ferry: {QUOTE}.", url="https://other.example/ferry")
    assert len(told(ledger)) == 2


def test_a_correction_changes_what_is_judged(ledger: Ledger) -> None:
    """Everything but the words; such a claim was certainly read, and says who said so and why."""
    page(ledger)
    say(ledger, Verdict.CORRECTED, event="filming_end", time="2017-06-08", modality="asserted")
    (report,) = told(ledger)
    assert (report.claim.event, str(report.claim.time), report.claim.score) == (Event.FILMING_END, "2017-06-08", 1.0)
    assert report.claim.quote.text == QUOTE
    assert "corrected to event filming_end" in report.verdict
    assert report.verdict.endswith(": looked at the page")
    assert report.id != ledger.reports()[0].id
    judged = Board(ledger, load_catalogue()).judge(FERRY, DAY)
    assert judged.most_likely is Stage.POSTPRODUCTION


def test_a_correction_may_give_a_claim_to_another_title(ledger: Ledger) -> None:
    """It is found there, with its season, and not where it was; both names are known."""
    page(ledger)
    say(ledger, Verdict.CORRECTED, title="Blue Ferry", season=None)
    assert told(ledger) == []
    (report,) = told(ledger, "blue ferry")
    assert report.claim.production == Production("Blue Ferry")
    spoken = {entry.production for entry in corrected(ledger).productions()}
    assert Production("Blue Ferry") in spoken
    assert corrected(ledger).reports("Blue Ferry", 2) == []
    assert [r.claim.event for r in corrected(ledger).last_words("Blue Ferry")] == [Event.FILMING]


def test_the_last_word_counts(ledger: Ledger) -> None:
    """Confirmed after it was rejected, the claim is back, surely read; as of the day before it was still away."""
    page(ledger)
    say(ledger, Verdict.REJECTED)
    say(ledger, Verdict.CORRECTED, LATER + dt.timedelta(1), season=3)
    say(ledger, Verdict.CONFIRMED, LATER + dt.timedelta(2))
    (report,) = told(ledger)
    assert (report.claim.production, report.claim.score) == (FERRY, 1.0)
    ask = corrected(ledger).reports
    assert ask("Grey Ferry", learned_by=LATER) == []
    assert ask("Grey Ferry", 3, learned_by=LATER + dt.timedelta(1))[0].claim.production.season == 3
    assert ask("Grey Ferry", learned_by=NOON)[0].claim.score == 0.6


def test_a_claim_is_found_by_the_beginning_of_any_of_its_ids(ledger: Ledger) -> None:
    """That of the reading, and that of the corrected claim which the pages show."""
    page(ledger)
    (read,) = ledger.reports()
    say(ledger, Verdict.CORRECTED, time="2017")
    (shown,) = told(ledger)
    assert find_claim(ledger, read.id[:8]).id == read.id
    assert find_claim(corrected(ledger), shown.id[:12]).id == read.id
    with pytest.raises(LedgerError, match="no such claim"):
        find_claim(ledger, "ffffffffff")
    with pytest.raises(LedgerError, match="at least 6 digits"):
        find_claim(ledger, read.id[:3])


@pytest.mark.parametrize(
    ("verdict", "changes", "reason", "what"),
    [
        (Verdict.REJECTED, {}, "  ", "needs a reason"),
        (Verdict.CORRECTED, {}, "seen", "needs what is to be changed"),
        (Verdict.CONFIRMED, {"season": 3}, "seen", "needs what is to be changed"),
        (Verdict.CORRECTED, {"season": 2}, "seen", "says that already"),
        (Verdict.CORRECTED, {"season": 0}, "seen", "season is neither"),
        (Verdict.CORRECTED, {"season": 2**31}, "seen", "is too large"),
        (Verdict.CORRECTED, {"place": "Os\ud800lo"}, "seen", "surrogate"),
        (Verdict.REJECTED, {}, "seen\x1b[2J", "cannot be seen"),
        (Verdict.CORRECTED, {"event": "filmed"}, "seen", "not a claim"),
        (Verdict.CORRECTED, {"time": "soon"}, "seen", "soon"),
        (Verdict.CORRECTED, {"title": " "}, "seen", "title is empty"),
        (Verdict.CORRECTED, {"quote": "other words"}, "seen", "no field that may be corrected"),
    ],
)
def test_a_verdict_that_cannot_stand_is_refused(
    ledger: Ledger, verdict: Verdict, changes: dict[str, str | int | None], reason: str, what: str
) -> None:
    """And nothing is written."""
    page(ledger)
    with pytest.raises(CallboardError, match=what):
        decide(ledger, ledger.reports()[0], verdict, changes, reason=reason, learned=LATER)
    assert verdicts(ledger) == []


def test_verdicts_are_exported_and_imported(ledger: Ledger, tmp_path) -> None:  # type: ignore[no-untyped-def]
    page(ledger)
    say(ledger, Verdict.CORRECTED, season=3)
    with open_ledger(tmp_path / "other.db") as other:
        assert other.import_lines(ledger.export_lines()).problems == ()
        assert told(other) == told(ledger)
        assert list(other.export_lines()) == list(ledger.export_lines())
        assert other.check().problems == ()


def test_without_verdicts_a_ledger_answers_as_before(ledger: Ledger) -> None:
    page(ledger)
    assert told(ledger) == ledger.reports("Grey Ferry")
    assert corrected(corrected(ledger)) is not ledger
    assert replace(told(ledger)[0]) == ledger.reports()[0]
    assert told(ledger)[0].claim.modality is Modality.ASSERTED
