"""Files as other catalogues publish them, written with made-up titles."""

from __future__ import annotations

import bz2
import gzip
import json
from collections.abc import Iterable
from pathlib import Path

BASICS = "tconst titleType primaryTitle originalTitle isAdult startYear endYear runtimeMinutes genres"
EPISODE = "tconst parentTconst seasonNumber episodeNumber"
AKAS = "titleId ordering title region language types attributes isOriginalTitle"


def write(path: Path, data: bytes) -> Path:
    """A file, packed as its name says."""
    pack = {".gz": gzip.compress, ".bz2": bz2.compress}.get(path.suffix, bytes)
    path.write_bytes(pack(data))
    return path


def write_tsv(path: Path, columns: str, rows: Iterable[str]) -> Path:
    """A table; the cells of a row are parted by | here, so that names may hold spaces."""
    lines = ["\t".join(columns.split()), *(row.replace("|", "\t") for row in rows)]
    return write(path, ("\n".join(lines) + "\n").encode())


def basics(folder: Path, *rows: str) -> Path:
    return write_tsv(folder / "title.basics.tsv.gz", BASICS, rows or BASICS_ROWS)


BASICS_ROWS = (
    "tt0900001|tvSeries|Zorbadil Heights|Zorbadil|0|2020|\\N|55|Drama",
    "tt0900002|movie|Zorbadil Heights|Zorbadil Heights|0|1987|\\N|101|\\N",
    "tt0900003|tvMiniSeries|Quelmar, Briefly|Quelmar, kurz|0|2021|2021|\\N|\\N",
    "tt0900011|tvEpisode|Pilot|Pilot|0|2020|\\N|55|\\N",
    "tt0900012|tvEpisode|Second|Second|0|2020|\\N|55|\\N",
    "tt0900013|tvEpisode|Third|Third|0|2022|\\N|55|\\N",
    "tt0900020|videoGame|Zorbadil Heights: The Game|Zorbadil Heights: The Game|0|2023|\\N|\\N|\\N",
)


def episodes(folder: Path, *rows: str) -> Path:
    given = (
        "tt0900011|tt0900001|1|1",
        "tt0900012|tt0900001|1|2",
        "tt0900013|tt0900001|2|1",
        "tt0900014|tt0900001|\\N|\\N",
    )
    return write_tsv(folder / "title.episode.tsv.gz", EPISODE, rows or given)


def akas(folder: Path, *rows: str) -> Path:
    given = (
        "tt0900001|1|Zorbadil|\\N|\\N|original|\\N|1",
        "tt0900001|2|Die Höhen von Zorbadil|DE|\\N|imdbDisplay|\\N|0",
        "tt0900001|3|Project Lantern|US|en|working|\\N|0",
        "tt0909999|1|Nobody Imported This|US|\\N|\\N|\\N|0",
    )
    return write_tsv(folder / "title.akas.tsv.gz", AKAS, rows or given)


def write_json(path: Path, value: object) -> Path:
    return write(path, json.dumps(value).encode())


SHOW = {
    "id": 7001,
    "url": "https://www.tvmaze.com/shows/7001/zorbadil-heights",
    "name": "Zorbadil Heights",
    "type": "Scripted",
    "language": "English",
    "genres": ["Drama"],
    "status": "Running",
    "runtime": 60,
    "premiered": "2020-03-01",
    "ended": None,
    "network": None,
    "webChannel": {"id": 1, "name": "Netflix", "country": None},
    "externals": {"tvrage": None, "thetvdb": 555001, "imdb": "tt0900001"},
    "updated": 1600000000,
}


def season(
    number: int, first: str | None, last: str | None, episodes: int | None, identity: int = 0
) -> dict[str, object]:
    """A season as /shows/ID/seasons has it."""
    return {
        "id": identity or 40_000 + number,
        "number": number,
        "name": "",
        "episodeOrder": episodes,
        "premiereDate": first,
        "endDate": last,
        "network": None,
    }


def item(identity: str, label: str, kind: str, **values: str) -> dict[str, object]:
    """An item of the Wikidata dump; the values are strings, times (+...) or items (Q...)."""

    def snak(value: str) -> dict[str, object]:
        if value.startswith("+"):
            data: object = {"time": value, "timezone": 0, "precision": 11}
        elif value[0] == "Q" and value[1:].isdigit():
            data = {"entity-type": "item", "numeric-id": int(value[1:]), "id": value}
        else:
            data = value
        return {"mainsnak": {"snaktype": "value", "datavalue": {"value": data}}, "rank": "normal"}

    claims = {"P31": [snak(kind)], **{name: [snak(value)] for name, value in values.items()}}
    return {
        "type": "item",
        "id": identity,
        "labels": {"en": {"language": "en", "value": label}},
        "aliases": {"en": [{"language": "en", "value": f"{label} (saga)"}]},
        "claims": claims,
    }


def dump(path: Path, *items: dict[str, object]) -> Path:
    """The dump: an array with an item on each line."""
    return write(path, ("[\n" + ",\n".join(json.dumps(each) for each in items) + "\n]\n").encode())


def results(path: Path, *rows: dict[str, str]) -> Path:
    """What the query service answers; addresses become entities."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    bindings = [
        {name: {"type": "uri" if "://" in value else "literal", "value": value} for name, value in row.items()}
        for row in rows
    ]
    return write_json(path, {"head": {"vars": columns}, "results": {"bindings": bindings}})
