"""
A look at the bytes of a page before any parser sees it: is it one that would stop a parser?

Measured: 200,000 nested `<div>` keep the Lexbor parser busy for 166 s, 40,000 attributes on one tag for 4 s, 40 kB of
misnested formatting tags another parser for 8 s. This look costs one pass over the tags.
"""

from __future__ import annotations

import re

from callboard.errors import ReadError
from callboard.read.text import word_set

MAX_DEPTH = 1_000  # elements open at once; articles have 20 to 150
MAX_ATTRIBUTES = 1_000  # on one tag; articles have below 50
MAX_TAGS = 100_000  # of a page; articles have 500 to 10,000

_TAG = re.compile(r"(/?)([a-zA-Z][a-zA-Z0-9]{0,20})([^>]*)")  # at the start of what stands behind a "<"
_RAW = word_set("script style textarea title noscript")  # what stands in them is no tag
_VOID = word_set("area base br col embed hr img input link meta source track wbr")
# Elements whose end tag may be left out: a page that never closes them is not nested.
_OPTIONAL_END = word_set("p li dt dd tr td th tbody thead tfoot option optgroup colgroup html head body rt rp")


def check_page(html: str) -> None:
    """
    Refuses a page that would stop a parser.

    Raises:
        ReadError: It nests, or crowds attributes, beyond what any article does.
    """
    depth = deepest = count = 0
    raw = ""  # what ends the element or the comment in which nothing is a tag; "": no such thing is open
    for piece in html.split("<")[1:]:
        if raw:
            if raw == "-->":
                raw = "" if raw in piece else raw
                continue
            if piece[: len(raw)].lower() != raw:
                continue
            raw = ""
        if piece.startswith("!--"):
            raw = "" if "-->" in piece else "-->"
            continue
        match = _TAG.match(piece)
        if match is None:
            continue
        count += 1
        if count > MAX_TAGS:
            raise ReadError(f"not an article: it has more than {MAX_TAGS:,} tags")
        closing, name, rest = match[1], match[2].lower(), match[3]
        # Cheap first: a style or data attribute may hold many words of its own.
        if len(rest) > 2 * MAX_ATTRIBUTES and _attributes(rest) > MAX_ATTRIBUTES:
            raise ReadError(f"not an article: <{name}> has more than {MAX_ATTRIBUTES:,} attributes")
        if name in _RAW and not closing:
            raw = f"/{name}"
        if name in _VOID or name in _OPTIONAL_END or rest.endswith("/"):
            continue
        depth = max(depth - 1, 0) if closing else depth + 1
        deepest = max(deepest, depth)
        if deepest > MAX_DEPTH:
            raise ReadError(f"not an article: it nests more than {MAX_DEPTH:,} elements")


def _attributes(rest: str) -> int:
    """How many attributes the inside of a tag holds, quoted values passed over."""
    return len(re.sub(r"\"[^\"]*\"|'[^']*'", "v", rest).split())
