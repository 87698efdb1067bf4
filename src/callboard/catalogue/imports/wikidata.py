"""
Wikidata: lines of the JSON dump (`latest-all.json.gz`, `.bz2`), and results of the query service as SPARQL JSON.

The dump is one array with an item on each line; items that are no film, series, season or franchise are passed over. A
query must name its columns `item` and `itemLabel`, and may add `kind`, `date`, `until`, `imdb`, `tmdbMovie`, `tmdbSeries`,
`tvdb`, `tvmaze`, `partOf` and `alias`; several rows of one item are read together.

Licence: CC0. Everything may be redistributed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from callboard.catalogue.imports.batch import Batch, Damage, field_of, year_of

KINDS = {  # values of "instance of" (P31)
    "Q11424": "film",  # film
    "Q24869": "film",  # feature film
    "Q506240": "film",  # television film
    "Q202866": "film",  # animated film
    "Q24862": "film",  # short film
    "Q93204": "film",  # documentary film
    "Q5398426": "series",  # television series
    "Q1259759": "series",  # miniseries
    "Q581714": "series",  # animated series
    "Q63952888": "series",  # anime television series
    "Q526877": "series",  # web series
    "Q3464665": "season",  # television series season
    "Q24856": "franchise",  # film series
    "Q196600": "franchise",  # media franchise
}
_IDS = {"P345": "imdb", "P4835": "tvdb", "P8600": "tvmaze"}  # properties that hold ids of other catalogues
_TMDB = {"P4947": "movie/", "P4983": "tv/"}
_COUNTRIES = {  # country of origin (P495): the items of those that make most of what the press speaks of
    "Q30": "US", "Q145": "GB", "Q16": "CA", "Q408": "AU", "Q142": "FR", "Q183": "DE", "Q17": "JP", "Q884": "KR",
    "Q29": "ES", "Q38": "IT", "Q668": "IN", "Q148": "CN",
}  # fmt: skip


def take_item(batch: Batch, item: Any) -> None:
    """An item of the dump."""
    ref = str(field_of(item, "id"))
    claims = field_of(item, "claims")
    kind = next((KINDS[each] for each in _values(claims, "P31") if each in KINDS), None)
    if kind is None:
        return
    batch.seen.append((ref, batch.line))
    labels = item.get("labels") or {}
    label = labels.get("en") or labels.get("mul") or next(iter(labels.values()), None)
    if label is None:
        return  # nobody has named it yet
    starts = [*_values(claims, "P580"), *_values(claims, "P577")]
    counts = [str(value).lstrip("+") for value in _values(claims, "P2437")]
    batch.add_title(
        ref,
        kind,
        "",
        str(label["value"]),
        min((year for year in map(_year, starts) if year), default=None),
        until=max((year for year in map(_year, _values(claims, "P582")) if year), default=None),
        country=next((_COUNTRIES[each] for each in _values(claims, "P495") if each in _COUNTRIES), None),
        seasons=int(counts[0]) if counts and counts[0].isdigit() else None,
    )
    for title in _values(claims, "P1476"):
        batch.add_name(ref, str(title), "original")
    for other in (item.get("aliases") or {}).get("en", ()):
        batch.add_name(ref, str(other["value"]), "alias", "", "en")
    for name, scheme in _IDS.items():
        for value in _values(claims, name):
            batch.add_id(ref, scheme, value)
    for name, prefix in _TMDB.items():
        for value in _values(claims, name):
            batch.add_id(ref, "tmdb", f"{prefix}{value}")
    for statement in claims.get("P179", ()):
        whole = _value(statement.get("mainsnak"))
        if whole:
            ordinals = (statement.get("qualifiers") or {}).get("P1545") or [None]
            ordinal = str(_value(ordinals[0]) or "")
            batch.add_part(ref, str(whole), int(ordinal) if ordinal.isdigit() else -1)


def join_results(document: Any) -> Iterator[dict[str, Any]]:
    """
    The items of a SPARQL result, each with all values of each of its columns.

    Raises:
        Damage: It is no SPARQL result, or has no item or itemLabel.
    """
    columns = field_of(document, "head", "vars")
    rows = field_of(document, "results", "bindings")
    if not isinstance(columns, list) or not {"item", "itemLabel"} <= set(columns) or not isinstance(rows, list):
        raise Damage(f"a query must give item and itemLabel; found {columns}")
    items: dict[str, dict[str, Any]] = {}
    for row in rows:
        found = items.setdefault(str(field_of(row, "item", "value")), {})
        for name, cell in row.items():
            values = found.setdefault(name, [])
            if cell.get("value") not in values:
                values.append(cell.get("value"))
    yield from items.values()


def take_result(batch: Batch, row: Any) -> None:
    """An item of a query, as `join_results` gives it."""
    ref = _last(row["item"][0])
    kinds = [KINDS.get(_last(value), value) for value in row.get("kind", ["film"])]
    kind = next((each for each in kinds if each in ("film", "series", "season", "franchise")), None)
    if kind is None or "itemLabel" not in row:
        return
    batch.seen.append((ref, batch.line))
    years = [year for year in map(_year, row.get("date", ())) if year]
    ends = [year for year in map(_year, row.get("until", ())) if year]
    batch.add_title(ref, kind, "", row["itemLabel"][0], min(years, default=None), until=max(ends, default=None))
    for alias in row.get("alias", ()):
        batch.add_name(ref, alias, "alias")
    for column, scheme, prefix in (
        ("imdb", "imdb", ""),
        ("tvdb", "tvdb", ""),
        ("tvmaze", "tvmaze", ""),
        ("tmdbMovie", "tmdb", "movie/"),
        ("tmdbSeries", "tmdb", "tv/"),
    ):
        for value in row.get(column, ()):
            batch.add_id(ref, scheme, prefix + value)
    for whole in row.get("partOf", ()):
        batch.add_part(ref, _last(whole))


def _last(address: str) -> str:
    return address.rpartition("/")[2]


def _year(time: Any) -> int | None:
    """The year of "+2013-06-24T00:00:00Z"; None for years before 1000, which no film has."""
    text = str(time).lstrip("+")
    return year_of(text) if re.match(r"[1-9]\d{3}-", text) else None


def _values(claims: Any, name: str) -> list[Any]:
    """The values of a property, without those that were deprecated; preferred ones first."""
    statements = [each for each in claims.get(name, ()) if each.get("rank") != "deprecated"]
    statements.sort(key=lambda each: each.get("rank") != "preferred")
    return [value for value in (_value(each.get("mainsnak")) for each in statements) if value is not None]


def _value(snak: Any) -> Any:
    """The value of a snak in its shortest form; None for "no value" and "some value"."""
    if not isinstance(snak, dict) or snak.get("snaktype") != "value":
        return None
    value = field_of(snak, "datavalue", "value")
    if isinstance(value, dict):
        return next((value[name] for name in ("id", "time", "text", "amount") if name in value), None)
    return value
