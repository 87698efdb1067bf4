"""
Promises that the product makes, each with a number that is measured: `make proof` prints a line for each.

A test that is marked `@pytest.mark.promise(N)` shows a part of promise N. In the usual run it does so with a small amount of
work; `pytest --proof` runs these tests alone, with the whole amount, and prints what they counted.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import pytest

PROMISES = {
    1: "an intake killed at any point: nothing acknowledged lost, nothing twice, no half document",
    2: "a worker over archives killed: the same bytes as undisturbed",
    3: "everything read again, shuffled, by several at once: the same ledger",
    4: "a fault at every step of writing: the old or the new state",
    5: "disk full: a clear error, the ledger is readable, running it again completes",
    6: "what was true as of a day never changes",
    7: "the database itself refuses change and removal",
    8: "hostile addresses: no connection to what is not public",
    9: "hostile bodies: bounded memory, ended in time, the crawl goes on",
    14: "the same bytes by any number of processes, order, locale, zone, hash seed",
    15: "robots and pauses are kept",
}


@dataclass(frozen=True)
class Proof:
    """How much a test is to do, and what it measured."""

    whole: bool
    properties: list[tuple[str, object]]

    def amount(self, quick: int, whole: int) -> int:
        return whole if self.whole else quick

    def count(self, what: str, number: int = 1) -> None:
        """Adds to what the tests of the promise counted."""
        self.properties.append(("counted", (what, number)))

    def most(self, what: str, number: float) -> None:
        """The largest of what the tests of the promise measured is told."""
        self.properties.append(("measured", (what, number)))


@pytest.fixture
def proof(request: pytest.FixtureRequest) -> Proof:
    return Proof(request.config.getoption("--proof"), request.node.user_properties)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--proof", action="store_true", help="the tests of promises alone, with the whole amount of work")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "promise(number): shows a part of a promise; see tests/promises.py")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if (marker := item.get_closest_marker("promise")) is not None:
            item.user_properties.append(("promise", marker.args[0]))
    if config.getoption("--proof"):
        others = [item for item in items if item.get_closest_marker("promise") is None]
        items[:] = sorted(
            (item for item in items if item not in others), key=lambda item: item.get_closest_marker("promise").args[0]
        )
        config.hook.pytest_deselected(items=others)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if not config.getoption("--proof"):
        return
    outcomes: defaultdict[int, set[str]] = defaultdict(set)
    counted: defaultdict[int, dict[str, float]] = defaultdict(dict)
    for outcome in ("passed", "failed", "error", "skipped"):
        for report in terminalreporter.getreports(outcome):
            number = dict(report.user_properties).get("promise")
            if number is None or (outcome == "passed" and report.when != "call"):
                continue
            outcomes[number].add(outcome)
            known = counted[number]
            for kind, value in report.user_properties:
                if kind == "counted":
                    known[value[0]] = known.get(value[0], 0) + value[1]
                elif kind == "measured":
                    known[value[0]] = max(known.get(value[0], 0), value[1])
    terminalreporter.section("promises")
    for number, found in sorted(outcomes.items()):
        said = "BROKEN" if found & {"failed", "error"} else "kept" if "passed" in found else "not shown"
        said += " (in part: some were skipped)" if "passed" in found and "skipped" in found else ""
        figures = ", ".join(f"{value:,.6g} {what}" for what, value in counted[number].items())
        terminalreporter.write_line(f"{number:2}. {PROMISES[number]}: {said}; {figures}")
