"""WARC and WACZ: the pages in them, with their charsets and days; damage costs the damaged record only."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import tracemalloc
import zlib
from pathlib import Path

import brotli
import pytest
from archive_maker import Entry, article, warc, write_wacz, write_warc
from click.testing import CliRunner

from callboard.cli.main import group
from callboard.model import Problem
from callboard.read.warc import Archived, Damage, read_archive, read_warc
from callboard.record.ledger import open_ledger

PAGE = "<!doctype html><title>Café “Harbor”</title><p>Words.</p>"


def read(data: bytes, max_bytes: int = 1_000_000) -> list[Archived | Problem]:
    return list(read_warc(io.BytesIO(data), "x.warc", max_bytes=max_bytes))


def pages(items: list[Archived | Problem]) -> list[Archived]:
    return [item for item in items if isinstance(item, Archived)]


def problems(items: list[Archived | Problem]) -> list[str]:
    return [str(item) for item in items if isinstance(item, Problem)]


@pytest.mark.parametrize("packed", [True, False])
def test_pages_and_nothing_else(packed: bool) -> None:
    """Other kinds of files, other answers and requests are passed over without a word."""
    entries = [
        Entry(PAGE.encode(), "https://example.com/1"),
        Entry(b"\x89PNG", "https://example.com/2", kind="image/png"),
        Entry(PAGE.encode(), "https://example.com/3", status="404 Not Found"),
        Entry(b"", "https://example.com/4", status="301 Moved", headers=(("Location", "/1"),)),
        Entry(PAGE.encode(), "https://example.com/5", type="resource", kind="text/html"),
        Entry(PAGE.encode(), "urn:pageinfo:https://example.com/6", type="resource", kind="text/html"),
        Entry(PAGE.encode("cp1252"), "https://example.com/7", kind="text/html; charset=windows-1252"),
    ]
    items = read(warc(entries, packed=packed))
    assert problems(items) == []
    assert [page.url[-1] for page in pages(items)] == ["1", "5", "7"]
    assert pages(items)[2].charset == "windows-1252"
    assert pages(items)[0].fetched == dt.date(2017, 6, 7)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("gzip", gzip.compress(PAGE.encode())),
        ("deflate", zlib.compress(PAGE.encode())),
        ("br", brotli.compress(PAGE.encode())),
        ("gzip", PAGE.encode()),
        ("br", PAGE.encode()),
        ("deflate", PAGE.encode()),
    ],
    ids=["gzip", "deflate", "br", "gzip unpacked already", "br unpacked already", "deflate unpacked already"],
)
def test_packed_pages(name: str, body: bytes) -> None:
    """Archives hold answers as they came, or unpacked with the old header beside them."""
    (page,) = pages(read(warc([Entry(body, headers=(("Content-Encoding", name),))])))
    assert page.body == PAGE.encode()


def test_chunked_pages() -> None:
    body = PAGE.encode()
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(body[n : n + 9]), body[n : n + 9]) for n in range(0, len(body), 9))
    entries = [Entry(chunked + b"0\r\n\r\n"), Entry(body)]
    entries = [Entry(entry.body, headers=(("Transfer-Encoding", "chunked"),)) for entry in entries]
    assert [page.body for page in pages(read(warc(entries)))] == [body, body]


def test_bombs_and_large_pages_cost_themselves() -> None:
    """300 MB behind 300 kB never lie in memory, and the page after it is read."""
    bomb = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = b"".join(bomb.compress(bytes(1_000_000)) for _ in range(300)) + bomb.flush()
    entries = [
        Entry(packed, "https://example.com/bomb", headers=(("Content-Encoding", "gzip"),)),
        Entry(b"<p>" + bytes(2_000_000), "https://example.com/large"),
        Entry(b"\x1f\x8bnot gzip", "https://example.com/damaged", headers=(("Content-Encoding", "gzip"),)),
        Entry(PAGE.encode(), "https://example.com/good"),
    ]
    data = warc(entries)
    tracemalloc.start()
    items = read(data)
    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()
    assert [page.url for page in pages(items)] == ["https://example.com/good"]
    said = problems(items)
    assert len(said) == 3
    assert "bomb: more than max_page_mb, 1, once it is unpacked" in said[0]
    assert "large: 2.0 MB is more than max_page_mb, 1" in said[1]
    assert "damaged: damaged: it does not unpack" in said[2]


def test_many_bad_pages_do_not_end_the_archive() -> None:
    """Hundreds of them, one here and one there; only where nothing else comes any more, the file is given up."""
    bad = Entry(b"\x1f\x8bnot gzip", headers=(("Content-Encoding", "gzip"),))
    items = read(warc([each for n in range(150) for each in (bad, Entry(PAGE.encode(), f"https://example.com/{n}"))]))
    assert len(pages(items)) == len(problems(items)) == 150
    items = read(warc([bad] * 150 + [Entry(PAGE.encode())]))
    assert pages(items) == []
    assert isinstance(items[-1], Damage)


@pytest.mark.parametrize("packed", [True, False])
def test_archives_that_are_cut_off(packed: bool) -> None:
    """Wherever the cut is, the whole pages before it are read, and a cut page is never taken for a whole one."""
    entries = [Entry(PAGE.encode() + bytes([97 + n]) * 300, f"https://example.com/{n}") for n in range(3)]
    data = warc(entries, packed=packed)
    whole = {page.url: page.body for page in pages(read(data))}
    assert len(whole) == 3
    counts = set()
    for cut in range(0, len(data), 13):
        items = read(data[:cut])
        for page in pages(items):
            assert whole[page.url] == page.body
        counts.add(len(pages(items)))
    assert counts >= {0, 1, 2}


@pytest.mark.parametrize("length", [b"-5", b"x", b"99999999999999999999", b"9" * 18, b""])
def test_bad_lengths(length: bytes) -> None:
    """A record that lies about its length costs at most what follows it, and is no page."""
    first, second = (warc([Entry(PAGE.encode(), f"https://example.com/{n}")], packed=False) for n in range(2))
    start = second.index(b"Content-Length: ") + len(b"Content-Length: ")
    end = second.index(b"\r\n", start)
    third = warc([Entry(PAGE.encode(), "https://example.com/2")], packed=False)
    items = read(first + second[:start] + length + second[end:] + third)
    assert pages(items)[0].url.endswith("/0")
    assert "https://example.com/1" not in {page.url for page in pages(items)}


def test_files_that_are_no_archives(tmp_path: Path) -> None:
    for name, data in (
        ("a.warc", b""),
        ("b.warc.gz", b"nothing"),
        ("c.wacz", b"PK nothing"),
        ("d.warc", bytes(10_000)),
    ):
        (tmp_path / name).write_bytes(data)
        (problem,) = read_archive(tmp_path / name, max_bytes=1000)
        assert isinstance(problem, Problem)
    (problem,) = read_archive(tmp_path / "none.warc", max_bytes=1000)
    assert "No such file" in str(problem)
    (problem,) = read_archive(write_wacz(tmp_path / "e.wacz", {}), max_bytes=1000)
    assert "no WARC in it" in str(problem)


def test_add_reads_archives(tmp_path: Path) -> None:
    """WARC, packed WARC and WACZ in a folder beside a page; each page under its own address, once."""
    folder = tmp_path / "archives"
    folder.mkdir()
    blocked = Entry(b"<title>Just a moment...</title>", "https://news.example.com/wall")
    write_warc(folder / "1.warc", [article("Quiet Harbor"), blocked])
    write_warc(folder / "2.warc.gz", [article("Quiet Shore"), article("Quiet Harbor")])
    write_wacz(folder / "3.wacz", {"data.warc.gz": warc([article("Quiet Island")])})
    result = CliRunner().invoke(group, ["add", "--ledger", str(tmp_path / "l.db"), str(folder)])
    assert result.exit_code == 1, result.output
    assert "callboard: https://news.example.com/wall: not the article but a challenge" in result.stderr
    assert "4 documents (1 known already)" in result.stderr
    with open_ledger(tmp_path / "l.db") as ledger:
        assert {document.url for document in ledger.documents()} == {
            f"https://news.example.com/Quiet-{name}" for name in ("Harbor", "Shore", "Island")
        }
        assert {str(document.published) for document in ledger.documents()} == {"2017-06-06"}
