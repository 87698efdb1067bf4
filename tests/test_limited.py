"""Limited tools: pages read in a child give what they give elsewhere, and a poisonous one costs itself only."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from callboard.cli.main import group
from callboard.intake import Source, Tools, load_tools, take_in
from callboard.limited import LimitedTools, limits_from
from callboard.model import Claim, Document, Problem
from callboard.read.child import Limits
from callboard.record.ledger import Ledger, open_ledger
from callboard.settings import load_settings

ARTICLE = """<!doctype html><html><head><title>{title} is back</title></head><body><article>
<h1>Netflix Renews {title} For A Third Season</h1>
<p>Netflix has renewed {title} for a third season, the streamer announced on Tuesday, June 6, 2017.</p>
<p>Production on season 3 of {title} is expected to begin in September in Vancouver, with the cast returning.</p>
</article></body></html>"""
# The pages of tests/read/poison.py as they come from the web. What the look at the bytes lets through, a parser meets.
NESTED = "<div>" * 200_000
ATTRIBUTES = "<p " + " ".join(f"a{n}='{n}'" for n in range(40_000)) + ">"
MISNESTED = "<p>" + "".join(f"<b id={n}>" for n in range(600)) + "<p>x" * 8_000


class Endless:
    """Tools that a text can keep busy without end, in each of their two steps: the rest of callboard must not hang."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def read(
        self, path: Path | None, data: bytes, *, url: str | None = None, charset: str | None = None
    ) -> Iterator[Document | Problem]:
        while b"HANG-READING" in data:
            pass
        return self._tools.read(path, data, url=url, charset=charset)

    def understand(self, document: Document) -> tuple[Document, list[Claim]]:
        while "HANG-UNDERSTANDING" in document.text:
            pass
        return self._tools.reader.understand(document)


def make_endless() -> Tools:
    endless = Endless(load_tools())
    return Tools(endless.read, endless)


def test_poisonous_pages_between_good_ones(tmp_path: Path) -> None:
    """Each of three is named, the good pages around them are recorded, and it takes seconds."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for number, poison in enumerate((NESTED, ATTRIBUTES, MISNESTED)):
        title = f"Quiet {('Harbor', 'Shore', 'Island')[number]}"
        (folder / f"{number}-a.html").write_text(ARTICLE.format(title=title))
        (folder / f"{number}-b.html").write_text("<!doctype html><html><body>" + poison + "</body></html>")
    start = time.monotonic()
    result = CliRunner().invoke(group, ["add", "--ledger", str(tmp_path / "l.db"), str(folder)])
    assert time.monotonic() - start < 90  # of which 20 at most are the poison's
    assert result.exit_code == 1
    for number in range(3):
        assert any(line.startswith(f"callboard: {folder}/{number}-b.html: ") for line in result.stderr.splitlines())
    with open_ledger(tmp_path / "l.db") as ledger:
        assert len(list(ledger.documents())) == 3


@pytest.mark.parametrize("workers", [1, 2])
def test_endless_work_in_either_step(ledger: Ledger, workers: int) -> None:
    """Whether a parser or a rule of understanding is kept busy: that page is a problem, the others are recorded."""
    texts = ["One", "Two HANG-READING", "Three", "Four HANG-UNDERSTANDING", "Five"]
    sources = [
        Source(data=ARTICLE.format(title=text).encode(), url=f"https://example.com/{text[:3]}") for text in texts
    ]
    tools = LimitedTools(Limits(cpu_s=2.0), make_endless)
    outcomes = list(take_in(sources, ledger, make_tools=tools, workers=workers))
    assert [len(outcome.problems) for outcome in outcomes] == [0, 1, 0, 1, 0]
    assert "more than 2 s of computing" in outcomes[1].problems[0].what
    assert "more than 2 s of computing" in outcomes[3].problems[0].what
    assert len(list(ledger.documents())) == 3


def test_json_lines_have_their_limits_line_by_line(ledger: Ledger) -> None:
    """And keep the numbers of their lines."""
    text = "Netflix has renewed Quiet Harbor for a third season, the streamer announced on Tuesday, and that is all of it. "
    lines = [{"text": text}, {"text": text + "HANG-UNDERSTANDING"}, {"no": "text"}, {"text": text * 2}]
    source = Source(Path("x.jsonl"), data="\n\n".join(map(json.dumps, lines)).encode())
    outcomes = list(take_in([source], ledger, make_tools=LimitedTools(Limits(cpu_s=2.0), make_endless), workers=1))
    assert [bool(outcome.problems) for outcome in outcomes] == [False, True, True, False]
    assert outcomes[2].problems[0].where == "x.jsonl, line 5"


def test_the_limits_are_settings() -> None:
    settings = load_settings({"page_cpu_s": 3.0, "page_wall_s": 7.0, "page_memory_mb": 400})
    assert limits_from(settings) == Limits(cpu_s=3.0, wall_s=7.0, memory_mb=400)
