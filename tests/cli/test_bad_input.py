"""Bad input, through the program as users start it: a clear error with the next step, the agreed status, nothing lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from board_stories import CAGE, record

GERMAN = (
    "Netflix verlängert Dunkle Wasser um eine dritte Staffel\n\n"
    "Netflix hat die deutsche Serie Dunkle Wasser um eine dritte und letzte Staffel verlängert. Die Dreharbeiten sollen "
    "im Sommer 2019 beginnen, teilte der Streamingdienst am Sonntag mit. Die zweite Staffel ist seit Juni abrufbar.\n"
)


def callboard(*args: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "callboard.cli.main", *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ledger with a story that must still be there afterwards, its texts too."""
    monkeypatch.setenv("CALLBOARD_KEEP_TEXT_DAYS", "100000")
    return record(tmp_path / "board.db", CAGE)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.html", b"", "empty; give a page"),
        ("binary.html", bytes(range(256)) * 40, "not a text"),
        ("large.html", b"<p>" + b"x " * 10_000_000, "20.0 MB is more than max_page_mb, 10; raise it"),
        ("german.txt", GERMAN.encode(), "not in English (language de)"),
        ("folder", None, "nothing to read there; give a page"),
        ("broken.jsonl", b'{"text": "A line that was cut', "line 1: not JSON"),
    ],
)
def test_what_cannot_be_read_is_named(
    tmp_path: Path, ledger: Path, name: str, content: bytes | None, said: str
) -> None:
    """Status 1, a line that says what to give instead, no traceback, and the ledger as it was."""
    before = callboard("export", "--ledger", ledger).stdout
    path = tmp_path / name
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    result = callboard("add", "--ledger", ledger, path)
    assert result.returncode == 1
    assert said in result.stderr
    assert any(line.startswith("callboard: ") for line in result.stderr.splitlines())
    assert "Traceback" not in result.stderr
    assert callboard("export", "--ledger", ledger).stdout == before != ""


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Luke Caage", "Luke Cage"),  # a near title is offered
        ("Home", "choose by --year, --film or --series"),  # none of several works is chosen silently
        ("Zqxwv Jkpy", "nobody speaks of"),
        ("", "nobody speaks of"),
    ],
)
def test_a_title_that_is_not_there(ledger: Path, title: str, said: str) -> None:
    """Status 1, nothing on stdout."""
    for command in ("status", "why", "when"):
        result = callboard(command, title, "--ledger", ledger, "--as-of", "2017-06-20")
        assert (result.returncode, result.stdout) == (1, ""), result.stderr
        assert said in result.stderr
        assert "Traceback" not in result.stderr


def test_a_ledger_of_a_newer_version(ledger: Path) -> None:
    """Is neither read nor written, and asks for a newer callboard."""
    with sqlite3.connect(ledger) as other:
        other.execute("UPDATE alembic_version SET version_num = '0999'")
    other.close()
    for command in (["status", "Luke Cage"], ["board"], ["export"], ["add", str(ledger)]):
        result = callboard(*command, "--ledger", ledger)
        assert (result.returncode, result.stdout) == (1, "")
        assert "schema 0999" in result.stderr
        assert "upgrade callboard" in result.stderr


@pytest.mark.parametrize("kind", ["folder", "other file", "below a file"])
def test_a_ledger_that_is_none(tmp_path: Path, kind: str) -> None:
    """A folder, a file of another program, or an impossible place: refused, and left as it is."""
    page = tmp_path / "page.txt"
    page.write_text("Netflix has renewed Quiet Harbor for a third season, the streamer announced on Tuesday.")
    path = {"folder": tmp_path, "other file": page, "below a file": page / "board.db"}[kind]
    before = page.read_bytes()
    result = callboard("add", "--ledger", path, page)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("callboard: ")
    assert "--ledger" in result.stderr or "name a file" in result.stderr
    assert page.read_bytes() == before


@pytest.fixture
def read_only(ledger: Path) -> Iterator[Path]:
    """The ledger in a folder where nothing may be written."""
    folder = Path(tempfile.mkdtemp())
    shutil.copy(ledger, folder / "board.db")
    (folder / "board.db").chmod(0o444)
    folder.chmod(0o555)
    yield folder / "board.db"
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_read_only_folder(read_only: Path) -> None:
    """Questions are answered; adding, and making a ledger beside it, are refused with the next step."""
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere; tests/record/test_opening.py borrows another user's eyes")
    assert callboard("status", "Luke Cage", "--ledger", read_only, "--as-of", "2017-06-20").returncode == 0
    for path in (read_only, read_only.with_name("other.db")):
        result = callboard("add", "--ledger", path, read_only)
        assert result.returncode == 1
        assert result.stderr.startswith("callboard: ")
        assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["status"],
        ["status", "Luke Cage", "--as-of", "2017-13-01"],
        ["status", "Luke Cage", "--season", "0"],
        ["status", "Luke Cage", "--film", "--season", "2"],
        ["board", "--stage", "shooting"],
        ["add"],
        ["add", "--url", "https://example.com/a", "one.html", "two.html"],
        ["serve", "--port", "99999"],
        ["lok"],
    ],
    ids=" ".join,
)
def test_wrong_usage(ledger: Path, arguments: list[str]) -> None:
    """Status 2 with what was wrong, before anything is done."""
    result = callboard(*arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert "Error: " in result.stderr
