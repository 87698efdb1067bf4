"""
The services that alerts go to, each an address of Apprise, and how a message is handed to one.

Such an address holds passwords and tokens, so it is never shown: a service is called by its kind and a few digits made
from its address, "ntfy-1f3a6c", and what went wrong is told in words of our own.
"""

from __future__ import annotations

import hashlib
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING

from callboard.errors import AlertError, SettingError

if TYPE_CHECKING:
    import apprise

_STATUS = re.compile(r"\berror=(\d{3})\b")
_NO_ANSWER = re.compile(r"Read timed out|Connection aborted|IncompleteRead|BadStatusLine")
_ANSWER_S = 30.0  # Apprise itself waits for 4 s, in which some webhooks have not done their work


@dataclass(frozen=True, slots=True)
class Service:
    """One place to which alerts go."""

    name: str  # may be shown
    address: str = field(repr=False)  # may not


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong with a message."""

    what: str  # may be shown
    unsure: bool = False  # the service may have taken the message all the same


def read_services(setting: str) -> list[Service]:
    """
    The services of the setting `notify`, each once.

    Raises:
        SettingError: One is no address.
    """
    services: dict[str, Service] = {}
    for number, address in enumerate(setting.split(), 1):
        scheme, found, rest = address.partition("://")
        if not found or not rest or not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", scheme):
            raise SettingError(
                f"setting notify: address {number} is none; write them as ntfy://TOPIC, with spaces between"
            )
        digits = hashlib.blake2b(address.encode("utf-8", "surrogatepass"), digest_size=3).hexdigest()
        service = Service(f"{scheme.lower()}-{digits}", address)
        services[service.name] = service
    return list(services.values())


def check_services(services: Sequence[Service]) -> None:
    """
    Nothing, where a message may be handed to each.

    Raises:
        AlertError: Apprise is not installed.
        SettingError: It does not know an address.
    """
    for service in services:
        _opened(service)


def send(service: Service, title: str, body: str) -> Failure | None:
    """
    What went wrong; None where the service took the message.

    Raises:
        AlertError, SettingError: As `check_services`.
    """
    library = _apprise()
    target = library.Apprise()
    target.add(_opened(service))
    # What Apprise says may hold parts of the address, so it is looked at and never shown.
    with library.LogCapture(level=library.logging.DEBUG, fmt="%(message)s") as log:
        took = target.notify(body=body, title=title, body_format=library.NotifyFormat.TEXT)
        told = log.getvalue()
    return None if took else _explained(told)


def _explained(told: str) -> Failure:
    status = _STATUS.search(told)
    if status:
        return Failure(f"it answered with status {status[1]}")
    if _NO_ANSWER.search(told):
        return Failure("it was sent the message and gave no answer", unsure=True)
    if "onnection error" in told:
        return Failure("it could not be reached")
    return Failure("it did not take the message")


def _opened(service: Service) -> apprise.NotifyBase:
    library = _apprise()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # its plugins load modules that Python 3.13 has no more
        opened: apprise.NotifyBase | None = library.Apprise.instantiate(service.address)
    if opened is None:
        raise SettingError(f"setting notify: {service.name} is no address that Apprise knows; see its list of services")
    if "rto" not in service.address.partition("?")[2]:
        opened.socket_read_timeout = _ANSWER_S
    return opened


def _apprise() -> ModuleType:
    try:
        import apprise
    except ModuleNotFoundError as error:
        raise AlertError("alerts need Apprise; install it by: pip install callboard[notify]") from error
    return apprise
