"""`callboard record`: documents with their claims on stdin, into the ledger."""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import IO, TYPE_CHECKING

import click

from callboard.cli.options import ledger_option, open_ledger_for

if TYPE_CHECKING:
    from callboard.model import Claim, Document


@click.command("record")
@click.argument("source", type=click.File("r", encoding="utf-8"), default="-")
@ledger_option
def command(source: IO[str], ledger: str | None) -> None:
    """
    Record documents with their claims, one JSON object a line.

    A line holds the fields of a document ({"url", "outlet", "headline", "text", "published"}) and "claims", as `callboard
    understand` writes them. A claim's quote must be the document's own words. A bad line is named on stderr, the rest
    goes on, and the exit status is 1.

    \b
    Example:
        callboard record documents.jsonl
    """
    from callboard.errors import CallboardError, LedgerError

    documents = new = problems = 0
    with open_ledger_for(ledger, create=True, read_only=False) as recorded:
        for number, line in enumerate(source, start=1):
            if not line.strip():
                continue
            try:
                document, claims = _read_line(line)
            except CallboardError as error:
                problems += 1
                click.echo(f"callboard: line {number}: {error}", err=True)
                continue
            try:
                new += recorded.append(document, claims, learned=dt.datetime.now(dt.UTC))
            except LedgerError as error:
                if error.__cause__ is not None and not isinstance(error.__cause__, UnicodeError):
                    raise  # the ledger, not the line
                problems += 1
                click.echo(f"callboard: line {number}: {error}", err=True)
                continue
            documents += 1
        recorded.link_copies()  # while their texts are there
        address = recorded.address
    click.echo(f"{documents} documents, {new} new claims, {problems} problems -> {address}", err=True)
    if problems:
        sys.exit(1)


def _read_line(line: str) -> tuple[Document, list[Claim]]:
    from callboard.errors import CallboardError
    from callboard.model import Claim, Document

    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise CallboardError(f"not JSON: {error}") from error
    if not isinstance(data, dict):
        raise CallboardError(f"expected a JSON object, found {type(data).__name__}")
    if not isinstance(data.get("text"), str):
        raise CallboardError("no text; a line holds the document's fields along with its claims")
    document = Document.from_json(data)
    claims = data.get("claims") or []
    if not isinstance(claims, list) or not all(isinstance(claim, dict) for claim in claims):
        raise CallboardError("claims is not a list of objects")
    return document, [Claim.from_json(_with_span(document, claim)) for claim in claims]


def _with_span(document: Document, claim: dict[str, object]) -> dict[str, object]:
    """The claim with the place of its quote, found in the text where it was not given."""
    quote = claim.get("quote")
    if claim.get("span") or not isinstance(quote, str):
        return claim
    for part in ("text", "headline"):
        start = document.part(part).find(quote)
        if start >= 0:
            return claim | {"span": [part, start, start + len(quote)]}
    return claim
