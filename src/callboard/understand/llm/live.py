"""Asking an endpoint that speaks the OpenAI chat protocol, one part of a document at a time."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from callboard.errors import CallboardError
from callboard.model import Claim, Document
from callboard.understand.llm.batch import parts_of, read_responses
from callboard.understand.llm.grounding import AnswerError
from callboard.understand.llm.prompt import body_of
from callboard.understand.llm.second import read_answers
from callboard.understand.reader import Reader


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to ask, and how much."""

    url: str
    model: str
    key: str  # "": the endpoint wants none
    answer_tokens: int
    timeout: float = 120.0  # seconds that one try may take
    retries: int = 2  # after a time-out, 429 or 5xx; the client waits longer each time
    token_limit: int | None = None  # of questions and answers of one run; None: no limit


def read_live(
    reader: Reader, endpoint: Endpoint, kept: Path | None, say: Callable[[str], None]
) -> Callable[[Document], tuple[Document, list[Claim]]]:
    """
    What `Reader.understand` does, by asking where the built-in reader finds a claim at all; it also takes what gets no
    good answer.

    Args:
        reader: The built-in reader.
        endpoint: Whom to ask.
        kept: File of answers in the batch format; what stands there is not asked again, new answers are added.
        say: Told in one line what fell back or was dropped.

    Raises:
        CallboardError: The client library is not installed, or `kept` is no output of a batch.
    """
    try:
        import openai
    except ModuleNotFoundError as error:
        raise CallboardError("asking a model needs the openai library: pip install 'callboard[llm]'") from error

    client = openai.OpenAI(
        base_url=endpoint.url, api_key=endpoint.key or "none", timeout=endpoint.timeout, max_retries=endpoint.retries
    )
    responses: dict[str, str | AnswerError] = {}
    if kept is not None and kept.exists():
        with kept.open(encoding="utf-8") as lines:
            responses = read_responses(lines)
    spent = 0

    def ask(document: Document) -> None:
        nonlocal spent
        for part in parts_of(document):
            if isinstance(responses.get(part.custom_id), str):
                continue
            if endpoint.token_limit is not None and spent >= endpoint.token_limit:
                responses[part.custom_id] = AnswerError(f"the limit of {endpoint.token_limit} tokens is reached")
                return
            try:
                body = body_of(document, part.text, endpoint.model, endpoint.answer_tokens)
                answer = client.post("/chat/completions", body=body, cast_to=object)
            except (openai.OpenAIError, ValueError) as error:
                # The library's message may hold what the server sent, so only its kind is told.
                status = getattr(error, "status_code", None)
                kind = f"{type(error).__name__}{f' {status}' if status else ''}"
                responses[part.custom_id] = AnswerError(f"the model could not be asked ({kind})")
                return
            line = json.dumps({"custom_id": part.custom_id, "response": {"status_code": 200, "body": answer}})
            responses.update(read_responses([line]))
            used = answer.get("usage") if isinstance(answer, dict) else None
            total = used.get("total_tokens") if isinstance(used, dict) else None
            # Who does not count is counted at four characters a token.
            spent += total if isinstance(total, int) else len(json.dumps(body) + line) // 4
            if kept is not None and isinstance(responses[part.custom_id], str):
                with kept.open("a", encoding="utf-8") as out:
                    out.write(line + "\n")

    understand = read_answers(reader, responses, say)

    def asked(document: Document) -> tuple[Document, list[Claim]]:
        builtin = reader.understand(document)
        if not builtin[1]:
            return builtin  # says nothing of a production: not worth a call
        ask(document)
        return understand(document)

    return asked
