"""The second reader behind the same function as the built-in one: a document in, its claims out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from types import TracebackType
from typing import Self, TypeAlias, TypeVar

from callboard.model import BUILTIN, Claim, Document
from callboard.understand.llm.batch import Answers, Part, answers_of, parts_of
from callboard.understand.llm.both import by_reader, join_readings, name_of
from callboard.understand.llm.grounding import AnswerError, ground_claims, make_ground
from callboard.understand.llm.live import Asker
from callboard.understand.reader import Reader

T = TypeVar("T")
Understand: TypeAlias = Callable[[Document], tuple[Document, list[Claim]]]


@dataclass(frozen=True, slots=True)
class _Started:
    """What the built-in reader says of a document, and the calls on their way."""

    document: Document
    claims: tuple[Claim, ...]
    calls: tuple[Future[None], ...]


class SecondReader:
    """
    Reads documents by the answers of a model, and by the built-in reader where there are none.

    The built-in reader decides what is worth a call: a document in which it finds no claim is not asked about. `start`
    sends the questions of a document and does not wait, so several are on their way at once; `understand` waits for them.
    Both are called by one thread.
    """

    def __init__(
        self, reader: Reader, answers: Answers, say: Callable[[str], None], *, first: Understand | None = None,
        model: str = "", both: bool = False, asker: Asker | None = None,
    ) -> None:  # fmt: skip
        """
        Args:
            reader: The built-in reader.
            answers: What was answered before; new answers go there, too.
            say: Told in one line what fell back or was dropped.
            first: Understands as the built-in reader does, perhaps within limits; None: the built-in reader itself.
            model: Whose answers count; "": those of whichever model there are.
            both: Keep what the built-in reader says beside what the model says.
            asker: Whom to ask; None: nobody, only answers at hand count.
        """
        self._reader, self._answers, self._say = reader, answers, say
        self._first = first or reader.understand
        self._model, self._both, self._asker = model, both, asker
        self._pool = ThreadPoolExecutor(asker.endpoint.parallel, "callboard-ask") if asker else None
        self._started: dict[Document, _Started] = {}
        self._asking: dict[str, Future[None]] = {}
        self._counts: Counter[str] = Counter()
        self._sides: Counter[str] = Counter()  # claims by who read them, of documents that both read
        self._told_stop = False

    def start(self, document: Document) -> None:
        """Sends what is to be asked about a document, where it is worth it."""
        if document in self._started:
            return
        dated, claims = self._first(document)
        calls = []
        if self._asker is not None and self._pool is not None and claims:
            for part in parts_of(document):
                name = part.custom_id(self._model)
                if isinstance(self._answers.get(part, self._model), str):
                    self._counts["at hand"] += 1
                    continue
                if name not in self._asking:
                    self._asking[name] = self._pool.submit(self._ask, self._asker, document, part)
                calls.append(self._asking[name])
        self._started[document] = _Started(dated, tuple(claims), tuple(calls))

    def understand(self, document: Document) -> tuple[Document, list[Claim]]:
        """
        As `Reader.understand`; each claim that the model read, alone or too, has its name.

        Raises:
            CallboardError: An answer cannot be kept.
        """
        self.start(document)
        started = self._started.pop(document)
        name = document.id or document.url or document.digest
        try:
            for call in started.calls:
                call.result()
            answers = answers_of(document, self._answers, self._model)
        except AnswerError as error:
            self._fall_back(name, error, bool(started.claims))
            return started.document, list(started.claims)
        finally:
            for part in parts_of(document):
                self._asking.pop(part.custom_id(self._model), None)
        ground = make_ground(self._reader, document)
        claims, dropped = ground_claims(ground, answers)
        for reason, count in sorted(dropped.items()):
            if count:
                self._say(f"{name}: {count} x {reason}")
        reader = name_of(self._model)
        if self._both:
            joint = join_readings(started.claims, claims, reader)
            self._sides.update(claim.reader or BUILTIN for claim in joint)
            return ground.document, joint
        return ground.document, by_reader(claims, reader)

    def close(self) -> None:
        """Asks no more; calls on their way are waited for and kept. Says what was used."""
        if self._asker is not None and self._pool is not None:
            self._asker.end()
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._asker.close()
            if self._sides:
                sides = (
                    f"{self._sides[name]} by {name}" for name in sorted(self._sides, key=lambda n: ("+" not in n, n))
                )
                self._say(f"claims: {', '.join(sides)}")
            fallen = self._counts["fallen"]
            alone = f"; {fallen} documents were read by the built-in reader alone" if fallen else ""
            self._say(
                f"{self._asker.calls} calls, {self._counts['at hand']} answers at hand, {self._asker.budget}{alone}"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, asker: Asker, document: Document, part: Part) -> None:
        self._answers.add(part.custom_id(self._model), asker.ask(document, part))

    def _fall_back(self, name: str, error: AnswerError, worth: bool) -> None:
        if not worth:
            return  # nothing was asked
        self._counts["fallen"] += 1
        stopped = self._asker is not None and error is self._asker.stopped
        if not (stopped and self._told_stop):
            self._say(f"{name}: {error}; the built-in reader read it")
        self._told_stop |= stopped


def look_ahead(items: Iterable[T], start: Callable[[T], None], count: int) -> Iterator[T]:
    """The items, each started some items before it comes."""
    rest = iter(items)
    waiting: list[T] = []
    while True:
        for item in islice(rest, count + 1 - len(waiting)):
            start(item)
            waiting.append(item)
        if not waiting:
            return
        yield waiting.pop(0)
