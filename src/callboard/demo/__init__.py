"""
The demonstration archive: some sixty web pages that tell of productions from 2013 to 2019.

The texts and bylines were written for callboard and follow what was publicly reported at the time; small details on
the set are made up. Each page has the shape that a real site gives its articles. Outlets carry their real names and
domains, so that their kind is known, but the addresses below /callboard-demo/ do not exist.
"""

from __future__ import annotations

from importlib.resources import files


def pages() -> list[tuple[str, bytes]]:
    """The name and the bytes of each page, in order of name."""
    folder = files("callboard.demo").joinpath("pages")
    found = [entry for entry in folder.iterdir() if entry.name.endswith(".html")]
    return [(entry.name, entry.read_bytes()) for entry in sorted(found, key=lambda entry: entry.name)]
