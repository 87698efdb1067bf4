"""`callboard understand`: documents in, claims out, as JSON Lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from callboard.cli.options import settings_with
from callboard.cli.readers import open_second, reader_option, say

if TYPE_CHECKING:
    from callboard.model import Document, Json
    from callboard.settings import Settings
    from callboard.understand.llm.second import SecondReader


@click.command("understand")
@click.option(
    "--documents", is_flag=True, help="Write the fields of the document beside its claims, as `record` reads them."
)
@reader_option
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
@click.option("--model", default=None, metavar="NAME", help="The model, as its service calls it; else llm_model.")
@click.option(
    "--url", metavar="URL", help="Ask this endpoint of the OpenAI chat protocol; else llm_url. Its key is llm_key."
)
@click.option(
    "--token-limit", type=click.IntRange(min=0), help="Make no call that might pass so many tokens; 0: no limit."
)
@click.option("--timeout", type=click.FloatRange(min=0.01), help="Seconds that one try may take.")
@click.option("--answer-tokens", type=click.IntRange(min=1), help="Longest answer that the requests allow.")
def command(
    documents: bool, which: str, requests: Path | None, responses: Path | None, model: str | None, url: str | None,
    token_limit: int | None, timeout: float | None, answer_tokens: int | None,
) -> None:  # fmt: skip
    """
    Read documents as JSON Lines on stdin and write the claims that each makes.

    A line in is {"id", "url", "outlet", "headline", "text", "published": EDTF or null}; a line out is {"id",
    "published", "claims": [...]}. A document without a date gets one inferred as an interval. With --reader llm or
    both, each claim has the name of its reader.

    \b
    Example:
        callboard read page.html | callboard understand | jq .claims
        callboard understand --reader both --url http://localhost:11434/v1 --model NAME < documents.jsonl
        callboard understand --reader llm --model NAME --requests ask.jsonl < documents.jsonl
        callboard understand --reader llm --responses answers.jsonl < documents.jsonl
    """
    if which == "builtin" and (requests or responses or url):
        raise click.UsageError("--requests, --responses and --url go with --reader llm or both")
    if requests is not None and (responses is not None or url is not None):
        raise click.UsageError("--requests only writes what would be asked; give --responses or --url the next time")
    settings = settings_with(
        llm_url=url,
        llm_model=model,
        llm_token_limit=token_limit,
        llm_timeout_s=timeout,
        llm_answer_tokens=answer_tokens,
    )
    problems = _Problems()
    if requests is not None:
        _write_requests(requests, settings, problems)
    else:
        if responses is not None and url is None and not responses.exists():
            raise click.UsageError(f"--responses: there is no {responses}")
        with ExitStack() as stack:
            if which == "builtin":
                lines = _read_builtin(_lines(problems))
            else:
                second = open_second(settings, which, ask=responses is None or url is not None, kept=responses)
                stack.enter_context(second)
                ahead = 2 * int(settings.number("llm_parallel")) if responses is None or url is not None else 0
                lines = _read_second(second, _lines(problems), ahead)
            for line, read in lines:
                click.echo(json.dumps(_written(line, read, documents), ensure_ascii=False))
    sys.exit(1 if problems.count else 0)


@dataclass(frozen=True, slots=True)
class _Line:
    """A document with what the line called it."""

    id: object  # None: nothing
    document: Document


@dataclass(frozen=True, slots=True)
class _Read:
    document: Document
    claims: list[Json]


@dataclass
class _Problems:
    count: int = 0


def _lines(problems: _Problems) -> Iterator[_Line]:
    """The documents on stdin; a line that is none is told and counted."""
    from callboard.errors import CallboardError
    from callboard.model import Document

    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            if not isinstance(data, dict):
                raise CallboardError("not a JSON object")
            document = Document.from_json(data)
            if not document.text.strip() and not document.headline.strip():
                raise CallboardError("neither text nor headline, so nothing to read")
            if not _is_unicode(document.headline) or not _is_unicode(document.text):
                raise CallboardError("half a surrogate pair in it, decode the page anew")
            yield _Line(data.get("id"), document)
        except (ValueError, RecursionError, CallboardError) as error:
            say(f"line {number}: {error}; each line must be one JSON object with a text")
            problems.count += 1


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _read_builtin(lines: Iterator[_Line]) -> Iterator[tuple[_Line, _Read]]:
    from callboard.catalogue.starter import load_catalogue
    from callboard.understand.reader import Reader

    reader = Reader.load(load_catalogue())
    for line in lines:
        document, claims = reader.understand(line.document)
        yield line, _Read(document, [claim.to_json() for claim in claims])


def _read_second(second: SecondReader, lines: Iterator[_Line], ahead: int) -> Iterator[tuple[_Line, _Read]]:
    from callboard.model import BUILTIN
    from callboard.understand.llm.second import look_ahead

    for line in look_ahead(lines, lambda line: second.start(line.document), ahead):
        document, claims = second.understand(line.document)
        yield line, _Read(document, [claim.to_json() | {"reader": claim.reader or BUILTIN} for claim in claims])


def _written(line: _Line, read: _Read, documents: bool) -> Json:
    published = str(read.document.published) if read.document.published else None
    out = read.document.to_json() if documents else {"id": line.id, "published": published}
    out["id"] = line.id or out["id"]
    out["claims"] = read.claims
    return out


def _write_requests(path: Path, settings: Settings, problems: _Problems) -> None:
    """Writes one request for each part of each document on stdin that is worth it, and no request twice."""
    from callboard.catalogue.starter import load_catalogue
    from callboard.understand.llm.batch import requests_of
    from callboard.understand.reader import Reader

    model = settings.text("llm_model")
    if not model:
        raise click.UsageError("--requests needs --model NAME, as the service calls it")
    reader = Reader.load(load_catalogue())
    written: set[str] = set()
    passed = 0
    with path.open("w", encoding="utf-8") as out:
        for line in _lines(problems):
            if not reader.understand(line.document)[1]:
                passed += 1
                continue
            for request in requests_of(line.document, model, int(settings.number("llm_answer_tokens"))):
                if request["custom_id"] not in written:
                    written.add(request["custom_id"])
                    out.write(json.dumps(request) + "\n")  # escaped: a text may hold half a surrogate pair
    say(f"{len(written)} requests -> {path}; {passed} documents claim nothing and are not asked about")
