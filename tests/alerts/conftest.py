"""A board that learns day by day, an open list of follows, and a webhook server."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import board_stories
import pytest
from alert_stories import at
from webhook import Webhook, serve_webhook

from callboard.alerts.store import AlertStore
from callboard.board import Board
from callboard.catalogue.starter import load_catalogue
from callboard.record.ledger import Ledger


@pytest.fixture
def learn(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Records a story as read at an instant."""

    def learned(when: str, story: str) -> None:
        monkeypatch.setattr(board_stories, "LEARNED", at(when).astimezone(dt.UTC))
        board_stories.tell(ledger, story)

    return learned


@pytest.fixture
def board(ledger: Ledger) -> Board:
    return Board(ledger, load_catalogue())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[AlertStore]:
    with AlertStore.open(tmp_path / "ledger.alerts.db") as opened:
        yield opened


@pytest.fixture
def hook() -> Iterator[Webhook]:
    with serve_webhook() as served:
        yield served
