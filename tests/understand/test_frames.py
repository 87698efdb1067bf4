"""A sentence as it is about one of its titles."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from callboard.catalogue.starter import load_starter
from callboard.model import Document, title_key
from callboard.understand.frames import Frame, find_frames
from callboard.understand.layout import lay_out
from callboard.understand.lexicon import make_lexicon
from callboard.understand.reading import read_mentions
from callboard.understand.titles import Candidate
from callboard.when import When

About = Callable[[str, str], Frame]


@pytest.fixture(scope="module")
def about() -> About:
    """The frame of a sentence, in which titles stand in [square brackets], about one of them."""
    lexicon = make_lexicon(load_starter())

    def find(text: str, title: str) -> Frame:
        document = Document(text=re.sub(r"[][]", "", text), published=When.parse("2019-05-02"))
        layout, candidates = lay_out(document), {}
        for number, match in enumerate(re.finditer(r"\[(.+?)\]", text)):
            start = layout.full.index(document.text) + match.start() - 2 * number
            name = match.group(1)
            candidate = candidates.setdefault(title_key(name), Candidate(title_key(name), name, probability=0.9))
            candidate.places.append((start, start + len(name)))
        reading = read_mentions(document, candidates, layout, lexicon)
        return next(frame for frame in find_frames(reading) if frame.key == title_key(title))

    return find


@pytest.mark.parametrize(
    ("text", "title", "words", "listed"),
    [
        (
            "Seasons 1 and 2 of “[Ozark],” season 1 of “[Westworld]” and “[Narcos]” are now available on Netflix.",
            "Ozark",
            "<season> of <title> are <when> available on <platform> .",
            2,
        ),
        ("“[Ozark]” season 3, “[Westworld]” and “[Narcos]” are renewed.", "Narcos", "<title> are renewed .", 2),
        ("[Narcos] and [Ozark]’s third season arrive in May.", "Ozark", "<title> s <season> arrive in <when> .", 1),
        ("[Narcos] and [Ozark]’s third season arrive in May.", "Narcos", "<title> arrive in <when> .", 1),
        ("New seasons of [Ozark] and [Narcos] arrive.", "Narcos", "<otherseason> of <title> arrive .", 1),
        ("Also back: [Ozark] (Netflix), [Vinyl] (HBO), [Narcos] (Netflix).", "Vinyl", None, 2),
    ],
)
def test_what_is_said_of_a_list_is_said_of_each_title(
    text: str, title: str, words: str | None, listed: int, about: About
) -> None:
    """The other items are left out, so that the verb stands as near to the first as to the last."""
    frame = about(text, title)
    assert frame.listed == listed
    assert "<other>" not in frame.words
    assert len(frame.words) == len(frame.offsets)
    assert words is None or " ".join(frame.words) == words


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("HBO has cancelled “[Vinyl]”, while “[Westworld]” waits.", "Westworld"),
        ("“[Ozark]” follows “[Narcos]” on Friday.", "Ozark"),
        ("Netflix has renewed “[Ozark],” and “[Narcos]” was cancelled.", "Narcos"),
        ("Netflix picked up “[Ozark]”; “[Narcos]” ended in 2017.", "Ozark"),
        ("Unlike “[Ozark],” “[Narcos]” will not be back.", "Narcos"),
        ("HBO has ordered “[Vinyl],” “[Narcos]” creator Chris Brancato’s new drama.", "Narcos"),
        ("[Ozark] season 3, and [Narcos] was axed.", "Ozark"),
        ("Netflix cancelled [Ozark] and [Narcos] was renewed.", "Narcos"),
        ("Netflix renewed [Ozark], [Vinyl], [Westworld] and [Narcos] for a fourth season.", "Ozark"),
        ("[Ozark] and [Narcos] season 4 (May 1, Netflix) are back.", "Ozark"),
        ("Much happened after the first season of [Narcos] and [Ozark] of 2017.", "Ozark"),
        ("[Narcos] and [Ozark] (season 3, March 27) are back.", "Narcos"),
        ("Netflix renewed [Ozark], [Narcos] for a fourth season and [Vinyl] for a second.", "Ozark"),
    ],
)
def test_other_titles_of_a_sentence_stay(text: str, title: str, about: About) -> None:
    """Where each has a verb, a season or a date of its own."""
    frame = about(text, title)
    assert frame.listed == 0
    assert "<other>" in frame.words


def test_a_season_of_a_title_is_not_that_of_the_one_before(about: About) -> None:
    """ "Season 2 of X, season 1 of Y": the second is Y's, though it stands beside X."""
    text = "Season 2 of [Ozark], season 1 of [Westworld] and [Narcos] are out."
    seasons = {title: about(text, title).seasons for title in ("Ozark", "Westworld", "Narcos")}
    assert [[m.numbers for m in mentions] for mentions in seasons.values()] == [[(2,)], [(1,)], []]
