"""The look at raw bytes: no article with claims is lost, other news is passed over, markup is no text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from callboard.archive.filter import Filter, make_filter, may_be_english, paragraphs, text_runs
from callboard.catalogue.starter import load_starter

CORPUS = Path(__file__).parents[2] / "bench" / "corpus"
NEWS = b"""The council of Ashford voted on Monday to mend the old bridge, after two winters in which lorries had to go round
by the mill. The mayor said that no trees have to be felled for it, and that the work begins when the frost is over. """


@pytest.fixture(scope="module")
def filter_() -> Filter:
    return make_filter(load_starter())


def test_articles_with_claims_pass(filter_: Filter) -> None:
    """At least 995 of 1,000 of those that the corpus has, which were written to say it in many ways."""
    passed = []
    for path in sorted([*CORPUS.glob("train-*.jsonl"), *CORPUS.glob("extra-*.jsonl")]):
        for article in map(json.loads, path.read_text("utf-8").splitlines()):
            if article["claims"]:
                passed.append(filter_.passes(f"{article['headline']}\n{article['text']}".encode()))
    assert len(passed) > 700
    assert sum(passed) / len(passed) >= 0.995


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (NEWS, False),
        (NEWS * 12 + b"It was the best show of the season, and the crew on the pilot shot cameras and stars.", False),
        (NEWS * 12 + b"It was renewed for a third season.", True),
        (NEWS * 12 + b"The showrunners.", True),
        (NEWS * 12 + b"Anetflixb filmingly and reshootsx.", False),
        (NEWS + b"The film opens in May.", True),
    ],
    ids=["news", "shared words only", "strong", "plural", "parts of words", "short"],
)
def test_what_passes(filter_: Filter, text: bytes, expected: bool) -> None:
    """By whole words, and the more of them the longer the text."""
    assert filter_.passes(text) is expected


def test_scripts_styles_and_menus_are_no_text() -> None:
    """Nor are attributes, comments and what is as short as the names in a menu."""
    page = (
        b'<!doctype html><html><head><script type="a">var season = "the third season of Quiet Harbor is filming"</script>'
        b"<style>.filming-the-third-season-of-quiet-harbor { color: red }</style>"
        b"<!-- Netflix has renewed Quiet Harbor for a third season --></head><body>"
        b'<a class="nav the third season of Quiet Harbor on Netflix" href="/">Movies and TV</a>'
        b"<p>Only this is the text of the article, and no more.</p></body></html>"
    )
    assert text_runs(page).split() == b"Only this is the text of the article, and no more.".split()


def test_headlines_of_other_stories_do_not_let_a_page_pass(filter_: Filter) -> None:
    """They are links, in whatever tags; a paragraph with links in it is still one, and so is the page's own headline."""
    boxes = (
        b'<aside><a href="/1"><h3>The trailer for the sequel is here, and fans have found something</h3></a>'
        b'<li><a href="/2">Renewed or cancelled? The list of <em>all shows</em> on Netflix and HBO</a></li></aside>'
    )
    page = b"<html><title>Bridge</title><p>" + NEWS + b"</p>" + boxes
    assert not filter_.passes_page(page)
    assert b"trailer" in text_runs(page)
    told = (
        b'<p>The <a href="/x">third season of Quiet Harbor</a> <b>is filming</b> now, the network said on Monday.</p>'
    )
    assert filter_.passes_page(page + told)
    assert b"The third season of Quiet Harbor is filming now" in paragraphs(page + told)
    assert filter_.passes_page(page.replace(b"Bridge", b"Quiet Harbor is filming"))


def test_languages() -> None:
    """Only what is surely in another language is refused."""
    german = "Der Rat stimmte am Montag dafür, die alte Brücke zu erneuern, und die Arbeit beginnt im Frühjahr. " * 4
    assert not may_be_english(german.encode())
    assert may_be_english(NEWS * 2)
    assert may_be_english(b"Renewed!")
