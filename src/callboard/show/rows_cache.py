"""The rows of the board, kept while the ledger does not change: judging a thousand productions takes seconds."""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict

from callboard.board import Board
from callboard.show.views import BoardRow, make_rows

_KEPT = 8  # days that are asked for again and again


class RowsCache:
    """The rows of some days; safe to ask from several threads, of which one judges and the others wait."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._lock = threading.Lock()
        self._rows: OrderedDict[tuple[int, dt.date, bool], tuple[BoardRow, ...]] = OrderedDict()

    def of(self, as_of: dt.date, quiet: bool) -> tuple[BoardRow, ...]:
        """All rows of a day, as `make_rows` gives them."""
        with self._lock:
            key = (self._board.ledger.version(), as_of, quiet)
            if key not in self._rows:
                self._rows[key] = make_rows(self._board, as_of, quiet=quiet)
                while len(self._rows) > _KEPT:
                    self._rows.popitem(last=False)
            self._rows.move_to_end(key)
            return self._rows[key]
