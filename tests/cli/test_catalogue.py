"""`callboard catalogue`, as users call it: import, search, show, stats; and what the other commands make of it."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from callboard.catalogue.starter import load_catalogue, load_starter
from callboard.cli.catalogue import command
from callboard.model import Claim, Document, Event, Production, Span
from callboard.record.ledger import open_ledger
from callboard.when import When

BASICS = "tconst titleType primaryTitle originalTitle isAdult startYear endYear runtimeMinutes genres"
ROWS = (
    "tt0900001|tvSeries|Zorbadil Heights|Zorbadil|0|2020|\\N|55|Drama",
    "tt0900002|movie|Zorbadil Heights|Zorbadil Heights|0|1987|\\N|101|\\N",
    "tt0900003|tvSeries|Luke Cage|Luke Cage|0|1974|\\N|\\N|\\N",
    "tt0900004|movie|Saturday|Saturday|0|2011|\\N|\\N|\\N",
    "tt0900005|tvSeries|GoT|GoT|0|2003|\\N|\\N|\\N",
    "tt0900006|movie|Brindlow Rising|Brindlow Rising|0|2031|\\N|\\N|\\N",
    "tt0900007|movie|Krysten Ritter|Krysten Ritter|0|2012|\\N|\\N|\\N",
)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A catalogue that the settings name, with the rows above."""
    monkeypatch.setenv("CALLBOARD_CATALOGUE", str(tmp_path / "catalogue.db"))
    lines = ["\t".join(BASICS.split()), *(row.replace("|", "\t") for row in ROWS)]
    (tmp_path / "title.basics.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert run("import", str(tmp_path / "title.basics.tsv")).exit_code == 0
    return tmp_path / "catalogue.db"


def run(*args: str) -> Result:
    return CliRunner().invoke(command, args)


def answer(*args: str) -> dict[str, list[dict[str, object]]]:
    result = run(*args, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, list[dict[str, object]]] = json.loads(result.stdout)
    return found


def test_import_tells_what_it_did_and_what_may_be_done(store: Path, tmp_path: Path) -> None:
    """To stderr, with progress; quiet leaves the progress out."""
    result = run("import", "-q", str(tmp_path / "title.basics.tsv"))
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        f"title.basics.tsv: 7 rows, 0 titles new, 0 changed, 0 facts written -> {store}",
        "title.basics.tsv: personal and non-commercial use only; not to be redistributed",
    ]


def test_an_import_joins_what_the_press_named_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody asks for it: the import that brings the title says which one it is, once."""
    monkeypatch.setenv("CALLBOARD_CATALOGUE", str(tmp_path / "catalogue.db"))
    monkeypatch.setenv("CALLBOARD_LEDGER", str(tmp_path / "board.db"))
    claim = Claim(
        production=Production("Quelmar Bay", 1), event=Event.ORDER, quote=Span(0, 1, "x"), platform="Netflix", score=0.9
    )
    with open_ledger(tmp_path / "board.db") as ledger:
        page = Document(text="x", outlet="Variety", published=When.parse("2025-05-03"))
        ledger.append(page, [claim], learned=dt.datetime(2025, 5, 4, tzinfo=dt.UTC))
    born = run("press")
    assert born.exit_code == 0, born.output
    assert born.stderr.startswith("1 titles born in the press")
    rows = ["\t".join(BASICS.split()), "tt0900032\ttvSeries\tQuelmar Bay\tQuelmar Bay\t0\t2026\t\\N\t50\t\\N"]
    (tmp_path / "title.basics.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    told = "callboard: press:quelmarbay is imdb:tt0900032"
    assert told in run("import", "-q", str(tmp_path / "title.basics.tsv")).stderr
    assert told not in run("import", "-q", str(tmp_path / "title.basics.tsv")).stderr
    assert answer("show", "tt0900032")["rows"] == ["imdb:tt0900032", "press:quelmarbay"]


def test_a_wrong_name_is_told_before_anything_is_read(store: Path, tmp_path: Path) -> None:
    """The first file of the command is not imported either."""
    before = answer("stats")
    result = run("import", str(tmp_path / "title.basics.tsv"), str(tmp_path / "title.dat"))
    assert "give it by --format: imdb-basics" in str(result.exception)
    assert answer("stats") == before


def test_a_name_of_several_is_a_question(store: Path) -> None:
    """Both are listed with the reasons; context decides, and says so."""
    found = run("search", "zorbadil heights")
    assert "is open" in found.stderr
    assert [line.split()[-2] for line in found.stdout.splitlines()[::2]] == ["imdb:tt0900001", "imdb:tt0900002"]
    for context, first in (
        (["--film"], "imdb:tt0900002"),
        (["--year", "1987"], "imdb:tt0900002"),
        (["--season", "2"], "imdb:tt0900001"),
    ):
        told = answer("search", "zorbadil heights", *context)
        assert told["settled"] is True
        assert told["candidates"][0]["id"] == first
    assert "of 1987" in run("search", "zorbadil heights", "--year", "1987").stdout


def test_a_title_is_found_by_its_other_names_and_nearly(store: Path) -> None:
    """The reason says which; the starter's own titles are searched as well."""
    assert answer("search", "Zorbadil")["candidates"][0]["reasons"] == ["is also called Zorbadil (original)"]
    assert "is spelt nearly so" in str(answer("search", "Zorbadill Heights")["candidates"][0]["reasons"])
    near = answer("search", "Stranger Thinks")["candidates"]
    assert near[0]["name"] == "Stranger Things"
    assert float(str(near[0]["points"])) > float(str(near[1]["points"]))
    assert answer("search", "SVU")["candidates"][0]["reasons"] == ["is also called so"]
    sources = [each["sources"] for each in answer("search", "Luke Cage")["candidates"]]
    assert sources == [["starter"], ["imdb"]]
    assert "no title is called" in str(run("search", "Qzxv").exception)


def test_search_without_a_catalogue_looks_into_the_starter(tmp_path: Path) -> None:
    """And says that nothing was imported."""
    result = run("search", "Luke Cage", "--catalogue", str(tmp_path / "none.db"))
    assert "only titles that come along" in result.stderr
    assert "Marvel's Luke Cage" in result.stdout
    assert not (tmp_path / "none.db").exists()
    assert "callboard catalogue import" in str(run("stats", "--catalogue", str(tmp_path / "none.db")).exception)


def test_show_and_stats(store: Path) -> None:
    """Every fact with its source; a bare id of IMDb is enough."""
    told = answer("show", "tt0900001")
    assert {"what": "original", "value": "Zorbadil", "source": "imdb (tt0900001)"} in told["facts"]
    assert "Zorbadil Heights (series): imdb:tt0900001" in run("show", "imdb:tt0900001").stdout
    assert "no such title" in str(run("show", "tt1").exception)
    assert "is no id" in str(run("show", "Zorbadil").exception)
    assert answer("stats")["titles"] == [
        {"source": "imdb", "kind": "film", "titles": 4},
        {"source": "imdb", "kind": "series", "titles": 3},
    ]
    assert "7 rows, 7 new, 0 changed" in run("stats").stdout


def test_a_name_that_comes_along_keeps_its_meaning(store: Path) -> None:
    """A namesake of a known title, or of a known short name, changes nothing for the commands that read and answer."""
    catalogue, starter = load_catalogue(), load_starter()
    for name in ("Luke Cage", "GoT", "Dark"):
        assert catalogue.titles_named(name) == starter.titles_named(name) != ()
    assert "got" not in catalogue.titles
    assert catalogue.aliases["got"] == starter.aliases["got"]
    assert list(catalogue.titles) == list(starter.titles)


def test_names_that_may_mean_something_else_are_answered_and_not_offered(store: Path) -> None:
    """A day, a person: who asks for the film gets it, but no article is read as speaking of it."""
    catalogue = load_catalogue()
    for name in ("Saturday", "Krysten Ritter"):
        assert name.lower().replace(" ", "") not in catalogue.titles
        assert [title.name for title in catalogue.titles_named(name)] == [name]
    assert [title.year for title in catalogue.titles["brindlowrising"]] == [2031]
    assert [title.year for title in catalogue.titles_named("Zorbadil Heights")] == [2020, 1987]
    assert [title.name for title in catalogue.titles_named("Zorbadil")] == ["Zorbadil Heights"]
    assert catalogue.near_titles("Brindlow Risng")[0].name == "Brindlow Rising"


def callboard(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "callboard.cli.main", *args], capture_output=True, text=True)


def test_status_knows_what_was_imported(store: Path, tmp_path: Path) -> None:
    """A work of which nobody speaks is answered where a catalogue has it, and unknown where there is none."""
    page = tmp_path / "page.txt"
    page.write_text(
        "Netflix has renewed Brindlow Rising\n\nNetflix has given the green light to the film Brindlow Rising, the streamer "
        "announced on 4 March 2030. Filming on Brindlow Rising begins in May 2030 in Leeds.\n"
    )
    ledger = ["--ledger", str(tmp_path / "board.db"), "--as-of", "2030-03-05"]
    added = callboard("add", str(page), *ledger[:2])
    assert added.returncode == 0, added.stderr
    assert "Filming on Brindlow Rising" in callboard("why", "brindlow rising", "--film", *ledger).stdout
    told = callboard("status", "Saturday", *ledger)
    assert "no evidence" in told.stdout, told.stderr
    store.unlink()
    told = callboard("status", "Saturday", *ledger)
    assert (told.returncode, told.stdout) == (1, "")
    assert "nobody speaks of" in told.stderr


def test_a_damaged_catalogue_says_what_to_do(store: Path, tmp_path: Path) -> None:
    """No traceback, from the commands that only look titles up as well."""
    store.write_bytes(b"no database, but long enough to look like a file of some kind" * 50)
    with open_ledger(tmp_path / "board.db", create=True):
        pass
    for asked in (["status", "Saturday", "--ledger", str(tmp_path / "board.db")], ["catalogue", "stats"]):
        result = callboard(*asked)
        assert (result.returncode, result.stdout) == (1, "")
        assert "move it away" in result.stderr
        assert "Traceback" not in result.stderr


def test_without_a_catalogue_nothing_of_it_is_loaded(tmp_path: Path) -> None:
    """Starting must not become slower for those who imported nothing."""
    code = (
        "import sys; from callboard.catalogue.starter import load_catalogue; load_catalogue().titles_named('Dark');"
        "print([name for name in sys.modules if name in ('sqlite3', 'callboard.catalogue.user', 'callboard.catalogue.store')])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"


def test_an_import_that_was_killed_is_completed(tmp_path: Path) -> None:
    """By the same command again; the catalogue is that of an import that nobody disturbed."""
    rows = (f"tt{n:07}\tmovie\tTitle {n}\tTitle {n}\t0\t2001\t\\N\t90\t\\N\n" for n in range(120_000))
    path = tmp_path / "title.basics.tsv"
    path.write_text("\t".join(BASICS.split()) + "\n" + "".join(rows), encoding="utf-8")
    store = tmp_path / "catalogue.db"
    command = [sys.executable, "-m", "callboard.cli.main", "catalogue", "import", str(path), "--catalogue", str(store)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        first = process.stderr.readline()  # a chunk has been kept
        process.kill()
    assert "50000 rows" in first
    assert not store.exists()
    again = subprocess.run(command, capture_output=True, text=True)
    assert again.returncode == 0, again.stderr
    assert "50000 of them before" in again.stderr or "100000 of them before" in again.stderr
    assert "120000 rows, 120000 titles new" in again.stderr
    assert [each.name for each in tmp_path.iterdir() if "import" in each.name] == []


def test_link_merge_and_split_from_the_command_line(store: Path) -> None:
    """With a reason, or not at all; `show` tells them."""
    assert run("merge", "tt0900001", "tt0900003").exit_code == 2
    assert run("merge", "tt0900001", "tt0900003", "--reason", "same cast").exit_code == 0
    told = answer("show", "tt0900003")
    assert told["rows"] == ["imdb:tt0900003", "imdb:tt0900001"]
    assert [(each["what"], each["reason"]) for each in told["entries"]] == [("merge", "same cast")]
    assert run("split", "tt0900003", "tt0900001", "--reason", "a remake").exit_code == 0
    assert run("link", "tt0900003", "tvmaze:12", "--reason", "its page").exit_code == 0
    shown = run("show", "tt0900003").stdout
    assert "split imdb:tt0900003 imdb:tt0900001: a remake" in shown
    assert "(series): imdb:tt0900003\n" in shown


def test_outlets_and_platforms_are_told(tmp_path: Path) -> None:
    """By any of their names; a platform as of a day."""
    assert run("outlet", "OLV").stdout.splitlines()[0] == (
        "On Location Vacations (location, US): onlocationvacations.com"
    )
    assert run("outlet", "https://www.bbc.co.uk/news").stdout.startswith("BBC (company, GB): bbc.co.uk")
    told = run("platform", "max", "--as-of", "2024-01-01").stdout.splitlines()
    assert told[0] == "Max (also HBO Max; of Warner Bros. Discovery)"
    assert "  name      HBO Max (since 2025-07-09)" in told
    assert json.loads(run("platform", "CBS All Access", "--json", "--as-of", "2018-01-01").stdout)["owner"] == (
        "CBS Corporation"
    )
    for args in (("outlet", "Nobody's Paper"), ("platform", "Nobody's Network")):
        assert run(*args).exit_code == 1


def test_export_and_import_from_the_command_line(store: Path, tmp_path: Path) -> None:
    """To stdout, with what may be done with it on stderr; import knows the file by its first line."""
    exported = run("export")
    assert exported.stderr == "callboard: imdb: personal and non-commercial use only; not to be redistributed\n"
    (tmp_path / "all.jsonl").write_text(exported.stdout, "utf-8")
    other = str(tmp_path / "other.db")
    assert (
        run("import", str(tmp_path / "all.jsonl"), "--catalogue", other).stderr == f"all.jsonl: 7 titles -> {other}\n"
    )
    assert run("export", "--catalogue", other).stdout == exported.stdout


def test_scan_finds_the_names_of_the_catalogue(store: Path, tmp_path: Path) -> None:
    """And is built again after an import."""
    (tmp_path / "article.txt").write_text("É. Brindlow Rising follows Quelmar Bay on Saturday.", "utf-8")
    first = run("scan", str(tmp_path / "article.txt"))
    assert json.loads(first.stdout.splitlines()[0]) == {
        "start": 3,
        "end": 18,
        "name": "Brindlow Rising",
    }
    (tmp_path / "mine.csv").write_text("id,name,kind,year\n1,Quelmar Bay,series,2026\n", "utf-8")
    assert run("import", "-q", str(tmp_path / "mine.csv")).exit_code == 0
    assert '"name": "Quelmar Bay"' in run("scan", str(tmp_path / "article.txt")).stdout
