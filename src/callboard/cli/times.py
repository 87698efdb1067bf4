"""`callboard times`: the time expressions of texts as TIMEX3."""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import Any, TextIO

import click

from callboard.understand.times_timex import find_timexes


@click.command("times")
@click.argument("source", type=click.File("r", encoding="utf-8"), default="-")
def command(source: TextIO) -> None:
    """
    Find the time expressions of texts.

    Reads JSON lines {"id", "dct", "text"} from SOURCE (default: standard input), `dct` being the day the text was
    written, and writes {"id", "spans": [{"start", "end", "type", "value"}]} in TIMEX3. A line that is none of that is
    named on standard error and skipped; the exit code is then 1.

    \b
    Example:
        echo '{"id": "a", "dct": "2017-06-10", "text": "It starts next month."}' | callboard times
    """
    failed = 0
    for number, line in enumerate(source, 1):
        if not line.strip():
            continue
        try:
            identifier, created, text = _read_line(line)
        except ValueError as error:
            failed += 1
            click.echo(f"{source.name}, line {number}: {error}", err=True)
            continue
        spans = [timex.to_json() for timex in find_timexes(text, created)]
        click.echo(json.dumps({"id": identifier, "spans": spans}, ensure_ascii=False))
    if failed:
        sys.exit(1)


def _read_line(line: str) -> tuple[Any, dt.date, str]:
    """
    The id, day and text of a line.

    Raises:
        ValueError: It is no JSON object with a text and a day.
    """
    try:
        data = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON ({error.msg}); write one object a line") from error
    if not isinstance(data, dict) or not isinstance(data.get("text"), str):
        raise ValueError('no "text"; write {"id": ..., "dct": "2017-06-10", "text": "..."}')
    day = str(data.get("dct") or "")
    compact = day[:10] if "-" in day else f"{day[:4]}-{day[4:6]}-{day[6:8]}"
    try:
        return data.get("id"), dt.date.fromisoformat(compact), data["text"]
    except ValueError:
        raise ValueError(f'"dct" is no day: {day[:40]!r}; write it as 2017-06-10') from None
