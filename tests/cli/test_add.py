"""add: files, folders and pipes in, claims recorded, one line for each document, and every fault named."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from callboard.cli.main import group
from callboard.record.ledger import open_ledger

ARTICLE = """Netflix Renews Quiet Harbor For A Third Season
By Pat Example | June 6, 2017

Netflix has renewed Quiet Harbor for a third season, the streamer announced on Tuesday.

Production on season 3 of Quiet Harbor is expected to begin in September in Vancouver.
"""


def add(ledger: Path, *args: str | Path, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(group, ["add", "--ledger", str(ledger), *map(str, args)], input=stdin)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


def test_an_article_is_recorded_once(tmp_path: Path, path: Path) -> None:
    """Its claims are in the ledger; the second time nothing is new and the status is still 0."""
    page = tmp_path / "page.txt"
    page.write_text(ARTICLE)
    first = add(path, page)
    assert first.exit_code == 0, first.output
    assert first.stdout == ""
    assert f"read url={page} claims=" in first.stderr
    with open_ledger(path) as ledger:
        titles = {report.claim.production.title for report in ledger.reports()}
        exported = list(ledger.export_lines())
    assert "Quiet Harbor" in titles
    second = add(path, page)
    assert second.exit_code == 0
    assert "(1 known already), 0 claims (0 new), 0 problems" in second.stderr
    with open_ledger(path) as ledger:
        assert list(ledger.export_lines()) == exported


def test_a_page_from_a_pipe_with_its_address(path: Path) -> None:
    result = add(path, "--url", "https://example.com/a", "-", stdin=ARTICLE.encode())
    assert result.exit_code == 0, result.output
    with open_ledger(path) as ledger:
        assert {document.url for document in ledger.documents()} == {"https://example.com/a"}


def test_bad_sources_are_named_and_good_ones_recorded(tmp_path: Path, path: Path) -> None:
    """Status 1; empty, binary, too large and missing each have their line; the article beside them is recorded."""
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "a-empty.html").write_bytes(b"")
    (folder / "b-binary.html").write_bytes(bytes(range(256)) * 40)
    (folder / "c-large.html").write_bytes(b"<p>" + b"x" * 20_000_000)
    (folder / "d-good.txt").write_text(ARTICLE)
    result = add(path, "--quiet", folder, tmp_path / "missing.html")
    assert result.exit_code == 1, result.output
    said = result.stderr
    for name in ("a-empty.html", "b-binary.html", "c-large.html", "missing.html"):
        assert any(line.startswith("callboard: ") and name in line for line in said.splitlines()), (name, said)
    assert "Traceback" not in said
    assert "20.0 MB is more than max_page_mb, 10" in said
    with open_ledger(path) as ledger:
        assert len(list(ledger.documents())) == 1


def test_the_limit_for_a_page_is_a_setting(tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLBOARD_MAX_PAGE_MB", "0.0015")
    (tmp_path / "page.txt").write_text(ARTICLE * 10)
    result = add(path, tmp_path / "page.txt")
    assert result.exit_code == 1
    assert "more than max_page_mb" in result.stderr


def test_an_address_belongs_to_one_page(tmp_path: Path, path: Path) -> None:
    result = add(path, "--url", "https://example.com/a", "one.html", "two.html")
    assert result.exit_code == 2
    assert not path.exists()


def test_two_processes_add_the_same_at_once(tmp_path: Path, path: Path) -> None:
    """Both succeed, and the ledger is as if one had done it."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(6):
        (folder / f"{number}.txt").write_text(ARTICLE.replace("Harbor", f"Harbor {'ABCDEF'[number]}"))
    command = [sys.executable, "-m", "callboard.cli.main", "add", "--ledger", str(path), str(folder)]
    processes = [subprocess.Popen(command, stderr=subprocess.DEVNULL, env=os.environ) for _ in range(2)]
    assert [process.wait() for process in processes] == [0, 0]
    alone = tmp_path / "alone.db"
    assert add(alone, folder).exit_code == 0
    with open_ledger(path) as together, open_ledger(alone) as single:
        assert [r.id for r in together.reports()] == [r.id for r in single.reports()]
        assert together.check().problems == ()


def test_a_page_that_was_added_by_its_path_is_forgotten_by_it(tmp_path: Path, path: Path) -> None:
    """As add names it; a file that holds several pages names none of them."""
    page, other, several = tmp_path / "page.txt", tmp_path / "other.txt", tmp_path / "several.jsonl"
    page.write_text(ARTICLE)
    other.write_text(ARTICLE.replace("season", "chapter"))
    several.write_text(json.dumps({"text": ARTICLE}) + "\n" + json.dumps({"text": ARTICLE * 2}) + "\n")
    assert f"read url={page} claims=" in add(path, page, other).stderr
    forgotten = CliRunner().invoke(group, ["forget", str(page), "--ledger", str(path)])
    assert forgotten.exit_code == 0, forgotten.output
    assert forgotten.stderr.startswith("forgotten: 1 documents, ")
    with open_ledger(path) as ledger:
        (left,) = ledger.documents()
        assert "chapter" in left.text
    refused = CliRunner().invoke(group, ["forget", str(several), "--ledger", str(path)])
    assert "2 pages in it; give the address or the digest" in str(refused.exception)
