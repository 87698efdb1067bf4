"""Files of every kind become documents, or a problem that says what to do."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pages
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callboard.model import Document, Problem
from callboard.read.source import read_source

TODAY = dt.date(2026, 1, 1)
PLAIN = "\n\n".join(pages.PARAGRAPHS)
SEED = Path(__file__).parents[3] / "shared" / "seed" / "luke-cage-season-2.txt"


def read(data: bytes, name: str = "x", **rest: str) -> Document:
    """The one document of the bytes."""
    items = list(read_source(Path(name), data, today=TODAY, **rest))
    assert len(items) == 1
    assert isinstance(items[0], Document), items[0]
    return items[0]


def problem(data: bytes, name: str = "x", max_bytes: int = 10_000_000) -> str:
    """What is said of the bytes that give none."""
    items = list(read_source(Path(name), data, max_bytes=max_bytes, today=TODAY))
    assert len(items) == 1
    assert isinstance(items[0], Problem), items[0]
    assert items[0].where == name
    return items[0].what


def test_a_page_is_told_by_its_tags() -> None:
    """Whatever the file is called."""
    assert read(pages.NEWS.encode()).headline == pages.HEADLINE
    assert read(pages.NEWS.encode(), "a.txt").headline == pages.HEADLINE


def test_a_plain_text_has_headline_byline_and_body() -> None:
    """A short first line without a full stop is the headline."""
    document = read(f"{pages.HEADLINE}\n\nBy Rosa Penn | June 6, 2018\n\n{PLAIN}\n\nMore Videos\n".encode(), "a.txt")
    assert (document.headline, document.text, str(document.published)) == (pages.HEADLINE, PLAIN, "2018-06-06")
    assert 0.8 < document.published_confidence < 1


def test_a_plain_text_may_begin_at_once() -> None:
    """A paragraph is no headline."""
    assert read(PLAIN.encode(), "a.txt").headline == ""
    assert read(PLAIN.encode(), "a.txt").text == PLAIN


def test_json_lines_keep_what_they_say() -> None:
    """Each line is a document; a bad line is a problem, the rest goes on."""
    lines = [
        json.dumps(
            {
                "id": "a",
                "url": "https://example.com/a",
                "outlet": "Example",
                "headline": "H",
                "text": PLAIN,
                "published": "2018-06-06",
            }
        ),
        "not json",
        '{"id": "b"}',
        json.dumps({"id": "c", "text": PLAIN, "published": "someday"}),
        json.dumps({"id": "d", "text": PLAIN + "\ud800"}),
    ]
    items = list(read_source(None, "\n".join(lines).encode(), today=TODAY))
    first, bad, empty, undated, last = items
    assert isinstance(first, Document)
    assert (first.id, first.url, first.outlet, first.headline, first.text) == (
        "a",
        "https://example.com/a",
        "Example",
        "H",
        PLAIN,
    )
    assert (str(first.published), first.published_confidence) == ("2018-06-06", 1.0)
    assert isinstance(bad, Problem)
    assert bad.where == "standard input, line 2"
    assert isinstance(empty, Problem)
    assert isinstance(undated, Problem)
    assert isinstance(last, Document)
    assert last.text == PLAIN


def test_reading_twice_changes_nothing() -> None:
    """Documents written as JSON Lines are read back as they were."""
    document = read(pages.NEWS.encode())
    again = read(json.dumps(document.to_json()).encode(), "a.jsonl")
    assert again.to_json() == document.to_json()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b" \n\t\r\n", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x1f\x8b\x08rest", "gzip"),
        (b"PK\x03\x04rest", "ZIP"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (bytes(range(256)) * 40, "control characters"),
        (b"WARC/1.0\r\n", "WARC"),
        (b"Too short.", "no article"),
        (b"<html><body><p>Hi</p></body></html>", "no article"),
    ],
)
def test_what_is_no_article_is_said_to_be_so(data: bytes, said: str) -> None:
    """Each kind of bad input has a message that names it."""
    assert said in problem(data)


def test_a_large_page_is_refused_and_the_setting_named() -> None:
    """The message says which setting to raise."""
    assert "max_page_mb" in problem(b"word " * 3_000, max_bytes=10_000)


@pytest.mark.parametrize("times", [1, 5])
@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "Die Dreharbeiten zur zweiten Staffel haben begonnen, wie der Sender am Montag mitteilte. Die Serie wird in Berlin gedreht und soll im Herbst zu sehen sein. ",
            "de",
        ),
        (
            "Le tournage de la deuxième saison a commencé lundi à Paris, selon la chaîne. La série sera diffusée à l'automne prochain, avec toute la distribution. ",
            "fr",
        ),
        (
            "El rodaje de la segunda temporada ha comenzado este lunes en Madrid, según la cadena. La serie llegará a la plataforma en otoño con todo su reparto. ",
            "es",
        ),
    ],
)
def test_another_language_is_refused(text: str, language: str, times: int) -> None:
    """Only English is read; the message names the language found, also of two sentences."""
    said = problem((text * times).encode())
    assert "not in English" in said
    assert language in said


def test_a_table_is_no_other_language() -> None:
    """A schedule has hardly a word that tells its language."""
    lines = ["Mon 9/21, 8:00/7:00c – MODERN FAMILY (S2)", "Tue 9/22, 10:00/9:00c – CASTLE (series premiere)", "Wed 9/23, 9:00/8:00c – THE VOICE (S3; moved from Tue 9/15)"]  # fmt: skip
    for times in (2, 1000):
        assert read("\n".join(lines * times).encode(), "a.txt").language in (None, "en")


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_charset_gives_the_same_text(charset: str) -> None:
    """Curly quotes survive, with and without a byte order mark or a declaration."""
    text = PLAIN.replace("“", "‘").replace("”", "’")
    assert read(text.encode(charset), "a.txt").text == text


def test_the_declared_charset_is_used_and_the_header_comes_first() -> None:
    """A page in Windows-1251 that says so; one whose HTTP header knows better than its meta."""
    name = "Ирина"
    html = f'<html><head><meta charset="windows-1251"></head><body><article>{pages.BODY}<p>{name} plays the lead in all of it.</p></article></body></html>'
    data = html.replace("“", '"').replace("”", '"').encode("cp1251")
    assert name in read(data).text
    wrong = data.replace(b"windows-1251", b"windows-1252")
    assert name in read(wrong, charset="windows-1251").text


def test_utf7_is_not_believed() -> None:
    """Nobody smuggles tags in by a declared charset."""
    html = f'<html><head><meta charset="utf-7"></head><body>{pages.BODY}<p>+ADw-script+AD4- is caf\xe9 text</p></body></html>'
    assert "<script>" not in read(html.encode("cp1252", "replace")).text


@pytest.mark.skipif(not SEED.exists(), reason="the article is not part of the repository")
def test_the_article_with_the_subscription_box() -> None:
    """Its first and last sentence stay, its box and its videos go."""
    document = read(SEED.read_bytes(), "luke-cage-season-2.txt")
    assert document.text.startswith("Marvel and Netflix dropped")
    assert document.text.endswith("Sources: Simone Missick, OLV")
    assert document.published is None
    for offer in ("Ad Free", "10,000", "Join", "Premium", "More Videos"):
        assert offer not in document.text


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_bytes_end_in_documents_or_problems(data: bytes) -> None:
    """No file stops the reader."""
    for item in read_source(None, data, today=TODAY):
        assert isinstance(item, Document | Problem)


TAGS = [
    "<p>",
    "</p>",
    "<div hidden>",
    "<table><td>",
    "<a href='x'>",
    "<!--",
    "<script>",
    "</html>",
    "word and the of ",
    "&#x202e;",
    "<time datetime=x>",
    "<h1>",
]


@given(st.lists(st.sampled_from(TAGS), max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_mix_of_tags_ends_in_documents_or_problems(tags: list[str]) -> None:
    """Nor does any page."""
    for item in read_source(None, ("<html>" + "".join(tags) + pages.BODY).encode(), today=TODAY):
        assert isinstance(item, Document | Problem)
