"""
Verdicts on claims by HTTP, for whoever has the token; there is no such address where no token is set.

`POST /api/v1/claims/ID/verdict` with `Authorization: Bearer TOKEN` and a JSON object: `verdict` (confirmed, rejected or
corrected), `reason`, and for a correction `changes`, from field to value. Errors have the shape of every other one.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from callboard.errors import CallboardError
from callboard.model import Json
from callboard.show.api import VERDICT_ADDRESS
from callboard.show.guard import SecurityHeaders
from callboard.show.words import escape_hidden

# Writes a verdict on a claim (id, verdict, changes, reason) and gives what was written.
Edit: TypeAlias = Callable[[str, str, Mapping[str, str | int | None], str], Json]

LEAST_TOKEN = 16  # characters: 80 bits where each is one of 32
_MOST_BYTES = 16_384
_ADDRESS = re.compile(r"/api/v1/claims/[^/]+/verdict")


def with_edits(pages: ASGIApp, edit: Edit, token: str, *, hosts: tuple[str, ...]) -> ASGIApp:
    """
    The application that takes verdicts beside showing pages.

    Args:
        pages: What answers everything else.
        edit: Writes a verdict; it is called in a thread.
        token: What whoever writes must know, at least `LEAST_TOKEN` characters.
        hosts: As for the pages.
    """

    async def take(request: Request) -> Response:
        given = request.headers.get("authorization", "")
        kind, _, value = given.partition(" ")
        if kind.lower() != "bearer" or not hmac.compare_digest(value.strip().encode(), token.encode()):
            raise HTTPException(401, "a verdict needs the token: Authorization: Bearer TOKEN")
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise HTTPException(415, "send a JSON object, as application/json")
        verdict, changes, reason = _read(await _body(request))
        try:
            written = await run_in_threadpool(edit, request.path_params["claim"], verdict, changes, reason)
        except CallboardError as error:
            raise HTTPException(400, str(error)) from error
        return Response(escape_hidden(json.dumps(written, ensure_ascii=False)), 201, media_type="application/json")

    async def failed(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        text = json.dumps({"error": {"status": error.status_code, "message": error.detail, "near": []}})
        headers = {"WWW-Authenticate": "Bearer"} if error.status_code == 401 else {}
        headers |= {"Allow": "POST"} if error.status_code == 405 else {}
        return Response(text, error.status_code, headers, media_type="application/json")

    edits = SecurityHeaders(
        Starlette(
            routes=[Route(VERDICT_ADDRESS, take, methods=["POST"])],
            middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))],
            exception_handlers={HTTPException: failed},
        )
    )

    async def either(scope: Scope, receive: Receive, send: Send) -> None:
        is_edit = scope["type"] == "http" and _ADDRESS.fullmatch(scope["path"])
        await (edits if is_edit else pages)(scope, receive, send)

    return either


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise HTTPException(413, f"longer than {_MOST_BYTES} bytes")
    return body


def _read(body: bytes) -> tuple[str, Mapping[str, str | int | None], str]:
    """
    Verdict, changes and reason.

    Raises:
        HTTPException: It is not as the head of this module says.
    """
    try:
        data: Any = json.loads(body)
    except ValueError as error:
        raise HTTPException(400, f"not JSON: {error}") from error
    if not isinstance(data, dict) or not data.keys() <= {"verdict", "changes", "reason"}:
        raise HTTPException(400, "send an object with verdict, reason and, for a correction, changes")
    verdict, changes, reason = data.get("verdict"), data.get("changes", {}), data.get("reason")
    if verdict not in ("confirmed", "rejected", "corrected"):
        raise HTTPException(400, "verdict is none of confirmed, rejected, corrected")
    if not isinstance(reason, str) or not isinstance(changes, dict):
        raise HTTPException(400, "reason is a text, changes an object")
    if any(value is not None and type(value) not in (str, int) for value in changes.values()):
        raise HTTPException(400, "changes: each value is a text, a number or null")
    return verdict, changes, reason
