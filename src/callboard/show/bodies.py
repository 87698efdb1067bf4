"""Answers that were given, kept by their tag: a page of a hundred rows takes 80 ms to draw, and is asked for again."""

from __future__ import annotations

import threading
from collections import OrderedDict

_KEPT_CHARACTERS = 16_000_000


class Bodies:
    """The newest bodies by tag, up to a total length; safe to use from several threads."""

    def __init__(self, kept_characters: int = _KEPT_CHARACTERS) -> None:
        self._bodies: OrderedDict[str, str] = OrderedDict()
        self._length = 0
        self._limit = kept_characters
        self._lock = threading.Lock()

    def get(self, tag: str) -> str | None:
        """The body of a tag; None where it is not kept."""
        with self._lock:
            return self._bodies.get(tag)

    def keep(self, tag: str, body: str) -> None:
        """Keep a body; the oldest ones go when there is no room."""
        with self._lock:
            if tag in self._bodies or len(body) > self._limit:
                return
            self._bodies[tag] = body
            self._length += len(body)
            while self._length > self._limit:
                _, dropped = self._bodies.popitem(last=False)
                self._length -= len(dropped)
