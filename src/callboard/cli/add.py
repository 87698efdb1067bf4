"""`callboard add`: pages in, claims recorded."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from callboard.cli.options import ledger_option, open_ledger_for, settings_with
from callboard.cli.readers import intaking, reader_option

if TYPE_CHECKING:
    from callboard.intake import Source, Tools
    from callboard.settings import Settings


@click.command("add")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCES...")
@click.option("--url", default=None, help="Address that the page came from; for one source.")
@click.option(
    "--workers",
    type=click.IntRange(min=0),
    default=None,
    help="Processes; 0: one for each core, when there is much to read.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=500,
    show_default=True,
    metavar="N",
    help="Most pages from sitemaps, the newest first.",
)
@click.option("--most", type=click.IntRange(min=1), default=None, hidden=True)  # the earlier name of --limit
@reader_option
@click.option("--quiet", "-q", is_flag=True, help="Only the summary and the problems.")
@ledger_option
def command(
    sources: tuple[str, ...], url: str | None, workers: int | None, limit: int, most: int | None, which: str,
    quiet: bool, ledger: str | None,
) -> None:  # fmt: skip
    """
    Read pages, understand them, record their claims.

    SOURCES are web addresses, files (HTML, text, JSON Lines of documents, WARC, WACZ), folders with all that is below
    them, or - for stdin. Addresses are fetched politely and within limits, and one of a sitemap stands for the pages that
    it lists; docs/fetching.md has more, docs/archives.md what suits many archives. One line for each document goes to
    stderr. What is recorded already is passed over, so an add that was stopped is completed by running it again. The exit
    status is 1 where something could not be read.

    \b
    Example:
        callboard add page.html articles/ https://example.com/news/renewed
    """
    from callboard.intake import take_in
    from callboard.limited import LimitedTools, limits_from

    if url is not None and len(sources) != 1:
        raise click.UsageError("--url belongs to one page; give one source with it")
    settings = settings_with(ledger=ledger, workers=workers)
    documents = known = claims = new = problems = 0
    with ExitStack() as stack:
        recorded = stack.enter_context(open_ledger_for(ledger, create=True, read_only=False))
        limited = LimitedTools(limits_from(settings))
        fetched = any(_is_address(name) for name in sources)
        found = _sources(sources, url, most or limit, settings)
        make_tools: Callable[[], Tools] = limited
        # What is fetched comes more slowly than one process reads.
        processes = int(settings.number("workers")) or int(fetched)
        if which != "builtin":
            how = stack.enter_context(intaking(settings, which, limited(), recorded, ahead=not fetched))
            found, make_tools, processes = how.asked(found), how.make_tools, 1
        for outcome in take_in(
            found,
            recorded,
            make_tools=make_tools,
            workers=processes,
            max_page_mb=settings.number("max_page_mb"),
            keep_text_days=int(settings.number("keep_text_days")),
        ):
            documents += not outcome.problems or outcome.claims > 0
            known += outcome.known
            claims += outcome.claims
            new += outcome.new
            problems += len(outcome.problems)
            if not quiet:
                click.echo(str(outcome), err=True)
            for problem in outcome.problems:
                click.echo(f"callboard: {problem}", err=True)
        address = recorded.address
    if not documents and not problems:
        problems += 1
        click.echo("callboard: nothing to read there; give a page, or a folder that holds pages", err=True)
    click.echo(
        f"{documents} documents ({known} known already), {claims} claims ({new} new), {problems} problems -> {address}",
        err=True,
    )
    if problems:
        sys.exit(1)


def _sources(names: tuple[str, ...], url: str | None, most: int, settings: Settings) -> Iterator[Source]:
    from callboard.archive.pages import open_archives
    from callboard.intake import Source, find_sources

    max_bytes = int(settings.number("max_page_mb") * 1_000_000)
    for name in names:
        if name == "-":
            yield Source(data=sys.stdin.buffer.read(), url=url)
        elif url is not None:
            yield Source(Path(name), url=url)
        elif not _is_address(name):
            yield from open_archives(find_sources([Path(name)]), max_bytes=max_bytes)
    addresses = [name for name in names if _is_address(name)]
    if addresses:
        yield from _fetched(addresses, most, settings)


def _fetched(addresses: list[str], most: int, settings: Settings) -> Iterator[Source]:
    from callboard.archive.site import fetch_pages
    from callboard.fetch.fetching import Fetching, policy_from
    from callboard.intake import fetched_source

    with Fetching(policy_from(settings)) as fetching:
        for request, found in fetch_pages(fetching, addresses, most=most):
            yield fetched_source(request, found)


def _is_address(name: str) -> bool:
    """Whether a source is a web address; any other scheme is taken for one too, and refused when it is fetched."""
    return "://" in name and not Path(name).exists()
