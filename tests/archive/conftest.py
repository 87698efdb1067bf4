"""A hostile server for sitemaps; archives are made by warcio, another program than the one that reads them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hostile_server import Server


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running
