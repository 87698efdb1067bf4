"""
Works out what the pages of a large ledger need, in a process beside those that serve: records, rows, and the pages themselves.

A ledger of a million claims takes minutes to judge, which no visitor waits for. So the rows of the board are shown as far
as they are judged, a production's page at first without what each report moved, and what somebody asked for comes before
the rest. All of it lies in a file (`callboard.kept`), so that the next start finds it.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import deque
from collections.abc import Callable

from callboard.board import Board
from callboard.errors import CallboardError, LedgerError
from callboard.kept import Kept, KeptRows
from callboard.model import Production
from callboard.show.addresses import slug_of
from callboard.show.rows import in_order, make_row, rows_of, text_of
from callboard.show.views import BoardRow

_SHOW_EVERY_S = 5.0  # while a board is judged, what is done of it is shown so often
_ROUND_S = 60.0  # a ledger that grows all the time is judged again no sooner than so long after the last time
_IDLE_S = 1.0


class Preparer:
    """What is done and what is left; `step` does a little of it."""

    def __init__(
        self,
        make_board: Callable[[], Board],
        kept: Kept,
        today: Callable[[], dt.date],
        fill: Callable[[str, bool], None],
    ) -> None:
        """
        Args:
            make_board: Opens the board that is judged, afresh for each round, so that no round's reports stay in memory.
            kept: Where what is worked out is written.
            today: The day of the answers.
            fill: Makes the page at an address, with or without what takes long; see `web.make_filler`.
        """
        self._make_board = make_board
        self._kept = kept
        self._today = today
        self._fill = fill
        self._ledger = make_board().ledger
        self._done: tuple[int, dt.date] | None = None
        self._begun_s = -_ROUND_S
        self._rows: dict[Production, tuple[int, BoardRow]] = {}
        self._left: deque[tuple[str, bool]] = deque()

    def run(self) -> None:
        """Works until the process is ended; raises `LedgerError` where nothing can be read or kept."""
        while True:
            if not self.step():
                time.sleep(_IDLE_S)

    def step(self) -> bool:
        """Whether there was anything to do; it takes a second for a page, and minutes for a board."""
        state = (self._ledger.version(), self._today())
        waited = time.monotonic() - self._begun_s >= _ROUND_S
        if self._done is None or state[1] != self._done[1] or (state != self._done and waited):
            self._begun_s = time.monotonic()
            self._judge_day(*state)
            self._done = state
            return True
        wanted = self._kept.take_wanted()
        if wanted is not None and wanted.startswith("day "):
            day = dt.date.fromisoformat(wanted.removeprefix("day "))
            self._judge_rows(self._make_board(), day, state[0], quiet=False)
            return True
        if wanted is None and not self._left:
            return False
        address, late = (wanted, False) if wanted is not None else self._left.popleft()
        try:
            self._fill(address, late)
        except LedgerError:  # the disk is full, say: no other page would be kept either
            raise
        except CallboardError:
            pass  # there is no such page; whoever asks for it is told so
        return True

    def _judge_day(self, version: int, day: dt.date) -> None:
        """Records and rows of a day, and which pages are to be made, those of the board's first rows first."""
        stamp = self._kept.records_stamp(day)
        if not stamp or self._kept.rows_stamp(day, quiet=True) != _whole(version, stamp):
            board = self._make_board()
            self._kept.forget_before(day)
            self._kept.keep_records(day, board.check_records(day))
            for quiet in (False, True):
                self._judge_rows(board, day, version, quiet=quiet)
        slugs: dict[str, None] = {}
        for quiet in (False, True):
            found = self._kept.rows(day, quiet=quiet)
            rows = rows_of(found.text, day) if found else ()
            slugs |= dict.fromkeys(slug_of(row.production) for row in rows)
        self._left = deque((f"/p/{slug}", late) for late in (True, False) for slug in slugs)

    def _judge_rows(self, board: Board, day: dt.date, version: int, *, quiet: bool) -> None:
        """Judges what changed since the last round, and shows it now and then."""
        stamp = self._kept.records_stamp(day)
        followed = list(board.followed(day, quiet=quiet))
        rows: list[BoardRow] = []
        shown_s = time.monotonic()
        for production, told, know in followed:
            is_of = hash((day, stamp, *((r.id, r.verdict, r.origin) for r in told)))
            last = self._rows.get(production)
            row = last[1] if last is not None and last[0] == is_of else make_row(know())
            self._rows[production] = (is_of, row)
            rows.append(row)
            if time.monotonic() - shown_s > _SHOW_EVERY_S:
                self._show(rows, day, f"{version} {stamp} {len(rows)}", len(followed), quiet=quiet)
                shown_s = time.monotonic()
        self._show(rows, day, _whole(version, stamp), len(followed), quiet=quiet)

    def _show(self, rows: list[BoardRow], day: dt.date, stamp: str, total: int, *, quiet: bool) -> None:
        self._kept.keep_rows(day, KeptRows(stamp, len(rows), total, text_of(in_order(rows))), quiet=quiet)


def _whole(version: int, stamp: str) -> str:
    """What rows of all productions are stamped with."""
    return f"{version} {stamp} whole"
