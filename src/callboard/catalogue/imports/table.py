"""
CSV of your own: UTF-8, a header line, commas, quotes doubled inside quotes.

Columns `id`, `name`, `kind` (film, series, season or franchise) and `year` are needed; `until`, `country`, `platforms` and
`aliases` (each with "; " between), `imdb`, `tmdb`, `tvdb`, `tvmaze`, `wikidata`, `part_of` (an id of the same file),
`season` and `seasons` may follow. An empty cell is not known. The source is called after the file: `csv-NAME`.

Licence: yours.
"""

from __future__ import annotations

from callboard.catalogue.imports.batch import Batch, Damage, year_of

NEEDED = ("id", "name", "kind", "year")
OTHERS = (
    "until", "country", "platforms", "aliases", "imdb", "tmdb", "tvdb", "tvmaze", "wikidata", "part_of", "season",
    "seasons",
)  # fmt: skip
KINDS = ("film", "series", "season", "franchise")


def take_row(batch: Batch, row: dict[str, str]) -> None:
    """A row, by the names of its columns."""
    ref, kind = row["id"].strip(), row["kind"].strip()
    if not ref:
        raise Damage("no id")
    if kind not in KINDS:
        raise Damage(f"kind {kind!r} is none of {', '.join(KINDS)}")
    batch.seen.append((ref, batch.line))
    batch.add_title(
        ref,
        kind,
        "",
        row["name"].strip(),
        year_of(row["year"].strip()),
        until=year_of(row.get("until", "").strip(), "until"),
        country=row.get("country", "").strip() or None,
        platforms=row.get("platforms", "").strip() or None,
        seasons=_number(row, "seasons"),
    )
    for alias in row.get("aliases", "").split("; "):
        if alias.strip():
            batch.add_name(ref, alias.strip(), "alias")
    for scheme in ("imdb", "tmdb", "tvdb", "tvmaze", "wikidata"):
        batch.add_id(ref, scheme, row.get(scheme, "").strip())
    if row.get("part_of", "").strip():
        number = _number(row, "season")
        batch.add_part(ref, row["part_of"].strip(), -1 if number is None else number)


def _number(row: dict[str, str], name: str) -> int | None:
    text = row.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise Damage(f"{name} {text!r} is no whole number")
    return int(text)
