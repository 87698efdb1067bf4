"""What the commands share that look again and again until they are stopped."""

from __future__ import annotations

import contextlib
import datetime as dt
import signal
from collections.abc import Iterator

import click


@contextlib.contextmanager
def until_stopped(farewell: str) -> Iterator[None]:
    """Ctrl-C or a TERM signal ends the block, not the command; then `farewell` is said."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        click.echo(farewell, err=True)
    finally:
        signal.signal(signal.SIGTERM, before)


def seconds_until(due: dt.datetime | None, most_s: float) -> float:
    """Seconds to sleep until something is due; at most so many, and so many where nothing is."""
    wait = most_s if due is None else (due - now()).total_seconds()
    return min(max(wait, 0.0), most_s)


def now() -> dt.datetime:
    """This instant, UTC."""
    return dt.datetime.now(dt.UTC)
