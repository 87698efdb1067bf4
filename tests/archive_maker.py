"""WARC and WACZ files for the tests, written by warcio, and the articles in them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

ARTICLE = """<!doctype html><html><head><title>{title} is back</title>
<meta property="article:published_time" content="2017-06-06T21:30:00-07:00"></head><body><article>
<h1>Netflix Renews {title} For A Third Season</h1>
<p>Netflix has renewed “{title}” for a third season, the streamer announced on Tuesday, June 6, 2017.</p>
<p>Production on season 3 of {title} is expected to begin in September in Vancouver, with the cast returning.</p>
</article></body></html>"""
OTHER = """<!doctype html><html><head><title>Council {title}</title></head><body><article><h1>Council {title}</h1>
<p>The council voted on Monday to mend the old bridge over the river, after two winters in which lorries had to go round
by the mill. Work on the bridge {title} will take until May, and the mayor said that no trees have to be felled for it.</p>
</article></body></html>"""


@dataclass(frozen=True)
class Entry:
    """One record."""

    body: bytes
    url: str = "https://news.example.com/a"
    kind: str = "text/html; charset=utf-8"
    status: str = "200 OK"
    headers: tuple[tuple[str, str], ...] = ()
    type: str = "response"
    date: str = "2017-06-07T01:02:03Z"


def article(title: str, **rest: str) -> Entry:
    return Entry(ARTICLE.format(title=title).encode(), f"https://news.example.com/{title.replace(' ', '-')}", **rest)


def other(number: int) -> Entry:
    return Entry(OTHER.format(title=number).encode(), f"https://news.example.com/council/{number}")


def warc(entries: Iterable[Entry], *, packed: bool = True) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=packed)
    for entry in entries:
        http = StatusAndHeaders(entry.status, [("Content-Type", entry.kind), *entry.headers], protocol="HTTP/1.1")
        record = writer.create_warc_record(
            entry.url,
            entry.type,
            payload=io.BytesIO(entry.body),
            http_headers=http if entry.type == "response" else None,
            warc_content_type=None if entry.type == "response" else entry.kind,
            warc_headers_dict={"WARC-Date": entry.date},
        )
        writer.write_record(record)
        record.raw_stream.close()
    return out.getvalue()


def write_warc(path: Path, entries: Iterable[Entry]) -> Path:
    path.write_bytes(warc(entries, packed=path.name.endswith(".gz")))
    return path


def write_wacz(path: Path, archives: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("datapackage.json", "{}")
        packed.writestr("pages/pages.jsonl", "{}")
        for name, data in archives.items():
            packed.writestr(f"archive/{name}", data)
    return path
