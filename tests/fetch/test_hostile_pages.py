"""Pages of a hostile server through `callboard add`: each is read or named, none stops the others or fills the memory."""

from __future__ import annotations

import datetime as dt
import gzip
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hostile_server import HTML, Server, answer
from promises import Proof

from callboard.model import Document
from callboard.record.ledger import open_ledger

WORDS = (
    "<p>Netflix has renewed “Quiet Harbor” for a third season, the streamer announced on Tuesday, and production is "
    "expected to begin in September in Vancouver, with the cast of the first two seasons returning for it.</p>"
)
PAGE = f"<!doctype html><html><head><title>Renewed</title>{{head}}</head><body><article>{WORDS}{{rest}}</article></body></html>"
PLAIN = ("Content-Type", "text/html")


def page(head: str = "", rest: str = "") -> str:
    return PAGE.format(head=head, rest=rest)


def dated(day: str) -> bytes:
    return page(f'<meta property="article:published_time" content="{day}">').encode()


# What must be said of a page, or "" where it must be read with its curly quotes.
PAGES: dict[str, tuple[bytes, tuple[str, str], str]] = {
    "200,000 attributes": (page(rest="<p " + " ".join(f"a{n}=1" for n in range(200_000)) + ">").encode(), HTML, "attributes"),
    "200,000 nestings": (page(rest="<div>" * 200_000).encode(), HTML, "nests more than"),
    "misnested tags": (
        page(rest="<p>" + "".join(f"<b id={n}>" for n in range(600)) + "<p>x" * 8_000).encode(), HTML, "not an article|set aside",
    ),
    "a text node of 100 MB": (gzip.compress(page(rest="<p>" + "word and the " * 8_000_000).encode(), 1), HTML, "bomb|larger than"),
    "a text node of 4 MB": (page(rest="<p>" + "word and the " * 300_000).encode(), HTML, "more than 500,000"),
    "NUL characters": (page(rest="<p>Wor\0ds\0").encode(), HTML, ""),
    "an unclosed comment": (page(rest="<!-- " + "<div>" * 100_000).encode(), HTML, ""),
    "an entity bomb": (
        ('<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "' + "&a;" * 50 + '"><!ENTITY c "' + "&b;" * 50 + '">]>'
         + page(rest="<p>" + "&c;" * 1_000)).encode(), HTML, "",
    ),
    "an external DTD": (
        b'<?xml version="1.0"?><!DOCTYPE html SYSTEM "http://127.0.0.2/evil.dtd">' + page().encode(),
        ("Content-Type", "application/xhtml+xml"), "",
    ),
    "no charset": (page().encode(), PLAIN, ""),
    "a wrong charset": (page().encode(), ("Content-Type", "text/html; charset=koi8-r"), ""),
    "conflicting charsets": (
        page('<meta charset="koi8-r"><meta charset="utf-16">').encode("cp1252"), ("Content-Type", "text/html; charset=windows-1252"), "",
    ),
    "UTF-7": (page('<meta charset="utf-7">', "<p>+ADw-script+AD4-").encode(), ("Content-Type", "text/html; charset=utf-7"), ""),
    "UTF-16 without a mark": (page().encode("utf-16-le"), PLAIN, ""),
    "half surrogate pairs": (page(rest="<p>Half &#xD800; a &#55296; pair \ud800").encode("utf-8", "surrogatepass"), PLAIN, ""),
    "the year 0": (dated("0000-06-06"), HTML, ""),
    "the year 9999": (dated("9999-12-31"), HTML, ""),
    "31 February": (dated("2018-02-31"), HTML, ""),
    "the future": (dated((dt.date.today() + dt.timedelta(400)).isoformat()), HTML, ""),
}  # fmt: skip


@pytest.fixture(scope="module")
def added(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], dict[str, Document], int]:
    """What was said of each page, the documents that were recorded, and the most memory that the program took, in kB."""
    if not Path("/proc/self/status").exists():
        pytest.skip("the most memory of a process is read from /proc")
    path = tmp_path_factory.mktemp("added") / "ledger.db"
    with Server() as server:
        urls = {}
        for number, (name, (body, kind, _)) in enumerate(PAGES.items()):
            urls[name] = server.url(f"/{number}")
            packed = [("Content-Encoding", "gzip")] if body.startswith(b"\x1f\x8b") else []
            server.pages[f"/{number}"] = answer(body, kind, *packed)
        urls["good"] = server.url("/good")
        server.pages["/good"] = answer(page(rest="<p>And this is the last of all pages.").encode())
        environment = os.environ | {"CALLBOARD_FETCH_ALSO": f"127.0.0.1:{server.port}"}
        # Not by getrusage, which also tells of whoever started the process.
        program = (
            "import sys; from callboard.cli.main import main\n"
            "try: main()\n"
            "finally: print('most', open('/proc/self/status').read().split('VmHWM:')[1].split()[0], file=sys.stderr)"
        )
        hurried = "import callboard.fetch.fetcher as f; f.Policy.__init__.__kwdefaults__['pause_s'] = 0.01\n"
        command = [sys.executable, "-c", hurried + program, "add", "--ledger", str(path), *urls.values()]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    said = {
        name: "\n".join(line for line in done.stderr.splitlines() if line.startswith(f"callboard: {url}:"))
        for name, url in urls.items()
    }
    with open_ledger(path) as ledger:
        by_url = {document.url: document for document in ledger.documents()}
    most = re.search(r"most (\d+)", done.stderr)
    assert most is not None
    return said, {name: by_url[url] for name, url in urls.items() if url in by_url}, int(most[1])


@pytest.mark.promise(9)
@pytest.mark.parametrize("name", PAGES)
def test_a_hostile_page(added: tuple[dict[str, str], dict[str, Document], int], name: str, proof: Proof) -> None:
    """Named with the reason, or read as what it is, with a day that can be or none."""
    said, documents, _ = added
    expected = PAGES[name][2]
    if expected:
        assert re.search(expected, said[name]), said[name]
        assert name not in documents
    else:
        assert said[name] == ""
        document = documents[name]
        assert "Netflix has renewed “Quiet Harbor” for a third season" in document.text
        assert "<script" not in document.text
        assert "aaaaaaaaaaaa" not in document.text
        document.text.encode()  # no half of a pair is left
        first = document.published.first if document.published else None
        assert first is None or dt.date(1990, 1, 1) <= first <= dt.date.today() + dt.timedelta(1)
    proof.count("hostile pages")


def test_the_others_are_read_and_the_memory_is_bounded(
    added: tuple[dict[str, str], dict[str, Document], int],
) -> None:
    """The last page is recorded; what fetches and records never held the large ones many times over."""
    said, documents, most_kb = added
    assert said["good"] == ""
    assert "And this is the last of all pages." in documents["good"].text
    assert most_kb < 300_000
