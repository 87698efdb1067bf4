"""
The names that reading asks for at every word, drawn from a catalogue once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Protocol

from callboard.understand.runs import Dated, Run, run_of

# How many people must be called by a word of the language before it counts as a given name, or as a surname.
_GIVEN_WORD, _SURNAME_WORD = 5, 3
# Months and days of the week, which begin with a capital and are neither titles nor people.
CALENDAR_NAMES = frozenset(
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ]
)


class TitleFacts(Dated, Protocol):
    """What reading asks of a title that the catalogue knows."""

    @property
    def name(self) -> str: ...


class Named(Protocol):
    """Something with a name, as an outlet is."""

    @property
    def name(self) -> str: ...


class Known(Protocol):
    """What reading asks of a catalogue; `callboard.catalogue.catalogue.Catalogue` is one."""

    @property
    def titles(self) -> Mapping[str, Sequence[TitleFacts]]: ...
    @property
    def aliases(self) -> Mapping[str, str]: ...
    @property
    def platforms(self) -> Mapping[str, str]: ...
    @property
    def outlet_names(self) -> Mapping[str, object]: ...
    @property
    def people(self) -> Collection[str]: ...
    @property
    def words(self) -> Collection[str]: ...
    @property
    def credits(self) -> Mapping[str, Collection[str]]: ...
    def outlet_of(self, url: str) -> Named | None: ...


@dataclass(frozen=True)
class Lexicon:
    """Names by kind; all sets are of strings as written."""

    titles: Mapping[str, Sequence[TitleFacts]]
    aliases: Mapping[str, str]
    platforms: Mapping[str, str]
    outlets: Mapping[str, object]
    people: Collection[str]
    given_names: Collection[str]
    surnames: Collection[str]
    places: Collection[str]
    words: Collection[str]
    credits: Mapping[str, Collection[str]]
    _runs: dict[str, Run] = field(default_factory=dict, repr=False, compare=False)

    def known(self, key: str) -> Sequence[TitleFacts]:
        """The catalogue's titles under a key or an alias of it; empty when it knows none."""
        return self.titles.get(key) or self.titles.get(self.aliases.get(key, ""), ())

    def credited(self, key: str) -> Collection[str]:
        """Full names of who is known to belong to a title under a key or an alias of it."""
        return self.credits.get(key) or self.credits.get(self.aliases.get(key, ""), ())

    def run(self, key: str) -> Run:
        """When the films and seasons under a key came out, as far as the catalogue knows; worked out once for each."""
        if key not in self._runs:
            self._runs[key] = run_of(self.known(key))
        return self._runs[key]


def make_lexicon(catalogue: Known) -> Lexicon:
    """
    The lexicon of a catalogue: given names are first words of at least two people, surnames last words.

    A word of the language ("Little", "Said") has to be a name of more people than that.
    """
    given = Counter(name.partition(" ")[0] for name in catalogue.people)
    last = Counter(name.rpartition(" ")[2] for name in catalogue.people)
    places = files("callboard.understand").joinpath("rules", "places.txt").read_text("utf-8").splitlines()
    return Lexicon(
        titles=catalogue.titles,
        aliases=catalogue.aliases,
        platforms=catalogue.platforms,
        outlets=catalogue.outlet_names,
        people=catalogue.people,
        given_names=frozenset(
            name
            for name, n in given.items()
            if n >= (_GIVEN_WORD if name.lower() in catalogue.words else 2) and name[:1].isupper()
        ),
        surnames=frozenset(
            name for name, n in last.items() if n >= (_SURNAME_WORD if name.lower() in catalogue.words else 2)
        ),
        places=frozenset(place for place in places if place and not place.startswith("#")),
        words=catalogue.words,
        credits=catalogue.credits,
    )
