"""feeds: added, listed, removed and imported; what cannot be a feed's address is refused."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from unwritable import unwritable

from callboard.cli.main import group, run
from callboard.errors import FetchError, SettingError
from callboard.fetch.addresses import check_url
from callboard.fetch.opml import Outline, read_opml, read_starter

OPML = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Mine</title></head><body>
  <outline text="News"><outline text="One" title="First" type="rss" xmlUrl="https://one.example/feed"/>
    <outline text="Two" xmlurl=" https://two.example/feed "/></outline>
  <outline text="Again" xmlUrl="https://one.example/feed"/>
  <outline text="Local" xmlUrl="file:///etc/passwd"/>
  <outline text="A folder"/>
</body></opml>"""


def feeds(ledger: Path | str, *args: str, stdin: str = "") -> Result:
    from callboard.cli.feeds import command

    name, *rest = args
    return CliRunner().invoke(command, [name, "--ledger", str(ledger), *rest], input=stdin)


def urls(ledger: Path | str) -> list[str]:
    return [row["url"] for row in json.loads(feeds(ledger, "list", "--json").stdout)]


def test_added_once_listed_and_removed(tmp_path: Path) -> None:
    """The list lies beside the ledger, whose file is not made for it."""
    path = tmp_path / "board.db"
    assert "1 feeds added, 0 followed already" in feeds(path, "add", "https://b.example/feed").stderr
    result = feeds(path, "add", "https://a.example/feed", "https://b.example/feed")
    assert "1 feeds added, 1 followed already" in result.stderr
    assert urls(path) == ["https://a.example/feed", "https://b.example/feed"]
    assert "https://a.example/feed\n    last success never, every 2.0 h" in feeds(path, "list").stdout
    assert feeds(path, "remove", "https://a.example/feed").exit_code == 0
    assert urls(path) == ["https://b.example/feed"]
    gone = feeds(path, "remove", "https://a.example/feed")
    assert (gone.exit_code, "not followed" in gone.stderr) == (1, True)
    assert [each.name for each in tmp_path.iterdir()] == ["board.feeds.db"]


def test_the_list_that_goes_with_a_shared_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It lies in the data folder of this machine, one for each database, and its name holds no password."""
    monkeypatch.chdir(tmp_path)
    one = "postgresql://kim:secret@db.example/callboard"
    assert feeds(one, "add", "https://a.example/feed").exit_code == 0
    assert feeds(one.replace("callboard", "other"), "add", "https://b.example/feed").exit_code == 0
    assert urls("postgres://DB.example:5432/callboard?password=other") == ["https://a.example/feed"]
    kept = [each.name for each in (Path(os.environ["XDG_DATA_HOME"]) / "callboard").iterdir()]
    assert len(kept) == 2
    assert all(name.startswith("postgresql-") and name.endswith(".feeds.db") for name in kept)
    assert list(tmp_path.iterdir()) == []
    assert isinstance(feeds("postgresql://[::1/callboard", "list").exception, SettingError)


def test_an_address_that_is_never_fetched_is_refused(tmp_path: Path) -> None:
    result = feeds(tmp_path / "board.db", "add", "ftp://a.example/feed", "https://b.example/feed")
    assert result.exit_code == 1
    assert "ftp; only http and https" in result.stderr
    assert urls(tmp_path / "board.db") == ["https://b.example/feed"]


def test_the_list_of_another_reader(tmp_path: Path) -> None:
    """With its titles; doubles once, what is no web address refused, from a file and from a pipe."""
    file = tmp_path / "mine.opml"
    file.write_text(OPML)
    result = feeds(tmp_path / "board.db", "import", str(file))
    assert result.exit_code == 1  # the local one
    assert "2 feeds added, 0 followed already, 1 refused" in result.stderr
    assert "https://one.example/feed  First" in feeds(tmp_path / "board.db", "list").stdout
    piped = feeds(tmp_path / "other.db", "import", "-", stdin=OPML)
    assert "2 feeds added" in piped.stderr


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html></html>",
        b"<opml><body><outline>",
        b'<!DOCTYPE o [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><opml><body><outline text="&b;"/></body></opml>',
        b'<?xml version="1.0" encoding="no-such"?><opml/>',
        bytes(range(256)),
    ],
)
def test_what_is_no_opml_says_so(data: bytes) -> None:
    with pytest.raises(FetchError, match=r"OPML|entities"):
        read_opml(data)


def test_the_starter_list_can_be_fetched() -> None:
    """Each address is https, each outlet once."""
    outlines = read_starter()
    assert len({outline.url for outline in outlines}) == len({outline.title for outline in outlines}) == len(outlines)
    assert len(outlines) >= 20
    for outline in outlines:
        assert check_url(outline.url) == outline.url
        assert outline.url.startswith("https://")
    assert Outline("https://variety.com/feed/", "Variety") in outlines


def test_a_list_that_cannot_be_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file of something else, or of a newer callboard, is named and left alone."""
    (tmp_path / "board.feeds.db").write_bytes(b"not a database, but long enough to be looked at" * 10)
    assert run(["feeds", "list", "--ledger", str(tmp_path / "board.db")]) == 1
    assert "the list of feeds cannot be used" in capsys.readouterr().err


@pytest.fixture
def read_only_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a feed and a follow where nothing may be written; as root, another user's eyes are borrowed."""
    folder = Path(tempfile.mkdtemp())
    monkeypatch.chdir(folder)
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(folder))
    feeds(folder / "board.db", "add", "https://a.example/feed")
    run(["follow", "add", "Luke Cage", "--ledger", str(folder / "board.db")])
    (folder / "none").mkdir()
    for read in (["feeds", "list", "--json"], ["follow", "list", "--json"], ["alerts", "log"]):
        run([*read, "--ledger", str(folder / "board.db")])  # so that all modules are loaded while they may be read
    with unwritable(folder):
        yield folder


def test_lists_are_read_where_nothing_may_be_written(read_only_folder: Path) -> None:
    """Of feeds, follows and alerts; where there are none yet the list is empty. Adding is refused with a reason."""
    for folder, count in ((read_only_folder, 1), (read_only_folder / "none", 0)):
        path = str(folder / "board.db")
        assert len(urls(path)) == count
        follows = CliRunner().invoke(group, ["follow", "list", "--json", "--ledger", path])
        assert [row["name"] for row in json.loads(follows.stdout)] == ["Luke Cage"] * count
        log = CliRunner().invoke(group, ["alerts", "log", "--ledger", path])
        assert (log.exit_code, "Nothing was sent yet" in log.stderr) == (0, True)
        refused = CliRunner().invoke(group, ["follow", "add", "Dark", "--ledger", path])
        assert "check its folder and the disk" in str(refused.exception)
    assert sorted(path.name for path in read_only_folder.iterdir()) == ["board.alerts.db", "board.feeds.db", "none"]


def test_reading_a_list_makes_none(tmp_path: Path) -> None:
    """Not even the folder of a ledger that is still to come."""
    assert urls(tmp_path / "later" / "board.db") == []
    assert list(tmp_path.iterdir()) == []
