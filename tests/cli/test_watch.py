"""watch: feeds polled by their conditions, articles recorded once, a failing feed alone in failing, stops and goes on."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hostile_server import Server, answer, drip

from callboard.cli.main import group
from callboard.record.ledger import open_ledger

XML = ("Content-Type", "application/rss+xml")


def article(name: str) -> bytes:
    return answer(
        f"""<!doctype html><title>Netflix Renews {name} For A Third Season</title><article><h1>Netflix Renews {name} For A Third Season</h1>
<p>Netflix has renewed {name} for a third season, the streamer announced on Tuesday, June 6, 2017.</p>
<p>Production on season 3 of {name} is expected to begin in September in Vancouver, with the cast returning.</p>
</article>""".encode()
    )


def rss(*paths: str) -> bytes:
    items = "".join(f"<item><link>{path}</link></item>" for path in paths)
    return f'<rss version="2.0"><channel><title>Example</title>{items}</channel></rss>'.encode()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with Server() as running:
        monkeypatch.setenv("CALLBOARD_FETCH_ALSO", f"127.0.0.1:{running.port}")
        yield running


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "board.db"


def call(path: Path, *args: str) -> Result:
    return CliRunner().invoke(group, [*args, "--ledger", str(path)])


def make_due(path: Path) -> None:
    """Hours pass."""
    with sqlite3.connect(path.with_suffix(".feeds.db")) as db:
        db.execute("UPDATE feeds SET due_us = 0")
        db.execute("UPDATE pages SET due_us = 0 WHERE due_us IS NOT NULL")
    db.close()


def headlines(path: Path) -> set[str]:
    with open_ledger(path) as ledger:
        return {document.headline.split(" Renews ")[1].split(" For ")[0] for document in ledger.documents()}


def test_a_feed_is_read_and_what_it_lists_recorded_once(server: Server, path: Path) -> None:
    """The second look sends what the first one got, costs no article, and what is new then is taken alone."""
    server.pages |= {"/one": article("Quiet Harbor"), "/two": article("Loud Harbor"), "/three": article("Old Pier")}
    server.pages["/feed"] = [
        answer(rss("/one", "/two"), XML, ("ETag", '"1"')),
        answer(b"", status=304),
        answer(rss("/three", "/one"), XML),
    ]
    call(path, "feeds", "add", server.url("/feed"))
    first = call(path, "watch", "--once")
    assert first.exit_code == 0, first.output
    assert f"read url={server.url('/one')} claims=" in first.stderr
    assert "1 looks at feeds (0 failed), 2 documents" in first.stderr
    assert headlines(path) == {"Quiet Harbor", "Loud Harbor"}
    assert call(path, "watch", "--once").exit_code == 0  # nothing is due
    assert server.paths.count("/feed") == 1
    for _ in range(2):
        make_due(path)
        assert call(path, "watch", "--once").exit_code == 0
    assert [asked.headers.get("if-none-match") for asked in server.asked if asked.path == "/feed"] == [
        None,
        '"1"',
        '"1"',
    ]
    assert headlines(path) == {"Quiet Harbor", "Loud Harbor", "Old Pier"}
    assert [server.paths.count(name) for name in ("/one", "/two", "/three")] == [1, 1, 1]
    [row] = json.loads(CliRunner().invoke(group, ["feeds", "list", "--json", "--ledger", str(path)]).stdout)
    assert (row["title"], row["failures"], row["error"]) == ("Example", 0, "")


def test_a_failing_feed_degrades_alone(server: Server, path: Path) -> None:
    """It is named with its last success and its next try, the other is read, and a success clears it."""
    server.pages |= {"/one": article("Quiet Harbor"), "/good": answer(rss("/one"), XML)}
    server.pages["/bad"] = [answer(rss(), XML), *[answer(b"", status=503)] * 2, answer(rss(), XML)]
    call(path, "feeds", "add", server.url("/good"), server.url("/bad"))
    assert call(path, "watch", "--once").exit_code == 0
    make_due(path)
    result = call(path, "watch", "--once")
    assert result.exit_code == 1
    [line] = [line for line in result.stderr.splitlines() if "/bad" in line]
    assert "the host is busy or broken (status 503)" in line
    assert f"last success {time.strftime('%Y-', time.gmtime())}" in line
    assert "next try " in line
    listed = CliRunner().invoke(group, ["feeds", "list", "--ledger", str(path)]).stdout
    assert "failed 1 times: the host is busy" in listed
    assert headlines(path) == {"Quiet Harbor"}
    make_due(path)
    assert call(path, "watch", "--once").exit_code == 0
    listed = CliRunner().invoke(group, ["feeds", "list", "--ledger", str(path)]).stdout
    assert "failed" not in listed


def test_a_page_that_stops_a_parser_costs_itself_alone(
    server: Server, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is named and done with, and the pages after it are recorded."""
    monkeypatch.setenv("CALLBOARD_PAGE_CPU_S", "2")
    misnested = "<p>" + "".join(f"<b id={n}>" for n in range(600)) + "<p>x" * 8_000
    server.pages |= {"/bad": answer(misnested.encode()), "/one": article("Quiet Harbor"), "/two": article("Old Pier")}
    server.pages["/feed"] = answer(rss("/bad", "/one", "/two"), XML)
    call(path, "feeds", "add", server.url("/feed"))
    result = call(path, "watch", "--once")
    [problem] = [line for line in result.stderr.splitlines() if line.startswith("callboard: http")]
    assert server.url("/bad") in problem
    assert "the parser gives it up" in problem  # for want of memory; it would get 1.8 GB in the program itself
    assert headlines(path) == {"Quiet Harbor", "Old Pier"}


def test_what_a_host_asks_to_wait_is_waited(server: Server, path: Path) -> None:
    """A Retry-After of two days is longer than any pace."""
    server.pages["/feed"] = answer(b"", ("Retry-After", str(2 * 86_400)), status=429)
    call(path, "feeds", "add", server.url("/feed"))
    assert call(path, "watch", "--once").exit_code == 1
    with sqlite3.connect(path.with_suffix(".feeds.db")) as db:
        [(due,)] = db.execute("SELECT due_us FROM feeds")
    db.close()
    assert due / 1e6 - time.time() > 1.9 * 86_400


def test_an_article_that_is_not_there_yet_is_tried_again(server: Server, path: Path) -> None:
    """And one that never will be is not."""
    server.pages["/feed"] = answer(rss("/late", "/never"), XML)
    server.pages["/late"] = [answer(b"", status=503), answer(b"", status=503), article("Quiet Harbor")]
    call(path, "feeds", "add", server.url("/feed"))
    assert call(path, "watch", "--once").exit_code == 0
    make_due(path)
    assert call(path, "watch", "--once").exit_code == 0
    assert headlines(path) == {"Quiet Harbor"}
    assert server.paths.count("/never") == 1


def test_stopped_by_a_signal_and_gone_on(server: Server, path: Path) -> None:
    """Ctrl-C in the middle of a fetch: status 0 at once, and the next watch takes only what is missing."""
    server.pages |= {
        "/feed": answer(rss("/one", "/two"), XML),
        "/one": article("Quiet Harbor"),
        "/two": [drip(b"HTTP", 60.0), article("Loud Harbor")],
    }
    call(path, "feeds", "add", server.url("/feed"))
    command = [sys.executable, "-m", "callboard.cli.main", "watch", "--ledger", str(path)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ)
    assert process.stderr is not None
    for line in process.stderr:
        if "read url=" in line:
            break
    other = subprocess.run([*command, "--once"], capture_output=True, text=True)
    assert (other.returncode, "another callboard watches" in other.stderr) == (1, True)
    start = time.monotonic()
    process.send_signal(signal.SIGINT)
    rest = process.stderr.read()
    assert process.wait() == 0
    process.stderr.close()
    assert time.monotonic() - start < 5
    assert "stopped; the next watch goes on from here" in rest
    assert "Traceback" not in rest
    assert call(path, "watch", "--once").exit_code == 0
    assert headlines(path) == {"Quiet Harbor", "Loud Harbor"}
    assert server.paths.count("/one") == 1


def test_nothing_to_watch_says_what_to_do(path: Path) -> None:
    result = call(path, "watch", "--once")
    assert result.exit_code == 1
    assert "callboard feeds add" in str(result.exception)
