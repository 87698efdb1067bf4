"""
What platforms and networks were called and whom they belonged to, with the years.

The reader finds platforms by the spellings of `platforms.tsv`, whatever year an article is from; here stands what a
platform is called on a day, so that what is told of 2021 says "HBO Max" and what is told of 2024 says "Max".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from callboard.when import When


@dataclass(frozen=True, slots=True)
class Period:
    """A name or an owner that a platform had for a time."""

    what: str  # "name" or "owner"
    value: str
    since: When | None = None  # None: from the start, or not known
    until: When | None = None  # first day on which it was no longer so; None: it is still so

    def holds_on(self, day: dt.date) -> bool:
        """Whether it was so on a day; a year or a month without its day counts from its first."""
        return (self.since is None or self.since.bounds()[0] <= day) and (
            self.until is None or day < self.until.bounds()[0]
        )

    def __str__(self) -> str:
        if self.until is not None:
            return f"{self.value} ({self.since}–{self.until})" if self.since else f"{self.value} (until {self.until})"
        return f"{self.value} (since {self.since})" if self.since else self.value


@dataclass(frozen=True)
class Platforms:
    """The platforms by every name they have or had."""

    spellings: Mapping[str, str]  # as written -> the platform, as the reader finds it
    rows: Iterable[Sequence[str]] = ()  # platform, "name" or "owner", value, since, until; read when first asked for

    @cached_property
    def _periods(self) -> Mapping[str, list[Period]]:
        periods: dict[str, list[Period]] = {}
        for platform, what, value, since, until in self.rows:
            period = Period(what, value, When.parse(since) if since else None, When.parse(until) if until else None)
            periods.setdefault(platform, []).append(period)
        return periods

    @cached_property
    def _named(self) -> Mapping[str, str]:
        """Casefolded name -> platform; the history leads, since it says whose former name a name is."""
        named = {spelling.casefold(): platform for spelling, platform in self.spellings.items()}
        for platform, periods in self._periods.items():
            named |= {period.value.casefold(): platform for period in periods if period.what == "name"}
        return named

    def find(self, name: str) -> str | None:
        """The platform that has or had this name, in any case; None where none is known."""
        return self._named.get(name.casefold())

    def history(self, platform: str) -> Sequence[Period]:
        """Its names and owners, each in the order of time; empty where only its present name is known."""
        return self._periods.get(platform, [])

    def called(self, platform: str, day: dt.date) -> str:
        """What a platform was called on a day, whichever of its names is given; as the reader calls it where that is all."""
        found = self.find(platform) or platform
        return self._on(found, "name", day) or found

    def owner(self, platform: str, day: dt.date) -> str | None:
        """Whom it belonged to on a day; None: not known."""
        return self._on(platform, "owner", day)

    def told(self, platform: str, day: dt.date) -> str:
        """A platform on one line, as of a day: its name then, its other names, its owner."""
        found = self.find(platform)
        if found is None:
            return platform
        name = self.called(found, day)
        others = dict.fromkeys(p.value for p in self.history(found) if p.what == "name" and p.value != name)
        owner = self.owner(found, day)
        details = [f"also {', '.join(others)}"] if others else []
        details += [f"of {owner}"] if owner else []
        return f"{name} ({'; '.join(details)})" if details else name

    def _on(self, platform: str, what: str, day: dt.date) -> str | None:
        held = [period.value for period in self.history(platform) if period.what == what and period.holds_on(day)]
        return held[-1] if held else None
