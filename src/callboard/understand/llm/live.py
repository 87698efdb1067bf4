"""Asking an endpoint that speaks the OpenAI chat protocol, one part of a document a call, within a budget."""

from __future__ import annotations

import json
import logging
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from callboard.errors import CallboardError
from callboard.model import Document, Json
from callboard.understand.llm.batch import Part
from callboard.understand.llm.budget import Budget, Limits, Tokens
from callboard.understand.llm.grounding import AnswerError
from callboard.understand.llm.prompt import body_of

if TYPE_CHECKING:
    import openai

logging.getLogger("stamina").addHandler(logging.NullHandler())  # its warnings would end on stderr
FAILURES = 3  # calls in a row, each with its tries, after which an endpoint is not asked again in this run
LONGEST_WAIT_S = 60.0  # between two tries, also where the endpoint asks for more
_FOR_GOOD = frozenset({401, 403, 404})  # the next document would fare no better
_AGAIN = frozenset({408, 409, 429})


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to ask, and how much."""

    url: str
    model: str
    key: str = ""  # "": the endpoint wants none
    answer_tokens: int = 4000
    timeout_s: float = 120.0  # that one try may take
    tries: int = 3  # after a time-out, 408, 409, 429 or 5xx; the client waits longer each time
    parallel: int = 4  # calls at once
    limits: Limits = field(default_factory=Limits)


class Asker:
    """Asks an endpoint; several threads may at once. After a lasting fault or at a limit it asks no more."""

    def __init__(self, endpoint: Endpoint) -> None:
        """
        Raises:
            CallboardError: The client library is not installed, or the address or the key can be none.
        """
        try:
            import openai
        except ModuleNotFoundError as error:
            raise CallboardError("asking a model needs the openai library: pip install 'callboard[llm]'") from error
        if not endpoint.url.startswith(("http://", "https://")):
            raise CallboardError(
                f"llm_url {endpoint.url!r} is no web address; write one such as http://localhost:11434/v1"
            )
        if not endpoint.key.isascii() or not (endpoint.key or "none").isprintable():
            raise CallboardError("llm_key has a character that no key has; copy it anew")
        self.endpoint = endpoint
        self.budget = Budget(endpoint.limits)
        self.calls = 0
        self.stopped: AnswerError | None = None  # why nothing is asked any more; None: it is
        self._openai: Any = openai
        self._client: openai.OpenAI = openai.OpenAI(
            base_url=endpoint.url, api_key=endpoint.key or "none", timeout=endpoint.timeout_s, max_retries=0
        )
        self._lock = threading.Lock()
        self._failures = 0
        self._without: set[str] = set()  # what of a request this endpoint does not take

    def ask(self, document: Document, part: Part) -> object:
        """
        The body of the endpoint's answer.

        Raises:
            AnswerError: There is none; the message has no word of what the server sent, which may hold anything.
        """
        if self.stopped is not None:
            raise self.stopped
        try:
            answer = self._tried(body_of(document, part.text, self.endpoint.model, self.endpoint.answer_tokens))
        except AnswerError:
            raise  # the limit
        except self._openai.OpenAIError as error:
            status = getattr(error, "status_code", None)
            kind = f"{type(error).__name__}{f' {status}' if status else ''}"
            raise self._failed(kind, for_good=status in _FOR_GOOD) from None
        except ValueError:  # a body that is no JSON
            raise self._failed("its answer is no JSON", for_good=False) from None
        with self._lock:
            self._failures = 0
        return answer

    def end(self) -> None:
        """Asks no more: a call on its way is waited for, but not tried again."""
        self._stop("the model is not asked any more")

    def close(self) -> None:
        """Ends the connections."""
        self._client.close()

    def _tried(self, body: Json) -> object:
        import stamina  # with the library, so that nobody else waits for it

        attempts = stamina.retry_context(on=self._again, attempts=self.endpoint.tries, timeout=None, wait_max=8.0)
        for attempt in attempts:
            with attempt:
                return self._once(body)
        raise AssertionError("stamina raises what the last attempt raised")

    def _once(self, body: Json) -> object:
        """One call; where the endpoint refuses a field of the request by name, another one without it."""
        while True:
            sent = _adapted(body, self._without)
            # No tokenizer makes more tokens of a text than it has bytes. The answer's length is the endpoint's to keep.
            most = Tokens(
                len(json.dumps(sent, ensure_ascii=False).encode("utf-8", "replace")), self.endpoint.answer_tokens
            )
            if not self.budget.reserve(most):
                raise self._stop(
                    f"another call might pass the limit of {self._limit()}; the model is not asked any more"
                )
            used = Tokens()
            try:
                with self._lock:
                    self.calls += 1
                answer = self._client.post("/chat/completions", body=sent, cast_to=object)
                used = _used(answer, most)
                return answer
            except self._openai.BadRequestError as error:
                refused = str(getattr(error, "param", None) or "").split(".")[0]
                if refused not in ("max_tokens", "temperature", "response_format") or refused in self._without:
                    raise
                self._without.add(refused)
            except (self._openai.APIConnectionError, self._openai.InternalServerError) as error:
                # It may have been worked on and will then be paid for; not where nobody took the connection.
                unsent = type(error.__cause__).__name__ in ("ConnectError", "ConnectTimeout")
                used = Tokens() if unsent else most
                raise
            except ValueError:
                used = most
                raise
            finally:
                self.budget.settle(most, used)

    def _failed(self, kind: str, *, for_good: bool) -> AnswerError:
        with self._lock:
            self._failures += 1
            for_good |= self._failures >= FAILURES
        if for_good:
            self._stop(f"the model is not asked any more ({kind})")
        return AnswerError(f"the model could not be asked ({kind})")

    def _stop(self, why: str) -> AnswerError:
        """Asks no more; the first reason stands."""
        with self._lock:
            self.stopped = self.stopped or AnswerError(why)
            return self.stopped

    def _limit(self) -> str:
        limits = self.endpoint.limits
        parts = [f"{limits.tokens} tokens"] if limits.tokens else []
        return " or ".join([*parts, *([f"{limits.spending:g}"] if limits.spending else [])])

    def _again(self, error: Exception) -> bool | float:
        """Whether to try again, or after how many seconds."""
        if self.stopped is not None or not isinstance(error, self._openai.APIError):
            return False
        status = getattr(error, "status_code", None)
        if status is None:
            return isinstance(error, self._openai.APIConnectionError)
        if status < 500 and status not in _AGAIN:
            return False
        headers = getattr(getattr(error, "response", None), "headers", {})
        for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
            try:
                wait = float(headers.get(name, "")) * unit
            except ValueError:
                continue
            if wait >= 0:
                return min(max(wait, 0.001), LONGEST_WAIT_S)
        return True


def _adapted(body: Json, without: set[str]) -> Json:
    """A request without what an endpoint does not take; the longest answer has another name at some."""
    sent = {name: value for name, value in body.items() if name not in without}
    if "max_tokens" in without:
        sent["max_completion_tokens"] = body["max_tokens"]
    return sent


def _used(answer: object, most: Tokens) -> Tokens:
    """What a call used, as the endpoint counts; who does not count is taken to have used the most there can be."""
    usage = answer.get("usage") if isinstance(answer, dict) else None
    if not isinstance(usage, dict):
        return most
    question, answered = usage.get("prompt_tokens"), usage.get("completion_tokens")
    if type(question) is not int or type(answered) is not int or question < 0 or answered < 0:
        return most
    return Tokens(question, answered)
