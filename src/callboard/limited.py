"""
Tools that read and understand in a child process within limits, so that no page can stop or fill the program.

What they give is the same as what the tools themselves give. A page that goes beyond the limits is a problem of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from callboard.errors import CallboardError
from callboard.intake import Tools, load_tools
from callboard.model import Claim, Document, Problem
from callboard.read.child import Child, Handlers, Limits
from callboard.read.lines import is_json_lines, split_lines
from callboard.settings import Settings


@dataclass(frozen=True, slots=True)
class LimitedTools:
    """Makes limited tools when it is called; two with the same fields are equal, so a process keeps what it has."""

    limits: Limits
    make_tools: Callable[[], Tools] = load_tools

    def __call__(self) -> Tools:
        child = start_child(self.limits, self.make_tools)
        return Tools(partial(_read, child), _Understanding(child))


@dataclass(frozen=True, slots=True)
class _Understanding:
    child: Child

    def understand(self, document: Document) -> tuple[Document, list[Claim]]:
        answer: tuple[Document, list[Claim]] = self.child.ask("understand", document)
        return answer


def limits_from(settings: Settings) -> Limits:
    """The limits that the settings `page_cpu_s`, `page_wall_s` and `page_memory_mb` give."""
    return Limits(
        cpu_s=settings.number("page_cpu_s"),
        wall_s=settings.number("page_wall_s"),
        memory_mb=int(settings.number("page_memory_mb")),
    )


def start_child(limits: Limits, make_tools: Callable[[], Tools] = load_tools) -> Child:
    """A child that can be asked to `read`, `read_line` and `understand`; it loads while the caller goes on."""
    child = Child(partial(_handlers, make_tools), limits)
    child.start()
    return child


def _handlers(make_tools: Callable[[], Tools]) -> Handlers:
    from callboard.read.source import read_line

    tools = make_tools()

    def read(path: Path | None, data: bytes, url: str | None, charset: str | None, today: dt.date | None) -> object:
        return list(tools.read(path, data, url=url, charset=charset, **({} if today is None else {"today": today})))

    return {"read": read, "read_line": read_line, "understand": tools.reader.understand}


def _read(
    child: Child,
    path: Path | None,
    data: bytes,
    *,
    url: str | None = None,
    charset: str | None = None,
    today: dt.date | None = None,
) -> Iterator[Document | Problem]:
    where = url or (str(path) if path else "standard input")
    if not is_json_lines(path, data):
        yield from _asked(child, where, "read", path, data, url, charset, today)
        return
    for number, line in split_lines(data):  # each has the limits for itself
        yield from _asked(child, f"{where}, line {number}", "read_line", where, number, line)


def _asked(child: Child, where: str, name: str, *args: object) -> list[Document | Problem]:
    try:
        answer = child.ask(name, *args)
    except CallboardError as error:
        return [Problem(where, str(error))]
    return answer if isinstance(answer, list) else [answer]
