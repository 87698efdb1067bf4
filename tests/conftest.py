"""What tests share: an environment of their own, and an empty ledger."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from promises import (  # noqa: F401 - hooks and a fixture of pytest
    proof,
    pytest_addoption,
    pytest_collection_modifyitems,
    pytest_configure,
    pytest_terminal_summary,
)

from callboard.record.ledger import Ledger, open_ledger

# The same examples everywhere, so that a commit that passes here passes there;
# `pytest --hypothesis-profile=default` searches for new ones.
settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")

# Run in the background of a script, pytest inherits that Ctrl-C is ignored, and so would the programs that tests interrupt:
# they would wait for ever. With a handler here, programs that are started have the usual one.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _own_environment(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees or touches the ledger and the settings of whoever runs it."""
    home = tmp_path_factory.mktemp("home")
    for name in [name for name in os.environ if name.startswith("CALLBOARD_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger in a real file."""
    with open_ledger(tmp_path / "ledger.db") as opened:
        yield opened
