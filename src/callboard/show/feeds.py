"""
What changed as feeds: Atom (RFC 4287) and JSON Feed 1.1.

An entry is named as its change is, so that a reader shows it once, whatever it asks for and how often. Its time is the
day of the change, midnight UTC: callboard keeps days, not hours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from xml.etree import ElementTree

from callboard.model import Json
from callboard.show import words
from callboard.show.views import ChangesView, ChangeView

MOST = 500  # entries of a feed, the newest
ATOM, JSON_FEED = "application/atom+xml", "application/feed+json"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2


def write_atom(view: ChangesView, home: str, here: str) -> str:
    """
    The changes as an Atom feed, the same for the same arguments.

    Args:
        view: What changed.
        home: Address of the server, without a slash at its end.
        here: Address of the feed itself, which names the feed.
    """
    feed = ElementTree.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": "en"})
    _add(feed, "id", here)
    _add(feed, "title", _title(view))
    _add(feed, "updated", _time(view.changes[0]) if view.changes else f"{view.as_of.isoformat()}T00:00:00Z")
    _add(feed, "link", rel="self", type=ATOM, href=here)
    _add(feed, "link", rel="alternate", type="text/html", href=f"{home}/changes")
    _add(_add(feed, "author"), "name", "callboard")
    _add(feed, "generator", "callboard")
    for each in view.changes[:MOST]:
        entry = _add(feed, "entry")
        _add(entry, "id", f"urn:uuid:{each.id}")
        _add(entry, "title", _headline(each))
        _add(entry, "updated", _time(each))
        _add(entry, "published", _time(each))
        _add(entry, "link", rel="alternate", type="text/html", href=f"{home}/p/{each.slug}")
        _add(entry, "category", term=each.axis, label=words.AXES[each.axis])
        _add(entry, "content", _html(each), type="html")
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(feed, encoding="unicode")


def make_json_feed(view: ChangesView, home: str, here: str) -> Json:
    """The same as JSON Feed; the field `_callboard` of an item has what a program may want of the change."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(view),
        "home_page_url": f"{home}/changes",
        "feed_url": here,
        "language": "en",
        "authors": [{"name": "callboard"}],
        "items": [
            {
                "id": f"urn:uuid:{each.id}",
                "url": f"{home}/p/{each.slug}",
                "title": _headline(each),
                "content_html": _html(each),
                "content_text": "\n".join(_lines(each)),
                "date_published": _time(each),
                "tags": [each.axis],
                "_callboard": {
                    "axis": each.axis,
                    "before": each.change.before,
                    "after": each.change.after,
                    "probability": round(each.probability, 4),
                    "production": each.slug,
                },
            }
            for each in view.changes[:MOST]
        ],
    }


def _title(view: ChangesView) -> str:
    filters = view.filters
    asked = [f"titles with “{filters.title}”"] if filters.title else []
    asked += [words.CHANGES[event] for event in filters.events]
    return ": ".join(["callboard", *([", ".join(asked)] if asked else ["what changed"])])


def _headline(each: ChangeView) -> str:
    return f"{each.name}: {each.headline}"


def _time(each: ChangeView) -> str:
    return f"{each.day.isoformat()}T00:00:00Z"


def _lines(each: ChangeView) -> Iterator[str]:
    yield f"{words.AXES[each.axis]}: {each.before} → {each.after} ({words.percent(each.probability)})."
    for reason in each.reasons:
        yield f"“{reason.quote}” ({reason.who}, {reason.said})"


def _html(each: ChangeView) -> str:
    first, *_ = _lines(each)
    parts = [f"<p>{escape(first)}</p>"]
    for reason in each.reasons:
        source = f' · <a href="{escape(reason.url)}">source</a>' if reason.url else ""
        parts.append(f"<blockquote><p>“{escape(reason.quote)}”</p></blockquote>")
        parts.append(f"<p>{escape(reason.who)}, {escape(reason.said)}{source}</p>")
    return "".join(parts)


def _add(parent: ElementTree.Element, tag: str, text: str = "", **attributes: str) -> ElementTree.Element:
    """A new child; characters that XML does not allow come out as U+FFFD."""
    allowed = {name: _NOT_XML.sub("\ufffd", value) for name, value in attributes.items()}
    child = ElementTree.SubElement(parent, tag, allowed)
    child.text = _NOT_XML.sub("\ufffd", text) or None
    return child
