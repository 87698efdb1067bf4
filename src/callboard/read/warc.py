"""
WARC and WACZ files to pages, one by one: however large the file is, one page of it is held at a time.

Only answers that hold a page are given: status 200 and HTML. A damaged record is a problem and the rest goes on, as far
as the file can be followed.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import brotli  # type: ignore[import-untyped]
from fastwarc.stream_io import ChunkedReader
from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from callboard.errors import ReadError
from callboard.model import Problem

SUFFIXES = (".warc", ".warc.gz", ".wacz")
MAX_HEADER = 64_000  # bytes of a record's own header
MOST_PROBLEMS = 100  # in a row, without a page between them; a file of nothing but damage has millions
_TYPES = frozenset({"text/html", "application/xhtml+xml", None})
_RECORDS = WarcRecordType.response | WarcRecordType.resource
_PACKED = {"gzip": 31, "x-gzip": 31, "deflate": 47}  # how zlib is told


@dataclass(frozen=True, slots=True)
class Archived:
    """A page as it was fetched by whoever made the archive."""

    url: str
    body: bytes  # unpacked
    charset: str | None  # what the HTTP header says
    fetched: dt.date | None  # day of fetching, UTC; None: the record does not say
    headers: Mapping[str, str]  # of the answer; empty for records without one


@dataclass(frozen=True, slots=True)
class Damage(Problem):
    """What keeps an archive from being read to its end, other than what is wrong with one page of it."""


class _CutOffError(ReadError):
    """A record of which only the beginning is there."""


def is_archive(path: Path) -> bool:
    """Whether a file is a WARC or WACZ by its name."""
    return path.name.lower().endswith(SUFFIXES)


def read_archive(path: Path, *, max_bytes: int, stream: IO[bytes] | None = None) -> Iterator[Archived | Problem]:
    """
    The pages of a WARC or WACZ file in their order, with a problem for each thing in it that is damaged.

    Args:
        path: The file; by its name it is a WACZ, else a WARC, packed with gzip or not.
        max_bytes: A larger page is a problem.
        stream: The file where it is open already, so that the caller can see how far it is.
    """
    try:
        with contextlib.nullcontext(stream) if stream is not None else path.open("rb") as opened:
            if path.name.lower().endswith(".wacz"):
                yield from _read_wacz(opened, str(path), max_bytes)
            else:
                yield from read_warc(opened, str(path), max_bytes=max_bytes)
    except OSError as error:
        yield Damage(str(path), f"cannot be read ({error.strerror or error}); check its name and permissions")


def read_warc(stream: IO[bytes], where: str, *, max_bytes: int) -> Iterator[Archived | Problem]:
    """The pages of an open WARC; arguments as of `read_archive`, `where` names it in problems."""
    number = problems = 0
    records = iter(
        ArchiveIterator(stream, record_types=_RECORDS, parse_http=True, quirks_mode=True, max_header_len=MAX_HEADER)
    )
    while problems <= MOST_PROBLEMS:
        number += 1
        try:
            record = next(records, None)
            if record is None:
                if number == 1:
                    yield Damage(where, "no page in it; a WARC holds records of responses")
                return
            page = _page_of(record, max_bytes)
        except ReadError as error:
            problems += 1
            kind = Damage if isinstance(error, _CutOffError) else Problem
            yield kind(f"{where}, record {number}", str(error))
            continue
        except (OSError, ValueError) as error:
            yield Damage(f"{where}, record {number}", f"damaged ({error}); what follows it is not read")
            return
        if page is not None:
            problems = 0
            yield page
    yield Damage(where, f"more than {MOST_PROBLEMS} damaged records in a row; the rest is not read")


def _read_wacz(file: IO[bytes], where: str, max_bytes: int) -> Iterator[Archived | Problem]:
    """WACZ 1.1: a ZIP file with WARC files in its folder `archive`."""
    try:
        with zipfile.ZipFile(file) as packed:
            names = sorted(
                name for name in packed.namelist() if name.startswith("archive/") and name.lower().endswith(SUFFIXES)
            )
            if not names:
                yield Damage(where, "no WARC in it; a WACZ holds them in its folder archive")
            for name in names:
                with packed.open(name) as stream:
                    yield from read_warc(stream, f"{where}, {name}", max_bytes=max_bytes)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        yield Damage(where, f"not a WACZ ({error}); it is a ZIP file with a folder archive")


def _page_of(record: WarcRecord, max_bytes: int) -> Archived | None:
    """
    The page of a record; None where it holds another thing.

    Raises:
        ReadError: It is too large, a bomb, damaged or ends early.
    """
    http = record.http_headers
    if record.is_http and (http is None or http.status_code is None):
        raise _CutOffError("ends early: it has no whole header; the archive is cut off or damaged there")
    if http is not None and http.status_code != 200:
        return None
    kind = record.http_content_type if http is not None else record.headers.get("Content-Type", "").partition(";")[0]
    if kind not in _TYPES:
        return None
    url = (record.headers.get("WARC-Target-URI") or "").strip("<> ")
    if not url.startswith(("http://", "https://")):
        return None
    length = record.content_length
    if length > max_bytes:
        raise ReadError(f"{url}: {length / 1e6:.1f} MB is more than max_page_mb, {max_bytes / 1e6:g}")
    body = record.reader.read(length)
    if len(body) < length:
        raise _CutOffError(f"{url}: ends early, {len(body):,} of {length:,} bytes; the archive is cut off there")
    headers = {name.lower(): value for name, value in http.astuples()} if http is not None else {}
    try:
        body = _unpacked(body, headers, max_bytes)
    except ReadError as error:
        raise ReadError(f"{url}: {error}") from error
    date = record.record_date
    return Archived(url, body, record.http_charset, date.astimezone(dt.UTC).date() if date else None, headers)


def _unpacked(body: bytes, headers: Mapping[str, str], max_bytes: int) -> bytes:
    """
    The body without the encodings that its header names; archives that unpacked it already often leave the header.

    Raises:
        ReadError: It is damaged, or larger than `max_bytes` once it is unpacked.
    """
    if "chunked" in headers.get("transfer-encoding", "").lower():
        with contextlib.suppress(OSError):  # it is not chunked any more
            body = ChunkedReader(io.BytesIO(body)).read(max_bytes + 1) or body
    packed = headers.get("content-encoding", "").strip().lower()
    try:
        if packed in _PACKED:
            if packed == "deflate" or body[:2] == b"\x1f\x8b":
                body = zlib.decompressobj(_PACKED[packed]).decompress(body, max_bytes + 1)
        elif packed == "br":
            body = bytes(brotli.Decompressor().process(body, output_buffer_limit=max_bytes + 1))
    except (zlib.error, brotli.error) as error:
        if b"<" not in body[:200]:  # else it was unpacked already
            raise ReadError(f"damaged: it does not unpack as its header says ({error})") from error
    if len(body) > max_bytes:
        raise ReadError(f"more than max_page_mb, {max_bytes / 1e6:g}, once it is unpacked")
    return body
