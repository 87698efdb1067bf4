"""record, export and import as commands: the ledger goes out and comes back through pipes."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from callboard.cli.main import group
from callboard.record.ledger import open_ledger

LINE = {
    "url": "https://example.com/a",
    "outlet": "Example Daily",
    "headline": "It films",
    "text": "Luke Cage films its second season now.",
    "published": "2017-06-06",
    "claims": [
        {"title": "Luke Cage", "season": 2, "event": "filming", "quote": "films its second season now"},
        {"title": "Luke Cage", "season": 2, "event": "filming_start", "quote": "It films", "modality": "possible"},
    ],
}


def run(*args: str, stdin: str = "") -> Result:
    return CliRunner().invoke(group, args, input=stdin)


def test_record_export_import_export(tmp_path: Path) -> None:
    """What is recorded is exported; the import's export is the same to the byte; twice changes nothing."""
    one, two = str(tmp_path / "one.db"), str(tmp_path / "two.db")
    recorded = run("record", "--ledger", one, stdin=json.dumps(LINE) + "\n\n")
    assert recorded.exit_code == 0
    assert recorded.stdout == ""
    assert recorded.stderr.startswith("1 documents, 2 new claims, 0 problems")
    out = run("export", "--ledger", one)
    assert [claim["span"] for claim in json.loads(out.stdout)["claims"]] == [["headline", 0, 8], ["text", 10, 37]]
    assert run("import", "--ledger", two, stdin=out.stdout).exit_code == 0
    assert run("export", "--ledger", two).stdout_bytes == out.stdout_bytes
    again = run("record", "--ledger", two, stdin=out.stdout)
    assert again.stderr.startswith("1 documents, 0 new claims")
    assert run("export", "--ledger", two).stdout_bytes == out.stdout_bytes


def test_bad_lines_are_named_and_the_rest_is_recorded(tmp_path: Path) -> None:
    """Status 1, one line for each on stderr with its number and the reason."""
    bad = [
        ("not JSON", "{"),
        ("expected a JSON object", "[]"),
        ("no text", "{}"),
        ("claims is not a list", json.dumps(LINE | {"claims": "x"})),
        ("not a claim", json.dumps(LINE | {"claims": [{"event": "party"}]})),
        ("does not say", json.dumps(LINE | {"claims": [LINE["claims"][0] | {"quote": "invented"}]})),  # type: ignore[index,operator]
        ("surrogate", '{"text": "half \\ud800"}'),
        ("text has a NUL character", '{"text": "half \\u0000"}'),
        ("is not a date", json.dumps(LINE | {"published": "soon"})),
    ]
    stdin = "\n".join([*(line for _, line in bad), json.dumps(LINE)])
    result = run("record", "--ledger", str(tmp_path / "l.db"), stdin=stdin)
    assert result.exit_code == 1
    said = result.stderr.splitlines()
    for number, ((what, _), line) in enumerate(zip(bad, said[:-1], strict=True), start=1):
        assert line.startswith(f"callboard: line {number}: ")
        assert what in line
    assert said[-1].startswith("1 documents, 2 new claims, 9 problems")


def test_a_bad_import_line_is_status_1(tmp_path: Path) -> None:
    """It is told which line and what is expected there; nothing else stands in the way of the rest."""
    result = run("import", "--ledger", str(tmp_path / "l.db"), stdin=f"\nSome prose.\n{'[' * 100_000}\n")
    assert result.exit_code == 1
    expected = "an export has one JSON object on each line"
    assert f"callboard: line 2: no JSON from character 1 on; {expected}" in result.stderr
    assert f"callboard: line 3: no JSON; {expected}" in result.stderr


def test_an_empty_document_is_not_understood() -> None:
    """What has no text is told with its line, and the others are read."""
    blank = json.dumps({"text": " \n", "headline": ""})
    result = run("understand", stdin=f"{{}}\n{blank}\n{json.dumps({'id': 'a', 'headline': 'Netflix renews Dark'})}\n")
    assert result.exit_code == 1
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["a"]
    for number in (1, 2):
        assert f"line {number}: neither text nor headline, so nothing to read" in result.stderr


def test_copies_are_one_voice_however_they_came(tmp_path: Path) -> None:
    """Of two pages with one text, the later one speaks for the outlet of the earlier, recorded or imported."""
    text = (
        "Luke Cage films its second season now, in the streets around the old court house and on two stages in Queens. "
        "The crew was seen on Monday with a dozen cars, rain machines and a shop front that had not been there before. "
        "Neighbours were told by letter that parking is not allowed on four streets until Thursday at noon. "
    )
    claims = [{"title": "Luke Cage", "season": 2, "event": "filming", "quote": "films its second season now"}]
    first = {"url": "https://a.example/1", "outlet": "A", "text": text, "published": "2017-06-06", "claims": claims}
    later = {"url": "https://b.example/2", "outlet": "B", "text": text, "published": "2017-06-08", "claims": claims}
    lines = "".join(json.dumps(line) + "\n" for line in (first, later))
    for command in ("record", "import"):
        path = tmp_path / f"{command}.db"
        assert run(command, "--ledger", str(path), stdin=lines).exit_code == 0
        exported = run("export", "--ledger", str(path)).stdout.splitlines(keepends=True)
        lines = "".join(
            line for line in exported if "headline" in line
        )  # the documents, without what is known of copies
        with open_ledger(path) as ledger:
            assert {report.outlet: report.origin for report in ledger.reports()} == {"A": None, "B": "A"}
