"""doctor: counts and problems of a ledger, as lines and as JSON."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from click.testing import CliRunner, Result

from callboard.cli.main import group
from callboard.record.ledger import Ledger, open_ledger
from callboard.record.schema import SCHEMAS


def doctor(ledger: Path, *args: str) -> Result:
    return CliRunner().invoke(group, ["doctor", "--ledger", str(ledger), *args])


def test_a_ledger_in_order(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    open_ledger(path).close()
    lines = doctor(path)
    assert lines.exit_code == 0
    assert lines.stdout.splitlines()[-1] == "in order"
    assert lines.stdout.splitlines()[0].endswith(f", SQLite {sqlite3.sqlite_version}")
    answer = json.loads(doctor(path, "--json").stdout)
    assert (answer["schema"], answer["documents"], answer["problems"]) == (SCHEMAS[-1], 0, [])


def test_a_ledger_that_was_tampered_with(tmp_path: Path) -> None:
    """Status 1, and the problem in both forms."""
    path = tmp_path / "ledger.db"
    open_ledger(path).close()
    with sqlite3.connect(path) as other:
        other.execute("DROP TRIGGER claims_no_remove")
    other.close()
    lines, answer = doctor(path), doctor(path, "--json")
    assert (lines.exit_code, answer.exit_code) == (1, 1)
    assert "trigger claims_no_remove is missing" in lines.stdout
    (problem,) = json.loads(answer.stdout)["problems"]
    assert problem["where"] == "schema"


def test_the_ledger_of_the_settings_is_meant(ledger: Ledger) -> None:
    """Without a flag, CALLBOARD_LEDGER names it."""
    result = CliRunner().invoke(group, ["doctor"], env={"CALLBOARD_LEDGER": ledger.address})
    assert f"ledger    {ledger.address}" in result.stdout
