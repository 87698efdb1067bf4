"""Batch files in the OpenAI batch format: what would be asked, and the answers to it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from callboard.errors import CallboardError
from callboard.model import Document, Json
from callboard.understand.llm.grounding import AnswerError, parse_answer
from callboard.understand.llm.prompt import body_of, prompt_version

PART_CHARACTERS = 12_000  # about 3,000 tokens: leaves room in small models
OVERLAP_CHARACTERS = 1_000  # a statement across a cut stands whole in one of the parts


@dataclass(frozen=True, slots=True)
class Part:
    """A run of a document that is asked about at once."""

    custom_id: str  # hash of prompt and document, and the number of the part
    text: str


def parts_of(document: Document) -> list[Part]:
    """The overlapping parts of a document, at least one; cut at line ends where there is one near."""
    text, start = document.text, 0
    parts: list[Part] = []
    while True:
        end = min(len(text), start + PART_CHARACTERS)
        if end < len(text):
            line = text.rfind("\n", start + PART_CHARACTERS // 2, end)
            end = line + 1 if line >= 0 else end
        parts.append(Part(f"{prompt_version()}-{document.digest}-{len(parts)}", text[start:end]))
        if end >= len(text):
            return parts
        start = end - OVERLAP_CHARACTERS


def requests_of(document: Document, model: str, max_tokens: int) -> Iterator[Json]:
    """One request for each part of a document."""
    for part in parts_of(document):
        yield {
            "custom_id": part.custom_id,
            "method": "POST",
            "url": "/v1/chat/completions",
            "body": body_of(document, part.text, model, max_tokens),
        }


def read_responses(lines: Iterable[str]) -> dict[str, str | AnswerError]:
    """
    What was answered to each request: the text, or why there is none.

    Raises:
        CallboardError: A line is no response of a batch.
    """
    answers: dict[str, str | AnswerError] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            name = data["custom_id"]
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise CallboardError(
                f"responses, line {number}: not a line of a batch's output; each has a custom_id and a response"
            ) from error
        answers[str(name)] = _content(data)
    return answers


def answers_of(document: Document, responses: Mapping[str, str | AnswerError]) -> list[Json]:
    """
    The unchecked claims of all parts of a document.

    Raises:
        AnswerError: A part has no answer, or one that cannot be read: the document has not been read whole.
    """
    claims: list[Json] = []
    for part in parts_of(document):
        answer = responses.get(part.custom_id, AnswerError("no answer to this document and prompt"))
        if isinstance(answer, AnswerError):
            raise answer
        claims += parse_answer(answer)
    return claims


def _content(data: Json) -> str | AnswerError:
    try:
        response = data["response"]
        if data.get("error") or response["status_code"] != 200:
            return AnswerError("the service answered with an error")
        choice = response["body"]["choices"][0]
        if choice.get("finish_reason") == "length":
            return AnswerError("the answer was cut off at its greatest length")
        content = choice["message"]["content"]
    except (KeyError, TypeError, IndexError, AttributeError):
        return AnswerError("the response has no message")
    return content if isinstance(content, str) else AnswerError("the response has no message")
