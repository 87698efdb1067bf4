"""Batch files in the OpenAI batch format: what would be asked, and the answers to it."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from callboard.errors import CallboardError
from callboard.model import Document, Json, content_hash
from callboard.understand.llm.grounding import AnswerError, parse_answer
from callboard.understand.llm.prompt import body_of, messages_of, prompt_version

PART_CHARACTERS = 12_000  # about 3,000 tokens: leaves room in small models
OVERLAP_CHARACTERS = 1_000  # a statement across a cut stands whole in one of the parts
_NONE = AnswerError("no answer to this document and prompt")


@dataclass(frozen=True, slots=True)
class Part:
    """A run of a document that is asked about at once."""

    question: str  # hash of prompt, document and part: of all that is asked
    text: str

    def custom_id(self, model: str) -> str:
        """What a request to this model is called, and what its answer is kept under; at most 64 characters."""
        return f"{self.question}-{model_hash(model)}"


def model_hash(model: str) -> str:
    """A model's name as it stands in a `custom_id`, 8 hexadecimal digits."""
    return content_hash(model)[:8]


def parts_of(document: Document) -> list[Part]:
    """The overlapping parts of a document, at least one; cut at line ends where there is one near."""
    text, start = document.text, 0
    parts: list[Part] = []
    while True:
        end = min(len(text), start + PART_CHARACTERS)
        if end < len(text):
            line = text.rfind("\n", start + PART_CHARACTERS // 2, end)
            end = line + 1 if line >= 0 else end
        asked = json.dumps(messages_of(document, text[start:end])[1:])
        parts.append(Part(f"{prompt_version()}-{content_hash(asked)}", text[start:end]))
        if end >= len(text):
            return parts
        start = end - OVERLAP_CHARACTERS


def requests_of(document: Document, model: str, max_tokens: int) -> Iterator[Json]:
    """One request for each part of a document."""
    for part in parts_of(document):
        yield {
            "custom_id": part.custom_id(model),
            "method": "POST",
            "url": "/v1/chat/completions",
            "body": body_of(document, part.text, model, max_tokens),
        }


class Answers:
    """
    What was answered to each request; in a file, where one is named, to which new answers are added.

    Only good answers go to the file: a fault is asked about again. Threads may share it.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._found: dict[str, dict[str, str | AnswerError]] = {}  # question -> hash of the model -> answer

    @staticmethod
    def load(path: Path, say: Callable[[str], None]) -> Answers:
        """
        The answers of a file; none where there is no such file yet.

        A line that is none is told and passed over: whoever was stopped while writing leaves half of one.

        Raises:
            CallboardError: The file cannot be read, or has lines but not one of a batch's output.
        """
        answers = Answers(path)
        try:
            text = path.read_bytes().decode("utf-8", "replace") if path.exists() else ""
        except OSError as error:
            raise CallboardError(f"{path}: cannot be read ({error.strerror}); give another file") from error
        answers.read(text.split("\n"), str(path), say)
        return answers

    def read(self, lines: Iterable[str], where: str, say: Callable[[str], None]) -> None:
        """Takes the lines of a batch's output; a later good answer replaces an earlier one. Raises as `load`."""
        good = bad = 0
        first = ""
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                data = json.loads(line)
                name = str(data["custom_id"])
            except (ValueError, KeyError, TypeError, RecursionError):
                bad += 1
                what = f"{where}, line {number}: not a line of a batch's output; each has a custom_id and a response"
                if bad <= 3:
                    say(what)
                first = what if bad == 1 else first
                continue
            good += 1
            self._put(name, _content(data))
        if bad and not good:
            raise CallboardError(first)

    def get(self, part: Part, model: str) -> str | AnswerError:
        """The answer of a model; `""` stands for whichever model answered, which must then be one."""
        found = self._found.get(part.question, {})
        if model:
            return found.get(model_hash(model), _NONE)
        if len(found) > 1:
            return AnswerError("answers of several models; name one by --model")
        return next(iter(found.values()), _NONE)

    def add(self, custom_id: str, body: object) -> str | AnswerError:
        """Takes what an endpoint answered, and keeps it in the file when it is a good answer."""
        line = {"custom_id": custom_id, "response": {"status_code": 200, "body": body}}
        answer = _content(line)
        if isinstance(answer, str):
            try:
                parse_answer(answer)
            except AnswerError as error:
                answer = error
        with self._lock:
            self._put(custom_id, answer)
            if self._path is not None and isinstance(answer, str):
                self._append(json.dumps(line) + "\n")
        return answer

    def _append(self, line: str) -> None:
        assert self._path is not None
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # Half a line of one who was stopped must not swallow the next.
            with self._path.open("ab+") as out:
                if out.seek(0, os.SEEK_END):
                    out.seek(-1, os.SEEK_END)
                    line = line if out.read(1) == b"\n" else "\n" + line
                out.write(line.encode())
        except OSError as error:
            raise CallboardError(f"{self._path}: cannot be written ({error.strerror}); set llm_answers") from error

    def _put(self, name: str, answer: str | AnswerError) -> None:
        question, _, model = name.rpartition("-")
        models = self._found.setdefault(question, {})
        if isinstance(answer, str) or not isinstance(models.get(model), str):
            models[model] = answer


def answers_of(document: Document, answers: Answers, model: str) -> list[Json]:
    """
    The unchecked claims of all parts of a document.

    Raises:
        AnswerError: A part has no answer, or one that cannot be read: the document has not been read whole.
    """
    claims: list[Json] = []
    for part in parts_of(document):
        answer = answers.get(part, model)
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
