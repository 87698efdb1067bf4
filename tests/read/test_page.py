"""Pages become documents: the article and nothing else, with headline, address, outlet and day."""

from __future__ import annotations

import datetime as dt
import time

import pages
import pytest

from callboard.errors import ReadError
from callboard.model import Document
from callboard.read.page import read_page

TODAY = dt.date(2026, 1, 1)


def read(html: str, url: str | None = None) -> Document:
    return read_page(html, url, TODAY)


def test_a_news_page_gives_its_article_and_nothing_else() -> None:
    """Menus, cookie and newsletter boxes, share buttons, captions, related links, bylines, comments are gone."""
    document = read(pages.NEWS)
    assert document.text.split("\n\n") == [*pages.PARAGRAPHS, "Sources: Tidal Pictures, The Harbour Herald"]
    assert document.headline == pages.HEADLINE
    assert document.outlet == "The Daily Example"
    assert document.url == "https://www.example.com/tv/harbour-lights-season-2-filming/"
    assert document.language == "en"


def test_the_day_is_local_to_the_newsroom() -> None:
    """21:30 in California is the next day in UTC; the article is of the 6th."""
    document = read(pages.NEWS)
    assert str(document.published) == "2018-06-06"
    assert document.published_confidence >= 0.95


def test_a_blog_without_paragraph_tags_is_read_too() -> None:
    """Text between line breaks, a date in words, no metadata."""
    document = read(pages.BLOG, "http://screencorner.example.com/p?utm_source=feed#top")
    assert [paragraph for paragraph in pages.PARAGRAPHS[:3] if paragraph in document.text] == list(pages.PARAGRAPHS[:3])
    assert "Recent posts" not in document.text
    assert "Filed under" not in document.text
    assert document.headline == pages.HEADLINE
    assert document.outlet == "screencorner.example.com"
    assert document.url == "http://screencorner.example.com/p"
    assert str(document.published) == "2018-06-07"


def test_rows_of_a_table_keep_their_cells_together() -> None:
    """A slate says what it says by rows."""
    text = read(pages.TABLE).text
    row = next(line for line in text.splitlines() if "Lantern Bay" in line)
    assert "Cancelled" in row
    assert "Renewed for season 3" not in row


@pytest.mark.parametrize(
    ("head", "url", "published", "at_least"),
    [
        ('<meta property="article:published_time" content="2018-06-06T10:00:00+02:00">', None, "2018-06-06", 0.9),
        ('<meta name="parsely-pub-date" content="2018-06-06T10:00:00Z">', None, "2018-06-06", 0.9),
        # In UTC it is the 7th, but the address has the newsroom's day.
        (
            '<meta property="article:published_time" content="2018-06-07T04:30:00+00:00">',
            "https://example.com/2018/06/06/harbour-lights/",
            "2018-06-06",
            0.9,
        ),
        (
            '<script type="application/ld+json">{"@type":"Article","datePublished":"2018-06-06",}</script>',
            None,
            "2018-06-06",
            0.9,
        ),
        ("", "https://example.com/2018/06/06/harbour-lights/", "2018-06-06", 0.9),
        ("", "https://example.com/2018/06/harbour-lights/", "2018-06", 0.8),
        ("", "https://example.com/harbour-lights/", "None", 0.0),
        # Days that cannot be: the future, year 0; of 31 February the month is left.
        ('<meta property="article:published_time" content="2031-06-06">', None, "None", 0.0),
        ('<meta property="article:published_time" content="0000-06-06">', None, "None", 0.0),
        ('<meta property="article:published_time" content="2018-02-31">', None, "2018-02", 0.5),
    ],
)
def test_days_of_publication(head: str, url: str | None, published: str, at_least: float) -> None:
    """Each place a page may date itself in, and dates that are refused."""
    document = read(f"<html><head>{head}</head><body><article>{pages.BODY}</article></body></html>", url)
    assert str(document.published) == published
    assert document.published_confidence >= at_least


def test_a_byline_dates_a_page_without_metadata() -> None:
    """ "Published Jun 6, 2018 By" is no sentence of the article, but its date counts."""
    html = f"<html><body><article><h1>{pages.HEADLINE}</h1><p>Published Jun 6, 2018 By Rosa Penn</p>{pages.BODY}</article></body></html>"
    document = read(html)
    assert "Rosa Penn" not in document.text
    assert str(document.published) == "2018-06-06"


def test_the_day_of_an_update_is_not_that_of_publication() -> None:
    """A modified time and dates of other stories are passed over."""
    html = (
        '<html><head><meta property="article:modified_time" content="2019-01-09"></head><body><article>'
        f'<time class="updated" datetime="2019-01-09">January 9, 2019</time><time datetime="2018-06-06">June 6, 2018</time>'
        f"{pages.BODY}</article></body></html>"
    )
    assert str(read(html).published) == "2018-06-06"


def test_a_page_cannot_claim_another_site_s_address() -> None:
    """A canonical link counts only on the site the page came from."""
    html = f'<html><head><link rel="canonical" href="https://bigpaper.example.org/story"></head><body>{pages.BODY}</body></html>'
    assert read(html, "https://copycat.example.com/story").url == "https://copycat.example.com/story"
    assert read(html).url == "https://bigpaper.example.org/story"


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "file:///etc/passwd", "https://user:pw@example.com/a", "http://a\\b/"]
)
def test_dangerous_addresses_are_dropped(address: str) -> None:
    """Only plain http and https addresses are kept."""
    html = f'<html><head><link rel="canonical" href="{address}"></head><body>{pages.BODY}</body></html>'
    assert read(html).url is None


def test_hidden_controls_and_direction_marks_are_stripped() -> None:
    """Nothing in the text turns other text around when it is shown."""
    evil = pages.BODY.replace("Ada", "A\u202eda\u0007\u200b").replace("Halifax", "Halifax&#8238;&#0;\x00")
    text = read(f"<html><body><article>{evil}</article></body></html>").text
    assert "Ada Quill" in text
    assert not {"\u202e", "\u0007", "\u200b", "\x00"} & set(text)


HOSTILE = {
    "200,000 nested divs": "<html><body>" + "<div>" * 200_000 + "text",
    "40,000 attributes": "<html><body><p " + " ".join(f"a{i}=1" for i in range(40_000)) + ">" + pages.BODY,
    "misnested formatting": "<html><body>" + "<b><i><font>" * 5_000 + "text",
    "a million tags": "<html><body>" + "<br>x" * 500_000,
    "a huge text node": "<html><body><p>" + "word and the other " * 300_000,
    "an unclosed comment": "<html><body><!-- " + "<div>" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_end_in_bounded_time(name: str) -> None:
    """Each is refused with a reason, before it stops a parser."""
    start = time.process_time()
    with pytest.raises(ReadError, match=r"not an article|no article"):
        read(HOSTILE[name])
    assert time.process_time() - start < 8


def test_deep_but_honest_pages_are_read() -> None:
    """A hundred nested elements and unclosed paragraphs are common."""
    html = "<html><body>" + "<div>" * 100 + "".join(f"<p>{p}" for p in pages.PARAGRAPHS) * 5 + "</div>" * 100
    assert pages.PARAGRAPHS[0] in read(html).text


def test_a_wall_with_status_200_is_no_article() -> None:
    """ "Verify you are human" is said to be what it is."""
    html = (
        "<html><body><h1>Just a moment</h1><p>Please verify you are a human by completing the action below. "
        + "x " * 80
        + "</p></body></html>"
    )
    with pytest.raises(ReadError, match="verify"):
        read(html)


def test_five_pages_a_second_at_least() -> None:
    """A page of usual shape takes below 0.2 s of processor time (measured: 0.01 s)."""
    read(pages.NEWS)
    start = time.process_time()
    for _ in range(5):
        read(pages.NEWS)
    assert (time.process_time() - start) / 5 < 0.2
