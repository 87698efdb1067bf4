"""
IMDb's non-commercial datasets: title.basics, title.episode, title.akas, name.basics and title.principals, as published
(`*.tsv.gz`).

UTF-8, tab-separated without quoting, a header line, `\\N` where nothing is known. Episodes are no titles here: they
become the number of episodes of their season. Rows of video games, and names and credits of titles that were not imported
(those of episodes, too), are passed over, so import title.basics first.

Licence: personal and non-commercial use only, under IMDb's own terms. Neither the files nor a catalogue filled from them
may be redistributed; keep such a catalogue to yourself.
"""

from __future__ import annotations

import json

from callboard.catalogue.imports.batch import Batch, Damage
from callboard.model import title_key

BASICS = (
    "tconst", "titleType", "primaryTitle", "originalTitle", "isAdult", "startYear", "endYear", "runtimeMinutes", "genres",
)  # fmt: skip
EPISODE = ("tconst", "parentTconst", "seasonNumber", "episodeNumber")
NAMES = ("nconst", "primaryName", "birthYear", "deathYear", "primaryProfession", "knownForTitles")
PRINCIPALS = ("tconst", "ordering", "nconst", "category", "job", "characters")
AKAS = ("titleId", "ordering", "title", "region", "language", "types", "attributes", "isOriginalTitle")

NULL = "\\N"
_KINDS = {
    "movie": "film", "tvMovie": "film", "short": "film", "tvShort": "film", "video": "film", "tvSpecial": "film",
    "tvSeries": "series", "tvMiniSeries": "series",
}  # fmt: skip


def take_basics(batch: Batch, cells: list[str]) -> None:
    """A row of title.basics."""
    ref, form, name, original, _, start, end, _, _ = cells
    _check(ref)
    batch.seen.append((ref, batch.line))
    kind = _KINDS.get(form)
    if kind is None or name == NULL:
        return
    batch.title.append((ref, kind, form, name, _number(start), _number(end), None, None, None))
    batch.name.append((ref, name, "primary", "", "", title_key(name)))
    if original not in (NULL, name):
        batch.name.append((ref, original, "original", "", "", title_key(original)))


def take_episode(batch: Batch, cells: list[str]) -> None:
    """A row of title.episode; the season is counted when all are read."""
    ref, parent, season, _ = cells
    _check(ref)
    _check(parent)
    batch.seen.append((ref, batch.line))
    number = _number(season)
    batch.part.append((ref, parent, -1 if number is None else number, batch.line))


def take_akas(batch: Batch, cells: list[str]) -> None:
    """A row of title.akas; `types` may hold several words with the character 0x02 between them."""
    ref, ordering, name, region, language, types, _, original = cells
    _check(ref)
    batch.seen.append((f"{ref} {ordering}", batch.line))
    what = "original" if original == "1" else "working" if "working" in types else "alias"
    place = "" if region == NULL else region
    batch.name.append((ref, name, what, place, "" if language == NULL else language, title_key(name)))


def take_name(batch: Batch, cells: list[str]) -> None:
    """A row of name.basics."""
    ref, name, born, died, jobs, _ = cells
    _check(ref, "nm", "name")
    batch.seen.append((ref, batch.line))
    if name == NULL:
        return
    words = "" if jobs == NULL else "; ".join(job.replace("_", " ") for job in jobs.split(",") if job)
    batch.person.append((ref, name, _number(born), _number(died), words, title_key(name)))


def take_principal(batch: Batch, cells: list[str]) -> None:
    """A row of title.principals; `characters` is a JSON array in a cell."""
    ref, ordering, person, category, job, characters = cells
    _check(ref)
    _check(person, "nm", "name")
    batch.seen.append((f"{ref} {ordering}", batch.line))
    place = _number(ordering)
    if place is None:
        raise Damage("no ordering")
    role = ""
    if characters != NULL:
        try:
            names = json.loads(characters)
        except (ValueError, RecursionError) as error:
            raise Damage(f"characters {characters[:60]!r} are no JSON array") from error
        if not isinstance(names, list):
            raise Damage(f"characters {characters[:60]!r} are no JSON array")
        role = "; ".join(map(str, names))
    words = ["" if cell == NULL else cell.replace("_", " ") for cell in (category, job)]
    batch.credit.append((ref, person, place, words[0], words[1], role))


def _check(ref: str, start: str = "tt", what: str = "title") -> None:
    if ref[:2] != start or not ref[2:].isdigit():
        raise Damage(f"{ref!r} is no IMDb {what} id, which is {start} and digits")


def _number(cell: str) -> int | None:
    if cell == NULL:
        return None
    if not (cell.isascii() and cell.isdigit()):
        raise Damage(f"{cell!r} where a whole number or \\N belongs")
    return int(cell)
