"""Sitemaps: read within limits, followed to the newest pages, on their own site only."""

from __future__ import annotations

import gzip
import time
from pathlib import Path

import pytest
from archive_maker import ARTICLE
from click.testing import CliRunner, Result
from hostile_server import Server, answer

from callboard.cli.main import group
from callboard.errors import ReadError
from callboard.read.sitemap import MAX_URLS, Listed, read_sitemap
from callboard.record.ledger import open_ledger

XML = ("Content-Type", "application/xml")
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
SET = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
INDEX = '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'


def urlset(*entries: tuple[str, str]) -> bytes:
    urls = "".join(f"<url><loc>{url}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</url>" for url, day in entries)
    return f"{HEAD}{SET}{urls}</urlset>".encode()


def index(*urls: str) -> bytes:
    return f"{HEAD}{INDEX}{''.join(f'<sitemap><loc>{url}</loc></sitemap>' for url in urls)}</sitemapindex>".encode()


def test_addresses_with_their_days() -> None:
    """Of the last change or of publication; images in between are no pages; doubles are one."""
    body = f"""{HEAD}<!-- made daily -->{SET[:-1]}
      xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
      <url><loc> https://example.com/a?x=1&amp;y=2 </loc><lastmod>2018-01-02T03:04:05Z</lastmod></url>
      <url><loc>https://example.com/b</loc><news:news><news:publication_date>2018-02-03</news:publication_date></news:news>
        <image:image><image:loc>https://example.com/picture.jpg</image:loc></image:image></url>
      <url><loc>https://example.com/c</loc></url><url><loc>https://example.com/c</loc><lastmod>soon</lastmod></url>
      </urlset>"""
    assert read_sitemap(body.encode()).listed == (
        Listed("https://example.com/a?x=1&y=2", "2018-01-02"),
        Listed("https://example.com/b", "2018-02-03"),
        Listed("https://example.com/c", ""),
    )


def test_fifty_thousand_addresses_and_one() -> None:
    """The standard's most are taken; what is beyond is not, and it is said that there is more."""
    sitemap = read_sitemap(urlset(*((f"https://example.com/{n}", "") for n in range(MAX_URLS + 1))))
    assert len(sitemap.listed) == 50_000
    assert sitemap.more


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"<html><p>no</p></html>", "not a sitemap"),
        (f'{HEAD}<!DOCTYPE u [<!ENTITY a "b">]>{SET}</urlset>'.encode(), "not a sitemap"),
        (f'{HEAD}{SET}<!DOCTYPE u SYSTEM "http://127.0.0.2/x"></urlset>'.encode(), "declares types or entities"),
        (
            f"{HEAD}{SET}<url {' '.join(f'a{n}=1' for n in range(200_000))}></url></urlset>".encode(),
            "a tag of more than",
        ),
        (f"{HEAD}{SET}{'<url>' * 200_000}".encode(), "damaged"),
        (f"{HEAD}{SET}<url><loc>https://example.com/{'x' * 20_000_000}".encode(), "damaged"),
        (f"{HEAD}{SET}\x00\x01".encode(), "damaged"),
    ],
    ids=["page", "entities", "DTD later", "200,000 attributes", "200,000 nested", "giant text", "control characters"],
)
def test_what_is_built_to_be_slow_is_refused_soon(body: bytes, what: str) -> None:
    start = time.process_time()
    with pytest.raises(ReadError, match=what):
        read_sitemap(body)
    assert time.process_time() - start < 2


def test_what_stands_before_the_damage_is_read() -> None:
    body = urlset(("https://example.com/a", ""), ("https://example.com/b", ""))
    sitemap = read_sitemap(body[: body.index(b"/b")])
    assert [each.url for each in sitemap.listed] == ["https://example.com/a"]
    assert sitemap.more


@pytest.fixture
def path(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CALLBOARD_FETCH_ALSO", f"127.0.0.1:{server.port}")
    monkeypatch.setattr("callboard.fetch.fetching.policy_from", _hasty(server))
    return tmp_path / "ledger.db"


def _hasty(server: Server) -> object:
    from hostile_server import policy_for

    return lambda settings: policy_for(server)


def add(path: Path, *args: str) -> Result:
    return CliRunner().invoke(group, ["add", "--ledger", str(path), *args])


@pytest.mark.parametrize("option", ["--limit", "--most"])
def test_a_sitemap_stands_for_its_newest_pages(path: Path, server: Server, option: str) -> None:
    """Through an index, newest first, no more than asked for (by its old name, too), none twice, none of another site."""
    page = server.url
    for number, title in enumerate(("Harbor", "Shore", "Island", "Bay")):
        server.pages[f"/{number}"] = answer(ARTICLE.format(title=f"Quiet {title}").encode())
    server.pages |= {
        "/index.xml": answer(index(page("/one.xml"), page("/two.xml"), "https://elsewhere.example/x.xml"), XML),
        "/one.xml": answer(
            urlset((page("/0"), "2018-01-01"), (page("/1"), "2018-03-01"), ("https://a.example/", "")), XML
        ),
        "/two.xml": answer(urlset((page("/2"), "2018-02-01"), (page("/3"), ""), (page("/1"), "2018-03-01")), XML),
    }
    result = add(path, option, "3", page("/index.xml"))
    assert result.exit_code == 0, result.output
    assert server.paths == ["/index.xml", "/one.xml", "/two.xml", "/1", "/2", "/0"]
    with open_ledger(path) as ledger:
        assert len(list(ledger.documents())) == 3


@pytest.mark.parametrize("kind", ["application/gzip", "application/x-gzip", "application/octet-stream"])
def test_a_sitemap_that_lies_packed_on_its_server(path: Path, server: Server, kind: str) -> None:
    """Is unpacked by its name within the limits of every answer; nothing else of its type is fetched."""
    header = ("Content-Type", kind)
    server.pages |= {
        "/1": answer(ARTICLE.format(title="Quiet Shore").encode()),
        "/map.xml.gz": answer(gzip.compress(urlset((server.url("/1"), "2018-01-01"))), header),
        "/bomb.xml.gz": answer(gzip.compress(b"<urlset>" + bytes(9_000_000)), header),
        "/plain.xml.gz": answer(b"<urlset></urlset>", header),
        "/program.gz": answer(gzip.compress(b"words"), header),
    }
    result = add(path, server.url("/map.xml.gz"))
    assert result.exit_code == 0, result.output
    assert server.paths == ["/map.xml.gz", "/1"]
    for name, why in (
        ("/bomb.xml.gz", "a bomb"),
        ("/plain.xml.gz", "damaged"),
        ("/program.gz", "not a page or a feed"),
    ):
        assert why in add(path, server.url(name)).stderr


def test_sitemap_loops_end(path: Path, server: Server) -> None:
    """An index of itself, an index below an index, a page that is the sitemap: each is asked for once."""
    page = server.url
    server.pages |= {
        "/loop.xml": answer(index(page("/loop.xml"), page("/below.xml"), page("/set.xml")), XML),
        "/below.xml": answer(index(page("/loop.xml"), page("/deeper.xml")), XML),
        "/set.xml": answer(urlset((page("/loop.xml"), ""), (page("/set.xml"), ""), (page("/hidden.xml"), "")), XML),
        "/hidden.xml": answer(index(page("/loop.xml")), XML),
    }
    result = add(path, page("/loop.xml"))
    assert result.exit_code == 1
    assert sorted(server.paths) == ["/below.xml", "/hidden.xml", "/loop.xml", "/set.xml"]
    assert "an index of sitemaps within an index" in result.stderr
    assert "a sitemap that is listed as a page" in result.stderr
    assert "Traceback" not in result.stderr
