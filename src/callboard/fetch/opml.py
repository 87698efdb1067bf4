"""Lists of feeds: OPML as other readers write it, and the starter list that comes along."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from importlib.resources import files

from callboard.errors import FetchError

_MAX_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed of a list."""

    url: str
    title: str


def read_opml(data: bytes) -> list[Outline]:
    """
    The feeds of an OPML file, folders passed over.

    Raises:
        FetchError: It is no OPML, or one that no reader writes.
    """
    if len(data) > _MAX_BYTES or b"<!ENTITY" in data:
        raise FetchError("not a list of feeds: too large, or with entities of its own")
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise FetchError(f"not OPML ({error}); export the feeds of your reader anew") from error
    if root.tag.lower() != "opml":
        raise FetchError(f"not OPML, it begins with <{root.tag[:40]}>; export the feeds of your reader as OPML")
    found: dict[str, Outline] = {}
    for outline in root.iter("outline"):
        attributes = {name.lower(): value.strip() for name, value in outline.attrib.items()}
        if url := attributes.get("xmlurl", ""):
            found.setdefault(url, Outline(url, attributes.get("title") or attributes.get("text") or ""))
    return list(found.values())


def read_starter() -> list[Outline]:
    """The starter list: `starter.tsv`, lines of title and address."""
    lines = (files("callboard.fetch") / "starter.tsv").read_text("utf-8").splitlines()
    return [Outline(url, title) for title, url in (line.split("\t") for line in lines if line and line[0] != "#")]
