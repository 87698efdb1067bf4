"""The second reader behind the same function as the built-in one: a document in, its claims out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from callboard.model import Claim, Document
from callboard.understand.llm.batch import answers_of, read_responses
from callboard.understand.llm.grounding import AnswerError, ground_claims, make_ground
from callboard.understand.reader import Reader


def read_batch(
    reader: Reader, path: Path, say: Callable[[str], None]
) -> Callable[[Document], tuple[Document, list[Claim]]]:
    """
    What `Reader.understand` does, by the answers of a batch; the built-in reader takes what has no good answer.

    Args:
        reader: The built-in reader.
        path: The batch's output.
        say: Told in one line of every document that fell back, and of what was dropped.

    Raises:
        CallboardError: The file is no output of a batch.
    """
    with path.open(encoding="utf-8") as lines:
        return read_answers(reader, read_responses(lines), say)


def read_answers(
    reader: Reader, responses: Mapping[str, str | AnswerError], say: Callable[[str], None]
) -> Callable[[Document], tuple[Document, list[Claim]]]:
    """As `read_batch`, by answers at hand; they are looked up when a document comes, so they may still grow."""

    def understand(document: Document) -> tuple[Document, list[Claim]]:
        name = document.id or document.digest
        try:
            answers = answers_of(document, responses)
        except AnswerError as error:
            say(f"{name}: {error}; the built-in reader read it")
            return reader.understand(document)
        ground = make_ground(reader, document)
        claims, counts = ground_claims(ground, answers)
        for reason, count in sorted(counts.items()):
            if count:
                say(f"{name}: {count} x {reason}")
        return ground.document, claims

    return understand
