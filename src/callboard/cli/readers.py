"""Who reads: the built-in reader, or a language model beside it or in its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

if TYPE_CHECKING:
    from callboard.model import Claim, Document
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


def say(message: str) -> None:
    """One line on stderr."""
    click.echo(message, err=True)
