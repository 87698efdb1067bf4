"""
The program `callboard`: one table of commands, each loaded when it is called.

Exit status: 0 done, 1 problems in the input, 2 wrong usage, 130 interrupted. Data goes to stdout, talk to stderr.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import click

from callboard import __version__
from callboard.errors import CallboardError


@dataclass(frozen=True, slots=True)
class Entry:
    """One command: where it lives, and its line in `callboard --help`."""

    name: str
    help: str
    module: str = ""  # below callboard.cli; "": as the command is called

    @property
    def path(self) -> str:
        return f"callboard.cli.{self.module or self.name}"


PORCELAIN = (
    Entry("add", "Read pages, understand them, record their claims."),
    Entry("archive", "Read whole archives of the web, by many processes."),
    Entry("load", "Record what archive found."),
    Entry("feeds", "The feeds that are watched: add, list, remove, import."),
    Entry("watch", "Poll feeds, read what is new, record its claims."),
    Entry("status", "Where a production stands, and what is due next."),
    Entry("why", "The sentences behind a judgement, and what each moved."),
    Entry("when", "When a production's milestones were or are due."),
    Entry("board", "All productions at a glance."),
    Entry("changes", "What changed, since when, and on whose word."),
    Entry("follow", "Titles, people, platforms and views that you are told about."),
    Entry("alerts", "Send what is new to those who follow: run, test, log, retry."),
    Entry("claims", "What was read of a title, claim by claim, with ids and verdicts."),
    Entry("correct", "Say what a claim that was misread should say."),
    Entry("confirm", "Say that a claim was read rightly."),
    Entry("reject", "Say that a claim is none; it counts no more."),
    Entry("merge", "Say that two titles are one production."),
    Entry("split", "Take a merge of titles back."),
    Entry("outlet", "How often an outlet or a source turned out right."),
    Entry("calendar", "What is due, as a calendar that others subscribe to."),
    Entry("catalogue", "Titles of other catalogues: import, search, show, join, part."),
    Entry("serve", "Show the board as web pages on this machine."),
    Entry("mcp", "Answer programs that speak the Model Context Protocol."),
    Entry("forget", "Forget a page, as its publisher asked: text and claims."),
    Entry("export", "Write the whole ledger as JSON Lines."),
    Entry("import", "Read an export into a ledger.", "import_"),
    Entry("demo", "Read the articles that come along, and show their board."),
    Entry("doctor", "Check the ledger, the settings and the installation."),
    Entry("settings", "Every setting with its value and where it comes from."),
)
PLUMBING = (
    Entry("read", "Pages to documents."),
    Entry("understand", "Documents to claims."),
    Entry("record", "Claims to the ledger."),
    Entry("judge", "Claims to judgements."),
    Entry("times", "Phrases of time to dates."),
)


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, so that `--help` loads none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [entry.name for entry in (*PORCELAIN, *PLUMBING)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        for entry in (*PORCELAIN, *PLUMBING):
            if entry.name == cmd_name:
                return _load(entry)
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, entries in (("Commands", PORCELAIN), ("Plumbing, over JSON Lines", PLUMBING)):
            with formatter.section(title):
                formatter.write_dl([(entry.name, entry.help) for entry in entries])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            import difflib

            near = difflib.get_close_matches(args[0], self.list_commands(ctx), n=1)
            if near and "No such command" in error.message:
                raise click.UsageError(f"No such command {args[0]!r}; did you mean {near[0]}?", ctx) from error
            raise


def _load(entry: Entry) -> click.Command:
    try:
        module = importlib.import_module(entry.path)
    except ModuleNotFoundError as error:
        if error.name != entry.path:
            raise
        raise click.UsageError(f"{entry.name} is not part of this version ({__version__})") from error
    command = module.command
    assert isinstance(command, click.Command)
    return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="callboard")
def group() -> None:
    """
    What the press says about film and television: dated, attributed, judged.

    \b
    Example:
        callboard add page.html
        callboard status "Luke Cage" --season 2
    """


def main(args: Sequence[str] | None = None) -> None:
    """Runs the program and leaves with its exit status."""
    sys.exit(run(args))


def run(args: Sequence[str] | None = None) -> int:
    """The exit status of the program, after it ran."""
    try:
        status = group.main(args, prog_name="callboard", standalone_mode=False)
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("callboard: interrupted", err=True)
        return 130
    except CallboardError as error:
        click.echo(f"callboard: {_printable(str(error))}", err=True)
        return 1
    except BrokenPipeError:
        # Whoever read our output has seen enough. Without this, Python would complain while it leaves.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1  # as click, which notices it first in most commands


def _printable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


if __name__ == "__main__":
    main()
