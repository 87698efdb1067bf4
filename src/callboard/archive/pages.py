"""The pages of WARC and WACZ files as sources for the intake, beside files that are pages themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from callboard.fetch.blocked import blocked_by
from callboard.intake import Source
from callboard.model import Problem
from callboard.read.warc import Archived, is_archive, read_archive


def open_archives(sources: Iterable[Source], *, max_bytes: int) -> Iterator[Source]:
    """The sources, each archive among them replaced by its pages, which are read as they are asked for."""
    for source in sources:
        if source.path is None or source.data is not None or not is_archive(source.path) or not source.path.is_file():
            yield source
            continue
        for page in read_archive(source.path, max_bytes=max_bytes):
            yield page_source(page) if isinstance(page, Archived) else Source(url=page.where, problem=page.what)


def page_source(page: Archived) -> Source:
    """A page of an archive as a source; where it is a challenge or the like, the source says so."""
    refused = refusal_of(page)
    if refused is not None:
        return Source(url=page.url, problem=refused.what)
    return Source(url=page.url, data=page.body, charset=page.charset, today=page.fetched)


def refusal_of(page: Archived) -> Problem | None:
    """Why a page is no article; None where nothing in its bytes says so."""
    blocked = blocked_by(page.url, page.headers, page.body)
    return Problem(page.url, f"not the article but {blocked}") if blocked else None
