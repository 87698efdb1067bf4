"""What repeats what: sentences taken over from another outlet, sources under two names, and `callboard why` on both."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from board_stories import record
from test_judgement import told

from callboard.cli.main import run
from callboard.judge.trust import echoes, first_origins, weigh
from callboard.model import Report, Span

SENTENCE = "Cameras started rolling on the second season this week in a disused mill outside Leeds"


def wrote(day: str, outlet: str, text: str, source: str | None = None) -> Report:
    """A report, with an id of its own, that an outlet made in these words that it films."""
    report = told(day, "filming_start", "2018-03", outlet=outlet, source=source)
    claim = dataclasses.replace(report.claim, quote=Span(0, len(text), text))
    return dataclasses.replace(report, claim=claim, id=f"{outlet} {day}")


def test_a_sentence_taken_over_leads_back_to_who_wrote_it_first() -> None:
    """Ten of the thirteen words on the mirror stand in the Gazette, in a row: one witness, and the copy counts nothing."""
    first = wrote("2018-03-02", "Gazette", SENTENCE)
    copy = wrote(
        "2018-03-04", "Mirror Site", "Cameras started rolling on the second season this week in Yorkshire, we hear"
    )
    assert first_origins([first, copy]) == ["gazette", "gazette"]
    assert [each.weight for each in weigh([copy, first], {})] == [1, 0]
    assert echoes([copy, first]) == {copy.id: first}


def test_a_copy_of_one_who_named_a_source_is_the_word_of_that_source() -> None:
    """The Gazette has it from the network; whoever copies the sentence without the name has it from there too."""
    first = wrote("2018-03-02", "Gazette", SENTENCE, source="HBO")
    copy = wrote("2018-03-04", "Mirror Site", SENTENCE)
    assert first_origins([first, copy]) == ["hbo", "hbo"]


@pytest.mark.parametrize(
    "text",
    [
        "The second season films this week",  # its own words
        "Cameras started rolling on the second season",  # as above, but then:
    ],
)
def test_the_writer_of_the_same_news_in_other_words_is_a_witness(text: str) -> None:
    """One who writes of it otherwise, or who names another source, counts beside the first."""
    first = wrote("2018-03-02", "Gazette", SENTENCE)
    other = wrote("2018-03-04", "Courier", text, source="BBC" if text.startswith("Cameras") else None)
    assert echoes([first, other]) == {}
    assert all(each.weight > 0 for each in weigh([first, other], {}))


STORY = f"""
    2018-03-02 | Gazette | Paper Moon Bay | 1 | filming_start | 2018-03 | asserted | | | {SENTENCE}
    2018-03-04 | Mirror Site | Paper Moon Bay | 1 | filming_start | 2018-03 | asserted | | | {SENTENCE}
    2018-03-05 | Variety | Paper Moon Bay | 1 | location | | asserted | OLV | | signs were seen in Leeds
    2018-03-06 | Collider | Paper Moon Bay | 1 | location | | asserted | On Location Vacations | | trucks stand in Leeds
    2018-03-07 | Deadline | Paper Moon Bay | 1 | filming_start | 2018-03 | asserted | | | work began this month, we learned
"""


def test_why_marks_what_counts_as_one_origin(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The copy, and the outlet that names the source by its full name, are echoes; Deadline's own words are not."""
    ask = ["why", "Paper Moon Bay", "--season", "1", "--as-of", "2018-03-20"]
    ask += ["--ledger", str(record(tmp_path / "board.db", STORY))]
    assert run([*ask, "--json"]) == 0
    claims = {claim["outlet"]: claim for claim in json.loads(capsys.readouterr().out)["claims"]}
    repeats = {outlet: claim["echo_of"] for outlet, claim in claims.items()}
    ids = {outlet: claim["id"] for outlet, claim in claims.items()}
    assert repeats == {
        "Gazette": None,
        "Mirror Site": ids["Gazette"],
        "Variety": None,
        "Collider": ids["Variety"],
        "Deadline": None,
    }
    assert run(ask) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "an echo of Gazette, 2 March 2018: the same origin, counts nothing" in out
    assert "an echo of Variety, 5 March 2018" in out
    assert out.count("repeated in 1 later report: one origin") == 2
