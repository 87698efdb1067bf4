"""What a host's robots.txt lets us fetch (RFC 9309), read by protego."""

from __future__ import annotations

from typing import Self

from protego import Protego

AGENT = "callboard"
MAX_BYTES = 500 * 1024  # RFC 9309, 2.5: at least so much must be read; the rest is passed over
KEEP_S = 24 * 3600.0  # RFC 9309, 2.4
_REFUSED = "robots.txt asks callboard not to fetch it; open it in a browser, save it and add the file"


class Rules:
    """What one host allows."""

    def __init__(
        self, robots: Protego | None, why_not: str = _REFUSED, *, pause_s: float = 0.0, again_s: float | None = None
    ) -> None:
        self._robots = robots
        self.why_not = why_not  # told where something is not allowed
        self.pause_s = pause_s  # between two requests
        self.again_s = again_s  # after which what is not allowed may be tried again; None: not soon

    @classmethod
    def read(cls, status: int, body: bytes) -> Self:
        """By the answer to the request for robots.txt: 4xx allows everything, anything but 200 nothing (2.3.1)."""
        if 400 <= status < 500:
            return cls(Protego.parse(""))
        if status != 200:
            return cls.unknown(f"status {status}", 0.0)
        robots = Protego.parse(body[:MAX_BYTES].decode("utf-8", "replace"))
        pause = robots.crawl_delay(AGENT) or 0.0
        return cls(robots, pause_s=pause if pause > 0 else 0.0)

    @classmethod
    def unknown(cls, why: str, again_s: float | None) -> Self:
        """Nothing is allowed, because the host could not be asked."""
        why_not = f"its robots.txt could not be read ({why}), so nothing is fetched there"
        return cls(None, why_not, again_s=again_s)

    def allow(self, url: str) -> bool:
        return self._robots is not None and bool(self._robots.can_fetch(url, AGENT))
