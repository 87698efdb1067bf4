"""`callboard understand`: documents in, claims out, as JSON Lines."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from callboard.model import Claim


@click.command("understand")
@click.option(
    "--documents", is_flag=True, help="Write the fields of the document beside its claims, as `record` reads them."
)
@click.option(
    "--reader",
    "which",
    type=click.Choice(["builtin", "llm"]),
    default="builtin",
    help="Who reads: callboard itself, or a language model by batch files.",
)
@click.option(
    "--requests",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what the model would be asked, in the OpenAI batch format, and no claims.",
)
@click.option(
    "--responses",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Take the claims from the answers of such a batch; with --url, keep answers there and ask none twice.",
)
@click.option("--model", default="", metavar="NAME", help="The model that the requests name.")
@click.option(
    "--url",
    metavar="URL",
    help="Ask this endpoint of the OpenAI chat protocol; its key is taken from CALLBOARD_LLM_KEY.",
)
@click.option("--token-limit", type=click.IntRange(min=1), help="With --url: ask no more after so many tokens.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.01),
    default=120.0,
    show_default=True,
    help="With --url: seconds that one try may take.",
)
@click.option(
    "--answer-tokens",
    type=click.IntRange(min=1),
    default=4000,
    show_default=True,
    help="Longest answer that the requests allow.",
)
def command(
    documents: bool, which: str, requests: Path | None, responses: Path | None, model: str, url: str | None,
    token_limit: int | None, timeout: float, answer_tokens: int,
) -> None:  # fmt: skip
    """
    Read documents as JSON Lines on stdin and write the claims that each makes.

    A line in is {"id", "url", "outlet", "headline", "text", "published": EDTF or null}; a line out is {"id",
    "published", "claims": [...]}. A document without a date gets one inferred as an interval.

    \b
    Example:
        callboard read page.html | callboard understand | jq .claims
        callboard understand --reader llm --model NAME --requests ask.jsonl < documents.jsonl
        callboard understand --reader llm --responses answers.jsonl < documents.jsonl
    """
    from callboard.catalogue.starter import load_catalogue
    from callboard.errors import CallboardError
    from callboard.model import Document
    from callboard.understand.reader import Reader

    if which == "llm" and sum((requests is not None, responses is not None or url is not None)) != 1:
        raise click.UsageError("--reader llm needs --requests OUT.jsonl, --responses IN.jsonl or --url URL")
    if which == "builtin" and (requests or responses or url):
        raise click.UsageError("--requests, --responses and --url go with --reader llm")
    if requests is not None:
        if not model:
            raise click.UsageError("--requests needs --model NAME, as the service calls it")
        sys.exit(_write_requests(requests, model, answer_tokens))
    reader = Reader.load(load_catalogue())
    understand: Callable[[Document], tuple[Document, list[Claim]]] = reader.understand
    if url is not None:
        from callboard.understand.llm.live import Endpoint, read_live

        if not model:
            raise click.UsageError("--url needs --model NAME, as the endpoint calls it")
        key = os.environ.get("CALLBOARD_LLM_KEY", "")
        endpoint = Endpoint(url, model, key, answer_tokens, timeout=timeout, token_limit=token_limit)
        understand = read_live(reader, endpoint, responses, lambda message: click.echo(message, err=True))
    elif responses is not None:
        if not responses.exists():
            raise click.UsageError(f"--responses: there is no {responses}")
        from callboard.understand.llm.second import read_batch

        understand = read_batch(reader, responses, lambda message: click.echo(message, err=True))
    bad = 0
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            if not isinstance(data, dict):
                raise CallboardError("not a JSON object")
            document, claims = understand(Document.from_json(data))
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


def _write_requests(path: Path, model: str, answer_tokens: int) -> int:
    """Writes one request for each part of each document on stdin; 1 when a line was no document."""
    from callboard.errors import CallboardError
    from callboard.model import Document
    from callboard.understand.llm.batch import requests_of

    bad = 0
    with path.open("w", encoding="utf-8") as out:
        for number, line in enumerate(sys.stdin, 1):
            if not line.strip():
                continue
            try:
                data = json.loads(line)
                if not isinstance(data, dict):
                    raise CallboardError("not a JSON object")
                document = Document.from_json(data)
            except (json.JSONDecodeError, CallboardError) as error:
                click.echo(f"line {number}: {error}; each line must be one JSON object with a text", err=True)
                bad += 1
                continue
            for request in requests_of(document, model, answer_tokens):
                out.write(json.dumps(request, ensure_ascii=False) + "\n")
    return 1 if bad else 0
