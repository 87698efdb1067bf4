"""Titles born in the press: made from claims, growing with them, joined when a catalogue has them; all as entries."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from shapes import basics, write_tsv

from callboard.catalogue.born import Learned, entries_of, join, learn, origin_line
from callboard.catalogue.catalogue import Catalogue
from callboard.catalogue.identity import decide, find_row, production_of
from callboard.catalogue.imports.formats import format_of
from callboard.catalogue.imports.imdb import NAMES, PRINCIPALS
from callboard.catalogue.imports.importing import import_file
from callboard.catalogue.starter import load_starter
from callboard.catalogue.store import open_store
from callboard.catalogue.transfer import export_lines, import_export
from callboard.catalogue.user import with_user
from callboard.model import Claim, Event, Modality, Production, Report, Span, title_key
from callboard.when import When

NOW = dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=30)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "catalogue.db"


@pytest.fixture
def store(path: Path) -> Iterator[sqlite3.Connection]:
    with open_store(path, create=True, read_only=False) as opened:
        yield opened


def report(
    name: str,
    season: int | None = None,
    event: Event = Event.ORDER,
    *,
    outlet: str = "Variety",
    score: float = 0.9,
    said: str = "2025-05-03",
    time: str | None = None,
    **more: object,
) -> Report:
    claim = Claim(
        production=Production(name, season),
        event=event,
        quote=Span(0, 1, "x"),
        score=score,
        time=When.parse(time) if time else None,
        **more,  # type: ignore[arg-type]
    )
    return Report(claim=claim, outlet=outlet, said=When.parse(said), id=f"{name} {season} {event} {outlet}")


def take_up(store: sqlite3.Connection, reports: Sequence[Report], now: dt.datetime = NOW) -> Learned:
    spoken: dict[str, list[Report]] = {}
    for each in reports:
        spoken.setdefault(title_key(each.claim.production.title), []).append(each)
    return learn(store, load_starter(), spoken, lambda each: each.outlet or "", now)


FIRST = report("Quelmar Bay", 1, platform="Netflix")


def test_a_title_is_born_and_grows(store: sqlite3.Connection) -> None:
    """Each fact with the report that brought it first; the same said again is nothing new."""
    assert take_up(store, [FIRST]) == Learned(born=1, facts=3)
    assert take_up(store, [FIRST], LATER) == Learned()
    more = [
        FIRST,
        report("QUELMAR BAY", 2, outlet="Deadline"),
        report("Quelmar Bay", 1, Event.CASTING, person="Orla Vantreight", role="Zorba"),
        report("Quelmar Bay", 1, Event.RELEASE, time="2026-03"),
        report("Quelmar Bay", 3, modality=Modality.POSSIBLE),
        report("Quelmar Bay", 1, platform="Hulu", modality=Modality.DENIED),
    ]
    assert take_up(store, more, LATER) == Learned(facts=4)
    told = {(entry.what, entry.value): entry for entry in entries_of(store, "quelmarbay")}
    assert set(told) == {
        ("born", "Quelmar Bay"),
        ("name", "Quelmar Bay"),
        ("name", "QUELMAR BAY"),
        ("season", "1"),
        ("season", "2"),
        ("platform", "Netflix"),
        ("person", "Orla Vantreight as Zorba"),
        ("year", "2026"),
    }
    assert told["season", "2"].report == more[1].id
    assert told["season", "2"].reason == "Deadline, 2025-05-03"
    assert told["season", "2"].made[:10] == "2026-02-01"
    row = find_row(store, "press:quelmarbay")
    assert row is not None
    assert (row.name, row.kind, row.year, row.platforms, row.seasons) == (
        "Quelmar Bay",
        "series",
        2026,
        ("Netflix",),
        2,
    )


def test_what_a_catalogue_has_or_what_is_hardly_a_title_is_not_born(store: sqlite3.Connection) -> None:
    """Until there is enough evidence for it."""
    weak = report("Brindlow Rising", score=0.3)
    assert take_up(store, [report("Luke Cage", 2), weak, report("The first", 2)]) == Learned()
    enough = [report("Brindlow Rising", score=0.3, outlet=outlet) for outlet in ("Variety", "Deadline")]
    assert take_up(store, enough).born == 1


def test_entries_are_only_added(store: sqlite3.Connection) -> None:
    """The database itself refuses to change them."""
    take_up(store, [FIRST])
    for statement in ("UPDATE press SET value = 'x'", "DELETE FROM press"):
        with pytest.raises(sqlite3.IntegrityError, match="entries are only added"):
            store.execute(statement)


def test_it_is_joined_when_a_catalogue_has_it(path: Path, store: sqlite3.Connection, tmp_path: Path) -> None:
    """By what is said of it: a film of that name is not the series. What the press said stays, with the catalogue's."""
    take_up(store, [FIRST])
    import_rows(path, tmp_path, "tt0900031|movie|Quelmar Bay|Quelmar Bay|0|2025|\\N|90|\\N")
    assert join(store, load_starter(), LATER).joined == ()
    import_rows(path, tmp_path, "tt0900032|tvSeries|Quelmar Bay|Quelmar Bay|0|2026|\\N|50|\\N")
    assert join(store, load_starter(), LATER).joined == (("press:quelmarbay", "imdb:tt0900032"),)
    assert join(store, load_starter(), LATER).joined == ()
    row = find_row(store, "imdb:tt0900032")
    assert row is not None
    assert [each.id for each in production_of(store, row)] == ["imdb:tt0900032", "press:quelmarbay"]
    assert entries_of(store, "quelmarbay")[-1].what == "joined"


def test_what_is_open_stays_open_and_people_have_the_last_word(
    path: Path, store: sqlite3.Connection, tmp_path: Path
) -> None:
    """Two series of the name: neither. A split by a person is not undone."""
    take_up(store, [FIRST])
    import_rows(
        path,
        tmp_path,
        "tt0900032|tvSeries|Quelmar Bay|Quelmar Bay|0|2026|\\N|50|\\N",
        "tt0900033|tvSeries|Quelmar Bay|Quelmar Bay|0|1987|\\N|50|\\N",
    )
    assert join(store, load_starter(), LATER).joined == ()
    decide(store, "split", "press:quelmarbay", "imdb:tt0900033", "of 1987", NOW)
    assert join(store, load_starter(), LATER).joined == (("press:quelmarbay", "imdb:tt0900032"),)
    decide(store, "split", "press:quelmarbay", "imdb:tt0900032", "a namesake", NOW)
    assert join(store, load_starter(), LATER).joined == ()


def test_credits_tell_which_namesake_it_is(path: Path, store: sqlite3.Connection, tmp_path: Path) -> None:
    """Two series of the name are a question until the credits of one name somebody whom the press named."""
    cast = report("Quelmar Bay", 1, Event.CASTING, person="Orla Vantreight", role="Zorba")
    take_up(store, [FIRST, cast])
    import_rows(
        path,
        tmp_path,
        "tt0900032|tvSeries|Quelmar Bay|Quelmar Bay|0|2026|\\N|50|\\N",
        "tt0900033|tvSeries|Quelmar Bay|Quelmar Bay|0|2025|\\N|50|\\N",
    )
    assert join(store, load_starter(), LATER).joined == ()
    for name, columns, row in (
        ("name.basics", " ".join(NAMES), "nm0900001|Orla Vantreight|1971|\\N|actress|\\N"),
        ("title.principals", " ".join(PRINCIPALS), "tt0900033|1|nm0900001|actress|\\N|\\N"),
    ):
        file = write_tsv(tmp_path / f"{name}.tsv.gz", columns, [row])
        import_file(path, file, format_of(file), now=NOW)
    assert join(store, load_starter(), LATER).joined == (("press:quelmarbay", "imdb:tt0900033"),)
    assert entries_of(store, "quelmarbay")[-1].reason.endswith("with Orla Vantreight")


def test_the_reader_is_not_offered_what_it_found_itself(path: Path, store: sqlite3.Connection) -> None:
    """Else one mistake would vouch for the next."""
    take_up(store, [FIRST])
    known = with_user(load_starter(), path)
    assert "quelmarbay" not in known.titles
    assert known.titles_named("Quelmar Bay") == ()


def test_status_says_where_a_title_comes_from(store: sqlite3.Connection, path: Path, tmp_path: Path) -> None:
    """As of the day that is asked for; nothing where a catalogue has it."""
    told = [(report("Quelmar Bay", 2, said="2025-06-01"), "Deadline"), (FIRST, "Variety")]
    day = LATER.date()
    assert origin_line(load_starter(), None, told, day) == (
        "No catalogue has this title, first named by Variety on 2025-05-03; 99% sure that it is one"
    )
    take_up(store, [FIRST])
    import_rows(path, tmp_path, "tt0900032|tvSeries|Quelmar Bay|Quelmar Bay|0|2026|\\N|50|\\N")
    join(store, load_starter(), LATER)
    assert origin_line(load_starter(), store, told, day).endswith("; imdb:tt0900032 in the catalogue")
    assert origin_line(load_starter(), store, told, NOW.date()).startswith("No catalogue has")
    assert origin_line(load_starter(), store, [(report("Luke Cage", 2), "Variety")], day) == ""


def test_entries_of_the_press_are_exported(store: sqlite3.Connection, tmp_path: Path) -> None:
    """With the rest."""
    take_up(store, [FIRST])
    lines = list(export_lines(store))
    (tmp_path / "all.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    import_export(tmp_path / "other.db", tmp_path / "all.jsonl")
    with open_store(tmp_path / "other.db") as other:
        assert list(export_lines(other)) == lines
        assert entries_of(other, "quelmarbay") == entries_of(store, "quelmarbay")


def import_rows(path: Path, folder: Path, *rows: str) -> None:
    file = basics(folder, *rows)
    import_file(path, file, format_of(file), now=NOW)


def test_an_empty_catalogue_joins_nothing(store: sqlite3.Connection) -> None:
    """An import into a catalogue that knows nothing of the press is an import."""
    assert join(store, Catalogue(titles={}), NOW) == Learned()
