"""
What is known beforehand of each article to learn from: of two in six less than the catalogue knows today.

The catalogue was made after nearly all of the articles, and knows most of their titles. A reader that learned from that
alone would be lost where news is of what no catalogue has yet. So of the titles that an article makes claims about, one
article in six is read as if none were known, and one in six with what was out before its year.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from callboard.catalogue.catalogue import Catalogue, Title
from callboard.model import Json, Milestone, title_key
from callboard.understand.lexicon import Lexicon

SHARE = 6  # one article in so many is read without knowledge of its titles, and one as of its year


class Knowledge:
    """The catalogue and its lexicon as each article is read with them."""

    def __init__(self, catalogue: Catalogue, lexicon: Lexicon) -> None:
        self.catalogue, self.lexicon = catalogue, lexicon

    def of(self, article: Json) -> tuple[Catalogue, Lexicon]:
        """Catalogue and lexicon of one article; the whole ones in most cases."""
        draw = zlib.crc32(article["id"].encode()) % SHARE
        if draw > 1:
            return self.catalogue, self.lexicon
        keys = {title_key(claim["title"]) for claim in article["claims"]}
        keys |= {self.catalogue.aliases[key] for key in keys if key in self.catalogue.aliases}
        year = int(article["published"][:4])
        kept = {key: _out_before(self.catalogue.titles.get(key, ()), year) if draw else () for key in keys}
        titles = _Changed(self.catalogue.titles, kept)
        gone = {key for key, some in kept.items() if not some}
        aliases = _Changed(
            self.catalogue.aliases, {alias: () for alias, key in self.catalogue.aliases.items() if key in gone}
        )
        credits = _Changed(self.catalogue.credits, dict.fromkeys(gone, ()))
        catalogue = replace(self.catalogue, titles=titles, aliases=aliases, credits=credits)
        return catalogue, replace(self.lexicon, titles=titles, aliases=aliases, credits=credits, _runs={})


def _out_before(titles: Sequence[Title], year: int) -> Sequence[Title]:
    """The titles of a name as a catalogue had them before a year: what was out, with the seasons that were out."""
    found = []
    for title in titles:
        dated = tuple(
            season
            for season in title.dated
            if (release := season.dates.get(Milestone.RELEASE)) is None or release.middle.year < year
        )
        first = title.year or min(
            (s.dates[Milestone.RELEASE].middle.year for s in title.dated if Milestone.RELEASE in s.dates), default=0
        )
        if first < year:
            out = max((season.season or 0 for season in dated), default=0)
            found.append(replace(title, dated=dated, seasons=out or None) if title.dated else title)
    return tuple(found)


class _Changed(Mapping):  # type: ignore[type-arg]
    """A mapping with other values under some keys, or none where the value is empty."""

    def __init__(self, whole: Mapping, changed: Mapping) -> None:  # type: ignore[type-arg]
        self.whole, self.changed = whole, changed

    def __getitem__(self, key: str):  # type: ignore[no-untyped-def]
        value = self.changed.get(key)
        if value is None:
            return self.whole[key]
        if not value:
            raise KeyError(key)
        return value

    def __contains__(self, key: object) -> bool:
        value = self.changed.get(key)
        return key in self.whole if value is None else bool(value)

    def __iter__(self) -> Iterator[str]:
        return (key for key in self.whole if key in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)
