"""
How callboard puts stages, dates and doubt into words, for the terminal and the pages alike.

Text that comes from outside passes `clean` before it is shown anywhere.
"""

from __future__ import annotations

import calendar
import datetime as dt
import json
import re

from callboard.model import Decision, Event, Milestone, Modality, Stage
from callboard.when import Precision, When

STAGES = {
    Stage.DEVELOPMENT: "development",
    Stage.ORDERED: "ordered",
    Stage.PREPARATION: "preparation",
    Stage.FILMING: "filming",
    Stage.POSTPRODUCTION: "post-production",
    Stage.RELEASED: "released",
}
DECISIONS = {
    Decision.OPEN: "not decided",
    Decision.ORDERED: "ordered",
    Decision.FINAL: "ordered, the last one",
    Decision.CANCELLED: "cancelled",
    Decision.WITHDRAWN: "order taken back",
    Decision.ENDED: "ended",
}
MILESTONES = {
    Milestone.ORDER: "order",
    Milestone.PREPARATION: "preparation",
    Milestone.FILMING_START: "filming starts",
    Milestone.FILMING_END: "filming wraps",
    Milestone.RELEASE: "premiere",
}
EVENTS = {
    Event.DEVELOPMENT: "development",
    Event.ORDER: "order",
    Event.WRITING: "writing",
    Event.CASTING: "casting",
    Event.CREW: "crew",
    Event.PREPARATION: "preparation",
    Event.FILMING_START: "start of filming",
    Event.FILMING: "filming",
    Event.FILMING_PAUSE: "pause in filming",
    Event.FILMING_END: "wrap",
    Event.POSTPRODUCTION: "post-production",
    Event.PROMOTION: "promotion",
    Event.RELEASE: "release",
    Event.RESCHEDULE: "moved date",
    Event.CANCELLATION: "cancellation",
    Event.ENDING: "end of the series",
    Event.LOCATION: "location",
    Event.STORY: "story",
    Event.RECEPTION: "reception",
}
MODALITIES = {
    Modality.ASSERTED: "stated",
    Modality.EXPECTED: "expected",
    Modality.POSSIBLE: "possible",
    Modality.DENIED: "denied",
}
# What may change of a production.
AXES = {"stage": "Stage", "decision": "Decision", "release": "Premiere", "overdue": "Overdue"}
# What one may ask changes for: one of these, or what is held now.
CHANGES = {
    "stage": "any stage",
    "decision": "any decision",
    "release": "a moved premiere",
    "overdue": "an overdue premiere",
    **{str(stage): label for stage, label in STAGES.items()},
    **{str(decision): label for decision, label in DECISIONS.items()},
}
# What the judge calls the kinds of first voices -> what a reader is told.
VOICES = {
    "company": "official",
    "person": "named person",
    "trade": "trade press",
    "general press": "press",
    "location watcher": "location watcher",
    "fan site": "fan site",
    "social": "social media",
    "unnamed": "unnamed source",
    "outlet": "outlet",
}
_SEASONS = {3: "spring", 6: "summer", 9: "autumn", 12: "winter"}  # by first month

# Controls, line and paragraph separators, and marks that reorder text or hide in it: none belongs in a quote, and some
# make a page or a terminal show what is not there (CVE-2021-42574).
# So are tags, in which whole sentences hide, and what is no character, which XML does not allow.
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """The text on one line, without characters that a reader cannot see; halves of surrogate pairs become U+FFFD."""
    return " ".join(_SURROGATE.sub("\ufffd", _HIDDEN.sub(" ", text)).split())


def escape_hidden(json_text: str) -> str:
    """JSON that says the same and holds no hidden character as such."""
    return _SURROGATE.sub(_escaped, _HIDDEN.sub(_escaped, json_text))


def _escaped(match: re.Match[str]) -> str:
    return json.dumps(match.group())[1:-1]  # two escapes for a character beyond the first plane


def day(value: dt.date) -> str:
    """ "20 June 2017" """
    return f"{value.day} {calendar.month_name[value.month]} {value.year}"


def short_day(value: dt.date) -> str:
    """ "20 Jun 2017" """
    return f"{value.day} {calendar.month_abbr[value.month]} {value.year}"


def span(first: dt.date, last: dt.date, *, short: bool = False) -> str:
    """
    A range of days as one says it: to the day up to six weeks, to the month up to two years, else to the year.

    "12–30 June 2017", "March–September 2018", "2018–2021".
    """
    names = calendar.month_abbr if short else calendar.month_name
    days = (last - first).days
    if days <= 1:
        return f"{last.day} {names[last.month]} {last.year}"
    if days > 730:
        return str(first.year) if first.year == last.year else f"{first.year}–{last.year}"
    if days > 45:
        left, right = names[first.month], f"{names[last.month]} {last.year}"
        return f"{left}–{right}" if first.year == last.year else f"{left} {first.year} – {right}"
    right = f"{last.day} {names[last.month]} {last.year}"
    if first.year != last.year:
        return f"{first.day} {names[first.month]} {first.year} – {right}"
    if first.month != last.month:
        return f"{first.day} {names[first.month]} – {right}"
    return f"{first.day}–{right}"


def about(first: dt.date, middle: dt.date, last: dt.date, *, short: bool = False) -> str:
    """A day that is known more or less: "20 June 2017", "June 2017", "about June 2017", "about 2017"."""
    names = calendar.month_abbr if short else calendar.month_name
    days = (last - first).days
    month = f"{names[middle.month]} {middle.year}"
    if days <= 3:
        return f"{middle.day} {month}"
    if days <= 31:
        return month
    return f"about {month}" if days <= 400 else f"about {middle.year}"


def spoken(when: When) -> str:
    """An EDTF date as one says it: "June 2017", "about summer 2018", "perhaps June 2017", "before 1 June 2017"."""
    first, last = when.first, when.last
    doubt = "perhaps " if when.is_doubtful else "about " if when.approximate else ""
    if first is None or last is None:
        end = first or last
        return f"{doubt}{'from' if first else 'by'} {day(end)}" if end else when.edtf
    if when.precision is Precision.DAY:
        return doubt + day(first)
    if when.precision is Precision.MONTH:
        return f"{doubt}{calendar.month_name[first.month]} {first.year}"
    if when.precision is Precision.SEASON:
        return f"{doubt}{_SEASONS[first.month]} {first.year}"
    if when.precision is Precision.YEAR:
        return f"{doubt}{first.year}"
    return doubt + span(first, last)


def percent(probability: float) -> str:
    """ "81 %", never 0 or 100: nothing here is certain."""
    return f"{percent_number(probability)} %"


def percent_number(probability: float) -> int:
    """Whole percent from 1 to 99."""
    return min(max(round(100 * probability), 1), 99)


def plural(count: int, one: str, many: str = "") -> str:
    """ "1 origin", "3 origins" """
    return f"{count} {one if count == 1 else many or one + 's'}"
