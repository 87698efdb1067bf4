"""`callboard judge`: claims about productions on stdin, a judgement of each on stdout, as JSON Lines."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from callboard.model import Season

_KINDS = ("season", "miniseries", "film")


@click.command("judge")
@click.argument("source", type=click.File("r", encoding="utf-8"), default="-")
def command(source: Any) -> None:
    """
    Judge where productions stand, one JSON object a line.

    Reads {"id", "as_of", "title", "season", "kind", "platform", "claims": [{"event", "time", "modality", "source",
    "outlet", "said"}], "earlier": [{"season", "order", "filming_start", "filming_end", "release"}]}; any but id, as_of
    and title may be absent. Writes {"id", "stage", "decision", "milestones"}. A bad line is named on stderr, the rest
    goes on, and the exit status is 1.

    \b
    Example:
        echo '{"id": "a", "as_of": "2017-06-10", "title": "Luke Cage", "season": 2}' | callboard judge
    """
    from callboard.errors import CallboardError

    failed = False
    for number, line in enumerate(source, start=1):
        if not line.strip():
            continue
        try:
            answer = _judge_line(line)
        except CallboardError as error:
            failed = True
            click.echo(f"line {number}: {error}", err=True)
            continue
        click.echo(json.dumps(answer, ensure_ascii=False))
    if failed:
        sys.exit(1)


def _judge_line(line: str) -> dict[str, Any]:
    """The answer to one line of input."""
    import datetime as dt

    from callboard.errors import CallboardError
    from callboard.judge.judgement import judge
    from callboard.judge.seasons import reports_for
    from callboard.model import Production, Report

    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise CallboardError(f"not JSON: {error}") from error
    if not isinstance(data, dict):
        raise CallboardError(f"expected a JSON object, found {type(data).__name__}")
    for name in ("id", "as_of", "title"):
        if data.get(name) is None:
            raise CallboardError(f"{name} is missing; a line needs id, as_of and title")
    if not isinstance(data["title"], str) or not isinstance(data["as_of"], str):
        raise CallboardError("title and as_of are texts")
    try:
        as_of = dt.date.fromisoformat(data["as_of"])
    except ValueError as error:
        raise CallboardError(f"as_of {data['as_of']!r:.60} is not a day; write YYYY-MM-DD") from error
    season, kind, platform = data.get("season"), data.get("kind"), data.get("platform")
    if season is not None and (type(season) is not int or season < 1):
        raise CallboardError(f"season is neither null nor a positive integer: {season!r:.60}")
    if kind is not None and kind not in _KINDS:
        raise CallboardError(f"kind {kind!r:.60} is none of {', '.join(_KINDS)}")
    if platform is not None and not isinstance(platform, str):
        raise CallboardError(f"platform is neither null nor a text: {platform!r:.60}")
    reports = []
    for place, claim in enumerate(_objects(data, "claims"), start=1):
        try:
            # a claim may carry a season of its own, as those that `callboard understand` writes do
            own = {"title": data["title"], "season": claim.get("season") or season}
            reports.append(Report.from_json(claim | own))
        except (CallboardError, ValueError, TypeError) as error:
            raise CallboardError(f"claim {place}: {error}") from error
    earlier = [_season(place, entry) for place, entry in enumerate(_objects(data, "earlier"), start=1)]
    production = Production(data["title"], season)
    about = reports_for(production, reports)
    judgement = judge(production, about, as_of=as_of, kind=kind, platform=platform, earlier=earlier)
    answer = judgement.to_json()
    return {"id": data["id"]} | {name: answer[name] for name in ("stage", "decision", "milestones")}


def _objects(data: dict[str, Any], name: str) -> list[dict[str, Any]]:
    from callboard.errors import CallboardError

    found = data.get(name)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise CallboardError(f"{name} is not a list of objects")
    return found


def _season(place: int, entry: dict[str, Any]) -> Season:
    from callboard.errors import CallboardError
    from callboard.model import Milestone, Season
    from callboard.when import When

    number = entry.get("season")
    if number is not None and (type(number) is not int or number < 1):
        raise CallboardError(f"earlier {place}: season is neither null nor a positive integer: {number!r:.60}")
    dates = {}
    for milestone in Milestone:
        value = entry.get(str(milestone))
        if value is None:
            continue
        if not isinstance(value, str):
            raise CallboardError(f"earlier {place}: {milestone} is not a text: {value!r:.60}")
        try:
            dates[milestone] = When.parse(value)
        except CallboardError as error:
            raise CallboardError(f"earlier {place}: {error}") from error
    return Season(number, dates)
