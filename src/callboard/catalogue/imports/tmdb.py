"""
TMDB: the daily id exports (`movie_ids_MM_DD_YYYY.json.gz`, `tv_series_ids_...`) and answers with details, as JSON.

An export has one JSON object a line with the original name and nothing to date it, so it adds titles and never changes
one that details have filled. Details are `/movie/ID` and `/tv/ID`, with `append_to_response=external_ids,
alternative_titles` where wanted. TMDB numbers films and series apart: the ids here are `movie/ID` and `tv/ID`.

Licence: TMDB's terms of use of its API: free for non-commercial use with the words that TMDB asks for ("uses TMDB and the
TMDB APIs but is not endorsed, certified, or otherwise approved by TMDB"); data may be cached for at most six months and
is not to be redistributed as a data set.
"""

from __future__ import annotations

from typing import Any

from callboard.catalogue.imports.batch import Batch, Damage, field_of, year_of


def take_export(batch: Batch, row: Any) -> None:
    """A line of an export of films (original_title) or of series (original_name)."""
    number = field_of(row, "id")
    if "original_title" in row:
        ref, kind, name = f"movie/{number}", "film", row["original_title"]
    else:
        ref, kind, name = f"tv/{number}", "series", field_of(row, "original_name")
    batch.seen.append((ref, batch.line))
    if not str(name).strip():
        return  # the exports hold a few titles whose name was emptied
    batch.add_title(ref, kind, "", str(name), None, called="original")


def take_details(batch: Batch, row: Any) -> None:
    """The details of a film or of a series."""
    number = field_of(row, "id")
    if "title" in row:
        _take_film(batch, f"movie/{number}", row)
    elif "name" in row and "first_air_date" in row:
        _take_series(batch, f"tv/{number}", row)
    else:
        raise Damage("neither a film (title) nor a series (name, first_air_date)")


def _take_film(batch: Batch, ref: str, row: Any) -> None:
    batch.seen.append((ref, batch.line))
    countries = row.get("origin_country") or [each.get("iso_3166_1") for each in row.get("production_countries") or ()]
    year = year_of(row.get("release_date"), "release_date")
    batch.add_title(ref, "film", str(row.get("status") or ""), str(row["title"]), year, country=_first(countries))
    _take_names(batch, ref, row, "original_title", "titles")
    batch.add_id(ref, "imdb", row.get("imdb_id"))
    whole = row.get("belongs_to_collection")
    if whole:
        batch.add_part(ref, f"collection/{field_of(whole, 'id')}")


def _take_series(batch: Batch, ref: str, row: Any) -> None:
    batch.seen.append((ref, batch.line))
    batch.add_title(
        ref,
        "series",
        str(row.get("type") or ""),
        str(row["name"]),
        year_of(row["first_air_date"], "first_air_date"),
        until=year_of(row.get("last_air_date"), "last_air_date") if row.get("in_production") is False else None,
        country=_first(row.get("origin_country") or ()),
        platforms="; ".join(str(each["name"]) for each in row.get("networks") or ()) or None,
        seasons=row.get("number_of_seasons"),
    )
    _take_names(batch, ref, row, "original_name", "results")
    for season in row.get("seasons") or ():
        if field_of(season, "season_number"):  # season 0 holds the specials
            first = season.get("air_date") or ""
            year_of(first, "air_date")
            batch.add_season(ref, int(season["season_number"]), first, "", int(season.get("episode_count") or -1))


def _take_names(batch: Batch, ref: str, row: Any, original: str, others: str) -> None:
    if row.get(original) and row[original] != batch.title[-1][3]:
        batch.add_name(ref, str(row[original]), "original", "", str(row.get("original_language") or ""))
    for other in (row.get("alternative_titles") or {}).get(others, ()):
        what = "working" if "working" in str(other.get("type")).lower() else "alias"
        batch.add_name(ref, str(field_of(other, "title")), what, str(other.get("iso_3166_1") or ""))
    ids = row.get("external_ids") or {}
    for scheme, name in (("imdb", "imdb_id"), ("tvdb", "tvdb_id"), ("wikidata", "wikidata_id")):
        batch.add_id(ref, scheme, ids.get(name))


def _first(values: Any) -> str | None:
    return next((str(value) for value in values if value), None)
