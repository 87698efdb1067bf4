"""What the processes of `callboard serve` have in common: the application, and what is worked out beside it."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

import click

from callboard.cli.options import beside_ledger, open_ledger_for, settings_with
from callboard.errors import LedgerError, SettingError

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from callboard.board import Board
    from callboard.kept import Kept
    from callboard.model import Json
    from callboard.record.ledger import Ledger
    from callboard.settings import Settings
    from callboard.show.edits import Edit
    from callboard.show.views import Around

LOOPBACK = ("127.0.0.1", "localhost")
# Documents and claims from which on pages are prepared: it takes 0.1 ms to judge each, and a first page is due in 2 s.
LARGE = 10_000
_FIRST_S = 2.0  # in which the first page is answered, without anything beside it
_AGAIN_S = 10.0  # after which what stopped is tried again
_PLAN = "_CALLBOARD_SERVE"  # the environment's variable that tells a worker what to serve


@dataclass(frozen=True, slots=True)
class Plan:
    """What is served; each process makes its application from it."""

    ledger: str | None
    as_of: str | None  # YYYY-MM-DD; None: the day it is
    is_here: bool  # whether the pages are for this machine alone
    token: str  # of whoever judges claims; "": nobody does
    edition: str  # what answers hang on beside the ledger, see `edition_of`
    prepared: bool  # whether pages are prepared by a process of its own
    follow_token: str = ""  # of the forms in which somebody follows something; "": pages write nothing

    def today(self) -> dt.date:
        """The day of answers where a request names none."""
        return dt.date.fromisoformat(self.as_of) if self.as_of else dt.date.today()

    def hand_on(self) -> None:
        """Tell it to the processes that are started from now on."""
        os.environ[_PLAN] = json.dumps(asdict(self))

    @classmethod
    def handed_on(cls) -> Self:
        """What the process that started this one told."""
        return cls(**json.loads(os.environ[_PLAN]))


def make_served() -> ASGIApp:
    """The application of a worker; its ledger stays open as long as the process lives."""
    plan = Plan.handed_on()
    return make_whole_app(make_board(plan), plan)


def make_board(plan: Plan, ledger: Ledger | None = None) -> Board:
    """The board that is served, with what is kept of it where pages are prepared."""
    from callboard.board import Board
    from callboard.catalogue.starter import load_catalogue

    opened = ledger if ledger is not None else open_ledger_for(plan.ledger)
    return Board(opened, load_catalogue(), open_kept(plan) if plan.prepared else None)


def open_kept(plan: Plan) -> Kept:
    """
    What is kept of the ledger.

    Raises:
        LedgerError: Its file cannot be written.
    """
    from callboard.kept import Kept

    return Kept(beside_ledger(settings_with(ledger=plan.ledger), ".pages.db"), plan.edition)


def find_edition(settings: Settings) -> str:
    """What changes with this version of callboard, and with the user's catalogue."""
    from callboard.kept import edition_of

    catalogue = Path(settings.text("catalogue"))
    state = catalogue.stat() if catalogue.is_file() else None
    return edition_of(str(catalogue), str(state and (state.st_mtime_ns, state.st_size)))


def make_whole_app(board: Board, plan: Plan) -> ASGIApp:
    """The pages, with those of alerts and the address for verdicts where they are served."""
    from callboard.alerts.page import Writing, with_alerts
    from callboard.cli.follow import alerts_path
    from callboard.show.edits import with_edits
    from callboard.show.web import make_app

    settings = settings_with(ledger=plan.ledger)
    hosts = LOOPBACK if plan.is_here else ("*",)
    as_of = dt.date.fromisoformat(plan.as_of) if plan.as_of else None
    app = make_app(board, as_of=as_of, hosts=hosts, around=around_of(plan, board))
    if plan.is_here:  # what somebody follows is theirs
        writing = Writing(plan.follow_token, partial(send_test, plan.ledger)) if plan.follow_token else None
        app = with_alerts(app, alerts_path(settings), hosts=hosts, writing=writing)
    if plan.token:
        app = with_edits(app, make_edit(plan.ledger), plan.token, hosts=hosts)
    if not plan.prepared:
        threading.Thread(target=judge_ahead, args=(board, plan.today()), daemon=True).start()
    return app


def judge_ahead(board: Board, day: dt.date, wait_s: float = _FIRST_S) -> None:
    """
    Judges what `/changes` shows of a day before somebody asks, from what was read and as published; the board keeps it.

    Args:
        board: The board that is served.
        day: The day of the answers.
        wait_s: In which the first page is answered, without anything beside it.
    """
    from callboard.show.changed import anchor_of

    time.sleep(wait_s)
    with contextlib.suppress(LedgerError):  # the server ends meanwhile
        for as_published in (False, True):
            board.changes(day, anchor_of(day), as_published=as_published)


def around_of(plan: Plan, board: Board) -> Around:
    """What is served around the pages; the same for what prepares them."""
    from callboard.alerts.followed import FollowedRows
    from callboard.alerts.page import MENU
    from callboard.cli.follow import alerts_path
    from callboard.show.views import Around

    here = plan.is_here
    return Around(
        also=MENU if here else (),
        takes_verdicts=bool(plan.token),
        follows=bool(plan.follow_token),
        edition=plan.edition,
        followed=FollowedRows(board, alerts_path(settings_with(ledger=plan.ledger))) if here else None,
    )


def send_test(ledger: str | None) -> list[str]:
    """What became of a test message at each service, on the very way that alerts take."""
    from callboard.alerts.running import send_test as send
    from callboard.cli.alerts import open_services
    from callboard.cli.follow import open_alerts

    settings = settings_with(ledger=ledger)
    with open_alerts(settings) as store:
        outcomes = send(store, open_services(settings), now=dt.datetime.now(dt.UTC))
    return [f"{outcome.service}: {outcome.error or 'took the test message'}" for outcome in outcomes]


def read_token(text: str) -> str:
    """
    The token of the setting `edit_token`.

    Raises:
        SettingError: It is too short, or cannot be sent.
    """
    from callboard.show.edits import LEAST_TOKEN

    if text and (len(text) < LEAST_TOKEN or not text.isascii() or " " in text):
        raise SettingError(
            f"setting edit_token: at least {LEAST_TOKEN} characters are needed, of ASCII and without spaces"
        )
    return text


def keep_preparing() -> None:
    """Have a process prepare the pages as long as this one lives, and another one should that be killed."""
    spawned = multiprocessing.get_context("spawn")

    def watch() -> None:
        while True:
            process = spawned.Process(target=prepare, name="callboard-prepare", daemon=True)
            process.start()
            process.join()
            time.sleep(_AGAIN_S)

    threading.Thread(target=watch, daemon=True).start()


def prepare() -> None:
    """Prepares the pages until the process is ended, when nothing else wants the processor; one process does at a time."""
    from callboard.show.preparing import Preparer
    from callboard.show.web import make_filler

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, with which this process ends
    if hasattr(os, "nice"):
        os.nice(10)
    threading.Thread(target=_end_with_server, daemon=True).start()
    time.sleep(_FIRST_S)
    plan = Plan.handed_on()
    kept = open_kept(plan)
    with open_ledger_for(plan.ledger) as ledger:
        board = make_board(plan, ledger)
        fill = make_filler(board, plan.today, around_of(plan, board))
        told = ""
        while True:
            with contextlib.suppress(LedgerError), kept.working():  # else another server prepares them
                try:
                    kept.claim()
                    Preparer(lambda: make_board(plan, ledger), kept, plan.today, fill).run()
                except LedgerError as error:
                    if str(error) != told:
                        click.echo(f"callboard: pages are not prepared: {error}", err=True)
                    told = str(error)
            time.sleep(_AGAIN_S)


def _end_with_server() -> None:
    """Ends this process when the one that started it is gone, however that ended."""
    server = multiprocessing.parent_process()
    if server is not None:
        server.join()
        os._exit(0)


def make_edit(ledger: str | None) -> Edit:
    """What writes verdicts to the ledger that is named or set; it is opened for each, since the pages only read."""

    def edit(claim: str, verdict: str, changes: Mapping[str, str | int | None], reason: str) -> Json:
        from callboard.record.corrections import Verdict, decide, find_claim

        with open_ledger_for(ledger, read_only=False) as recorded:
            report = find_claim(recorded, claim)
            now = dt.datetime.now(dt.UTC)
            entry = decide(recorded, report, Verdict(verdict), changes, reason=reason, learned=now)
        return {
            "claim": report.id,
            "verdict": verdict,
            "changes": dict(changes),
            "reason": entry.reason,
            "learned": entry.learned.isoformat(),
        }

    return edit
