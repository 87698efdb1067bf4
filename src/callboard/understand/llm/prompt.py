"""
What the model is asked, and the schema of what it may answer.

The words are in `prompt.md`, drawn from bench/ANNOTATION.md; their hash is the version, so no change goes unseen.
"""

from __future__ import annotations

import functools
from importlib.resources import files

from callboard.model import Document, Event, Json, Modality, content_hash

_TEXT = {"type": ["string", "null"]}
SCHEMA: Json = {
    "type": "object",
    "additionalProperties": False,
    "required": ["claims"],
    "properties": {
        "claims": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": [
                    "title", "season", "event", "time_phrase", "time_year", "modality", "source", "person", "role", "place",
                    "platform", "quote",
                ],
                "properties": {
                    "title": {"type": "string"},
                    "season": {"type": ["integer", "null"]},
                    "event": {"type": "string", "enum": [str(event) for event in Event]},
                    "time_phrase": _TEXT,
                    "time_year": {"type": ["integer", "null"]},
                    "modality": {"type": "string", "enum": [str(modality) for modality in Modality]},
                    "source": _TEXT,
                    "person": _TEXT,
                    "role": _TEXT,
                    "place": _TEXT,
                    "platform": _TEXT,
                    "quote": {"type": "string"},
                },
            },
        }
    },
}  # fmt: skip


@functools.cache
def prompt_text() -> str:
    """The words of the prompt."""
    return files("callboard.understand.llm").joinpath("prompt.md").read_text("utf-8")


@functools.cache
def prompt_version() -> str:
    """Hash of the words and of the schema, 8 hexadecimal digits."""
    return content_hash(prompt_text(), str(SCHEMA))[:8]


def messages_of(document: Document, text: str) -> list[Json]:
    """The conversation that asks for the claims of `text`, one part of the document."""
    mark = f"=== article {document.digest[:12]} ==="  # the writer of a page cannot know it beforehand
    published = f"Published: {document.published}\n" if document.published else ""
    article = f"{mark}\n{published}{document.headline}\n\n{text}\n{mark}"
    return [{"role": "system", "content": prompt_text()}, {"role": "user", "content": article}]


def body_of(document: Document, text: str, model: str, max_tokens: int) -> Json:
    """The body of a chat completion that asks for the claims of one part of a document."""
    return {
        "model": model,
        "temperature": 0,
        "max_tokens": max_tokens,
        "messages": messages_of(document, text),
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "claims", "strict": True, "schema": SCHEMA},
        },
    }
