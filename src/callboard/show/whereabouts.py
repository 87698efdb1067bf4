"""What is shot in a country or a region: the reports on all places that lie in it, whatever the press calls them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from callboard.catalogue.catalogue import Catalogue
from callboard.model import Report

if TYPE_CHECKING:
    from callboard.catalogue.places import Place


def reports_from(
    found: Mapping[tuple[str, str], Sequence[Report]], name: str, key: str, catalogue: Catalogue
) -> tuple[list[Report], str, bool]:
    """
    The reports on a place; where it lies, "" where that is not known; and whether it is a region or a country.

    Of a region or a country, reports on places that lie in it come first, then those that name it as it is asked for.

    Args:
        found: Kind and key of a name ("place", "yonkers") -> the reports that have it.
        name: As it is asked for; of a country, also its code.
        key: Of that name among those of `found`.
        catalogue: Knows the countries of outlets.
    """
    from callboard.catalogue.places import parse_area  # its tables are read for pages of places alone

    own = list(found.get(("place", key), ()))
    area = parse_area(name)
    titles = {report.claim.production.title for report in own}
    told: dict[str, list[Report]] = defaultdict(list)  # title -> its reports that name a place
    for (kind, _), reports in found.items():
        for report in reports if kind == "place" else ():
            if area is not None or report.claim.production.title in titles:
                told[report.claim.production.title].append(report)
    placed = {report.id: place for reports in told.values() for report, place in _placed(reports, catalogue)}
    if area is None:
        return own, next((str(placed[report.id]) for report in reversed(own) if report.id in placed), ""), False
    ids = {report.id for report in own}
    inside = [
        report
        for reports in told.values()
        for report in reports
        if report.id not in ids and report.id in placed and area.has(placed[report.id])
    ]
    return [*inside, *own], str(area), True


def _placed(reports: Sequence[Report], catalogue: Catalogue) -> Iterator[tuple[Report, Place]]:
    """The reports on one title whose places are known, each with its place: the others tell which of several it is."""
    from callboard.catalogue.places import locate_all

    outlet = catalogue.outlet_names.get(reports[0].outlet or "")
    places = locate_all([report.claim.place or "" for report in reports], outlet.country if outlet else None)
    for report in reports:
        if (place := places.get(report.claim.place or "")) is not None:
            yield report, place
