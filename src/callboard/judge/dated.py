"""
Claims laid on the calendar: on which days they were said, of which days they speak.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from callboard.judge.grid import clip_day
from callboard.judge.trust import Weighed
from callboard.model import PEOPLE_EVENTS, Event, Milestone, Modality
from callboard.when import When

MILESTONE_OF: Mapping[Event, Milestone] = {
    Event.ORDER: Milestone.ORDER,
    Event.PREPARATION: Milestone.PREPARATION,
    Event.FILMING_START: Milestone.FILMING_START,
    Event.FILMING_END: Milestone.FILMING_END,
    Event.RELEASE: Milestone.RELEASE,
}


# Whoever joins makes news, though the article gives no day. Of the productions in the train articles of which that is
# said 10 are in the making and none is out; of those whose cast is named in other words 11 of 56 are out.
_JOINS = re.compile(
    r"\b(?:join(?:s|ed|ing)?|(?:been|was|were) (?:cast|added|hired)|cast (?:as|in|to|opposite|alongside)|added to|"
    r"board(?:s|ed)|sign(?:s|ed) on|tapped|land(?:s|ed) (?:a|the)|round(?:s|ing)? out|recast|replac(?:es|ed|ing))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Dated:
    """A claim laid on the grid's calendar; days are ordinals, `last` inclusive."""

    weighed: Weighed
    said: int
    first: int | None  # None: no time was given
    last: int | None

    @property
    def event(self) -> Event:
        return self.weighed.report.claim.event

    @property
    def modality(self) -> Modality:
        return self.weighed.report.claim.modality

    @property
    def is_ahead(self) -> bool:
        """Whether its time lies wholly after the day it was said."""
        return self.first is not None and self.first > self.said

    @property
    def is_news(self) -> bool:
        """Whether it is dated within two months of the day it was said, or tells undated that somebody joins."""
        if self.last is not None:
            return self.last >= self.said - 60
        return self.event in PEOPLE_EVENTS and _JOINS.search(self.weighed.report.claim.quote.text) is not None


_BACKGROUND = frozenset({Event.CASTING, Event.CREW, Event.STORY, Event.LOCATION, Event.RECEPTION})


def is_quiet(item: Dated) -> bool:
    """Whether a claim tells nothing of the making: a known cast, a place, a plot, a review."""
    return item.event in _BACKGROUND and item.modality is Modality.ASSERTED and not item.is_news


def lay_out(weighed: Sequence[Weighed], as_of: dt.date) -> list[Dated]:
    """The claims that were said by the day, with their days drawn to what the grid reaches."""
    today = as_of.toordinal()
    found = []
    for item in weighed:
        said = item.report.said
        if said is not None and said.bounds()[0] > as_of:
            continue
        day = min(clip_day(said.bounds()[1], today), today) if said else today
        time = item.report.claim.time
        if time is None:
            found.append(Dated(item, day, None, None))
            continue
        first_day, last_day = time.bounds()
        first, last = clip_day(first_day, today), clip_day(last_day, today)
        if time.approximate and item.report.claim.modality is Modality.ASSERTED and (first + last) // 2 <= day < last:
            last = max(first, day)  # "wrapped about 1 March", said on the 8th, does not mean the 12th
        found.append(Dated(item, day, first, last))
    return found


def bounds_of(dated: Sequence[Dated]) -> list[int]:
    """The days at which the grid should begin a cell so that no claim is blurred."""
    days: set[int] = set()
    for item in dated:
        days.add(item.said + 1)
        if item.first is not None and item.last is not None:
            days |= {item.first, item.last + 1, item.first - 7, item.last + 8}
            if item.last - item.first <= 40:
                days |= {item.first - 30, item.last + 31, (item.first + item.last) // 2}
    return sorted(days)


def current_schedules(dated: Sequence[Dated]) -> dict[Milestone, list[tuple[int, float]]]:
    """The days on which anybody dated each milestone, or said that its date had moved, and how far each was read right."""
    found: dict[Milestone, list[tuple[int, float]]] = {}
    for item in dated:
        event = Event.RELEASE if item.event is Event.RESCHEDULE else item.event
        milestone = MILESTONE_OF.get(event)
        if milestone is None or item.modality is Modality.DENIED:
            continue
        if item.first is not None or item.event is Event.RESCHEDULE:
            found.setdefault(milestone, []).append((item.said, 1 - item.weighed.misread))
    return found


def pauses_of(dated: Sequence[Dated]) -> list[tuple[int, int]]:
    """Disjoint stretches of days on which the shoot is said to have stood still."""
    resumed = sorted(d.said for d in dated if d.event is Event.FILMING and d.modality is Modality.ASSERTED)
    found: list[tuple[int, int]] = []
    for item in dated:
        if item.event is not Event.FILMING_PAUSE or item.modality not in (Modality.ASSERTED, Modality.EXPECTED):
            continue
        first = item.first if item.first is not None else item.said
        wide = item.last is not None and item.last > first + 45
        last = item.last if item.last is not None and item.last > first and not wide else None
        if last is None:
            # with no word of its end, a pause goes on while it is news and is taken to have lasted four months after
            recent = item.said - first < 200
            last = next((day for day in resumed if day > first), max(item.said, first) + 30 if recent else first + 120)
        found.append((first, last))
    merged: list[tuple[int, int]] = []
    for first, last in sorted(found):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def when_days(time: When, as_of: int) -> tuple[int, int]:
    """First and last ordinal of a date, drawn to what the grid reaches."""
    first, last = time.bounds()
    return clip_day(first, as_of), clip_day(last, as_of)
