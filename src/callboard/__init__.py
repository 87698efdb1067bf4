"""What the press says about film and television: dated, attributed, judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from callboard.api import Callboard

__version__ = "0.1.0"


def open(ledger: str | Path | None = None) -> Callboard:
    """
    A ledger to ask from Python, read only: `callboard.open().status("Luke Cage", 2)`.

    Args:
        ledger: The ledger's file; None: the one that the settings name, as for the commands.

    Raises:
        LedgerError: There is none, or it cannot be read.
    """
    from callboard.api import open_callboard  # so that `import callboard` costs nothing

    return open_callboard(ledger)
