"""`callboard add https://...`: fetched, read and recorded as a file is; what cannot be is named and the rest goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hostile_server import Server, answer

from callboard.cli.main import group
from callboard.record.ledger import open_ledger

ARTICLE = """<!doctype html><html><head><meta charset="iso-8859-1"><title>Quiet Harbor is back</title></head><body><article>
<h1>Netflix Renews Quiet Harbor For A Third Season</h1>
<p>Netflix has renewed “Quiet Harbor” for a third season, the streamer announced on Tuesday, June 6, 2017.</p>
<p>Production on season 3 of Quiet Harbor is expected to begin in September in Vancouver, with the cast returning.</p>
</article></body></html>"""


@pytest.fixture
def path(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CALLBOARD_FETCH_ALSO", f"127.0.0.1:{server.port}")
    monkeypatch.setenv("CALLBOARD_CONTACT", "https://example.com/about-us")
    return tmp_path / "ledger.db"


def add(ledger: Path, *args: str) -> Result:
    return CliRunner().invoke(group, ["add", "--ledger", str(ledger), *args])


def test_an_article_from_the_web(path: Path, server: Server) -> None:
    """Its claims are recorded under the address where it was found; the header's charset wins over the page's own."""
    server.pages["/go"] = answer(b"", ("Location", "/article"), status=301)
    server.pages["/article"] = answer(ARTICLE.encode("cp1252"), ("Content-Type", "text/html; charset=windows-1252"))
    result = add(path, server.url("/go"))
    assert result.exit_code == 0, result.output
    with open_ledger(path) as ledger:
        [document] = ledger.documents()
        assert "Quiet Harbor" in {report.claim.production.title for report in ledger.reports()}
    assert document.url == server.url("/article")
    assert "“Quiet Harbor”" in document.text
    assert "(+https://example.com/about-us)" in server.asked[0].headers["user-agent"]


def test_bad_addresses_are_named_and_good_ones_recorded(path: Path, server: Server, canary: Server) -> None:
    """Status 1, one line for each with the next step, no traceback; files may stand beside addresses."""
    server.pages |= {
        "/article": answer(ARTICLE.encode()),
        "/feed": answer(b'<?xml version="1.0"?><!-- news --><rss version="2.0"><channel/></rss>', ("Content-Type", "text/xml")),
        "/forbidden": answer(b"", status=403),
        "/wall": answer(b"<title>Just a moment...</title>"),
        "/empty": answer(b""),
    }  # fmt: skip
    local = path.with_name("page.html")
    local.write_text(ARTICLE.replace("third", "fourth"))
    paths = ("/feed", "/article", "/forbidden", "/wall", "/empty", "/none")
    result = add(path, *(server.url(each) for each in paths), canary.url("/page"), "file:///etc/passwd", str(local))
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    for what in (
        f"callboard: {server.url('/feed')}: a feed, not a page; follow it by callboard feeds add {server.url('/feed')}",
        f"callboard: {server.url('/forbidden')}: not the article but a refusal (status 403); open it in a browser",
        f"callboard: {server.url('/wall')}: not the article but a challenge",
        f"callboard: {server.url('/empty')}: empty",
        f"callboard: {server.url('/none')}: no page (status 404)",
        f"callboard: {canary.url('/page')}: its robots.txt could not be read (not a public address",
        "callboard: file:///etc/passwd: file; only http and https are fetched",
    ):
        assert any(line.startswith(what) for line in lines), (what, lines)
    assert "Traceback" not in result.stderr
    with open_ledger(path) as ledger:
        assert len(list(ledger.documents())) == 2


@pytest.mark.parametrize(
    ("name", "value"), [("CONTACT", "me\r\nX: y"), ("CONTACT", "café"), ("FETCH_ALSO", "localhost")]
)
def test_settings_that_cannot_be_used(path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """Are named before anything is fetched."""
    monkeypatch.setenv(f"CALLBOARD_{name}", value)
    result = CliRunner().invoke(group, ["add", "--ledger", str(path), "https://example.com/"])
    assert result.exit_code == 1
    assert f"setting {name.lower()}" in str(result.exception)
