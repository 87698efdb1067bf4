"""
The board as an iCalendar feed (RFC 5545): one all-day entry for each milestone, which moves when its date moves.

An entry's UID hangs on the production and the milestone, never on the date. A day that was stated is a confirmed entry of
that day; a month, or a range that was only judged, is a tentative span whose title says "(expected)"; what a dropped
production will not reach is cancelled and stays for a while. No entry has a clock time: callboard keeps none.

SEQUENCE is the days from 2000 to the day of the answer plus the number of reports on the title: it depends on the ledger
and the day alone, and grows with both, so that a client never holds an older entry for the newer one. A server remembers
what it gave (`EntryMemory`), and SEQUENCE then grows only when the entry says something else. Spans that were judged are
of whole weeks, and no text names the day of the answer, so that a day alone rarely changes what is said.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import icalendar

from callboard import spoken_dates
from callboard.board import Board, Known
from callboard.model import Event, Milestone, Modality, Production, Report, title_key
from callboard.show import words
from callboard.show.addresses import safe_url
from callboard.show.outlook import is_close, is_dropped, range_of
from callboard.when import Precision

PAST_DAYS = 30  # how long a milestone stays after its day
CANCELLED_DAYS = 60  # how long cancelled entries stay after the last word on the production
_EPOCH = dt.date(2000, 1, 1)
_REFRESH = dt.timedelta(hours=6)
_EVENTS = {
    Milestone.ORDER: Event.ORDER,
    Milestone.PREPARATION: Event.PREPARATION,
    Milestone.FILMING_START: Event.FILMING_START,
    Milestone.FILMING_END: Event.FILMING_END,
    Milestone.RELEASE: Event.RELEASE,
}

Status = Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """One milestone of one production, as it stands in a calendar; its texts are clean."""

    uid: str
    sequence: int  # at least 0
    production: Production
    milestone: Milestone
    first: dt.date
    last: dt.date  # inclusive
    status: Status
    summary: str
    description: str
    platform: str  # "" where none is known
    url: str | None  # of the report that states the date, if it may be followed
    modified: dt.date  # the day of the answer in which it first said this


class EntryMemory:
    """
    What entries said when they were last given, so that SEQUENCE and LAST-MODIFIED move only with it; safe for threads.

    After a restart an entry counts as new once: its SEQUENCE rises, which is harmless, and never falls.
    """

    def __init__(self) -> None:
        self._given: dict[str, CalendarEntry] = {}
        self._lock = threading.Lock()

    def settle(self, entries: Iterable[CalendarEntry]) -> tuple[CalendarEntry, ...]:
        """The entries; each that says what it said before has the SEQUENCE and the day that it had then."""
        with self._lock:
            return tuple(map(self._settled, entries))

    def _settled(self, entry: CalendarEntry) -> CalendarEntry:
        before = self._given.get(entry.uid)
        if before is not None:
            same = replace(entry, sequence=before.sequence, modified=before.modified)
            entry = same if same == before else replace(entry, sequence=max(entry.sequence, before.sequence + 1))
        self._given[entry.uid] = entry
        return entry


def make_entries(
    board: Board, known: Iterable[Known], *, premieres_only: bool = False, past_days: int = PAST_DAYS
) -> tuple[CalendarEntry, ...]:
    """
    What the productions put into a calendar, by day, then by UID.

    Args:
        board: Where they are from; it says what spellings of a title have in common.
        known: The productions, all as of one day.
        premieres_only: Only the release of each.
        past_days: How long after its last day an entry stays, 0 or more.
    """
    milestones = (Milestone.RELEASE,) if premieres_only else tuple(Milestone)
    found = [
        entry
        for each in known
        for milestone in milestones
        if (entry := _entry(board, each, milestone, past_days)) is not None
    ]
    return tuple(sorted(found, key=lambda entry: (entry.first, entry.uid)))


def known_of_title(
    board: Board, title: str, season: int | None, as_of: dt.date, *, kind: str | None = None, year: int | None = None
) -> list[Known]:
    """
    The season that is named, or all seasons of a title, or the film; `kind` and `year` as in `Board.find`.

    Raises:
        UnknownTitle: Nobody speaks of such a title.
        AmbiguousTitle: Several works have the name, and nothing is said under it.
    """
    found = board.find(title, season, kind=kind, year=year, as_of=as_of, whole=True)
    meant = [found.production] if season is not None else [found.production, *found.others]
    if any(production.season is not None for production in meant):
        meant = [production for production in meant if production.season is not None]
    return [board.know(production, as_of, title=found.title) for production in meant]


def write_calendar(entries: Sequence[CalendarEntry], name: str, as_of: dt.date) -> str:
    """The entries as iCalendar text, the same for the same arguments; `name` is what a client calls the calendar."""
    calendar = icalendar.Calendar()
    name = _text(name)
    calendar.add("prodid", "-//callboard//callboard//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    # The day of the answer, not the clock: the same question has the same bytes, so that ETags hold.
    stamp = dt.datetime.combine(as_of, dt.time(), dt.UTC)
    for entry in entries:
        event = icalendar.Event()
        event.add("uid", entry.uid)
        event.add("sequence", entry.sequence)
        event.add("dtstamp", stamp)
        event.add("last-modified", dt.datetime.combine(entry.modified, dt.time(), dt.UTC))
        event.add("dtstart", entry.first)
        event.add("dtend", entry.last + dt.timedelta(1))  # exclusive, says RFC 5545
        event.add("summary", _text(entry.summary))
        event.add("description", _text(entry.description))
        event.add("status", entry.status)
        event.add("transp", "TRANSPARENT")  # nobody is busy because a series premieres
        if entry.platform:
            event.add("categories", [_text(entry.platform)])
        if entry.url:
            event.add("url", entry.url)
        calendar.add_component(event)
    return str(calendar.to_ical(), "utf-8")


def _text(text: str) -> str:
    """Clean, and with U+29F5 for the backslash: libraries that write and read calendars disagree on how to escape it."""
    return words.clean(text).replace("\\", "\u29f5")


def uid_of(board: Board, production: Production, milestone: Milestone) -> str:
    """What names the milestone of a production in every calendar, in whichever spelling its title is."""
    season = "" if production.season is None else str(production.season)
    text = f"{board.key(title_key(production.title))}\n{season}".encode("utf-8", "replace")
    return f"{hashlib.blake2b(text, digest_size=10).hexdigest()}-{milestone}@callboard"


def _entry(board: Board, known: Known, milestone: Milestone, past_days: int) -> CalendarEntry | None:
    """The entry of a milestone; None where it is too long past to be of use."""
    judgement = known.judgement
    as_of = judgement.as_of
    done = judgement.milestones[milestone].done
    cancelled = is_dropped(judgement) and done < 0.5
    judged = range_of(judgement.milestones[milestone], as_of)
    report = _stated(known, milestone)
    time = report.claim.time if report else None
    exact = time is not None and time.precision is Precision.DAY and not time.approximate
    if time is not None:
        first, last = time.bounds()
        # What was stated for a day that went by, and is not likely to have happened, is no date any more.
        if last < as_of and done < 0.5 and not cancelled:
            time, report, exact = None, None, False
        # Nor is a month that lies outside the weeks that all reports together make likely; a day is told as announced.
        elif not exact and done < 0.5 and not cancelled and (last < judged.first or first > judged.last):
            time, report = None, None
    if time is None:
        first, last = _whole_weeks(judged.first, judged.last)
    if last >= dt.date.max:
        return None  # the day after it, which ends an entry, does not exist
    if cancelled:
        if known.last_said is None or (as_of - known.last_said).days > CANCELLED_DAYS:
            return None
    elif (as_of - last).days > past_days or (done >= 0.5 and not exact):
        return None  # "was some time in spring" is of no use to whoever looks at a calendar
    status: Status = "CANCELLED" if cancelled else "CONFIRMED" if exact else "TENTATIVE"
    mark = {"CANCELLED": "(cancelled) ", "CONFIRMED": "", "TENTATIVE": "(expected) "}[status]
    name = words.clean(str(judgement.production))
    return CalendarEntry(
        uid=uid_of(board, judgement.production, milestone),
        sequence=max((as_of - _EPOCH).days, 0) + len(known.reports) + len(known.neighbours),
        production=judgement.production,
        milestone=milestone,
        first=first,
        last=last,
        status=status,
        summary=f"{mark}{name}: {words.MILESTONES[milestone]}",
        description=_description(known, milestone, report, cancelled),
        platform=words.clean(known.context.platform or ""),
        url=safe_url(report.url) if report else None,
        modified=as_of,
    )


def _whole_weeks(first: dt.date, last: dt.date) -> tuple[dt.date, dt.date]:
    """From the Monday on or before the first day to the Sunday on or after the last, within the days there are."""
    before, after = first.weekday(), 6 - last.weekday()
    return (
        first - dt.timedelta(min(before, (first - dt.date.min).days)),
        last + dt.timedelta(min(after, (dt.date.max - last).days)),
    )


def _stated(known: Known, milestone: Milestone) -> Report | None:
    """The newest report that states the milestone's date, to the month at least; None: none does, or it was moved."""
    for report in known.reports:  # newest first
        claim = report.claim
        if claim.modality is not Modality.ASSERTED:
            continue
        if milestone is Milestone.RELEASE and claim.event is Event.RESCHEDULE and claim.time is None:
            return None  # moved, and nobody says to when
        if claim.event is _EVENTS[milestone] and claim.time is not None and is_close(claim.time):
            return report
    return None


def _description(known: Known, milestone: Milestone, report: Report | None, cancelled: bool) -> str:
    judgement = known.judgement
    if cancelled:
        p = words.percent(judgement.decision[judgement.decided])
        parts = [f"{words.DECISIONS[judgement.decided].capitalize()} ({p}): not due any more."]
    elif report and report.claim.time:
        parts = [f"Stated for {spoken_dates.when(report.claim.time)}."]
    else:
        parts = ["Nobody has stated a day; at least eight times of ten it lies in these weeks."]
    if report:
        speaker = words.clean(report.claim.source or report.outlet or "somebody unnamed")
        said = spoken_dates.when(report.said) if report.said else "undated"
        parts.append(f"“{words.clean(report.claim.quote.text)}” ({speaker}, {said}).")
    return " ".join(parts)
