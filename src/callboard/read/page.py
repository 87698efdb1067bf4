"""
A page to a document: main text, headline, address, outlet, day of publication.
"""

from __future__ import annotations

import datetime as dt
import re

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from callboard.errors import ReadError
from callboard.model import Document
from callboard.read.body import MIN_TEXT, main_text
from callboard.read.boilerplate import strip_boilerplate
from callboard.read.byline import find_published
from callboard.read.guard import check_page
from callboard.read.head import authors_of, headline_of, outlet_of, read_head, url_of
from callboard.read.text import clean_text, language_of

MAX_TEXT = 500_000  # characters of one article; the longest FAQ pages have 60,000
# What stands on pages that a site shows instead of the article, with status 200.
_BLOCKED = re.compile(
    r"(are you (a )?(human|robot)|verify (that )?you are (a )?human|access denied|please enable (javascript|cookies)|"
    r"enable javascript and cookies to continue|checking your browser|request unsuccessful|unusual traffic|"
    r"page not found|404 not found|403 forbidden|captcha)",
    re.IGNORECASE,
)
_BLOCKED_LENGTH = 1_500  # a page that says so and little else


def read_page(html: str, url: str | None, today: dt.date) -> Document:
    """
    The document of a page.

    Args:
        html: The page.
        url: Where it came from; None: only what the page itself says.
        today: The day of reading; later days of publication are refused.

    Raises:
        ReadError: It is no article, not English, or one that would stop a parser.
    """
    html = html.replace("\x00", "")
    check_page(html)
    try:
        tree = LexborHTMLParser(html)
    except SelectolaxError as error:  # its memory ran out, as a rule
        raise ReadError(f"not an article: the parser gives it up ({error})") from error
    head = read_head(tree)
    address = url_of(head, url)
    outlet = outlet_of(head, address)
    headline = headline_of(head, outlet)
    body = clean_text(main_text(html, tree))
    cleaned = strip_boilerplate(body, authors=authors_of(head), outlet=outlet)
    text = without_headline(cleaned.text, headline)
    language = check_text(text)
    published = find_published(html, tree, head, address, cleaned.published, today)
    return Document(
        text=text,
        headline=headline,
        url=address,
        outlet=outlet,
        published=published.when,
        published_confidence=published.confidence,
        language=language,
    )


def check_text(text: str) -> str | None:
    """
    The language of an article: English, or None where it is too short to tell.

    Raises:
        ReadError: Too short, too long, a page shown instead of the article, or another language.
    """
    if len(text) < MIN_TEXT:
        raise ReadError(f"no article in it: {len(text)} characters of text are left without menus and the like")
    if len(text) > MAX_TEXT:
        raise ReadError(f"not an article: its text has {len(text):,} characters, more than {MAX_TEXT:,}")
    if len(text) < _BLOCKED_LENGTH and (found := _BLOCKED.search(text)):
        raise ReadError(
            f"not an article but a page shown instead of it: {found[0]!r}; fetch it in a browser and save it"
        )
    language = language_of(text)
    if language not in (None, "en"):
        raise ReadError(f"not in English (language {language}); callboard reads English only")
    return language


def without_headline(text: str, headline: str) -> str:
    """The text without a first line that repeats the headline."""
    first, _, rest = text.partition("\n")
    return rest.lstrip("\n") if headline and first.strip().lower() == headline.strip().lower() else text
