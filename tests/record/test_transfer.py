"""Export and import: everything, to the byte, and a bad line costs only itself."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from record_stories import NOON, tell, tell_luke_cage

from callboard.model import Event
from callboard.record.answers import Kind
from callboard.record.ledger import Ledger, open_ledger

LATER = NOON + dt.timedelta(days=40, microseconds=1)


def fill(ledger: Ledger) -> None:
    """A ledger with one of everything."""
    document, claims = tell_luke_cage("2017-05-20/2017-07-01")
    claims[0] = replace(claims[0], reader="builtin+llm:m")
    ledger.append(document, claims, learned=NOON)
    ledger.append(*tell("Ünïcode “quoted”\u2028 line.", ("“quoted”", "Élite", 1, Event.STORY)), learned=LATER)
    ledger.append(*tell("No claims at all.", said="2016"), learned=LATER)
    report = ledger.reports("Luke Cage")[0]
    ledger.correct(report.id, replace(claims[0], source="Example"), reason="source missed", learned=LATER)
    ledger.note(Kind.RETRACTION, ledger.reports("Iron Fist")[0].id, reason="wrong", learned=LATER)
    ledger.note(Kind.MERGE, "Elite", {"into": "Élite"}, reason="accent", learned=LATER)
    ledger.drop_texts(NOON + dt.timedelta(1))


def test_export_import_export_is_the_identity(ledger: Ledger, new_address: Callable[[], str]) -> None:
    """With dropped texts, corrections learned later, and characters that end lines elsewhere."""
    fill(ledger)
    lines = list(ledger.export_lines())
    assert all("\n" not in line for line in lines)
    with open_ledger(new_address()) as copy:
        added = copy.import_lines(lines)
        assert (added.documents, added.claims, added.entries, added.problems) == (3, 4, 3, ())
        assert list(copy.export_lines()) == lines
        assert copy.reports() == ledger.reports()
        assert {report.claim.reader for report in copy.reports("Luke Cage")} == {"builtin+llm:m"}
        again = copy.import_lines(lines)
        assert (again.documents, again.claims, again.entries, again.problems) == (0, 0, 0, ())
        assert list(copy.export_lines()) == lines
        assert copy.check().problems == ()


def test_a_bad_line_costs_only_itself(ledger: Ledger, tmp_path: Path) -> None:
    """Each is named by its number and what is wrong with it; the others are imported."""
    fill(ledger)
    lines = list(ledger.export_lines())
    whole = next(json.loads(line) for line in lines if "No claims" in line)
    bad = {
        "no JSON from character 1 on; an export has one JSON object on each line": "nonsense",
        "not a JSON object": "[1]",
        "no learned": json.dumps({"text": "x"}),
        "it was changed": json.dumps(whole | {"text": "forged"}),
        "says something else than its id": next(line for line in lines if '"filming"' in line).replace(
            '"event": "filming"', '"event": "ending"', 1
        ),
        "has no zone": json.dumps(whole | {"learned": "2017-06-10T12:00:00"}),
        "is not a date": json.dumps(whole | {"published": "soon"}),
        "needs a subject": json.dumps({"entry": "merge", "learned": whole["learned"]}),
    }
    with open_ledger(tmp_path / "copy.db") as copy:
        added = copy.import_lines([*bad.values(), "", *lines])
        assert [problem.where for problem in added.problems] == [f"line {n}" for n in range(1, len(bad) + 1)]
        for what, problem in zip(bad, added.problems, strict=True):
            assert what in problem.what
        assert list(copy.export_lines()) == lines


def test_one_kind_of_database_exports_what_the_other_imports(ledger: Ledger, tmp_path: Path) -> None:
    """To the byte, so that a ledger can move."""
    fill(ledger)
    lines = list(ledger.export_lines())
    with open_ledger(tmp_path / "copy.db") as copy:
        assert copy.import_lines(lines).problems == ()
        assert list(copy.export_lines()) == lines
        assert copy.reports() == ledger.reports()


def test_doctor_sees_what_was_forged(file_ledger: Ledger) -> None:
    """Whoever removes the triggers and edits the file is found out: by hash, by quote, by trigger, by orphan."""
    ledger = file_ledger
    fill(ledger)
    assert ledger.check().problems == ()
    address = ledger.address
    ledger.close()
    with sqlite3.connect(address) as other:
        for table in ("documents", "claims", "entries"):
            other.execute(f"DROP TRIGGER {table}_no_change")
            other.execute(f"DROP TRIGGER {table}_no_remove")
        other.execute("UPDATE documents SET text = 'forged' WHERE text IS NOT NULL")
        other.execute("UPDATE claims SET event = 'ending' WHERE title = 'Luke Cage'")
        other.execute("UPDATE claims SET said_us = 0 WHERE title = 'Iron Fist'")
        other.execute("UPDATE entries SET subject = 'nothing' WHERE kind = 'retraction'")
        other.execute("DELETE FROM documents WHERE published = '2017-05-20/2017-07-01'")
    other.close()
    with open_ledger(address) as forged:
        found = " | ".join(map(str, forged.check().problems))
    for expected in (
        "trigger claims_no_change is missing",
        "does not have this digest",
        "does not say",
        "documents row is missing",
        "does not hold what it is about",
    ):
        assert expected in found


def test_doctor_reports_a_damaged_file(tmp_path: Path) -> None:
    """A page overwritten in the middle of the file is a problem, not a crash."""
    path = tmp_path / "ledger.db"
    with open_ledger(path) as ledger:
        for page in range(60):
            ledger.append(*tell(f"Page {page}. " * 200 + "Now.", ("Now", f"T{page}", 1, Event.ORDER)), learned=NOON)
    raw = bytearray(path.read_bytes())
    raw[20 * 4096 : 40 * 4096] = b"\xff" * (20 * 4096)
    path.write_bytes(bytes(raw))
    with open_ledger(path) as ledger:
        health = ledger.check()
    assert any(problem.where == "file" for problem in health.problems)
