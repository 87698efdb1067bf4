"""The calendar says what is due without inventing clock times, and an entry keeps its identity when its date moves."""

from __future__ import annotations

import datetime as dt
import html
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import ics
import pytest
from board_stories import CAGE, record, tell
from hypothesis import given
from hypothesis import strategies as st
from served import serve

from callboard.board import Board
from callboard.catalogue.starter import load_catalogue
from callboard.model import Milestone, Production
from callboard.record.ledger import open_ledger
from callboard.show.calendar import CalendarEntry, EntryMemory, known_of_title, make_entries, write_calendar

DAY = dt.date(2017, 6, 20)
DEFENDERS = "The Defenders, season 1: premiere"
MOVED = """
    2017-06-18 | Variety | The Defenders | 1 | reschedule | 2017-09-22 | asserted | Netflix | Netflix | moves to September 22
    2017-06-18 | Variety | The Defenders | 1 | release | 2017-09-22 | asserted | Netflix | Netflix | moves to September 22
"""
DROPPED = """
    2017-06-18 | Netflix | The Defenders | 1 | cancellation | 2017-06-18 | asserted | Netflix | Netflix | will not be released
    2017-06-18 | Variety | The Defenders | 1 | cancellation | 2017-06-18 | asserted | Netflix | Netflix | has been cancelled
    2017-06-19 | Deadline | The Defenders | 1 | cancellation | 2017-06-18 | asserted | Netflix | Netflix | is scrapped
"""
STARTED = """
    2017-06-12 | A Blog   | Luke Cage | 2 | filming_end   | 2017-06    | asserted |         |         | wraps this month
    2017-06-19 | Deadline | Luke Cage | 2 | filming_start | 2017-06-19 | asserted | Netflix | Netflix | filming began on Monday
    2017-06-19 | Variety  | Luke Cage | 2 | filming_start | 2017-06-19 | asserted | Mike Colter | Netflix | we began today
    2017-06-20 | Deadline | Luke Cage | 2 | filming_end   | 2017-12    | expected | Netflix | Netflix | will wrap in December
"""


def feed(path: Path, title: str, as_of: dt.date = DAY) -> str:
    with open_ledger(path, read_only=True) as ledger:
        board = Board(ledger, load_catalogue())
        return write_calendar(make_entries(board, known_of_title(board, title, None, as_of)), title, as_of)


def events(text: str) -> dict[str, Any]:
    """The entries as a second library reads them, by the end of their UID: the milestone."""
    return {event.uid.split("-", 1)[1].split("@")[0]: event for event in ics.Calendar(text).events}


def sequence(event: Any) -> int:
    (found,) = [int(line.value) for line in event.extra if line.name == "SEQUENCE"]
    return found


def test_a_stated_day_is_an_all_day_entry_and_a_judged_one_a_tentative_span(tmp_path: Path) -> None:
    """The Defenders have a day; Luke Cage has ranges, and what was reached in some span is left out."""
    path = record(tmp_path / "a.db", CAGE)
    premiere = events(feed(path, "The Defenders"))["release"]
    assert (premiere.name, premiere.status, premiere.all_day) == (DEFENDERS, "CONFIRMED", True)
    assert premiere.begin.date() == dt.date(2017, 8, 18)
    assert premiere.duration == dt.timedelta(1)
    assert "arrives on August 18th" in premiere.description
    cage = events(feed(path, "Luke Cage"))
    assert set(cage) == {"filming_start", "filming_end", "release"}
    assert {event.status for event in cage.values()} == {"TENTATIVE"}
    assert all(event.all_day and event.name.startswith("(expected) ") for event in cage.values())


def test_a_stated_month_that_nothing_bears_out_is_no_entry(tmp_path: Path) -> None:
    """One outlet has the wrap in the month in which filming begins: the entry stays where all reports put it."""
    path = record(tmp_path / "a.db", CAGE)
    with open_ledger(path) as ledger:
        tell(ledger, STARTED)
    after = events(feed(path, "Luke Cage"))["filming_end"]
    assert after.begin.date() > DAY


def test_no_entry_has_a_clock_time(tmp_path: Path) -> None:
    """Only the stamps of the feed itself have one, and they are the day of the answer."""
    text = feed(record(tmp_path / "a.db", CAGE), "Luke Cage")
    timed = [line for line in text.splitlines() if line.startswith(("DT", "LAST-MODIFIED")) and "T" in line[-8:]]
    assert {line.partition(":")[2] for line in timed if "VALUE=DATE" not in line} == {"20170620T000000Z"}
    assert all(";VALUE=DATE:" in line for line in text.splitlines() if line.startswith(("DTSTART", "DTEND")))


def test_a_slip_moves_the_entry(tmp_path: Path) -> None:
    """One UID, another day, a higher SEQUENCE; and the day before the slip is answered as before."""
    path = record(tmp_path / "a.db", CAGE)
    before = events(feed(path, "The Defenders"))["release"]
    with open_ledger(path) as ledger:
        tell(ledger, MOVED)
    after = events(feed(path, "The Defenders"))["release"]
    assert after.uid == before.uid
    assert (before.begin.date(), after.begin.date()) == (dt.date(2017, 8, 18), dt.date(2017, 9, 22))
    assert sequence(after) > sequence(before)
    earlier = events(feed(path, "The Defenders", dt.date(2017, 6, 17)))["release"]
    assert earlier.begin.date() == dt.date(2017, 8, 18)
    assert sequence(earlier) < sequence(before)


def test_a_cancellation_cancels_the_entry_in_place(tmp_path: Path) -> None:
    """It keeps UID and day, is marked, and goes after some weeks."""
    path = record(tmp_path / "a.db", CAGE)
    before = events(feed(path, "The Defenders"))["release"]
    with open_ledger(path) as ledger:
        tell(ledger, DROPPED)
    after = events(feed(path, "The Defenders"))["release"]
    assert (after.uid, after.begin) == (before.uid, before.begin)
    assert after.status == "CANCELLED"
    assert after.name == f"(cancelled) {DEFENDERS}"
    assert sequence(after) > sequence(before)
    assert events(feed(path, "The Defenders", dt.date(2018, 1, 1))) == {}


def test_a_spelling_does_not_make_another_entry(tmp_path: Path) -> None:
    """Marvel's Jessica Jones and Jessica Jones are one series, whichever of them most outlets write."""
    path = record(tmp_path / "a.db", CAGE)
    before = {name: event.uid for name, event in events(feed(path, "Jessica Jones")).items()}
    with open_ledger(path) as ledger:
        for day in range(12, 18):
            tell(
                ledger,
                f"2017-06-{day} | Site {day} | Marvel's Jessica Jones | 2 | filming | | asserted | | | films on {day}",
            )
    assert {name: event.uid for name, event in events(feed(path, "Jessica Jones")).items()} == before


def served_events(path: Path, days: list[dt.date], story: str = "", after: int = 0) -> list[dict[str, Any]]:
    """The entries that one server gives on each of some days; the story is told before the one of that number."""
    given = []
    with open_ledger(path, read_only=True) as ledger:
        board, memory = Board(ledger, load_catalogue()), EntryMemory()
        for number, day in enumerate(days):
            if story and number == after:
                with open_ledger(path) as written:
                    tell(written, story)
            entries = memory.settle(make_entries(board, board.productions(day)))
            given.append({event.uid: event for event in ics.Calendar(write_calendar(entries, "c", day)).events})
    return given


def said(event: Any) -> tuple[object, ...]:
    """All that a calendar shows of an entry."""
    return event.name, event.begin, event.end, event.status, event.description, event.url


def test_a_day_that_changes_nothing_raises_no_sequence(tmp_path: Path) -> None:
    """Over three weeks SEQUENCE rises when an entry says something else and only then; most days most entries stay."""
    days = [DAY + dt.timedelta(number) for number in range(21)]
    given = served_events(record(tmp_path / "a.db", CAGE), days)
    kept = moved = 0
    for before, now in pairwise(given):
        for uid in before.keys() & now.keys():
            assert (sequence(now[uid]) > sequence(before[uid])) == (said(now[uid]) != said(before[uid]))
            kept += sequence(now[uid]) == sequence(before[uid])
            moved += sequence(now[uid]) > sequence(before[uid])
    assert kept > 4 * moved > 0
    stated = next(uid for uid, event in given[0].items() if event.name == DEFENDERS)
    assert len({sequence(each[stated]) for each in given}) == 1
    assert {each[stated].last_modified.date() for each in given} == {DAY}


def test_a_report_raises_the_sequence_of_what_it_moves(tmp_path: Path) -> None:
    """On the same day: the entry that slips is newer, an entry of another title is not."""
    before, after = served_events(record(tmp_path / "a.db", CAGE), [DAY, DAY], MOVED, after=1)
    moved = next(uid for uid, event in before.items() if event.name == DEFENDERS)
    assert sequence(after[moved]) > sequence(before[moved])
    assert said(after[moved]) != said(before[moved])
    others = [uid for uid in before if "Defenders" not in before[uid].name]
    assert others
    assert all((sequence(after[u]) > sequence(before[u])) == (said(after[u]) != said(before[u])) for u in others)


HOSTILE = st.text(st.characters(codec=None), max_size=300) | st.sampled_from(
    ["\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:x", "a;b,c\\n:d", "\u2028\u202eevil\x00", "\ud800", '";X=1:', "é" * 80]
)


@given(HOSTILE, HOSTILE)
def test_no_text_breaks_the_calendar(title: str, quote: str) -> None:
    """Whatever was read, a second library finds one entry with one cleaned title, on lines of at most 75 bytes."""
    from callboard.show import words

    entry = CalendarEntry(
        uid="0-release@callboard",
        sequence=1,
        production=Production("X"),
        milestone=Milestone.RELEASE,
        first=DAY,
        last=DAY,
        status="CONFIRMED",
        summary=f"T {words.clean(title)}",
        description=f"Q {words.clean(quote)}",
        platform=words.clean(title),
        url=None,
        modified=DAY,
    )
    text = write_calendar([entry], title, DAY)
    assert max(len(line) for line in text.encode().split(b"\r\n")) <= 75
    (event,) = ics.Calendar(text).events
    assert event.uid == "0-release@callboard"
    assert event.name == words.clean(f"T {title}").replace("\\", "⧵")
    assert event.description == words.clean(f"Q {quote}").replace("\\", "⧵")


def test_hostile_words_in_the_ledger_stay_words(tmp_path: Path) -> None:
    """Markup, separators and marks that turn text around, in title, outlet, platform and quote."""
    path = record(
        tmp_path / "a.db",
        "2017-06-10 | A;B,C\\: | Evil\u202e;,\\n Title | 1 | release | 2017-08-18 | asserted | END:VEVENT | x,y;z | arrives \u2028 END:VCALENDAR",
    )
    with open_ledger(path, read_only=True) as ledger:
        board = Board(ledger, load_catalogue())
        text = write_calendar(make_entries(board, board.productions(DAY), premieres_only=True), "c", DAY)
    (event,) = ics.Calendar(text).events
    assert event.name == "Evil ;,⧵n Title, season 1: premiere"
    assert "arrives END:VCALENDAR" in event.description
    assert not set("\u202e\u2028") & set(text)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return record(tmp_path_factory.mktemp("calendar") / "board.db", CAGE)


def test_the_pages_offer_calendars(path: Path) -> None:
    """The board's with its filters, a title's and a season's; with a tag, and linked from the pages."""
    with serve(path, DAY) as address, httpx.Client(base_url=address, trust_env=False, timeout=20) as client:
        whole = client.get("/calendar.ics")
        assert whole.headers["content-type"] == "text/calendar; charset=utf-8"
        assert len(ics.Calendar(whole.text).events) > 4
        tag = {"If-None-Match": whole.headers["etag"]}
        assert client.get("/calendar.ics", headers=tag).status_code == 304
        assert client.get("/calendar.ics", headers={}).text == whole.text
        prepared = ics.Calendar(client.get("/calendar.ics?stage=preparation").text).events
        assert {event.name.partition(":")[0] for event in prepared} == {"(expected) Luke Cage, season 2"}
        premieres = ics.Calendar(client.get("/calendar.ics?premieresOnly=true").text).events
        assert premieres
        assert all(event.name.endswith(": premiere") for event in premieres)
        season, title = (client.get(f"/p/luke-cage{part}/calendar.ics").text for part in ("-season-2", ""))
        assert {event.uid for event in ics.Calendar(season).events} == {e.uid for e in ics.Calendar(title).events}
        assert 'href="/calendar.ics"' in client.get("/").text
        host = address.partition("//")[2]
        asked = client.get("/?stage=filming&as_of=2017-06-01").text  # a subscription is never of a past day
        assert f'href="webcal://{host}/calendar.ics?stage=filming"' in asked
        assert 'href="/p/luke-cage-season-2/calendar.ics"' in client.get("/p/luke-cage-season-2").text
        assert client.get("/p/luke-caage/calendar.ics").status_code == 404
        assert client.get("/calendar.ics?premieresOnly=perhaps").status_code == 400


@pytest.mark.parametrize("name", ["path", "request", "self", "altered", "as_of%00"])
def test_a_parameter_that_nobody_knows_changes_nothing(path: Path, name: str) -> None:
    """Whatever it is called, also where a link of the page repeats the question."""
    with serve(path, DAY) as address, httpx.Client(base_url=address, trust_env=False, timeout=20) as client:
        answer = client.get(f"/?{name}=x&stage=filming")
        assert answer.status_code == 200
        assert 'href="/calendar.ics?stage=filming"' in answer.text


def test_a_work_that_was_chosen_keeps_its_calendar(path: Path) -> None:
    """Several works are called Home; the page of one of them leads to the calendar of that one."""
    with serve(path, DAY) as address, httpx.Client(base_url=address, trust_env=False, timeout=20) as client:
        assert client.get("/p/home/calendar.ics").status_code == 300
        links = re.findall(r'href="/p/home\?([^"]+)"', client.get("/search?q=Home").text)
        assert len(links) == 3
        for query in links:
            calendar = f"/p/home/calendar.ics?{query}"
            assert f'href="{calendar}"' in client.get(f"/p/home?{html.unescape(query)}").text
            assert client.get(html.unescape(calendar)).status_code == 200
