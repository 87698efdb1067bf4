"""A takedown: the text goes, no answer speaks of the page again, and reading it again brings nothing back."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from record_stories import NOON, make_marked_tools, tell, tell_luke_cage

from callboard.cli.forget import command
from callboard.errors import LedgerError
from callboard.intake import Source, take_in
from callboard.model import Document, Event
from callboard.record.ledger import Ledger, open_ledger

LATER = NOON + dt.timedelta(days=40)
URL = "https://example.com/luke-cage"


def fill(ledger: Ledger) -> Document:
    """The page with two claims, and another page with one of them."""
    document, claims = tell_luke_cage()
    ledger.append(document, claims, learned=NOON)
    other = tell("Luke Cage films.", ("films", "Luke Cage", 2, Event.FILMING), url="https://example.org/")
    ledger.append(*other, learned=NOON)
    return document


def everything(ledger: Ledger) -> str:
    """All that a ledger can be asked, in one text."""
    asked = [
        ledger.reports(),
        ledger.reports(learned_by=NOON),
        ledger.productions(),
        ledger.productions(learned_by=NOON),
    ]
    asked += [ledger.reports("Iron Fist"), ledger.reports("Luke Cage", 2, as_of=NOON.date(), learned_by=NOON)]
    asked += [list(ledger.documents())]
    return repr(asked) + "\n".join(line for line in ledger.export_lines() if '"entry"' not in line)


@pytest.mark.parametrize(
    "said", [URL, URL + "/", "http://EXAMPLE.com/luke-cage", URL + "#comments", f" {URL}\n"], ids=repr
)
def test_text_and_claims_vanish_from_every_answer(ledger: Ledger, said: str) -> None:
    """However the address is spelt; answers on the past and the export do not speak of it either, others stay."""
    document = fill(ledger)
    assert "Iron Fist" in everything(ledger)
    gone = ledger.forget(said, reason="asked for", learned=LATER)
    assert (gone.subjects, gone.documents, gone.claims) == ((URL,), 1, 2)
    told = everything(ledger)
    assert "Iron Fist" not in told
    assert document.digest not in told
    assert [report.url for report in ledger.reports("Luke Cage")] == ["https://example.org/"]
    assert ledger.document(document.digest) is None
    assert ledger.check().problems == ()


def test_the_text_is_gone_from_the_file(file_ledger: Ledger) -> None:
    """At once, before the time of other texts is over."""
    ledger = file_ledger
    fill(ledger)
    ledger.forget(URL, reason="asked for", learned=LATER)
    address = Path(ledger.address)
    ledger.close()
    left = b"".join(path.read_bytes() for path in address.parent.glob(address.name + "*"))
    assert b"Iron Fist was cancelled." not in left
    assert b"Luke Cage films." in left


def test_reading_the_page_again_brings_nothing_back(ledger: Ledger) -> None:
    """Neither the same page, nor a later version of it, nor the plain http address."""
    document = fill(ledger)
    ledger.forget(URL, reason="asked for", learned=LATER)
    for again in (
        document,
        replace(document, text=document.text + " Updated."),
        replace(document, url="http://example.com/luke-cage/", text="Another text."),
    ):
        assert ledger.forgotten(again)
        assert ledger.append(again, [], learned=LATER) == 0
        assert ledger.known([again.digest]) <= {document.digest}
    assert "Iron Fist" not in everything(ledger)
    sources = [Source(data=b"[Iron Fist] was cancelled;", url=URL), Source(data=b"[Elite] films;", url=URL + "-2")]
    outcomes = list(take_in(sources, ledger, make_tools=make_marked_tools))
    assert [(outcome.known, outcome.new) for outcome in outcomes] == [(True, 0), (False, 1)]


def test_an_export_carries_the_forget_and_not_the_page(ledger: Ledger, tmp_path: Path) -> None:
    """So that a copy forgets, too, even one that had read the page; a retraction of its claims is not told either."""
    document = fill(ledger)
    (report,) = ledger.reports("Iron Fist")
    ledger.correct(report.id, replace(report.claim, source="Example"), reason="missed Iron Fist", learned=NOON)
    ledger.forget(URL, reason="asked for", learned=LATER)
    lines = list(ledger.export_lines())
    assert not any("Iron Fist" in line for line in lines)
    with open_ledger(tmp_path / "copy.db") as copy:
        copy.append(*tell_luke_cage(), learned=LATER)
        assert copy.import_lines(lines).problems == ()
        assert "Iron Fist" not in everything(copy)
        assert copy.forgotten(document)
    with open_ledger(tmp_path / "new.db") as copy:
        copy.import_lines(lines)
        assert list(copy.export_lines()) == lines
        assert copy.check().problems == ()


def test_a_document_without_an_address_is_forgotten_by_its_digest(ledger: Ledger) -> None:
    document, claims = tell("It films.", ("films", "Elite", 1, Event.FILMING))
    ledger.append(document, claims, learned=NOON)
    assert ledger.forget(document.digest, reason="asked for", learned=LATER).documents == 1
    assert ledger.append(document, claims, learned=LATER) == 0
    assert ledger.reports() == []


def test_an_unknown_address_is_no_forget_unless_it_is_said_ahead(ledger: Ledger) -> None:
    """A slip of the pen must not pass for a takedown; said ahead, the page is never recorded."""
    fill(ledger)
    with pytest.raises(LedgerError, match="no page of this address is recorded"):
        ledger.forget(URL + "x", reason="asked for", learned=LATER)
    with pytest.raises(LedgerError, match="neither a web address nor the digest"):
        ledger.forget("luke cage", reason="asked for", learned=LATER, ahead=True)
    assert ledger.entries() == []
    assert ledger.forget(URL + "x", reason="asked for", learned=LATER, ahead=True).documents == 0
    later = tell("It films.", ("films", "Elite", 1, Event.FILMING), url=URL + "x")
    assert ledger.append(*later, learned=LATER) == 0


def test_the_command_says_what_it_did(ledger: Ledger) -> None:
    """Once, and that it was done before; with an exit status of its own where there is no such page."""
    fill(ledger)
    runner = CliRunner()
    first = runner.invoke(command, [URL, "--ledger", ledger.opens_by, "--reason", "by mail"])
    assert (first.exit_code, first.stderr) == (0, f"forgotten: 1 documents, 2 claims of {URL}\n")
    again = runner.invoke(command, [URL, "--ledger", ledger.opens_by])
    assert (again.exit_code, again.stderr) == (0, f"{URL}: forgotten before\n")
    assert [(entry.subject, entry.reason) for entry in ledger.entries()] == [(URL, "by mail")]
    with pytest.raises(LedgerError):
        runner.invoke(command, [URL + "x", "--ledger", ledger.opens_by], catch_exceptions=False)
