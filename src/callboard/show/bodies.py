"""
Answers that were given, kept by their tag: a page takes up to 80 ms to draw, and is asked for again.

Of a large ledger those that were made before anybody asked are kept in a file, too; see `callboard.kept`.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import NamedTuple

from callboard.kept import Kept

_KEPT_CHARACTERS = 16_000_000


class Body(NamedTuple):
    """One answer."""

    body: str
    is_whole: bool  # whether nothing is missing from it


class Bodies:
    """The newest bodies by tag, up to a total length; safe to use from several threads."""

    def __init__(self, kept_characters: int = _KEPT_CHARACTERS, *, kept: Kept | None = None) -> None:
        self.fills = False  # whether to write to the file
        self._kept = kept
        self._bodies: OrderedDict[str, str] = OrderedDict()
        self._length = 0
        self._limit = kept_characters
        self._lock = threading.Lock()

    def get(self, tag: str) -> Body | None:
        """The body of a tag; None where it is not kept."""
        with self._lock:
            body = self._bodies.get(tag)
        if body is not None:
            return Body(body, True)
        found = self._kept.page(tag) if self._kept is not None else None
        if found is None:
            return None
        if found[1] and not self.fills:
            self._remember(tag, found[0])
        return Body(*found)

    def keep(self, tag: str, body: str, *, is_whole: bool = True) -> None:
        """Keep a body; the oldest ones go when there is no room. One from which something is missing goes to the file alone."""
        if self.fills and self._kept is not None:
            self._kept.keep_page(tag, body, is_whole=is_whole)
        elif is_whole:
            self._remember(tag, body)

    def _remember(self, tag: str, body: str) -> None:
        with self._lock:
            if tag in self._bodies or len(body) > self._limit:
                return
            self._bodies[tag] = body
            self._length += len(body)
            while self._length > self._limit:
                _, dropped = self._bodies.popitem(last=False)
                self._length -= len(dropped)
