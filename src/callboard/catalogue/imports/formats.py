"""
The formats that can be imported: how a file is recognised, read, understood, and what its licence allows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from callboard.catalogue.imports import imdb, table, tmdb, tvmaze, wikidata
from callboard.catalogue.imports.batch import Take
from callboard.errors import CatalogueError

Shape = Literal["tsv", "csv", "lines", "json", "sparql"]


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file."""

    name: str
    source: str  # who says what stands in it; "": called after the file
    dataset: str
    pattern: str  # of the file's name, before .gz or .bz2
    shape: Shape
    take: Take
    licence: str
    columns: tuple[str, ...] = ()  # of a table, in order
    weak: bool = False  # it adds titles, and changes none that is there
    only: str = ""  # pattern of the lines that are looked at; "": all


_IMDB = "personal and non-commercial use only; not to be redistributed"
_TVMAZE = "CC BY-SA 4.0: redistribute with credit to TVmaze under the same licence"
_TMDB = "TMDB's API terms: non-commercial, with its notice, kept at most six months; not to be redistributed as data"
_WIKIDATA = "CC0: redistribute freely"
_CLASSES = r'"id"\s*:\s*"(?:{})"'.format("|".join(wikidata.KINDS))

FORMATS = (
    Format("imdb-basics", "imdb", "title.basics", r"title\.basics.*\.tsv", "tsv", imdb.take_basics, _IMDB, imdb.BASICS),
    Format("imdb-episode", "imdb", "title.episode", r"title\.episode.*\.tsv", "tsv", imdb.take_episode, _IMDB, imdb.EPISODE),
    Format("imdb-akas", "imdb", "title.akas", r"title\.akas.*\.tsv", "tsv", imdb.take_akas, _IMDB, imdb.AKAS),
    Format("imdb-names", "imdb", "name.basics", r"name\.basics.*\.tsv", "tsv", imdb.take_name, _IMDB, imdb.NAMES),
    Format("imdb-principals", "imdb", "title.principals", r"title\.principals.*\.tsv", "tsv", imdb.take_principal, _IMDB, imdb.PRINCIPALS),
    Format("tvmaze-seasons", "tvmaze", "seasons", r"(?:shows-\d+-seasons|seasons-\d+).*\.json", "json", tvmaze.take_season, _TVMAZE),
    Format("tvmaze-shows", "tvmaze", "shows", r"(?:tvmaze|shows).*\.jsonl?", "json", tvmaze.take_show, _TVMAZE),
    Format("tmdb-export", "tmdb", "export", r"(?:movie|tv_series)_ids.*\.json", "lines", tmdb.take_export, _TMDB, weak=True),
    Format("tmdb-details", "tmdb", "details", r"tmdb.*\.jsonl?", "json", tmdb.take_details, _TMDB),
    Format("wikidata-results", "wikidata", "results", r"(?:wikidata.*|query)\.json", "sparql", wikidata.take_result, _WIKIDATA, weak=True),
    Format("wikidata-dump", "wikidata", "dump", r"(?:latest-all|\d{8}-all).*\.json", "lines", wikidata.take_item, _WIKIDATA, only=_CLASSES),
    Format("csv", "", "csv", r".*\.csv", "csv", table.take_row, "yours", table.NEEDED),
)  # fmt: skip
PACKED = (".gz", ".bz2")


def format_of(path: Path, name: str | None = None) -> Format:
    """
    The format that is named, else the one whose files are called so.

    Raises:
        CatalogueError: No format has that name, or none has such files.
    """
    if name is not None:
        for each in FORMATS:
            if each.name == name:
                return each
        raise CatalogueError(f"no format is called {name!r}; there are {', '.join(each.name for each in FORMATS)}")
    bare = plain_name(path)
    for each in FORMATS:
        if re.fullmatch(each.pattern, bare):
            return each
    names = ", ".join(each.name for each in FORMATS)
    raise CatalogueError(f"{path}: its name does not tell its format; give it by --format: {names}")


def plain_name(path: Path) -> str:
    """The file's name without .gz or .bz2."""
    return path.stem if path.suffix in PACKED else path.name


def source_of(form: Format, path: Path) -> str:
    """Who says what stands in a file."""
    return form.source or f"csv-{plain_name(path).removesuffix('.csv')}"
