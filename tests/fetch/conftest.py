"""A hostile server for each test, and one on an address that must never be connected to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hostile_server import PAGE, Server, answer


@pytest.fixture
def server() -> Iterator[Server]:
    """Answers on 127.0.0.1, with a good page at /page."""
    with Server() as running:
        running.pages["/page"] = answer(PAGE)
        yield running


@pytest.fixture
def canary(server: Server) -> Iterator[Server]:
    """The same port of 127.0.0.2, which no policy of the tests allows; whoever reaches it finds a good page."""
    with Server("127.0.0.2", server.port) as running:
        running.pages = {"/page": answer(PAGE), "/": answer(PAGE), "/robots.txt": answer(b"", status=404)}
        yield running
        assert running.connections == 0
