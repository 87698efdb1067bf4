"""Who follows a person is told of new, unreleased projects by role, and of what changes in theirs; not of old credits."""

from __future__ import annotations

from collections.abc import Callable

from alert_stories import BEFORE, FILMING, at

from callboard.alerts.finding import find_news
from callboard.alerts.follows import Follow, Kind
from callboard.board import Board
from callboard.model import Claim, Document, Event, Production, Span
from callboard.record.ledger import Ledger
from callboard.when import When


def cast(
    ledger: Ledger, title: str, season: int, *, said: str, read: str, role: str = "Ada", person: str = "Mina Hart"
) -> None:
    """Record that someone was cast."""
    quote = f"{person} has been cast as {role}"
    text = f"{title}: {quote}."
    start = text.index(quote)
    claim = Claim(
        production=Production(title, season),
        event=Event.CASTING,
        quote=Span(start, start + len(quote), quote),
        person=person,
        role=role,
        score=0.9,
    )
    document = Document(text=text, outlet="Variety", published=When.parse(said), published_confidence=1.0)
    ledger.append(document, [claim], learned=at(read))


def follow(name: str = "mina hart") -> Follow:
    return Follow(number=1, kind=Kind.PERSON, name=name, added=at("2017-06-01T12:00"))


def told(board: Board, day: str) -> list[str]:
    return [
        f"{each.news.production}: {each.news.headline}"
        for each in find_news(board, [follow()], at(day).date())
        if each.news.person
    ]


def test_a_new_project_is_told_once_by_role(ledger: Ledger, board: Board) -> None:
    """A second article on it is the same news; the probability is that of the reading and of the voice."""
    cast(ledger, "Grey Ferry", 1, said="2017-06-09", read="2017-06-10T12:00")
    assert told(board, "2017-06-10") == ["Grey Ferry, season 1: Mina Hart joins as Ada"]
    first = find_news(board, [follow()], at("2017-06-10").date())[0].news
    cast(ledger, "Grey Ferry", 1, said="2017-06-11", read="2017-06-12T12:00", role="the harbour master")
    again = find_news(board, [follow()], at("2017-06-12").date())[0].news
    assert again.id == first.id
    assert 0.8 < first.probability < 0.9


def test_old_credits_tell_nothing(ledger: Ledger, board: Board) -> None:
    """Neither an old article read today nor a new article on a part that was known before."""
    cast(ledger, "Grey Ferry", 1, said="2014-06-09", read="2017-06-10T12:00")
    assert told(board, "2017-06-10") == []
    cast(ledger, "Grey Ferry", 1, said="2017-06-10", read="2017-06-11T12:00")
    assert told(board, "2017-06-11") == []
    cast(ledger, "Grey Ferry", 2, said="2017-06-10", read="2017-06-11T12:00", person="Somebody Else")
    assert told(board, "2017-06-11") == []


def test_what_is_out_is_no_new_project(ledger: Ledger, board: Board, learn: Callable[[str, str], None]) -> None:
    learn(
        "2017-06-01T09:00",
        "2017-03-01 | Variety | Grey Ferry | 1 | release | 2017-03-01 | asserted | | Netflix | is out since this morning",
    )
    cast(ledger, "Grey Ferry", 1, said="2017-06-09", read="2017-06-10T12:00")
    assert told(board, "2017-06-10") == []


def test_what_changes_in_their_projects_is_theirs(
    ledger: Ledger, board: Board, learn: Callable[[str, str], None]
) -> None:
    """As long as they are said to take part."""
    learn("2017-06-01T09:00", BEFORE.replace("Night Shift", "Grey Ferry"))
    cast(ledger, "Grey Ferry", 1, said="2017-05-30", read="2017-06-01T09:00")
    learn("2017-06-12T18:00", FILMING.replace("Night Shift", "Grey Ferry"))
    found = find_news(board, [follow()], at("2017-06-12").date())
    change = next(each for each in found if each.news.axis == "stage")
    assert change.facts.people == {"mina hart"}
