"""Addresses: the part of one that means a production, and which ones that were read may be followed."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, urlsplit

from callboard.model import Production, title_key
from callboard.show import words

_SEASON_SLUG = re.compile(r"(?P<title>.+)-season-(?P<season>[1-9][0-9]{0,5})")


def slug_of(production: Production) -> str:
    """The production's part of an address: "luke-cage-season-2"; see `named_by`."""
    folded = unicodedata.normalize("NFKD", production.title.replace("’", "").replace("'", "").replace("&", " and "))
    base = re.sub(r"[^a-z0-9]+", "-", folded.encode("ascii", "ignore").decode().lower()).strip("-")
    if title_key(base.replace("-", " ")) != title_key(production.title):
        base = quote(production.title.casefold().strip(), safe="")
    return base if production.season is None else f"{base}-season-{production.season}"


def title_slug(production: Production) -> str:
    """The part of an address that means a production's title with all its seasons."""
    return slug_of(Production(production.title))


def name_slug(name: str) -> str:
    """The part of an address that means a person, an outlet or a place."""
    return quote(words.clean(name), safe="")


def named_by(slug: str) -> tuple[str, int | None]:
    """The title, in a spelling that `title_key` knows, and the season of a slug that is decoded already."""
    match = _SEASON_SLUG.fullmatch(slug)
    base, season = (match["title"], int(match["season"])) if match else (slug, None)
    return (base.replace("-", " ") if re.search("[a-z0-9]", base) and base.isascii() else base), season


def safe_url(url: str | None) -> str | None:
    """The address, if it is one of the web that can be followed without harm; else None."""
    if not url or url != words.clean(url) or "\\" in url or " " in url:
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and host and parts.username is None else None
