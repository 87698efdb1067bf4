"""The shared vocabulary: lines of JSON in and out, spans, hashes, and what two spellings of a title have in common."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callboard.errors import CallboardError
from callboard.model import (
    MILESTONE_EVENTS,
    OTHER_EVENTS,
    PEOPLE_EVENTS,
    Claim,
    Document,
    Event,
    Modality,
    Production,
    Report,
    Span,
    content_hash,
    title_key,
)
from callboard.when import When

ANY = st.characters(codec="utf-8", exclude_characters="\0")
WORDS = st.text(ANY, max_size=40)
MAYBE = st.none() | st.text(ANY, min_size=1, max_size=20)
TIMES = st.none() | st.sampled_from(["2017", "2017-06~", "2017-22", "2017-06-10/..", "2017-06-10"]).map(When.parse)


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    text, start = draw(WORDS), draw(st.integers(0, 1000))
    return Claim(
        production=Production(draw(WORDS), draw(st.none() | st.integers(1, 60))),
        event=draw(st.sampled_from(list(Event))),
        quote=Span(start, start + len(text), text, draw(st.sampled_from(["text", "headline"]))),
        time=draw(TIMES),
        modality=draw(st.sampled_from(list(Modality))),
        source=draw(MAYBE),
        person=draw(MAYBE),
        role=draw(MAYBE),
        place=draw(MAYBE),
        platform=draw(MAYBE),
        score=draw(st.integers(0, 10000)) / 10000,
    )


@given(claims())
def test_a_claim_survives_its_line(claim: Claim) -> None:
    """Through JSON text, whatever characters it holds."""
    line = json.dumps(claim.to_json(), ensure_ascii=False)
    assert "\n" not in line
    assert Claim.from_json(json.loads(line)) == claim


@given(claims(), MAYBE, MAYBE, TIMES, st.none() | st.datetimes(timezones=st.just(dt.UTC)))
def test_a_report_survives_its_line(
    claim: Claim, outlet: str | None, url: str | None, said: When | None, learned: dt.datetime | None
) -> None:
    """Instants stay in UTC."""
    report = Report(claim=claim, outlet=outlet, url=url, said=said, learned=learned, document="d", id="i")
    assert Report.from_json(json.loads(json.dumps(report.to_json()))) == report


@given(WORDS, WORDS, MAYBE, TIMES)
def test_a_document_survives_its_line(text: str, headline: str, url: str | None, published: When | None) -> None:
    """All but its name, which a nameless one gets from its content."""
    document = Document(text=text, headline=headline, url=url, published=published, published_confidence=0.5)
    again = Document.from_json(json.loads(json.dumps(document.to_json())))
    assert dataclasses.replace(again, id="") == document
    assert again.id == document.digest == again.digest


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({}, "not a claim"),
        ({"event": "filmed"}, "filmed"),
        ({"event": "filming", "modality": "sure"}, "sure"),
        ({"event": "filming", "season": 0}, "positive integer"),
        ({"event": "filming", "season": "2"}, "positive integer"),
        ({"event": "filming", "season": True}, "positive integer"),
        ({"event": "filming", "title": 3}, "title is neither null nor a text"),
        ({"event": "filming", "time": "soon"}, "not a date"),
        ({"event": "filming", "span": ["text", 1]}, "not a claim"),
        ({"event": "filming", "score": "high"}, "not a claim"),
    ],
)
def test_a_bad_claim_is_named(line: dict[str, object], said: str) -> None:
    """With what was found, as an error of callboard's own."""
    with pytest.raises(CallboardError, match=said):
        Claim.from_json(line)


def test_only_an_event_is_needed() -> None:
    """All else has a default that says: not given."""
    claim = Claim.from_json({"event": "filming"})
    assert (claim.modality, claim.time, claim.source, claim.score) == (Modality.ASSERTED, None, None, 1.0)


def test_every_event_has_one_kind() -> None:
    """Milestones, people and the rest share no event and leave none out."""
    kinds = [MILESTONE_EVENTS, PEOPLE_EVENTS, OTHER_EVENTS]
    assert sorted(event for kind in kinds for event in kind) == sorted(Event)


def test_nothing_is_changed_in_place() -> None:
    """Every class of the vocabulary is frozen."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        Production("Luke Cage").title = "Iron Fist"  # type: ignore[misc]


@given(WORDS, WORDS, WORDS)
def test_the_parts_of_a_hash_cannot_run_into_one_another(one: str, two: str, more: str) -> None:
    """Two different lists of parts have different hashes, even where their characters are the same in order."""
    assert content_hash(one, two) == content_hash(one, two)
    assert content_hash(one + more, two) != content_hash(one, more + two) or not more
    assert content_hash(one, two) != content_hash(one + two)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Marvel’s The Defenders", "the defenders"),
        ("Marvel's Luke Cage", "LUKE CAGE"),
        ("Will & Grace", "Will and Grace"),
        ("Élite", "elite"),
        ("A Quiet Place", "Quiet Place"),
        ("Star Wars: Andor", "Andor"),
    ],
)
def test_spellings_of_one_title_have_one_key(one: str, other: str) -> None:
    """Case, accents, quotes, the leading article and the house's name do not matter."""
    assert title_key(one) == title_key(other)


@pytest.mark.parametrize(("one", "other"), [("24", "24: Legacy"), ("東京", "大阪"), ("Dark", "Darkness"), ("The", "A")])
def test_other_titles_have_other_keys(one: str, other: str) -> None:
    assert title_key(one) != title_key(other)


@given(WORDS)
def test_a_key_is_never_lost(title: str) -> None:
    """It is empty only for what has no character but spaces, and is its own key where it has Latin letters."""
    key = title_key(title)
    assert bool(key) == bool(title.strip())
