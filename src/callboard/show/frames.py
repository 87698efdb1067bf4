"""Rows of an answer as plain dictionaries, as a frame of whichever library is there, and as a table for notebooks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import fields
from enum import Enum
from html import escape
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from callboard.errors import CallboardError
from callboard.show import words

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

LIBRARIES = ("pandas", "polars")  # in the order in which they are looked for
_MOST_SHOWN = 50  # rows of a table in a notebook; a frame has them all


def make_rows(items: Sequence[DataclassInstance]) -> list[dict[str, Any]]:
    """One dictionary for each item: its fields, with enumerations as text, tuples as lists, mappings as dictionaries."""
    return [{each.name: _plain(getattr(item, each.name)) for each in fields(item)} for item in items]


def make_frame(items: Sequence[DataclassInstance], library: str | None = None) -> Any:
    """
    The rows as a DataFrame, as plain dictionaries where there is no library for it.

    Args:
        items: What becomes a row each.
        library: "pandas" or "polars"; None: the first of them that is installed, else plain rows.

    Raises:
        CallboardError: The library is neither, or is not installed.
    """
    if library is not None and library not in LIBRARIES:
        raise CallboardError(f"{library!r:.60} makes no frames here; choose one of {', '.join(LIBRARIES)}")
    if library is not None and find_spec(library) is None:
        raise CallboardError(f"{library} is not installed; pip install {library}, or take .to_rows()")
    chosen = library or next((name for name in LIBRARIES if find_spec(name) is not None), None)
    rows = make_rows(items)
    if chosen is None:
        return rows
    module = import_module(chosen)
    if chosen == "polars":
        # Types are inferred from all rows: a column may begin with a hundred cells in which nothing is known.
        return module.DataFrame(rows, infer_schema_length=None)
    return module.DataFrame(rows)


def make_table(items: Sequence[DataclassInstance], caption: str, columns: Mapping[str, str]) -> str:
    """
    The rows as an HTML table on its own, every text cleaned and escaped.

    Args:
        items: What becomes a row each; of more than fifty, the first fifty and a line that says so.
        caption: What stands above it.
        columns: Name of a field -> its heading, in order; the others are left out.
    """
    head = "".join(f"<th scope='col'>{escape(heading)}</th>" for heading in columns.values())
    body = "".join(
        "<tr>" + "".join(f"<td dir='auto'>{_cell(getattr(item, name))}</td>" for name in columns) + "</tr>"
        for item in items[:_MOST_SHOWN]
    )
    more = len(items) - _MOST_SHOWN
    foot = f"<p>and {more} more; .to_frame() has all of them</p>" if more > 0 else ""
    caption = escape(words.clean(caption))
    return f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{foot}"


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value


def _cell(value: object) -> str:
    if value is None:
        text = ""
    elif isinstance(value, float):
        text = words.percent(value)  # every number with a fraction in these rows is a probability
    elif isinstance(value, dt.date):
        text = value.isoformat()
    elif isinstance(value, tuple):
        text = "; ".join(map(str, value))
    else:
        text = str(value)
    return escape(words.clean(text))
