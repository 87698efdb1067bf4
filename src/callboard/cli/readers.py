"""Who reads: the built-in reader, or a language model beside it or in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import click

if TYPE_CHECKING:
    from callboard.intake import Source, Tools
    from callboard.model import Claim, Document, Problem
    from callboard.record.ledger import Ledger
    from callboard.settings import Settings
    from callboard.understand.llm.second import SecondReader

P = ParamSpec("P")
R = TypeVar("R")


def reader_option(command: Callable[P, R]) -> Callable[P, R]:
    """Adds `--reader`, the keyword argument `which`."""
    return click.option(
        "--reader",
        "which",
        type=click.Choice(["builtin", "llm", "both"]),
        default="builtin",
        show_default=True,
        help="Who reads: callboard itself, a language model, or both; docs/second-reader.md has more.",
    )(command)


def open_second(
    settings: Settings,
    which: str,
    *,
    ask: bool,
    kept: Path | None = None,
    first: Callable[[Document], tuple[Document, list[Claim]]] | None = None,
) -> SecondReader:
    """
    The second reader that the settings describe; it talks on stderr.

    Args:
        settings: Address, model, key and limits.
        which: "llm" or "both".
        ask: Ask the endpoint; else only answers at hand count.
        kept: File of answers; None: the setting `llm_answers`.
        first: Understands as the built-in reader does; None: the built-in reader itself.

    Raises:
        click.UsageError: An address or a model is missing.
        CallboardError: The client library is not installed, or the file is no output of a batch.
    """
    from callboard.catalogue.starter import load_catalogue
    from callboard.understand.llm.batch import Answers
    from callboard.understand.llm.budget import Limits
    from callboard.understand.llm.live import Asker, Endpoint
    from callboard.understand.llm.second import SecondReader
    from callboard.understand.reader import Reader

    model, asker = settings.text("llm_model"), None
    prices = [settings.number(name) for name in ("llm_question_price", "llm_answer_price")]
    if ask and settings.number("llm_spending_limit") and not any(prices):
        raise click.UsageError("llm_spending_limit needs prices; set llm_question_price and llm_answer_price")
    if ask:
        if not settings.text("llm_url"):
            raise click.UsageError(f"--reader {which} needs the address of an endpoint; set llm_url")
        if not model:
            raise click.UsageError(f"--reader {which} needs a model, as the endpoint calls it; set llm_model")
        asker = Asker(
            Endpoint(
                settings.text("llm_url"),
                model,
                settings.text("llm_key"),
                answer_tokens=int(settings.number("llm_answer_tokens")),
                timeout_s=settings.number("llm_timeout_s"),
                parallel=int(settings.number("llm_parallel")),
                limits=Limits(
                    tokens=int(settings.number("llm_token_limit")),
                    spending=settings.number("llm_spending_limit"),
                    question_price=prices[0],
                    answer_price=prices[1],
                ),
            )
        )
    path = kept or Path(settings.text("llm_answers"))
    answers = Answers.load(path, say)
    reader = Reader.load(load_catalogue())
    return SecondReader(reader, answers, say, first=first, model=model, both=which == "both", asker=asker)


@dataclass(frozen=True)
class Intaking:
    """What `take_in` is given so that a second reader reads: tools, and sources that were asked about beforehand."""

    tools: Tools
    second: SecondReader
    known: Callable[[Document], bool]
    max_bytes: int
    ahead: int  # sources, and documents of one source, that are asked about before they come

    def make_tools(self) -> Tools:
        """As `take_in` wants it; in this process alone, for all calls share one budget."""
        from callboard.intake import Tools

        return Tools(self._read, self.second)

    def asked(self, sources: Iterable[Source]) -> Iterator[Source]:
        """The sources; each one's first documents were asked about some sources before."""
        from callboard.understand.llm.second import look_ahead

        return look_ahead(sources, self._start_source, self.ahead)

    def _read(self, path: Path | None, data: bytes, **how: Any) -> Iterator[Document | Problem]:
        from callboard.understand.llm.second import look_ahead

        return look_ahead(self.tools.read(path, data, **how), self._start, self.ahead)

    def _start(self, item: Document | Problem) -> None:
        from callboard.errors import ReadError
        from callboard.model import Document

        if isinstance(item, Document) and not self.known(item):
            with suppress(ReadError):  # told when the document comes
                self.second.start(item)

    def _start_source(self, source: Source) -> None:
        from callboard.intake import Tools, read_one

        if self.ahead:
            first = read_one(source, Tools(self.tools.read, _Starting(self.second)), self.known, self.max_bytes)
            for _ in islice(first, self.ahead):
                pass


@dataclass(frozen=True)
class _Starting:
    """Understands nothing yet: sends the questions."""

    second: SecondReader

    def understand(self, document: Document) -> tuple[Document, list[Claim]]:
        self.second.start(document)
        return document, []


@contextmanager
def intaking(settings: Settings, which: str, tools: Tools, ledger: Ledger, *, ahead: bool) -> Iterator[Intaking]:
    """
    What `add` gives to `take_in`; raises as `open_second`.

    Args:
        settings: Address, model, key and limits.
        which: "llm" or "both".
        tools: What reads, and understands as the built-in reader does.
        ledger: What it knows already is not asked about.
        ahead: Ask about several sources at once; not where they come slowly themselves.
    """
    with open_second(settings, which, ask=True, first=tools.reader.understand) as second:
        yield Intaking(
            tools,
            second,
            lambda document: bool(ledger.known([document.digest])),
            int(settings.number("max_page_mb") * 1_000_000),
            2 * int(settings.number("llm_parallel")) if ahead else 0,
        )


def say(message: str) -> None:
    """One line on stderr."""
    click.echo(message, err=True)
