"""Whoever follows something is told once what changed, with before, after, probability and quote; of the past, nothing."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from alert_stories import BEFORE, FILMING, RENEWED, at
from webhook import Webhook

from callboard.alerts.finding import check_view
from callboard.alerts.follows import Kind
from callboard.alerts.running import decide, deliver, next_digest, send_test
from callboard.alerts.sending import read_services
from callboard.alerts.store import AlertStore, State
from callboard.board import Board
from callboard.errors import CallboardError

Learn = Callable[[str, str], None]
FOLLOWED = "2017-06-10T12:00"
EVENING = "2017-06-12T20:00"


@pytest.fixture
def round_at(board: Board, store: AlertStore, hook: Webhook) -> Callable[[str], list[str]]:
    """Decides and delivers as of an instant; gives what went wrong at which service."""

    def run(when: str) -> list[str]:
        services, now = read_services(hook.address), at(when)
        decide(board, store, services, now=now, digest_due=next_digest(now, 8))
        return [outcome.error for outcome in deliver(store, services, now=now) if outcome.error]

    return run


Round = Callable[[str], list[str]]


def test_a_renewal_reaches_its_follower_once(learn: Learn, store: AlertStore, hook: Webhook, round_at: Round) -> None:
    """With before, after, probability, quote, who said it and why it is told; nothing of it comes again."""
    learn("2017-06-01T09:00", BEFORE)
    store.follow(Kind.TITLE, "harbour watch", now=at(FOLLOWED))
    assert round_at("2017-06-10T12:01") == []
    assert hook.taken == []
    learn("2017-06-12T18:00", RENEWED + FILMING)
    assert round_at(EVENING) == []
    assert len(hook.taken) == 1
    message = hook.taken[0]
    assert message["title"].startswith("Harbour Watch, season 2: development → ordered (")
    body = message["message"]
    assert "before development; now ordered (" in body
    assert "“has been renewed”" in body
    assert "Netflix, in Variety, 12 June 2017" in body
    assert "Told because you follow title harbour watch." in body
    for later in ("2017-06-12T20:30", "2017-06-13T08:00", "2017-06-19T09:00", "2017-07-20T09:00"):
        assert round_at(later) == []
    assert len(hook.taken) == 1


def test_what_was_before_one_follows_is_not_told(
    learn: Learn, store: AlertStore, hook: Webhook, round_at: Round
) -> None:
    """Neither of the same day nor of the weeks before, whenever the first look is; the log says why."""
    learn("2017-06-01T09:00", BEFORE)
    learn("2017-06-12T18:00", RENEWED)
    store.follow(Kind.TITLE, "Harbour Watch", now=at("2017-06-12T18:30"))
    for when in ("2017-06-12T19:00", "2017-06-14T19:00", "2017-06-27T19:00"):
        assert round_at(when) == []
    assert hook.taken == []
    quiet = store.log(limit=9, quiet=True)
    assert [each.quiet for each in quiet] == ["it was so when you began to follow"]
    assert store.log(limit=9) == []


def test_old_articles_that_are_read_today_tell_nothing(
    learn: Learn, store: AlertStore, hook: Webhook, round_at: Round
) -> None:
    """Who follows first and then reads an archive of years is told of none of it."""
    store.follow(Kind.PLATFORM, "netflix", now=at("2019-01-01T12:00"))
    learn("2019-01-02T12:00", BEFORE + RENEWED + FILMING)
    for when in ("2019-01-02T13:00", "2019-01-08T13:00", "2019-01-20T13:00"):
        assert round_at(when) == []
    assert hook.taken == []


def test_platforms_and_views_are_followed(learn: Learn, store: AlertStore, hook: Webhook, round_at: Round) -> None:
    """The view shows what is filmed now; the platform has both; one change is one alert for both reasons."""
    learn("2017-06-01T09:00", BEFORE)
    store.follow(Kind.PLATFORM, "netflix", now=at(FOLLOWED))
    store.follow(Kind.VIEW, "My shoots", query=check_view("http://127.0.0.1:8000/?filming=1"), now=at(FOLLOWED))
    learn("2017-06-12T18:00", RENEWED + FILMING)
    round_at(EVENING)
    told = {message["title"].split(" (")[0]: message["message"] for message in hook.taken}
    assert set(told) == {"Harbour Watch, season 2: development → ordered", "Night Shift, season 1: ordered → filming"}
    assert "Told because you follow platform netflix." in told["Harbour Watch, season 2: development → ordered"]
    both = "Told because you follow platform netflix and view My shoots."
    assert both in told["Night Shift, season 1: ordered → filming"]


def test_a_follow_tells_of_what_it_asks_for_alone(
    learn: Learn, store: AlertStore, hook: Webhook, round_at: Round
) -> None:
    """Another season, another kind of change, and what is less probable than asked stay quiet."""
    learn("2017-06-01T09:00", BEFORE)
    store.follow(Kind.TITLE, "Harbour Watch", season=1, now=at(FOLLOWED))
    store.follow(Kind.TITLE, "Harbour Watch", season=2, only=("release", "released"), now=at(FOLLOWED))
    store.follow(Kind.TITLE, "Night Shift", least=0.9999, now=at(FOLLOWED))
    learn("2017-06-12T18:00", RENEWED + FILMING)
    round_at(EVENING)
    assert hook.taken == []
    store.follow(Kind.TITLE, "Harbour Watch", season=2, only=("decision",), now=at(EVENING))
    round_at("2017-06-12T20:01")
    assert len(hook.taken) == 1


def test_daily_alerts_come_together_in_the_morning(
    learn: Learn, store: AlertStore, hook: Webhook, round_at: Round
) -> None:
    """One message at the hour that was set, and none before."""
    learn("2017-06-01T09:00", BEFORE)
    store.follow(Kind.PLATFORM, "Netflix", daily=True, now=at(FOLLOWED))
    learn("2017-06-12T18:00", RENEWED + FILMING)
    round_at(EVENING)
    round_at("2017-06-13T07:59")
    assert hook.taken == []
    round_at("2017-06-13T08:00")
    assert hook.titles == ["callboard: 2 changes of the day"]
    body = hook.taken[0]["message"]
    assert "Night Shift, season 1: ordered → filming (" in body
    assert "Harbour Watch, season 2: development → ordered (" in body


def test_many_at_once_are_one_message(learn: Learn, store: AlertStore, hook: Webhook, round_at: Round) -> None:
    """The first day does not bring twenty messages."""
    titles = ["Grey Ferry", "Blue Ferry", "Red Ferry", "Green Ferry"]
    learn("2017-06-01T09:00", "".join(BEFORE.replace("Night Shift", title) for title in titles))
    for title in titles:
        store.follow(Kind.TITLE, title, now=at(FOLLOWED))
    learn("2017-06-12T18:00", "".join(FILMING.replace("Night Shift", title) for title in titles))
    round_at(EVENING)
    assert hook.titles == ["callboard: 4 changes at once"]


def test_a_failure_is_retried_with_growing_pauses(
    learn: Learn, store: AlertStore, hook: Webhook, round_at: Round
) -> None:
    """Not before its time; then it arrives once, and the log has what went wrong no more."""
    learn("2017-06-01T09:00", BEFORE)
    store.follow(Kind.TITLE, "Harbour Watch", now=at(FOLLOWED))
    learn("2017-06-12T18:00", RENEWED)
    hook.statuses = [503, 429, 500]
    assert round_at("2017-06-12T20:00") == ["it answered with status 503"]
    assert round_at("2017-06-12T20:00:30") == []
    assert round_at("2017-06-12T20:01") == ["it answered with status 429"]
    assert round_at("2017-06-12T20:02") == []
    assert round_at("2017-06-12T20:03") == ["it answered with status 500"]
    assert hook.taken == []
    assert round_at("2017-06-12T20:07") == []
    assert len(hook.taken) == 1
    (sent,) = store.log(limit=9)[0].deliveries
    assert (sent.state, sent.tries, sent.error) == (State.SENT, 4, "")


def test_a_service_that_stays_away_is_given_up_and_keeps_no_other_waiting(
    learn: Learn, board: Board, store: AlertStore, hook: Webhook
) -> None:
    """After three days; `retry` sends it after all."""
    dead = "json://127.0.0.1:9/closed"
    services = read_services(f"{dead} {hook.address}")
    learn("2017-06-01T09:00", BEFORE)
    store.follow(Kind.TITLE, "Harbour Watch", now=at(FOLLOWED))
    learn("2017-06-12T18:00", RENEWED)
    decide(board, store, services, now=at(EVENING), digest_due=at(EVENING))
    now, errors = at(EVENING), []
    while (due := store.next_due()) is not None:
        now = max(now, due)
        errors += [outcome.error for outcome in deliver(store, services, now=now) if outcome.error]
    assert set(errors) == {"it could not be reached"}
    assert dt.timedelta(3) <= now - at(EVENING) < dt.timedelta(3.5)
    assert len(errors) < 25
    assert len(hook.taken) == 1
    states = {each.service: each.state for each in store.log(limit=1)[0].deliveries}
    assert states == {services[0].name: State.FAILED, services[1].name: State.SENT}
    assert store.retry(None, now) == 1
    assert [each.service for each in store.due(now)] == [services[0].name]


def test_a_service_that_gives_no_answer_is_not_sent_the_same_again(
    learn: Learn, board: Board, store: AlertStore, hook: Webhook
) -> None:
    """It took the message, and is merely slow: were it tried again, it would tell the same every few minutes."""
    services = read_services(f"{hook.address}&rto=0.3")
    learn("2017-06-01T09:00", BEFORE)
    store.follow(Kind.TITLE, "Harbour Watch", now=at(FOLLOWED))
    learn("2017-06-12T18:00", RENEWED)
    decide(board, store, services, now=at(EVENING), digest_due=at(EVENING))
    hook.hold = threading.Event()
    (outcome,) = deliver(store, services, now=at(EVENING))
    assert (outcome.error, outcome.state) == ("it was sent the message and gave no answer", State.UNSURE)
    hook.hold.set()
    assert deliver(store, services, now=at("2017-06-13T20:00")) == []
    assert len(hook.taken) == 1
    assert [each.state for each in store.log(limit=1)[0].deliveries] == [State.UNSURE]


def test_a_test_message_takes_the_whole_way(store: AlertStore, hook: Webhook) -> None:
    """Through the outbox to the server; one that fails is told at once and not retried behind one's back."""
    services = read_services(hook.address)
    (outcome,) = send_test(store, services, now=at(EVENING))
    assert (outcome.error, hook.titles) == ("", ["callboard: a test"])
    hook.statuses = [403]
    (outcome,) = send_test(store, services, now=at("2017-06-12T20:01"))
    assert outcome.error == "it answered with status 403"
    assert store.next_due() is None
    assert [each.deliveries[0].state for each in store.log(limit=2)] == [State.FAILED, State.SENT]


def test_chat_services_find_nobody_to_call(learn: Learn, store: AlertStore, hook: Webhook, round_at: Round) -> None:
    """An article that says "@everyone" wakes nobody."""
    learn("2017-06-01T09:00", BEFORE)
    store.follow(Kind.TITLE, "Harbour Watch", now=at(FOLLOWED))
    learn("2017-06-12T18:00", RENEWED.replace("will be back for more", "will be back, @everyone"))
    round_at(EVENING)
    assert "back, ＠everyone" in hook.taken[0]["message"]
    assert "@" not in hook.taken[0]["message"]


def test_a_view_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(CallboardError, match="stage: 'filmin' is none of"):
        check_view("?stage=filmin")
