"""`callboard understand`: documents in, claims out, as JSON Lines."""

from __future__ import annotations

import json
import sys

import click


@click.command("understand")
@click.option(
    "--documents", is_flag=True, help="Write the fields of the document beside its claims, as `record` reads them."
)
def command(documents: bool) -> None:
    """
    Read documents as JSON Lines on stdin and write the claims that each makes.

    A line in is {"id", "url", "outlet", "headline", "text", "published": EDTF or null}; a line out is {"id",
    "published", "claims": [...]}. A document without a date gets one inferred as an interval.

    \b
    Example:
        callboard read page.html | callboard understand | jq .claims
    """
    from callboard.catalogue.starter import load_catalogue
    from callboard.errors import CallboardError
    from callboard.model import Document
    from callboard.understand.reader import Reader

    reader = Reader.load(load_catalogue())
    bad = 0
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            if not isinstance(data, dict):
                raise CallboardError("not a JSON object")
            document, claims = reader.understand(Document.from_json(data))
        except (json.JSONDecodeError, CallboardError) as error:
            click.echo(f"line {number}: {error}; each line must be one JSON object with a text", err=True)
            bad += 1
            continue
        out = (
            document.to_json()
            if documents
            else {"id": data.get("id"), "published": str(document.published) if document.published else None}
        )
        out["id"] = data.get("id") or out["id"]
        out["claims"] = [claim.to_json() for claim in claims]
        click.echo(json.dumps(out, ensure_ascii=False))
    sys.exit(1 if bad else 0)
