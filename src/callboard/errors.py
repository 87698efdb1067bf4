"""
Every error that callboard raises on purpose.

    CallboardError
    ├── WhenError       a date that is not EDTF
    ├── ReadError       a page, text or archive that cannot be read
    ├── FetchError      an address that may not be fetched, or where nothing of use stands
    ├── CatalogueError  a damaged catalogue, or one of
    │   ├── UnknownTitle     a title of which nobody speaks
    │   └── AmbiguousTitle   a title that several works have
    ├── LedgerError     a ledger that cannot be opened, read or written
    ├── AlertError      alerts that cannot be kept or sent
    ├── ModelError      a learned model or table that is missing or does not fit
    └── SettingError    a setting that is unknown or has a bad value

A message names the thing, what was found, what was expected and the next step. Mistakes in the *data* that should not
stop the rest are `callboard.model.Problem` values instead.
"""


class CallboardError(Exception):
    """Anything that callboard reports to its user; `str()` is the whole message."""


class WhenError(CallboardError):
    """A date that is not EDTF."""


class ReadError(CallboardError):
    """A page, text or archive that cannot be read."""


class FetchError(CallboardError):
    """
    An address that may not be fetched, or where nothing of use stands.

    `again_s` is after how many seconds to try again; None: another try would end alike. `gone` says that the host will
    not have it again.
    """

    def __init__(self, message: str, *, again_s: float | None = None, gone: bool = False) -> None:
        super().__init__(message)
        self.again_s = again_s
        self.gone = gone


class CatalogueError(CallboardError):
    """A title that is unknown or ambiguous, or a damaged catalogue."""


class UnknownTitle(CatalogueError):
    """A title of which nobody speaks; `near` has titles that are spelt nearly so, best first."""

    def __init__(self, message: str, near: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.near = near


class AmbiguousTitle(CatalogueError):
    """A title that several works have, none of which was singled out."""


class LedgerError(CallboardError):
    """A ledger that cannot be opened, read or written."""


class AlertError(CallboardError):
    """Alerts that cannot be kept or sent."""


class ModelError(CallboardError):
    """A learned model or table that is missing or does not fit this version."""


class SettingError(CallboardError):
    """A setting that is unknown or has a bad value."""
