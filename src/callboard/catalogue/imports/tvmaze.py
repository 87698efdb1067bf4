"""
TVmaze's API answers: pages of the show index, single shows, seasons of a show, as JSON.

`/shows?page=N` is an array of shows; `/shows/ID?embed[]=seasons&embed[]=akas` a show with its seasons and other names;
`/shows/ID/seasons` an array of seasons. Seasons do not name their show, so the file of such an answer must: call it
`shows-ID-seasons.json`.

Licence: CC BY-SA 4.0. What is made from it may be redistributed with credit to TVmaze and a link, under the same licence.
"""

from __future__ import annotations

import re
from typing import Any

from callboard.catalogue.imports.batch import Batch, Damage, field_of, year_of

SOURCE = "tvmaze"


def take_show(batch: Batch, show: Any) -> None:
    """A show; it is of the kind series, whatever its `type`."""
    ref = str(field_of(show, "id"))
    batch.seen.append((ref, batch.line))
    names = [field_of({"x": show.get(place)}, "x", "name") for place in ("network", "webChannel")]
    countries = [field_of({"x": show.get(place)}, "x", "country", "code") for place in ("network", "webChannel")]
    batch.add_title(
        ref,
        "series",
        str(show.get("type") or ""),
        str(field_of(show, "name")),
        year_of(field_of(show, "premiered"), "premiered"),
        until=year_of(show.get("ended"), "ended"),
        country=next((country for country in countries if country), None),
        platforms="; ".join(name for name in names if name) or None,
    )
    for scheme, value in (show.get("externals") or {}).items():
        batch.add_id(ref, "tvdb" if scheme == "thetvdb" else scheme, value)
    embedded = show.get("_embedded") or {}
    for alias in embedded.get("akas", ()):
        batch.add_name(ref, str(field_of(alias, "name")), "alias", field_of(alias, "country", "code") or "")
    for season in embedded.get("seasons", ()):
        _take(batch, ref, season)


def take_season(batch: Batch, season: Any) -> None:
    """A season of the show that the file's name names."""
    found = re.search(r"(\d+)[-_.]seasons|seasons[-_.](\d+)", batch.file)
    if found is None:
        raise Damage("a season does not say which show it is of; name the file shows-ID-seasons.json")
    ref = found[1] or found[2]
    batch.seen.append((f"season {field_of(season, 'id')}", batch.line))
    _take(batch, ref, season)


def _take(batch: Batch, ref: str, season: Any) -> None:
    first, last = field_of(season, "premiereDate") or "", season.get("endDate") or ""
    year_of(first, "premiereDate")
    year_of(last, "endDate")
    episodes = season.get("episodeOrder")
    batch.add_season(ref, int(field_of(season, "number")), first, last, -1 if episodes is None else int(episodes))
