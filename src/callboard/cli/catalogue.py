"""`callboard catalogue`: titles of other catalogues, imported, searched, joined and parted."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TextIO, TypeVar

import click

from callboard.cli.catalogue_names import outlet, place, platform_
from callboard.cli.options import json_option, ledger_option, settings_with
from callboard.errors import CatalogueError

if TYPE_CHECKING:
    import sqlite3

    from callboard.catalogue.imports.staging import Progress
    from callboard.model import Report

P = ParamSpec("P")
R = TypeVar("R")


def _catalogue_option(command: Callable[P, R]) -> Callable[P, R]:
    return click.option(
        "--catalogue", metavar="PATH", default=None, help="The catalogue's file; else the setting `catalogue`."
    )(command)


def _path(catalogue: str | None) -> Path:
    return Path(settings_with(catalogue=catalogue).text("catalogue"))


@click.group("catalogue")
def command() -> None:
    """
    Titles of other catalogues: import, export, search, scan, show, press, link, merge, split, stats, and outlets, platforms, places.

    The commands that look titles up use the imported ones behind those that come along.

    \b
    Example:
        callboard catalogue import title.basics.tsv.gz title.akas.tsv.gz
        callboard catalogue search "Luke Cage" --season 2
    """


for _named in (outlet, platform_, place):
    command.add_command(_named)


@command.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILES...", type=click.Path(path_type=Path))
@click.option("--format", "form", default=None, metavar="NAME", help="Where the file's name does not tell it.")
@click.option("--quiet", "-q", is_flag=True, help="Only the result of each file.")
@_catalogue_option
def import_(files: tuple[Path, ...], form: str | None, quiet: bool, catalogue: str | None) -> None:
    """
    Import files as they are published; a second time, only what changed is written.

    Formats: imdb-basics, imdb-episode, imdb-akas, imdb-names, imdb-principals, tvmaze-shows, tvmaze-seasons, tmdb-export, tmdb-details,
    wikidata-dump, wikidata-results, csv; and what `callboard catalogue export` wrote, into an empty catalogue. Files may be packed (.gz, .bz2). An import that was stopped goes on where it
    was. A damaged file stops with its line and the cause, and leaves the catalogue as it was.

    \b
    Example:
        callboard catalogue import title.basics.tsv.gz title.episode.tsv.gz
    """
    from callboard.catalogue.imports.formats import format_of
    from callboard.catalogue.imports.importing import import_file
    from callboard.catalogue.transfer import import_export, is_export

    store = _path(catalogue)
    for path in files if form is None else ():
        if is_export(path):
            click.echo(f"{path.name}: {import_export(store, path)} titles -> {store}", err=True)
    files = tuple(path for path in files if form is not None or not is_export(path))
    known = [(path, format_of(path, form)) for path in files]  # a wrong name is told before hours of work
    for path, each in known:
        imported = import_file(
            store, path, each, now=dt.datetime.now(dt.UTC), progress=None if quiet else _shown(path.name)
        )
        click.echo(
            f"{path.name}: {imported.rows} rows, {imported.new} titles new, {imported.changed} changed, "
            f"{imported.facts} facts{f' and {imported.people} people' if imported.people else ''} written -> {store}",
            err=True,
        )
        click.echo(f"{path.name}: {each.licence}", err=True)
    _join_press(store)


def _shown(name: str) -> Callable[[Progress], None]:
    def show(progress: Progress) -> None:
        resumed = f", {progress.resumed} of them before" if progress.resumed else ""
        click.echo(f"{name}: {progress.fraction:.0%}, {progress.rows} rows{resumed}", err=True)

    return show


def _join_press(store: Path) -> None:
    """Titles that were known from the press alone and that a catalogue has now."""
    from callboard.catalogue.born import join
    from callboard.catalogue.starter import load_starter
    from callboard.catalogue.store import open_store

    with open_store(store, read_only=False) as opened:
        for one, other in join(opened, load_starter(), dt.datetime.now(dt.UTC)).joined:
            click.echo(f"callboard: {one} is {other}", err=True)


@command.command("press")
@ledger_option
@_catalogue_option
def press(ledger: str | None, catalogue: str | None) -> None:
    """
    Take up titles that no catalogue has from what the ledger says of them; again, what was said since.

    Each is an entry with the report that brought it. A title that a catalogue has by now is joined to it, where what is
    said of it settles which is meant; `callboard catalogue split` parts them again.

    \b
    Example:
        callboard catalogue press
    """
    from callboard.catalogue.born import learn
    from callboard.catalogue.starter import load_catalogue
    from callboard.catalogue.store import open_store
    from callboard.cli.asking import open_board

    store, now = _path(catalogue), dt.datetime.now(dt.UTC)
    with open_board(ledger) as board, open_store(store, create=True, read_only=False) as opened:
        learned = learn(opened, load_catalogue(), board.spoken(now.date()), board.origin, now)
    click.echo(f"{learned.born} titles born in the press, {learned.facts} facts of them new -> {store}", err=True)
    for one, other in learned.joined:
        click.echo(f"callboard: {one} is {other}", err=True)


@command.command("search")
@click.argument("name")
@click.option("--year", type=int, default=None, help="Year of the first release.")
@click.option("--film", "kind", flag_value="film", default=None, help="A film is meant.")
@click.option("--series", "kind", flag_value="series", help="A series is meant.")
@click.option("--platform", default=None, help="Where it is shown.")
@click.option("--country", default=None, metavar="CODE", help="Country of origin, such as US.")
@click.option("--season", type=click.IntRange(min=1), default=None, help="A season that must be possible.")
@click.option("--person", default=None, help="Somebody who takes part; needs imported credits.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many at most.")
@json_option
@_catalogue_option
def search(
    name: str,
    year: int | None,
    kind: str | None,
    platform: str | None,
    country: str | None,
    season: int | None,
    person: str | None,
    limit: int,
    as_json: bool,
    catalogue: str | None,
) -> None:
    """
    Which productions a name may mean, best first, each with its reasons.

    Nothing is settled silently: where several fit equally well, the question is shown.

    \b
    Example:
        callboard catalogue search Dark --series --year 2017
    """
    from callboard.catalogue.searching import Context, find_candidates, is_settled
    from callboard.catalogue.starter import load_starter

    context = Context(year, kind, platform, country, season, person)
    with _opened_if_there(_path(catalogue)) as opened:
        found = find_candidates(load_starter(), opened, name, context, limit=limit)
    if as_json:
        answer = {"name": name, "settled": is_settled(found), "candidates": [asdict(each) for each in found]}
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    if not found:
        raise CatalogueError(f"no title is called {name!r} or nearly so; import a catalogue that has it")
    for each in found:
        details = ", ".join(str(part) for part in (each.kind, each.year) if part)
        click.echo(f"{each.points:5.0f}  {each.name} ({details})  {each.id}  [{', '.join(each.sources)}]")
        click.echo(f"       {'; '.join(each.reasons)}")
    if not is_settled(found):
        click.echo(
            f"callboard: which one is meant by {name!r} is open; --year, --film, --series, --platform, --country or "
            "--season may tell",
            err=True,
        )


@command.command("scan")
@click.argument("file", type=click.File(encoding="utf-8"), metavar="FILE")
@_catalogue_option
def scan(file: TextIO, catalogue: str | None) -> None:
    """
    Which names of the catalogue stand in a text, one JSON object each, with their place in code points.

    The first time, and after imports, all names are written into an automaton beside the catalogue.

    \b
    Example:
        callboard catalogue scan article.txt
    """
    from callboard.catalogue.matcher import matcher_of
    from callboard.catalogue.starter import load_starter
    from callboard.catalogue.store import open_store

    path = _path(catalogue)
    with open_store(path) as opened:
        names = opened.execute(
            "SELECT DISTINCT n.name FROM name n JOIN title t ON t.id = n.title ORDER BY t.id, n.what DESC"
        )
        found = matcher_of(path, lambda: (str(name) for (name,) in names), load_starter().words)
    for mention in found.find(file.read()):
        click.echo(json.dumps(asdict(mention), ensure_ascii=False))


@command.command("show")
@click.argument("identity", metavar="ID")
@json_option
@_catalogue_option
def show(identity: str, as_json: bool, catalogue: str | None) -> None:
    """
    Everything that is known of a production, fact by fact with its source, and the entries about it.

    \b
    Example:
        callboard catalogue show tt3322314
    """
    from callboard.catalogue.born import find_known
    from callboard.catalogue.identity import parse_id
    from callboard.catalogue.starter import load_starter
    from callboard.catalogue.store import open_store

    with open_store(_path(catalogue)) as opened:
        known = find_known(opened, parse_id(identity))
    if known is None:
        raise CatalogueError(f"{identity}: the catalogue has no such title; see callboard catalogue search")
    if as_json:
        answer = {
            "id": known.row.id,
            "kind": known.row.kind,
            "rows": [each.id for each in known.rows],
            "facts": [asdict(fact) for fact in known.facts],
            "entries": [
                dict(zip(("made", "what", "one", "other", "reason"), each, strict=True)) for each in known.entries
            ],
            "press": [asdict(entry) for entry in known.press],
        }
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    click.echo(f"{known.row.name} ({known.row.kind}): {', '.join(each.id for each in known.rows)}")
    platforms = load_starter().platform_facts
    for fact in known.facts:
        value = platforms.told(fact.value, dt.date.today()) if fact.what == "platform" else fact.value
        click.echo(f"  {fact.what:10}{value}  [{fact.source}]")
    for entry in known.press:
        click.echo(f"  {entry.made[:10]} {entry.what} {entry.value}: {entry.reason}")
    for made, what, one, other, reason in known.entries:
        click.echo(f"  {made[:10]} {what} {one} {other}: {reason}")


@command.command("stats")
@json_option
@_catalogue_option
def stats(as_json: bool, catalogue: str | None) -> None:
    """
    How much the catalogue holds, by source, and what was imported when.

    \b
    Example:
        callboard catalogue stats
    """
    from callboard.catalogue.store import FACTS, open_store

    path = _path(catalogue)
    with open_store(path) as opened:
        titles = opened.execute("SELECT source, kind, count(*) FROM title GROUP BY source, kind").fetchall()
        counts = {name: opened.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in (*FACTS, "entry")}
        imports = opened.execute("SELECT done, file, source, rows, new, changed FROM imported ORDER BY id").fetchall()
    if as_json:
        by_source = [{"source": source, "kind": kind, "titles": count} for source, kind, count in titles]
        columns = ("done", "file", "source", "rows", "new", "changed")
        done = [dict(zip(columns, each, strict=True)) for each in imports]
        click.echo(json.dumps({"titles": by_source, "facts": counts, "imports": done}, ensure_ascii=False))
        return
    click.echo(f"{path}, {path.stat().st_size / 1e6:.1f} MB")
    for source, kind, count in titles:
        click.echo(f"  {source:12}{kind:10}{count}")
    click.echo("  " + ", ".join(f"{name} {count}" for name, count in counts.items()))
    for when, file, source, rows, new, changed in imports:
        click.echo(f"  {when[:16]}  {file} ({source}): {rows} rows, {new} new, {changed} changed")


@command.command("export")
@_catalogue_option
def export(catalogue: str | None) -> None:
    """
    Write the whole catalogue as JSON Lines, which `callboard catalogue import` reads into an empty one.

    What may be done with them is told for each source: most do not allow the lines to be passed on.

    \b
    Example:
        callboard catalogue export > catalogue.jsonl
    """
    from callboard.catalogue.store import open_store
    from callboard.catalogue.transfer import export_lines, licences

    with open_store(_path(catalogue)) as opened:
        opened.execute("BEGIN")  # one state of the file, while others may write
        for line in export_lines(opened):
            click.echo(line)
        for licence in licences(opened):
            click.echo(f"callboard: {licence}", err=True)


def _entry_command(what: str, text: str) -> None:
    """Adds one of the commands that make an entry: they differ in the word only."""

    @command.command(what, help=text)
    @click.argument("one", metavar="ID")
    @click.argument("other", metavar="ID")
    @click.option("--reason", required=True, help="How you know; it is kept with the entry.")
    @_catalogue_option
    def decided(one: str, other: str, reason: str, catalogue: str | None) -> None:
        from callboard.catalogue.identity import decide, parse_id
        from callboard.catalogue.store import open_store

        with open_store(_path(catalogue), read_only=False) as opened:
            decide(opened, what, one, other, reason, dt.datetime.now(dt.UTC))
        click.echo(f"{what} {parse_id(one)} {parse_id(other)}", err=True)


_entry_command(
    "link",
    "Say that a title bears the id of another catalogue, which need not be imported yet.\n\n"
    '\b\nExample:\n    callboard catalogue link tvmaze:1369 tvdb:304219 --reason "its page says so"',
)
_entry_command(
    "merge",
    "Say that two titles are one production.\n\n"
    '\b\nExample:\n    callboard catalogue merge imdb:tt3322314 tvmaze:1369 --reason "same cast, same dates"',
)
_entry_command(
    "split",
    "Say that two titles are not one production; the last entry about a pair counts.\n\n"
    '\b\nExample:\n    callboard catalogue split imdb:tt3322314 tvmaze:1369 --reason "a remake"',
)


def line_on_origin(told: Sequence[tuple[Report, str]], as_of: dt.date) -> str:
    """For `callboard status`: where a title comes from that no catalogue has; "" where one has it."""
    from callboard.catalogue.born import origin_line
    from callboard.catalogue.starter import load_catalogue
    from callboard.catalogue.store import open_store
    from callboard.show.words import clean

    path = _path(None)
    with open_store(path) if path.is_file() else contextlib.nullcontext() as opened:
        return clean(origin_line(load_catalogue(), opened, told, as_of))


@contextlib.contextmanager
def _opened_if_there(path: Path) -> Iterator[sqlite3.Connection | None]:
    if not path.is_file():
        click.echo(f"callboard: no catalogue at {path}; only titles that come along are searched", err=True)
        yield None
        return
    from callboard.catalogue.store import open_store

    with open_store(path) as opened:
        yield opened
