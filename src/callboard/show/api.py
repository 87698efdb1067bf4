"""
The answers of `/api/v1`: pages of rows and claims by cursor, a table as CSV, and the OpenAPI document that describes them.

A cursor is the id of the last item that was given, so that it means the same after the ledger grew.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from typing import Any

from callboard.errors import CallboardError
from callboard.model import Json, Milestone, Stage
from callboard.show import words
from callboard.show.changed import MOST_DAYS, change_json
from callboard.show.elsewhere import statuses
from callboard.show.outlook import range_of
from callboard.show.views import AnswerView, BoardRow, BoardView, ChangesView, EvidenceView

MOST = 200  # items on one page
USUAL = 50
VERDICT_ADDRESS = "/api/v1/claims/{claim}/verdict"  # where `edits` takes them
# With which a spreadsheet takes a cell for a formula; some read the wide forms of East Asian keyboards so, too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


class BadCursor(CallboardError):
    """A cursor that names nothing in the list."""


def board_page(view: BoardView, limit: int, cursor: str | None) -> Json:
    """
    The rows after the cursor, at most `limit`; `next` is the cursor of the page after, None on the last one.

    Raises:
        BadCursor: The cursor is no row of the board.
    """
    start = _after([row.slug for row in view.rows], cursor)
    rows = view.rows[start : start + limit]
    return {
        "as_of": view.as_of.isoformat(),
        "total": view.total,
        "next": rows[-1].slug if rows and start + limit < len(view.rows) else None,
        "productions": [row.to_json() | {"status": statuses(row.judgement, row.kind)} for row in rows],
    }


def production_page(view: AnswerView) -> Json:
    """One production without its claims, which have a list of their own."""
    data = {name: value for name, value in view.to_json().items() if name != "claims"}
    return data | {"status": statuses(view.judgement, view.kind)}


def claims_page(view: AnswerView, limit: int, cursor: str | None, *, spoilers: bool) -> Json:
    """
    The claims after the cursor, newest first; those on the plot only where `spoilers` asks for them.

    Raises:
        BadCursor: The cursor is no claim of the production.
    """
    shown = [each for each in view.evidence if spoilers or not each.is_spoiler]
    start = _after([each.report.id for each in shown], cursor)
    part = shown[start : start + limit]
    return {
        "as_of": view.as_of.isoformat(),
        "id": view.slug,
        "total": len(shown),
        "next": part[-1].report.id if part and start + limit < len(shown) else None,
        "claims": [_claim(each) for each in part],
    }


def changes_page(view: ChangesView, limit: int, cursor: str | None) -> Json:
    """
    The changes after the cursor, newest first.

    Raises:
        BadCursor: The cursor is none of the changes.
    """
    start = _after([each.id for each in view.changes], cursor)
    part = view.changes[start : start + limit]
    return {
        "as_of": view.as_of.isoformat(),
        "since": (view.since + dt.timedelta(1)).isoformat(),
        "total": len(view.changes),
        "next": part[-1].id if part and start + limit < len(view.changes) else None,
        "changes": [change_json(each) for each in part],
    }


def board_table(rows: Sequence[BoardRow]) -> str:
    """The rows as CSV (RFC 4180), days as YYYY-MM-DD; no cell is taken for a formula by a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        [
            "id",
            "title",
            "season",
            "platform",
            "group",
            "stage",
            "stage_p",
            "premiere_first",
            "premiere_last",
            "last_said",
            "origins",
        ]
    )
    for row in rows:
        premiere = range_of(row.judgement.milestones[Milestone.RELEASE], row.judgement.as_of)
        cells = (
            row.slug,
            row.production.title,
            row.production.season,
            row.platform,
            row.group,
            row.stage,
            round(row.stage_p, 4),
            premiere.first,
            premiere.last,
            row.last_said,
            row.origins,
        )
        writer.writerow([_cell(cell) for cell in cells])
    return out.getvalue()


def openapi(version: str, *, takes_verdicts: bool = False) -> Json:
    """The OpenAPI 3.1 document of these answers, and of the address of `edits` where that is served."""
    stages = [str(stage) for stage in Stage]
    text = {"type": "string", "maxLength": 200}
    board = [
        _parameter("stage", "Only what is most likely in this stage.", {"type": "string", "enum": stages}),
        _parameter("platform", "Only what this platform shows.", text),
        _parameter("query", "Only titles that have this in their name.", text),
        _parameter("country", "Only what this country makes, by its name or ISO 3166 code.", text),
        _parameter("family", "Only titles of this family, such as Star Wars.", text),
        _parameter("place", "Only what is shot here; a region or a country has all that lies in it.", text),
        _parameter("filming", "1: only what is being shot.", {"type": "string"}),
        _parameter("changed", "1: only what changed in the last seven days.", {"type": "string"}),
        _parameter("all", "1: also what is long out, dropped or silent.", {"type": "string"}),
    ]
    day = _parameter("as_of", "The day of the answer; today if absent.", {"type": "string", "format": "date"})
    paging = [
        _parameter("limit", "Items on a page.", {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}),
        _parameter("cursor", "`next` of the page before.", {"type": "string"}),
    ]
    identity = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    name = {"name": "name", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
    works = [
        _parameter("kind", "Which work of this name.", {"type": "string", "enum": ["film", "series"]}),
        _parameter("year", "Year of its first release.", {"type": "integer"}),
    ]
    production = [identity, *works, day]
    spoilers = _parameter("spoilers", "1: also claims on the plot.", {"type": "string"})
    where = "/api/v1/productions/{id}"
    days = {"type": "integer", "minimum": 1, "maximum": MOST_DAYS, "default": 30}
    changes = [
        _parameter("days", "How many days up to `as_of`.", days),
        _parameter("since", "From this day on; instead of `days`.", {"type": "string", "format": "date"}),
        _parameter("title", "Only titles that have this in their name.", {"type": "string", "maxLength": 200}),
        _parameter("event", "Only these: an axis or what is held now, by commas.", {"type": "string"}),
        _parameter(
            "probability", "Only what is at least so likely now.", {"type": "number", "minimum": 0, "maximum": 1}
        ),
        _parameter("as_published", "1: as if each article had been read on its day.", {"type": "string"}),
    ]
    return {
        "openapi": "3.1.0",
        "info": {"title": "callboard", "version": version},
        "paths": {
            "/api/v1/board": _get("The board.", [*board, day, *paging], "Board"),
            "/api/v1/board.csv": _get("The board as a table.", [*board, day], "", "text/csv"),
            where: _get("One production.", production, "Production"),
            f"{where}/claims": _get("What was said of it.", [*production, spoilers, *paging], "Claims"),
            f"{where}/linked-data": _get("The same by schema.org.", production, "Linked", "application/ld+json"),
            "/api/v1/titles/{id}": _get("All seasons of a title.", production, "Title"),
            "/api/v1/people/{name}": _get("Who was cast or hired for what.", [name, day], "Name"),
            "/api/v1/outlets/{name}": _get("What an outlet reported, and its record.", [name, day], "Name"),
            "/api/v1/places/{name}": _get("What is made in a place.", [name, day], "Name"),
            "/api/v1/changes": _get("What changed.", [*changes, day, *paging], "Changes"),
            "/api/v1/openapi.json": _get("This document.", [], "Document"),
            **({VERDICT_ADDRESS.replace("{claim}", "{id}"): _verdict(identity)} if takes_verdicts else {}),
        },
        "components": {
            "schemas": {
                "Board": _object("as_of", "total", "next", "productions"),
                "Production": _object("id", "title", "season", "as_of", "answer", "stage", "milestones", "status"),
                "Claims": _object("as_of", "id", "total", "next", "claims"),
                "Title": _object("as_of", "id", "title", "answer", "seasons", "median_gap_days"),
                "Name": _object("as_of", "kind", "name", "total", "productions"),
                "Changes": _object("as_of", "since", "total", "next", "changes"),
                "Linked": _object("@context", "@type", "name", "creativeWorkStatus"),
                "Document": _object("openapi", "info", "paths"),
                "Written": _object("claim", "verdict", "changes", "reason", "learned"),
                "Error": {
                    "type": "object",
                    "required": ["error"],
                    "properties": {"error": _object("status", "message", "near")},
                },
            },
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _after(ids: Sequence[str], cursor: str | None) -> int:
    if cursor is None:
        return 0
    try:
        return ids.index(cursor) + 1
    except ValueError:
        raise BadCursor(f"cursor: {cursor[:80]!r} is not on this list; begin without one") from None


def _claim(each: EvidenceView) -> Json:
    return each.report.to_json() | {"voice": each.voice, "stage_shift": round(each.shift, 4)}


def _cell(value: object) -> str:
    text = "" if value is None else words.clean(str(value))
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text


def _parameter(name: str, description: str, schema: Json) -> Json:
    """A parameter that counts as absent where it is empty, as a form sends what was not filled in."""
    narrow = set(schema) - {"maxLength"} != {"type"} or schema["type"] != "string"
    allowed: Json = {"anyOf": [schema, {"type": "string", "maxLength": 0}]} if narrow else schema
    return {"name": name, "in": "query", "description": description, "schema": allowed}


def _object(*required: str) -> Json:
    return {"type": "object", "required": list(required)}


def _verdict(identity: Json) -> Json:
    """The address that takes verdicts, see `edits`."""
    value = {"type": ["string", "integer", "null"]}
    verdict = {
        "type": "object",
        "required": ["verdict", "reason"],
        "additionalProperties": False,
        "properties": {
            "verdict": {"type": "string", "enum": ["confirmed", "rejected", "corrected"]},
            "reason": {"type": "string", "minLength": 1},
            "changes": {"type": "object", "additionalProperties": value},
        },
    }
    written = {"$ref": "#/components/schemas/Written"}
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {
        "post": {
            "summary": "Judge a claim: the text says so, does not, or says something else.",
            "parameters": [identity],
            "security": [{"token": []}],
            "requestBody": {"required": True, "content": {"application/json": {"schema": verdict}}},
            "responses": {
                "201": {"description": "What was written.", "content": {"application/json": {"schema": written}}},
                "default": {"description": "Why nothing was.", "content": error},
            },
        }
    }


def _get(summary: str, parameters: Sequence[Json], schema: str, kind: str = "application/json") -> Json:
    shape: dict[str, Any] = {"$ref": f"#/components/schemas/{schema}"} if schema else {"type": "string"}
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {
        "get": {
            "summary": summary,
            "parameters": list(parameters),
            "responses": {
                "200": {"description": "The answer, with an ETag.", "content": {kind: {"schema": shape}}},
                "304": {"description": "The answer you have still holds."},
                "default": {"description": "Why there is none.", "content": error},
            },
        }
    }
