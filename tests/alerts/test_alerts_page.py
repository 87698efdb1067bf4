"""The page of alerts says what was sent, where to and why, holds no secret, and is for this machine."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from alert_stories import at
from starlette.applications import Starlette
from starlette.testclient import TestClient

from callboard.alerts.follows import Kind
from callboard.alerts.page import with_alerts
from callboard.alerts.store import AlertStore, Draft, State


def open_page(path: Path, address: str = "/alerts", host: str = "127.0.0.1") -> tuple[int, str]:
    client = TestClient(with_alerts(Starlette(), path, hosts=("127.0.0.1",)), base_url=f"http://{host}")
    answer = client.get(address)
    if answer.status_code == 200:
        assert answer.headers["cache-control"] == "private, no-store"
        assert "script-src 'self'" in answer.headers["content-security-policy"]
    return answer.status_code, answer.text


def draft(news: str, **more: str) -> Draft:
    return Draft(
        news=news,
        day=dt.date(2017, 6, 12),
        title=f"<i>{news}</i>: ordered → filming (91 %)",
        body="Stage: before ordered\n“<script>alert(1)</script>”\nTold because you follow title X.",
        because="you follow title X",
        **more,
    )


def test_it_shows_what_was_sent_and_why(store: AlertStore) -> None:
    """Escaped; the quiet ones when asked for."""
    now = at("2017-06-12T20:00")
    store.follow(Kind.TITLE, "<b>Night Shift", daily=True, now=now)
    store.decide([draft("Night"), draft("Day", quiet="it was so")], ["json-123456"], now=now, digest_due=now)
    delivery = store.delivery(1, "json-123456")
    store.mark([delivery], State.SENDING, now=now)
    store.mark(
        [delivery], State.QUEUED, now=now, error="it answered with status 500", due=now + dt.timedelta(minutes=1)
    )
    status, page = open_page(store.path)
    assert status == 200
    assert "title &lt;b&gt;Night Shift, once a day" in page
    assert "&lt;i&gt;Night&lt;/i&gt;: ordered → filming (91 %)" in page
    assert "“&lt;script&gt;alert(1)&lt;/script&gt;”" in page
    assert "Told because you follow title X." in page
    assert "; it answered with status 500" in page
    assert "&lt;i&gt;Day" not in page
    quiet = open_page(store.path, "/alerts?quiet=1")[1]
    assert "Not sent: it was so." in quiet


def test_without_follows_it_says_so_and_makes_no_file(tmp_path: Path) -> None:
    status, page = open_page(tmp_path / "none.db")
    assert (status, "Nothing is followed yet" in page, "Nothing was sent yet" in page) == (200, True, True)
    assert list(tmp_path.iterdir()) == []


def test_it_answers_under_its_own_name_alone(store: AlertStore) -> None:
    assert open_page(store.path, host="evil.example")[0] == 400
    assert open_page(store.path, "/alerts/x")[0] == 404
