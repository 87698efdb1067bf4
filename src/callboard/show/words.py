"""
How callboard puts stages, dates and doubt into words, for the terminal and the pages alike.

Text that comes from outside passes `clean` before it is shown anywhere.
"""

from __future__ import annotations

import json
import re

from callboard.model import Decision, Event, Milestone, Modality, Stage

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


def percent(probability: float) -> str:
    """ "81 %", never 0 or 100: nothing here is certain."""
    return f"{percent_number(probability)} %"


def percent_number(probability: float) -> int:
    """Whole percent from 1 to 99."""
    return min(max(round(100 * probability), 1), 99)


def plural(count: int, one: str, many: str = "") -> str:
    """ "1 origin", "3 origins" """
    return f"{count} {one if count == 1 else many or one + 's'}"
