"""
Nothing that was read breaks out of any output: five hundred hostile strings as titles, outlets, people, places and quotes.

Each output is read by a parser of its format, which must find the shape that harmless words give, and the words as words.
"""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import feedparser
import httpx
import ics
import pytest
from hostile import hostile_strings
from rich.console import Console
from selectolax.lexbor import LexborHTMLParser
from served import TOKEN, serve

import callboard
from callboard.alerts.follows import Kind
from callboard.alerts.running import decide
from callboard.alerts.sending import read_services
from callboard.alerts.store import AlertStore
from callboard.board import Board
from callboard.catalogue.starter import load_catalogue
from callboard.model import Claim, Document, Event, Modality, Production, Span
from callboard.record.ledger import open_ledger
from callboard.show import changes, text, words
from callboard.show.answers import make_answer
from callboard.show.rows import make_board, make_rows
from callboard.show.views import Filters
from callboard.when import When

STRINGS = hostile_strings()
EACH = 5  # strings on one production
DAY = dt.date(2017, 6, 20)
LEARNED = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
ATOM = "{http://www.w3.org/2005/Atom}"
ALL = "as_published=1&days=364"


def title_of(number: int, strings: list[str]) -> str:
    """A title that begins as the string does, and that no other production has."""
    return f"{strings[EACH * number]} T{number}"


def fill(path: Path, strings: list[str], *, at_once: bool = True) -> Path:
    """
    A ledger in which every five strings are said of one production, which was ordered and then began to film.

    All is read on one later day, or else each article on its own.
    """
    with open_ledger(path) as ledger:
        for number in range(len(strings) // EACH):
            title, outlet, source, place, words_said = strings[EACH * number : EACH * (number + 1)]
            production = Production(title_of(number, strings), 1)
            ordered = dt.date(2017, 4, 1) + dt.timedelta(number % 60)
            for event, after, named in (
                (Event.ORDER, 0, source),
                (Event.FILMING_START, 9, None),
                (Event.FILMING, 9, source),
                (Event.RELEASE, 9, None),
            ):
                said = ordered + dt.timedelta(after)
                # A quote is a run of the page's own characters, whatever they are.
                quote = f"{production.title} {event} {words_said}"
                due = dt.date(2017, 12, 1) if event is Event.RELEASE else said
                claim = Claim(
                    production=production,
                    event=event,
                    time=None if event is Event.FILMING else When.parse(str(due)),
                    modality=Modality.ASSERTED,
                    source=named,
                    person=source,
                    role=place,
                    place=place,
                    platform=outlet,
                    quote=Span(0, len(quote), quote),
                )
                document = Document(
                    text=quote,
                    headline=title,
                    outlet=f"{outlet} {event}",
                    url=f"https://news.example/{event}?{words_said}",
                    published=When.parse(str(said)),
                    published_confidence=1.0,
                )
                read = LEARNED if at_once else dt.datetime.combine(said, dt.time(9), dt.UTC)
                ledger.append(document, [claim], learned=read)
    return path


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("hostile") / "board.db", STRINGS)


@pytest.fixture(scope="module")
def site(path: Path) -> Iterator[httpx.Client]:
    with serve(path, DAY) as address, httpx.Client(base_url=address, trust_env=False, timeout=120) as client:
        yield client


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The same ledger with harmless words in place of the strings."""
    harmless = [f"Plain{number}" for number in range(4 * EACH)]
    path = fill(tmp_path_factory.mktemp("plain") / "board.db", harmless)
    with serve(path, DAY) as address, httpx.Client(base_url=address, trust_env=False, timeout=120) as client:
        yield client


@pytest.fixture(scope="module")
def rows(site: httpx.Client) -> list[dict[str, Any]]:
    """All rows of the board, from all its pages."""
    first = site.get("/board.json").json()
    rest = (site.get("/board.json", params={"page": page}).json() for page in range(2, first["pages"] + 1))
    return [row for page in (first, *rest) for row in page["productions"]]


def test_there_are_five_hundred() -> None:
    """All different, and every kind of mark among them."""
    assert len(set(STRINGS)) == 500
    joined = "".join(STRINGS)
    assert all(mark in joined for mark in "<>\"'&=+-@\r\n\t\x00\x1b\\;:,{}[]\u202e\u2028\ufeff\ufffe\U000e0041")


def visible(told: str) -> bool:
    """Whether a text has no character that hides, reorders or controls; line ends apart."""
    return not [
        c
        for c in told
        if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") and c not in "\u200d\u200c\xad"
    ]


def shape(page: str) -> set[tuple[str, tuple[str, ...]]]:
    """Every tag of a page with the names of its attributes, as a browser's parser sees it."""
    root = LexborHTMLParser(page).root
    assert root is not None
    return {(node.tag, tuple(sorted(node.attributes))) for node in root.traverse(include_text=False)}


def test_pages_have_only_the_tags_of_the_templates(
    site: httpx.Client, plain: httpx.Client, rows: list[dict[str, Any]]
) -> None:
    """The board, every production, the changes and the search: no tag, no attribute and no address from outside."""
    known: set[tuple[str, tuple[str, ...]]] = {
        ("blockquote", ()),
        ("blockquote", ("dir",)),
    }  # of a report whose address is not safe to follow
    harmless = plain.get("/board.json").json()["productions"]
    for address in ("/", "/?all=1", f"/changes?{ALL}", "/search?q=plain", *(f"/p/{row['id']}" for row in harmless)):
        known |= shape(plain.get(address).text)
    boards = [f"/?all=1&page={page}" for page in range(1, site.get("/board.json?all=1").json()["pages"] + 1)]
    pages = [*boards, f"/changes?{ALL}", *(f"/p/{row['id']}" for row in rows)]
    for address in pages:
        answer = site.get(address)
        assert answer.status_code == 200, address
        assert not shape(answer.text) - known, (address, shape(answer.text) - known)
        assert visible(answer.text), address
        for link in LexborHTMLParser(answer.text).css("[href]"):
            assert re.match(r"(/|#|webcal://127\.0\.0\.1|https://news\.example/)", link.attributes["href"] or ""), (
                address
            )
    assert len(pages) == len(boards) + 1 + len(STRINGS) // EACH
    assert len(boards) > 1


def names_on(site: httpx.Client, pages: list[str]) -> list[str]:
    """Addresses of people, places, outlets and titles that some pages link."""
    links = (link for page in pages for link in LexborHTMLParser(site.get(page).text).css("main [href]"))
    found = dict.fromkeys(link.attributes["href"] or "" for link in links)
    return [each for each in found if each.startswith(("/person/", "/place/", "/outlet/", "/t/"))]


def test_pages_of_names_have_only_the_tags_of_the_templates(
    site: httpx.Client, plain: httpx.Client, rows: list[dict[str, Any]]
) -> None:
    """People, places, outlets and titles of any name have pages that their links lead to, and twins that name them."""
    harmless = plain.get("/board.json").json()["productions"][:4]
    known: set[tuple[str, tuple[str, ...]]] = {("blockquote", ()), ("blockquote", ("dir",))}
    for address in names_on(plain, [f"/p/{row['id']}" for row in harmless]):
        known |= shape(plain.get(address).text)
    names = names_on(site, [f"/p/{row['id']}" for row in rows[::8]])
    assert {each.split("/")[1] for each in names} == {"person", "place", "outlet", "t"}
    for address in names:
        answer = site.get(address)
        assert answer.status_code == 200, address
        assert not shape(answer.text) - known, (address, shape(answer.text) - known)
        assert visible(answer.text), address
        twin = LexborHTMLParser(answer.text).css_first("link[type='application/json']").attributes["href"] or ""
        told = site.get(twin)
        assert told.status_code == 200, twin
        assert visible(told.text), twin


def follow_all(folder: Path, strings: list[str], day: dt.date) -> Path:
    """A ledger with all its titles and people followed before anything began to film, and what is told of that up to a day."""
    path = fill(folder / "board.db", strings, at_once=False)
    services = read_services("json://127.0.0.1:9/nobody")
    with AlertStore.open(path.with_suffix(".alerts.db")) as store, open_ledger(path, read_only=True) as ledger:
        for number in range(len(strings) // EACH):
            first = dt.datetime(2017, 4, 1, tzinfo=dt.UTC)
            store.follow(Kind.TITLE, words.clean(title_of(number, strings))[:200], only=("filming", "stage"), now=first)
            if person := words.clean(strings[EACH * number + 2])[:200]:
                store.follow(Kind.PERSON, person, now=first)
        now = dt.datetime.combine(day, dt.time(12), dt.UTC)
        decide(Board(ledger, load_catalogue()), store, services, now=now, digest_due=now)
    return path


def test_pages_of_what_is_followed_have_only_the_tags_of_the_templates(tmp_path: Path) -> None:
    """The log of alerts, the list of follows, and the form for each of the strings as a title, a person and a platform."""
    known: set[tuple[str, tuple[str, ...]]] = set()
    for name in ("plain", "hostile"):
        (tmp_path / name).mkdir()
    harmless = follow_all(tmp_path / "plain", [f"Plain{number}" for number in range(4 * EACH)], dt.date(2017, 4, 20))
    with serve(harmless, DAY, follow=True) as address, httpx.Client(base_url=address, trust_env=False) as plain:
        for query in ("kind=title&name=Plain0+T0", "kind=title&name=x&season=1", "kind=person&name=x"):
            known |= shape(plain.get(f"/follow?{query}").text)
        known |= shape(plain.get("/alerts").text) | shape(plain.get("/alerts?quiet=1").text)
    path = follow_all(tmp_path / "hostile", STRINGS, DAY)
    with serve(path, DAY, follow=True) as address, httpx.Client(base_url=address, trust_env=False) as client:
        for page in (client.get("/alerts"), client.get("/alerts?quiet=1")):
            assert page.status_code == 200
            assert page.text.count('<li class="change"') > 15
            assert not shape(page.text) - known, shape(page.text) - known
            assert visible(page.text)
            for link in LexborHTMLParser(page.text).css("main [href]"):
                assert re.match(r"/(follow|alerts)\?", link.attributes["href"] or ""), link.html
        for number, string in enumerate(STRINGS):
            try_to_follow(client, ("title", "person", "platform")[number % 3], string, known, as_kind=number % 2 == 1)
        page = client.get("/alerts")
        assert page.text.count("/follow?") > 200
        assert not shape(page.text) - known, shape(page.text) - known


def try_to_follow(
    client: httpx.Client, kind: str, string: str, known: set[tuple[str, tuple[str, ...]]], *, as_kind: bool
) -> None:
    """A string is a name as any other, or refused as none; as a kind of change it is refused."""
    query = {"kind": kind, "name": string}
    page = client.get("/follow", params=query)
    is_name = words.clean(string) != "" and len(string) <= 200
    assert page.status_code == (200 if is_name else 400), string
    assert visible(page.text)
    if is_name:
        assert not shape(page.text) - known, (string, shape(page.text) - known)
        assert words.clean(string) in " ".join(LexborHTMLParser(page.text).css_first("h1").text().split())
        sent = {"token": TOKEN, "do": "follow", "how": "daily", "only": string if as_kind else ""}
        assert client.post("/follow", params=query, data=sent).status_code == (400 if as_kind else 303), string


def test_pages_show_the_words(site: httpx.Client, rows: list[dict[str, Any]]) -> None:
    """What a reader sees of a title and a quote is what was read, on one line and without what hides."""
    for row in rows:
        page = LexborHTMLParser(site.get(f"/p/{row['id']}").text)
        heading, quote = page.css_first("h1"), page.css_first(".evidence blockquote p")
        assert words.clean(row["title"]) in " ".join(heading.text().split())
        assert words.clean(row["title"][:100]) in " ".join(quote.text().split())


@pytest.mark.parametrize("string", STRINGS[::5])
def test_a_question_is_answered_whatever_it_is(site: httpx.Client, string: str) -> None:
    """As search, filter, day, cursor and part of the address: an answer or an error of the agreed shape, nothing more."""
    for address, query in (
        ("/search", {"q": string}),
        ("/", {"title": string, "platform": string}),
        ("/", {"as_of": string, "page": string}),
        ("/changes.atom", {"title": string, "days": "1"}),
        ("/api/v1/changes", {"event": string}),
        ("/api/v1/board", {"cursor": string, "query": string}),
    ):
        answer = site.get(address, params=query)
        assert answer.status_code in (200, 303, 400), (address, answer.status_code)
        assert visible(answer.text)
        if answer.headers["content-type"].startswith("text/html"):
            assert "script" not in {tag for tag, _ in shape(answer.text)}


def test_json_gives_back_what_was_read(site: httpx.Client, rows: list[dict[str, Any]]) -> None:
    """To the character, in ASCII escapes where one would not see it."""
    assert {row["title"] for row in rows} == {title_of(number, STRINGS) for number in range(len(STRINGS) // EACH)}
    for row in rows[::4]:
        for part in ("", "/claims", "/linked-data"):
            answer = site.get(f"/api/v1/productions/{row['id']}{part}")
            assert visible(answer.text)
            answer.json()
        claims = site.get(f"/api/v1/productions/{row['id']}/claims").json()["claims"]
        assert all(claim["quote"].startswith(row["title"][:200]) for claim in claims)


def test_the_table_has_one_row_for_each_and_no_formula(site: httpx.Client) -> None:
    """Read as RFC 4180 says, and by hand for what a spreadsheet takes for a formula."""
    answer = site.get("/api/v1/board.csv?all=1").text
    table = list(csv.reader(io.StringIO(answer), strict=True))
    assert {len(row) for row in table} == {len(table[0])}
    assert len(table) == 1 + len(STRINGS) // EACH
    assert visible(answer.replace("\r\n", "\n"))
    assert not [cell for row in table for cell in row if cell.lstrip(" ").startswith(("=", "+", "-", "@", "＝", "\t"))]
    titles = {words.clean(title_of(number, STRINGS)) for number in range(len(STRINGS) // EACH)}
    assert {row[1].removeprefix("'") for row in table[1:]} == {title.removeprefix("'") for title in titles}


def test_the_calendar_has_the_entries_of_callboard_alone(site: httpx.Client) -> None:
    """As a second library reads it: one premiere each, no line over 75 bytes, no property from outside."""
    told = site.get("/calendar.ics?all=1&premieresOnly=true").text
    assert max(map(len, told.encode().split(b"\r\n"))) <= 75
    assert "\n" not in told.replace("\r\n", "")
    unfolded = told.replace("\r\n ", "").split("\r\n")
    names = {re.split("[;:]", line)[0] for line in unfolded if line}
    assert names <= {
        *("BEGIN", "END", "PRODID", "VERSION", "CALSCALE", "METHOD", "NAME", "X-WR-CALNAME", "REFRESH-INTERVAL"),
        *("X-PUBLISHED-TTL", "UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "DTSTART", "DTEND", "SUMMARY"),
        *("DESCRIPTION", "STATUS", "TRANSP", "CATEGORIES", "URL"),
    }
    events = ics.Calendar(told).events
    assert len(events) == len(STRINGS) // EACH
    assert all(re.fullmatch(r"[0-9a-f]{20}-release@callboard", event.uid) for event in events)
    titles = {words.clean(title_of(number, STRINGS)).replace("\\", "⧵") for number in range(len(STRINGS) // EACH)}
    assert {event.name.removesuffix(", season 1: premiere") for event in events} == titles
    assert visible(told.replace("\r\n", "\n"))


def test_feeds_have_the_entries_of_callboard_alone(site: httpx.Client) -> None:
    """As XML, as a feed and as JSON: one entry for each change, whose content has the tags of a quote and no more."""
    changed = site.get(f"/api/v1/changes?{ALL}&limit=200").json()["changes"]
    assert len(changed) > 50
    told = site.get(f"/changes.atom?{ALL}").content
    feed = feedparser.parse(told, response_headers={"content-type": "application/atom+xml"}, sanitize_html=False)
    assert not feed.bozo
    assert len(feed.entries) == len(changed)
    assert len({entry.id for entry in feed.entries}) == len(changed)
    tags = {element.tag.removeprefix(ATOM) for element in ElementTree.fromstring(told).iter()}
    assert tags == {
        *("feed", "id", "title", "updated", "published", "link", "author", "name", "generator", "entry", "category"),
        "content",
    }
    assert visible(told.decode())
    items = site.get(f"/changes.json?{ALL}")
    assert visible(items.text)
    for each, entry, item in zip(changed, feed.entries, items.json()["items"], strict=True):
        name = words.clean(each["title"])
        (content,) = entry.content
        for inside in (content.value, item["content_html"]):
            found = {tag for tag, _ in shape(f"<!doctype html><title>x</title>{inside}")}
            assert found <= {"html", "head", "title", "body", "p", "blockquote", "a"}, inside
            assert words.clean(each["why"][0]["quote"]) in html.unescape(
                re.sub(r"</?(p|blockquote|a)\b[^>]*>", "", inside)
            )
        assert item["title"].startswith(name)
        assert entry.link.startswith(str(site.base_url))


def test_the_terminal_gets_no_command(path: Path) -> None:
    """No escape sequence, no markup of rich, no mark that turns text around: board, status, why and changes."""
    out = io.StringIO()
    console = Console(file=out, width=120, highlight=False, markup=False, emoji=False)
    with open_ledger(path, read_only=True) as ledger:
        board = Board(ledger, load_catalogue())
        text.print_board(console, make_board(make_rows(board, DAY), DAY, Filters()))
        for number in range(0, len(STRINGS) // EACH, 4):
            production = Production(title_of(number, STRINGS), 1)
            found = board.find(production.title, 1, as_of=DAY, whole=True)
            view = make_answer(board, found, DAY)
            text.print_status(console, view)
            text.print_why(console, view, spoilers=True)
            text.print_when(console, view)
            told = board.changes(DAY, dt.date(2017, 4, 1), found.production, as_published=True)
            changes.print_changes(console, told, dt.date(2017, 4, 1), DAY)
    assert len(out.getvalue()) > 10_000
    assert visible(out.getvalue())


def test_a_notebook_gets_one_table(path: Path) -> None:
    """Of every answer that is a list."""
    with callboard.open(path) as opened:
        for answer in (opened.board(as_of=DAY), opened.claims(as_of=DAY)):
            told = answer._repr_html_()
            assert {tag for tag, _ in shape(told)} <= {
                *("html", "head", "body", "table", "caption", "thead", "tbody", "tr", "th", "td", "p")
            }
            assert visible(told)


def test_json_escapes_say_the_same() -> None:
    """Every character, also beyond the first plane, comes back as it was."""
    everything = "".join(STRINGS) + "\U000e0041\ud800"
    assert json.loads(words.escape_hidden(json.dumps(everything, ensure_ascii=False))) == everything
