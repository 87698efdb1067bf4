"""
Rows of a file, one by one, from where an import was stopped: lines of a table, JSON values, packed or not.
"""

from __future__ import annotations

import bz2
import csv
import gzip
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, cast

from callboard.catalogue.imports import table, wikidata
from callboard.catalogue.imports.batch import Damage
from callboard.catalogue.imports.formats import Format
from callboard.errors import CatalogueError

MAX_LINE = 64 << 20  # bytes; the longest lines of a Wikidata dump have a few million


class Rows:
    """
    The rows of a file. After each, `line` is its number from 1 (of JSON that is no lines, the number of the item) and
    `offset` where the next one begins: bytes of the unpacked file, or items.
    """

    def __init__(self, path: Path, form: Format, *, line: int = 0, offset: int = 0) -> None:
        self.path, self.form, self.line, self.offset = path, form, line, offset
        self._raw: IO[bytes] | None = None

    @property
    def fraction(self) -> float:
        """How much of the file was read, 0 to 1."""
        size = self.path.stat().st_size
        return self._raw.tell() / size if self._raw and not self._raw.closed and size else 1.0

    def __iter__(self) -> Iterator[Any]:
        """
        Raises:
            CatalogueError: The file is damaged or not of its format; the message has file, line and cause.
        """
        try:
            with self.path.open("rb") as raw:
                self._raw = raw
                yield from self._rows(_unpacked(self.path, raw))
        except UnicodeDecodeError as error:
            what = error.object[error.start : error.end].hex(" ")
            raise self.error(f"not UTF-8 (the bytes {what})", 1) from error
        except EOFError as error:
            raise self.error("the file ends too early; it was cut short", 1) from error
        except (gzip.BadGzipFile, zlib.error, OSError) as error:
            raise self.error(f"cannot be read ({error})", 1) from error
        except Damage as error:
            raise self.error(str(error)) from error

    def error(self, cause: str, ahead: int = 0) -> CatalogueError:
        """An error at the present row, or `ahead` rows behind it."""
        place = "item" if self.form.shape in ("json", "sparql") else "line"
        return CatalogueError(
            f"{self.path}, {place} {self.line + ahead}: {cause}; fetch the file again or give the right --format"
        )

    def _rows(self, file: IO[bytes]) -> Iterator[Any]:
        if self.form.shape == "tsv":
            yield from self._tab_separated(file)
        elif self.form.shape == "csv":
            yield from self._comma_separated(file)
        elif self.form.shape == "lines":
            yield from self._json_lines(file)
        else:
            yield from self._json_items(file)

    def _start(self, file: IO[bytes]) -> str:
        """The header of a table; afterwards the file stands where the last import stopped."""
        header = file.readline(MAX_LINE)
        if self.offset:
            file.seek(self.offset)
        else:
            self.line, self.offset = 1, len(header)
        return header.decode("utf-8-sig").rstrip("\r\n")

    def _tab_separated(self, file: IO[bytes]) -> Iterator[list[str]]:
        header = self._start(file)
        if tuple(header.split("\t")) != self.form.columns:
            raise Damage(f"wrong columns: {header[:200]!r}, expected {', '.join(self.form.columns)}")
        width = len(self.form.columns)
        for raw in file:
            cells = raw.decode().rstrip("\r\n").split("\t")
            self.line += 1
            self.offset += len(raw)
            if len(cells) != width:
                raise Damage(f"{len(cells)} columns, expected {width}")
            yield cells

    def _comma_separated(self, file: IO[bytes]) -> Iterator[dict[str, str]]:
        header = next(csv.reader([self._start(file)]), [])
        missing = set(self.form.columns) - set(header)
        strange = set(header) - set(table.NEEDED) - set(table.OTHERS)
        if missing or strange or len(set(header)) < len(header):
            raise Damage(f"wrong columns: missing {sorted(missing)}, unknown {sorted(strange)}")

        def lines() -> Iterator[str]:
            for raw in file:
                text = raw.decode()
                self.line += 1
                self.offset += len(raw)
                yield text

        try:
            for cells in csv.reader(lines(), strict=True):
                if cells and len(cells) != len(header):
                    raise Damage(f"{len(cells)} columns, expected {len(header)}")
                if cells:
                    yield dict(zip(header, cells, strict=True))
        except csv.Error as error:
            raise Damage(str(error)) from error

    def _json_lines(self, file: IO[bytes]) -> Iterator[Any]:
        wanted = re.compile(self.form.only.encode())
        file.seek(self.offset)
        while raw := file.readline(MAX_LINE):
            text = raw.strip().removesuffix(b",")
            self.line += 1
            self.offset += len(raw)
            if text in (b"", b"[", b"]") or not wanted.search(text):
                continue
            yield self._parsed(text)

    def _json_items(self, file: IO[bytes]) -> Iterator[Any]:
        known, number = self.offset, 0
        for value in self._json_values(file):
            if self.form.shape == "sparql":
                items: Iterable[Any] = wikidata.join_results(value)
            else:
                items = value if isinstance(value, list) else [value]
            for item in items:
                number += 1
                if number > known:
                    self.line = self.offset = number
                    yield item

    def _json_values(self, file: IO[bytes]) -> Iterator[Any]:
        """The file's only value, or one for each line: then the first line is a value of its own."""
        first = file.readline(MAX_LINE)
        try:
            value = json.loads(first)
        except (ValueError, RecursionError):  # it is no value of its own, or none that can be read
            data = first + file.read()
            try:
                value = json.loads(data)
            except json.JSONDecodeError as error:
                raise self.error(f"not JSON (line {error.lineno}: {error.msg})", 1) from error
            except RecursionError as error:
                raise self.error("JSON that is nested too deeply", 1) from error
            yield value
            return
        yield value
        while raw := file.readline(MAX_LINE):
            if raw.strip():
                yield self._parsed(raw, 1)

    def _parsed(self, text: bytes, ahead: int = 0) -> Any:
        try:
            return json.loads(text.decode())
        except json.JSONDecodeError as error:
            raise self.error(f"not JSON ({error.msg})", ahead) from error
        except RecursionError as error:
            raise self.error("JSON that is nested too deeply", ahead) from error


def _unpacked(path: Path, raw: IO[bytes]) -> IO[bytes]:
    if path.suffix == ".gz":
        return cast(IO[bytes], gzip.GzipFile(fileobj=raw))
    return bz2.BZ2File(raw) if path.suffix == ".bz2" else raw
