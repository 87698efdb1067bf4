"""The pages answer as the commands do, have JSON twins, and let nothing that was read run in a browser."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from board_stories import CAGE, record, tell
from served import serve

from callboard.cli.main import run
from callboard.record.ledger import open_ledger

DAY = dt.date(2017, 6, 20)
SCRIPT = "<script>alert(1)</script>"
HOSTILE = f"""
    2017-06-10 | "><img src=x onerror=alert(2)> | {SCRIPT} Returns | 1 | filming | | asserted | {SCRIPT} | {SCRIPT} | wrapped {SCRIPT} {{{{ 7*7 }}}} &amp; \u202eknil\u202c \u2028 end
    2017-06-10 | Variety | Evil Links | 1 | filming | | asserted | | | is filming in a cellar
    2017-06-11 | Variety | 東京の空 | 1 | filming | | asserted | | | 撮影が始まった
    2017-06-11 | Variety | S.W.A.T. | 1 | filming | | asserted | | | shoots in Los Angeles
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return record(tmp_path_factory.mktemp("web") / "board.db", CAGE + HOSTILE)


@pytest.fixture(scope="module")
def site(path: Path) -> Iterator[httpx.Client]:
    with serve(path, DAY) as address, httpx.Client(base_url=address, trust_env=False, timeout=20) as client:
        yield client


class Page(HTMLParser):
    """The tags of a page, each with its attributes, and the texts between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    @property
    def links(self) -> list[str]:
        return [attrs["href"] or "" for tag, attrs in self.tags if tag == "a" and "href" in attrs]


def page(site: httpx.Client, address: str) -> Page:
    answer = site.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return Page(answer.text)


def test_the_board_lists_productions_with_links_to_their_pages(site: httpx.Client) -> None:
    """Each row leads to a page that answers."""
    board = page(site, "/")
    productions = [link for link in board.links if link.startswith("/p/")]
    assert "/p/luke-cage-season-2" in productions
    for link in productions:
        assert site.get(link).status_code == 200


def test_a_production_is_answered_with_quotes_that_lead_to_their_source(site: httpx.Client) -> None:
    """The line of `status`, each quote with its speaker, and a link that gives nothing away."""
    found = page(site, "/p/luke-cage-season-2")
    assert "Season 2: preparation (" in found.text
    assert "“began training”" in found.text
    assert "Simone Missick" in found.text
    sources = [attrs for tag, attrs in found.tags if tag == "a" and (attrs.get("href") or "").startswith("http")]
    assert len(sources) >= 5
    assert {attrs["rel"] for attrs in sources} == {"nofollow noopener noreferrer"}


def test_a_name_of_several_works_that_is_spoken_of_has_a_page(tmp_path: Path) -> None:
    """A link of the board never asks back: what was said under the name is shown, with the works it may mean."""
    path = record(tmp_path / "home.db", "2017-06-01 | Variety | Home | | filming | | asserted | | | is filming in Oslo")
    with serve(path, DAY) as address, httpx.Client(base_url=address, trust_env=False, timeout=20) as client:
        assert "/p/home" in page(client, "/").links
        found = page(client, "/p/home")
        works = [link for link in found.links if link.startswith("/p/home?")]
        assert "“is filming in Oslo”" in found.text
        assert len(works) == 2
        assert {client.get(link).status_code for link in works} == {200}


def test_plots_are_folded(site: httpx.Client) -> None:
    """What is told of the story stands in <details> that are closed, and nowhere else."""
    html = site.get("/p/luke-cage-season-2").text
    before, details = html.split('<details class="spoilers">')
    assert "Heroes for Hire" in details
    assert "Heroes for Hire" not in before


def test_page_twin_and_command_give_one_answer(
    site: httpx.Client, path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The JSON of the page is the JSON of the command."""
    twin = site.get("/p/luke-cage-season-2.json").json()
    assert run(["status", "Luke Cage", "--season", "2", "--as-of", str(DAY), "--json", "--ledger", str(path)]) == 0
    assert twin == json.loads(capsys.readouterr().out)
    board = site.get("/board.json").json()
    assert run(["board", "--as-of", str(DAY), "--json", "--ledger", str(path)]) == 0
    assert board == json.loads(capsys.readouterr().out)


def test_every_page_answers_as_of_a_day_and_its_links_keep_it(site: httpx.Client) -> None:
    """In 2014 only the order was known; whoever looks at 2014 stays there."""
    found = page(site, "/p/luke-cage-season-1?as_of=2014-06-01")
    assert "as of 1 June 2014" in found.text
    assert "is out on Netflix today" not in found.text
    inner = [link for link in page(site, "/?as_of=2014-06-01").links if link.startswith("/")]
    assert inner
    assert all("as_of=2014-06-01" in link for link in inner)


def test_filters_narrow_the_board(site: httpx.Client) -> None:
    """By stage, platform, name, and what films now."""

    def slugs(query: str) -> list[str]:
        return [row["id"] for row in site.get(f"/board.json?{query}").json()["productions"]]

    assert set(slugs("title=luke")) == {"luke-cage-season-1", "luke-cage-season-2"}
    assert slugs("stage=preparation") == ["luke-cage-season-2"]
    assert "jessica-jones-season-2" in slugs("filming=1")
    assert "luke-cage-season-2" not in slugs("filming=1")
    assert "jessica-jones-season-2" not in slugs("platform=hbo")
    assert "luke-cage-season-1" in slugs("all=1")


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/p/luke-caage", 404),
        ("/p/luke-caage.json", 404),
        ("/nothing", 404),
        ("/nothing.json", 404),
        ("/static/../web.py", 404),
        ("/?as_of=yesterday", 400),
        ("/board.json?as_of=2017-02-31", 400),
        ("/board.json?stage=asleep", 400),
        ("/board.json?page=-1", 400),
        ("/?title=" + "x" * 300, 400),
        ("/p/home", 300),
        ("/p/home.json", 300),
    ],
)
def test_errors_have_one_shape(site: httpx.Client, address: str, status: int) -> None:
    """A page for people, one JSON shape for programs, the guards of every answer on both."""
    answer = site.get(address)
    assert answer.status_code == status
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    if ".json" in address:
        error = answer.json()["error"]
        assert set(error) == {"status", "message", "near"}
        assert error["status"] == status
    else:
        assert "<h1>" in answer.text


def test_a_title_spelt_wrongly_leads_to_the_right_one(site: httpx.Client) -> None:
    """The near titles of a page that is not found are links that work."""
    answer = site.get("/p/luke-caage")
    (link, *_) = [link for link in Page(answer.text).links if link.startswith("/p/")]
    assert site.get(link).status_code == 200
    assert {"id": "luke-cage", "name": "Luke Cage"} in site.get("/p/luke-caage.json").json()["error"]["near"]


def test_searching_finds_or_offers(site: httpx.Client) -> None:
    """One title leads to its page; works of one name are told apart; a part of a name lists what has it."""
    answer = site.get("/search?q=marvel's luke cage")
    assert (answer.status_code, answer.headers["location"]) == (303, "/p/luke-cage-season-2")
    home = page(site, "/search?q=Home")
    works = [link for link in home.links if link.startswith("/p/home?")]
    assert len(works) == 3
    assert {site.get(link).status_code for link in works} == {200}
    assert "/p/jessica-jones-season-2" in page(site, "/search?q=jess").links
    assert "/p/luke-cage" in page(site, "/search?q=luke%20caage").links


def test_nothing_that_was_read_can_run(site: httpx.Client) -> None:
    """Markup and templates in titles, quotes, speakers, outlets and platforms come out as text; there is no script."""
    (row,) = (row for row in site.get("/board.json").json()["productions"] if "Returns" in row["title"])
    for address in (
        "/",
        f"/p/{row['id']}",
        f"/search?q={SCRIPT}",
        f"/?title={SCRIPT}",
        f"/p/{SCRIPT}x",
        "/?as_of=" + SCRIPT,
    ):
        html = site.get(address).text
        found = Page(html)
        assert not {tag for tag, _ in found.tags} & {"script", "img", "iframe", "style", "base", "object"}
        assert not [name for _, attrs in found.tags for name in attrs if name.startswith("on") or name == "style"]
        assert not set("\u202e\u202c\u2028") & set(html)
    quoted = page(site, f"/p/{row['id']}").text
    assert f"wrapped {SCRIPT} {{{{ 7*7 }}}} &amp; knil end" in quoted


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "https://a@b.example/", "//host/x", "ht tp://x"],
)
def test_only_safe_addresses_become_links(tmp_path: Path, url: str) -> None:
    """An address that is no plain http or https is not linked, and its report is shown all the same."""
    from callboard.model import Claim, Document, Event, Production, Span

    path = tmp_path / "links.db"
    with open_ledger(path) as ledger:
        text = "Evil Links is filming."
        claim = Claim(production=Production("Evil Links", 1), event=Event.FILMING, quote=Span(11, 21, "is filming"))
        tell(ledger, "2017-06-10 | Variety | Evil Links | 1 | casting | | asserted | | | stars nobody")
        from callboard.when import When

        ledger.append(
            Document(text=text, url=url, published=When.parse("2017-06-11")), [claim], learned=dt.datetime.now(dt.UTC)
        )
    with serve(path, DAY) as address:
        html = httpx.get(f"{address}/p/evil-links-season-1", trust_env=False).text
    assert "“is filming”" in Page(html).text
    assert [link for link in Page(html).links if "news.example" not in link and not link.startswith(("/", "#"))] == []
    assert url not in html.replace(f"/p/{url}", "")


def test_titles_of_any_script_have_addresses_that_lead_to_them(site: httpx.Client) -> None:
    """東京の空 and S.W.A.T. are found by the address that the board gives them."""
    rows = {row["title"]: row["id"] for row in site.get("/board.json").json()["productions"]}
    assert site.get(f"/p/{rows['東京の空']}.json").json()["title"] == "東京の空"
    assert rows["S.W.A.T."] == "s-w-a-t-season-1"
    assert site.get("/p/s-w-a-t-season-1.json").json()["title"] == "S.W.A.T."


def test_who_has_the_page_already_gets_304_until_the_ledger_grows(path: Path, tmp_path: Path) -> None:
    """The tag holds while nothing is recorded, and differs by day."""
    copy = record(tmp_path / "copy.db", CAGE)
    with serve(copy, DAY) as address, httpx.Client(base_url=address, trust_env=False, timeout=20) as client:
        for where in ("/", "/p/luke-cage-season-2.json"):
            tag = client.get(where).headers["etag"]
            assert client.get(where, headers={"If-None-Match": tag}).status_code == 304
            assert client.get(f"{where}?as_of=2016-01-01").headers["etag"] != tag
        with open_ledger(copy) as ledger:
            tell(ledger, "2017-06-19 | Variety | Luke Cage | 2 | filming | | asserted | | | is before the cameras")
        answer = client.get("/p/luke-cage-season-2.json", headers={"If-None-Match": tag})
        assert answer.status_code == 200
        assert "is before the cameras" in answer.text


def test_bodies_are_kept_up_to_a_length() -> None:
    """The oldest goes first, and one that is too long is not kept at all."""
    from callboard.show.bodies import Bodies

    bodies = Bodies(10)
    for tag, body in (("a", "x" * 6), ("b", "y" * 4), ("c", "z" * 3), ("d", "w" * 11)):
        bodies.keep(tag, body)
    assert [(bodies.get(tag) or [None])[0] for tag in "abcd"] == [None, "y" * 4, "z" * 3, None]


def test_a_foreign_name_for_this_machine_is_refused(site: httpx.Client) -> None:
    """A page elsewhere cannot read the ledger by pointing its own name at the loopback address."""
    assert site.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_nothing_can_be_written(site: httpx.Client) -> None:
    """Only reading is answered."""
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert site.request(method, "/p/luke-cage-season-2").status_code == 405


def test_charts_have_words_for_who_cannot_see_them(site: httpx.Client) -> None:
    """Each picture that stands for data has a title; tables have captions and headers with scope."""
    html = site.get("/p/luke-cage-season-2").text
    pictures = re.findall(r'<svg[^>]*role="(?:img|group)"[^>]*>(<title>)?', html)
    assert len(pictures) > 5
    assert all(pictures)
    found = Page(site.get("/").text)
    assert all("scope" in attrs for tag, attrs in found.tags if tag == "th")
    assert [tag for tag, _ in found.tags].count("h1") == 1


@pytest.mark.parametrize("day", ["0001-01-01", "0002-06-01", "1879-12-31", "2200-01-01", "9999-12-31"])
def test_a_day_beyond_all_productions_is_refused(site: httpx.Client, day: str) -> None:
    """With the years that there are; those of their edges are answered."""
    for where in ("/", "/p/luke-cage-season-2", "/changes", "/api/v1/changes", "/calendar.ics", "/outlet/Variety"):
        answer = site.get(where, params={"as_of": day})
        assert answer.status_code == 400
        assert "1880 to 2199" in answer.text
    for edge in ("1880-01-01", "2199-12-31"):
        assert site.get("/", params={"as_of": edge}).status_code == 200
        assert site.get("/changes", params={"as_of": edge}).status_code == 200
