"""`callboard demo`: the whole line on the bundled archive, from pages to a board and an explanation."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from callboard.cli.main import group
from callboard.demo import pages
from callboard.model import Document
from callboard.read.source import read_source
from callboard.record.ledger import open_ledger


@dataclass(frozen=True)
class Shown:
    """What one run of the demo wrote, in how many seconds of computing, and where it recorded."""

    out: str
    err: str
    seconds: float
    ledger: Path


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    folder = tmp_path_factory.mktemp("demo")
    environment = {
        "COLUMNS": "120",
        "XDG_CONFIG_HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
        "CALLBOARD_LEDGER": "",
    }
    start = time.process_time()
    result = CliRunner().invoke(group, ["demo", "--ledger", str(folder / "demo.db")], env=environment)
    assert result.exit_code == 0, result.output
    return Shown(result.stdout, result.stderr, time.process_time() - start, folder / "demo.db")


def test_the_archive_has_the_shapes_of_real_sites() -> None:
    """At least forty pages; some with structured data, some without a date, all with something around the article."""
    archive = pages()
    assert len(archive) >= 40
    texts = [data.decode("utf-8", "replace") for _, data in archive]
    assert sum("application/ld+json" in text for text in texts) >= 10
    assert sum(name.startswith("undated") for name, _ in archive) >= 3
    assert sum("<nav" in text for text in texts) >= 20
    days: dict[str, str] = {}
    for name, data in archive:
        documents = list(read_source(Path(name), data))
        assert len(documents) == 1, name
        assert isinstance(documents[0], Document), documents[0]
        assert len(documents[0].text) > 200, name
        days[name] = str(documents[0].published)
    assert {day for name, day in days.items() if name.startswith("undated")} == {"None"}
    wrong = {name: day for name, day in days.items() if not name.startswith("undated") and not name.startswith(day)}
    assert len(wrong) <= 4, wrong  # a few state their day only within a sentence


def test_every_page_is_recorded_within_ten_seconds(shown: Shown) -> None:
    """Counted as computing, since other tests may share the machine; the answers are in it too."""
    said = re.search(r"^(\d+) pages read in [\d.]+ s: (\d+) claims", shown.err, re.MULTILINE)
    assert said, shown.err
    assert int(said[1]) == len(pages())
    assert int(said[2]) > 5 * len(pages())
    assert "Traceback" not in shown.err
    assert shown.seconds < 15
    with open_ledger(shown.ledger, read_only=True) as ledger:
        assert ledger.check().problems == ()
        assert len(list(ledger.documents())) == len(pages())


def test_it_shows_the_board_then_one_production_then_why(shown: Shown) -> None:
    """Each part under the command that shows it again, and how to look at it in a browser at the end."""
    commands = re.findall(r"^\$ callboard (\w+)", shown.out, re.MULTILINE)
    assert commands == ["board", "status", "why", "serve"]
    board, status, why = re.split(r"^\$ callboard \w+.*$", shown.out, flags=re.MULTILINE)[1:4]
    for title in ("The Defenders, season 1", "Jessica Jones, season 2", "Daredevil, season 3"):
        assert title in board
    assert "Luke Cage, season 2" in status
    assert "“" in why
    assert "“" in status


def test_what_it_shows_was_known_on_that_day(shown: Shown) -> None:
    """Nothing said after 20 June 2017 is quoted, though the ledger holds it; every quote is on its page."""
    with open_ledger(shown.ledger, read_only=True) as ledger:
        reports = ledger.reports()
        texts = {document.digest: document for document in ledger.documents()}
    assert any(report.said and str(report.said) > "2018" for report in reports)
    why = shown.out.split("$ callboard why", 1)[1]
    # lines that begin with the season give the time of the event, which may lie ahead
    assert not re.search(
        r"^ +(?!season)\S.*, (?:\d+ )?(?:July|August|September|October|November|December) 2017$", why, re.MULTILINE
    )
    assert not re.search(r"^ +(?!season)\S.*, \d+ \w+ 201[89]$", why, re.MULTILINE)
    for report in reports:
        quote = report.claim.quote
        assert texts[report.document].part(quote.part)[quote.start : quote.end] == quote.text


def test_the_second_season_of_luke_cage_is_about_to_film(shown: Shown) -> None:
    """A week after the signs went up and a day after the cameras rolled: in preparation or just filming, not out."""
    status = shown.out.split("$ callboard status", 1)[1].split("$ callboard why", 1)[0]
    stages = {name: int(p) for name, p in re.findall(r"^([\w-]+) +(\d+) % [█▉▊▋▌▍▎▏]", status, re.MULTILINE)}
    assert set(stages) == {"development", "ordered", "preparation", "filming", "post-production", "released"}
    assert max(stages, key=lambda name: stages[name]) in ("preparation", "filming")
