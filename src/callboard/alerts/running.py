"""One round of alerts: what is new to whom is decided and written down, then what is due is sent."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from callboard.alerts.finding import Found, find_news
from callboard.alerts.follows import Follow, is_new_to, wanted_by
from callboard.alerts.messages import because_of, body_of, bundle, title_of
from callboard.alerts.sending import Failure, Service, send
from callboard.alerts.store import AlertStore, Delivery, Draft, State
from callboard.board import Board

GIVE_UP_AFTER = dt.timedelta(3)
_FIRST_WAIT = dt.timedelta(minutes=1)  # doubled with each failure
_LONGEST_WAIT = dt.timedelta(hours=6)
_SINGLE = 3  # more alerts than this at once go to a service as one message

Send = Callable[[Service, str, str], Failure | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one message to one service."""

    service: str
    alerts: int  # how many it told
    state: State
    error: str  # "": none
    again: dt.datetime | None  # when it is tried again; None: it is not


def decide(
    board: Board, store: AlertStore, services: Sequence[Service], *, now: dt.datetime, digest_due: dt.datetime
) -> int:
    """
    How many alerts are new; they stand in the outbox afterwards.

    What had happened before somebody followed is written down as quiet, so that it stays so when it is found again.
    """
    follows = store.follows()
    if not follows:
        return 0
    day = now.astimezone().date()
    unlooked = store.follows(unlooked=True)
    there = {follow.number: _there_before(board, follow, day) for follow in unlooked}
    drafts = [_draft(each, follows, board, there) for each in find_news(board, follows, day)]
    made = store.decide(
        [draft for draft in drafts if draft is not None],
        [service.name for service in services],
        now=now,
        digest_due=digest_due,
        looked=unlooked,
    )
    return len(_loud(store, made))


def _there_before(board: Board, follow: Follow, day: dt.date) -> frozenset[str]:
    """Ids of the news that were there when something was followed; time alone may bring one anew, on a later day."""
    added = follow.added.astimezone().date()
    if added >= day:
        return frozenset()
    return frozenset(each.news.id for each in find_news(board, [follow], added) if not is_new_to(each.news, follow))


def _loud(store: AlertStore, made: Sequence[int]) -> set[int]:
    return {each.number for each in store.log(limit=len(made), quiet=True) if not each.quiet}


def _draft(found: Found, follows: Sequence[Follow], board: Board, there: Mapping[int, frozenset[str]]) -> Draft | None:
    """The alert for a piece of news; None: nobody wants it."""
    news = found.news
    wanting = wanted_by(news, found.facts, follows, board.key)
    if not wanting:
        return None
    new_to = [f for f in wanting if is_new_to(news, f) and news.id not in there.get(f.number, ())]
    because = because_of(new_to or wanting)
    return Draft(
        news=news.id,
        day=news.day,
        title=title_of(news),
        body=f"{body_of(news)}\nTold because {because}.",
        because=because,
        daily=all(follow.daily for follow in new_to),
        quiet="" if new_to else "it was so when you began to follow",
    )


def deliver(store: AlertStore, services: Sequence[Service], *, now: dt.datetime, send: Send = send) -> list[Outcome]:
    """
    Everything that is due, sent; a service that fails is left for later and keeps no other waiting.

    Of several alerts for one service up to three are sent one by one; more, and the daily ones, are one message.
    """
    by_name = {service.name: service for service in services}
    outcomes = []
    due = sorted(store.due(now), key=lambda each: (each.service, each.daily, each.alert))
    for name, queued in groupby(due, key=attrgetter("service")):
        service = by_name.get(name)
        waiting = list(queued)
        if service is None:
            store.mark(waiting, State.FAILED, now=now, error="the setting notify does not name it any more")
            continue
        for batch in _batches(waiting):
            outcome = send_batch(store, service, batch, now=now, send=send)
            outcomes.append(outcome)
            if outcome.error:
                break
    return outcomes


def send_batch(
    store: AlertStore, service: Service, batch: Sequence[Delivery], *, now: dt.datetime, send: Send = send
) -> Outcome:
    """What became of some alerts for one service, sent as one message; each step is written down before the next one."""
    title, body = bundle([(each.title, each.body) for each in batch], daily=batch[0].daily)
    store.mark(batch, State.SENDING, now=now)
    failure = send(service, title, body)
    if failure is None:
        store.mark(batch, State.SENT, now=now)
        return Outcome(service=service.name, alerts=len(batch), state=State.SENT, error="", again=None)
    error = failure.what
    if failure.unsure:
        store.mark(batch, State.UNSURE, now=now, error=error)
        return Outcome(service=service.name, alerts=len(batch), state=State.UNSURE, error=error, again=None)
    old = [each for each in batch if now - each.decided > GIVE_UP_AFTER]
    young = [each for each in batch if each not in old]
    again = now + min(_FIRST_WAIT * 2 ** min(max((each.tries for each in batch), default=0), 10), _LONGEST_WAIT)
    store.mark(old, State.FAILED, now=now, error=error)
    store.mark(young, State.QUEUED, now=now, error=error, due=again)
    state = State.QUEUED if young else State.FAILED
    return Outcome(service=service.name, alerts=len(batch), state=state, error=error, again=again if young else None)


def send_test(store: AlertStore, services: Sequence[Service], *, now: dt.datetime, send: Send = send) -> list[Outcome]:
    """What became of a test message to each service, which went through the outbox as every alert does."""
    draft = Draft(
        news=f"test {uuid.uuid4()}",
        day=now.date(),
        title="callboard: a test",
        body="Alerts that callboard sends arrive here.\nTold because you asked for a test.",
        because="you asked for a test",
    )
    (number,) = store.decide(
        [draft], [service.name for service in services], now=now, digest_due=now, state=State.SENDING
    )
    outcomes = []
    for service in services:
        delivery = store.delivery(number, service.name)
        outcome = send_batch(store, service, [delivery], now=now, send=send)
        if outcome.state is State.QUEUED:  # whoever tests looks on, and tries again by themselves
            store.mark([delivery], State.FAILED, now=now, error=outcome.error)
            outcome = Outcome(service=service.name, alerts=1, state=State.FAILED, error=outcome.error, again=None)
        outcomes.append(outcome)
    return outcomes


def next_digest(now: dt.datetime, hour: int) -> dt.datetime:
    """The next instant at which the clock of `now`'s zone shows a full hour, later than `now`."""
    today = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    return today if today > now else today + dt.timedelta(1)


def _batches(waiting: Sequence[Delivery]) -> list[list[Delivery]]:
    daily = [each for each in waiting if each.daily]
    at_once = [each for each in waiting if not each.daily]
    singles = [[each] for each in at_once] if len(at_once) <= _SINGLE else [at_once]
    return [*singles, *([daily] if daily else [])]
