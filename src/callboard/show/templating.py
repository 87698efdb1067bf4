"""The templates of all pages, with what they use."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from callboard import __version__, spoken_dates
from callboard.lookup import name_country
from callboard.show import svg, words
from callboard.show.addresses import name_slug, title_slug
from callboard.show.views import BoardRow

_HERE = Path(__file__).parent
STATIC = _HERE / "static"


def make_templates(also: Sequence[tuple[str, str]], *folders: Path) -> Environment:
    """
    The templates; an unknown name in one is an error, and everything is escaped.

    Args:
        also: What the menu of every page has besides, name and address.
        folders: Further ones with templates.
    """
    templates = Environment(
        loader=FileSystemLoader([*folders, _HERE / "templates"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["groupby_order"] = _grouped
    templates.globals.update(
        words=words,
        spoken_dates=spoken_dates,
        svg=svg,
        version=__version__,
        stages=words.STAGES,
        name_slug=name_slug,
        title_slug=title_slug,
        name_country=name_country,
    )
    templates.globals["also"] = tuple(also)
    return templates


def look() -> str:
    """What changes whenever a page looks otherwise."""
    digest = hashlib.blake2b(__version__.encode(), digest_size=8)
    for folder in (_HERE / "templates", STATIC):
        for path in sorted(folder.iterdir()):
            digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()


def _grouped(rows: Iterable[BoardRow], name: str) -> list[tuple[str, list[BoardRow]]]:
    """Runs of rows that have the same value, in their order; Jinja's own `groupby` sorts."""
    return [(key, list(run)) for key, run in groupby(rows, key=attrgetter(name))]
