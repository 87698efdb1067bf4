"""`callboard read`: pages to JSON Lines of documents."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from callboard.cli.read import command

TEXT = "The second season began filming in Halifax in May, and it should be done by the fall, says its maker.\n" * 3


def test_files_become_lines_and_bad_ones_are_named(tmp_path: Path) -> None:
    """Documents on stdout, problems on stderr, exit status 1 where something could not be read."""
    good, empty = tmp_path / "good.txt", tmp_path / "empty.txt"
    good.write_text(TEXT, encoding="utf-8")
    empty.write_text("", encoding="utf-8")
    result = CliRunner().invoke(command, [str(good), str(empty), str(tmp_path), str(tmp_path / "none.html")])
    assert result.exit_code == 1
    (line,) = result.stdout.splitlines()
    assert json.loads(line)["text"].startswith("The second season")
    assert "empty.txt: empty" in result.stderr
    assert "a folder" in result.stderr
    assert "none.html: cannot be read" in result.stderr


def test_standard_input_is_read() -> None:
    """A dash stands for it; the address is kept."""
    result = CliRunner().invoke(command, ["-", "--url", "https://example.com/a"], input=TEXT)
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["url"] == "https://example.com/a"


def test_an_address_belongs_to_one_page(tmp_path: Path) -> None:
    """Two files cannot come from the same page."""
    result = CliRunner().invoke(command, ["a", "b", "--url", "https://example.com/a"])
    assert result.exit_code == 2
    assert "one file" in result.stderr


def test_the_largest_page_is_a_setting(tmp_path: Path, monkeypatch: object) -> None:
    """A page above it is not even read."""
    page = tmp_path / "page.html"
    page.write_text("<html>" + TEXT * 50, encoding="utf-8")
    result = CliRunner(env={"CALLBOARD_MAX_PAGE_MB": "0.01"}).invoke(command, [str(page)])
    assert result.exit_code == 1
    assert "max_page_mb" in result.stderr
