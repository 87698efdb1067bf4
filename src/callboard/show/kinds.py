"""What kind of answer an address asks for: a page, JSON, a calendar, a table or a feed, and where a page has its twin."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request

from callboard.show import feeds
from callboard.show.named_pages import FOLDERS

CALENDAR = "text/calendar"


def wants_json(request: Request) -> bool:
    """Whether a program asks."""
    return request.url.path.endswith(".json") or request.url.path.startswith("/api/")


def media_type_of(request: Request) -> str:
    """The media type of the answer."""
    endings = {
        ".ics": CALENDAR,
        ".csv": "text/csv",
        "/linked-data": "application/ld+json",
        "/changes.atom": feeds.ATOM,
        "/changes.json": feeds.JSON_FEED,
    }
    known = (kind for ending, kind in endings.items() if request.url.path.endswith(ending))
    return next(known, "application/json" if wants_json(request) else "text/html")


def twin_of(request: Request) -> str:
    """The path of the JSON twin of a page; "" where it has none."""
    # An address with %3F or %2F in it has a question mark or a slash in the path: a name may hold either.
    folder, _, rest = request.scope["path"].removeprefix("/").partition("/")
    if folder == "p":
        return f"/p/{quote(rest, safe='')}.json"
    folders = {"t": "titles", **FOLDERS}
    twins = {"": "/board.json", "changes": "/api/v1/changes"}
    return f"/api/v1/{folders[folder]}/{quote(rest, safe='')}" if folder in folders else twins.get(folder, "")
