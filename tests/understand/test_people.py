"""Cast and crew: lists of names, roles and jobs, and the choice of title and season."""

from __future__ import annotations

import pytest

from callboard.catalogue.starter import load_catalogue
from callboard.model import Document
from callboard.understand.casting_seasons import choose_seasons, stages_of
from callboard.understand.castings import Pair, choose_pairs
from callboard.understand.frames import Frame, find_frames
from callboard.understand.layout import lay_out
from callboard.understand.lexicon import Lexicon, make_lexicon
from callboard.understand.people import Mention, find_mentions, list_around, mention_features, role_of
from callboard.understand.reading import read_mentions
from callboard.understand.titles import find_candidates

EVEN = {"casting": 0.4, "crew": 0.4, "location": 0.4}


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    """The lexicon of the catalogue in the package."""
    return make_lexicon(load_catalogue())


def frames_of(text: str, lexicon: Lexicon) -> list[Frame]:
    document = Document(text=text)
    layout = lay_out(document)
    candidates = find_candidates(layout, lexicon)
    for candidate in candidates.values():
        candidate.probability = 0.9 if candidate.quoted else 0.01
    return find_frames(read_mentions(document, candidates, layout, lexicon))


def mention_of(text: str, name: str, lexicon: Lexicon) -> tuple[Mention, Frame]:
    frames = frames_of(text, lexicon)
    mention = next(m for m in find_mentions(frames) if m.entity.name == name)
    return mention, frames[mention.frame]


def test_each_name_is_mentioned_once_a_sentence(lexicon: Lexicon) -> None:
    """A person named twice in one sentence is one mention, in two sentences two."""
    text = "“Harrowgate” stars Laura Pemberley, and Pemberley produces it. “Harrowgate” made Pemberley famous."
    assert [m.entity.name for m in find_mentions(frames_of(text, lexicon))] == ["Laura Pemberley"] * 2


@pytest.mark.parametrize(
    ("words", "at", "expected"),
    [
        ("with <person> , <me> and <person> in it", 3, (1, 5, 2)),
        ("with <person> as spock and <me> ( uhura )", 5, (1, 5, 1)),
        ("<person> met <me>", 2, (2, 2, 0)),
    ],
)
def test_names_with_their_roles_are_one_list(words: str, at: int, expected: tuple[int, int, int]) -> None:
    """A list of names goes on over commas, "and" and the roles between; a verb ends it."""
    assert list_around(words.split(), at, "<person>") == expected


def test_features_see_the_predicate_of_the_whole_list(lexicon: Lexicon) -> None:
    """The last of three names is described by what stands before the first."""
    mention, frame = mention_of(
        "“Harrowgate” stars Laura Pemberley, Anna Tolland and Peter Okoro.", "Peter Okoro", lexicon
    )
    assert "FL1:star" in mention_features(mention, frame)


@pytest.mark.parametrize(
    ("text", "name", "crew", "role"),
    [
        ("“Harrowgate” has Laura Pemberley as Captain Vale.", "Laura Pemberley", False, "Captain Vale"),
        ("“Harrowgate” brings back Laura Pemberley (Vale).", "Laura Pemberley", False, "Vale"),
        ("“Harrowgate” has showrunner Laura Pemberley.", "Laura Pemberley", True, "showrunner"),
        ("“Harrowgate” is directed by Laura Pemberley.", "Laura Pemberley", True, "director"),
        ("“Harrowgate” stars Laura Pemberley.", "Laura Pemberley", False, None),
    ],
)
def test_role(text: str, name: str, crew: bool, role: str | None, lexicon: Lexicon) -> None:
    """The character or the job that the sentence gives, or none."""
    mention, frame = mention_of(text, name, lexicon)
    assert role_of(mention.entity, frame, crew=crew) == role


def test_a_mention_speaks_of_one_title(lexicon: Lexicon) -> None:
    """Of two titles for one mention the likelier is chosen, unless both are sure; what is too unlikely is left out."""
    mention, _ = mention_of("“Harrowgate” stars Laura Pemberley.", "Laura Pemberley", lexicon)
    pairs = [Pair(0, "harrowgate", 0, 0), Pair(0, "other", 0, 0), Pair(0, "third", 1, 0)]
    assert [i for i, _ in choose_pairs([mention], pairs, [0.7, 0.5, 0.3], EVEN)] == [0]
    assert [i for i, _ in choose_pairs([mention], pairs, [0.9, 0.8, 0.3], EVEN)] == [0, 1]


def test_the_likeliest_season_is_chosen() -> None:
    """The whole series is a choice like any season."""
    assert choose_seasons([(0, None), (0, 2), (1, None), (1, 1)], [0.3, 0.6, 0.9, 0.01]) == {0: 2, 1: None}


def test_stages_add_up_what_is_likely() -> None:
    """The likeliest candidate claim of each event counts for its title and season; the least likely are left out."""
    assert stages_of("aaaa", [1, 1, 2, 3], [1, 1, 1, 2], [0.5, 0.25, 0.25, 0.01]) == {("a", 1): 0.75}


def test_brackets_with_what_a_person_is_known_for_are_no_part_of_the_sentence(lexicon: Lexicon) -> None:
    """ "Mia Brandt (Quist)" says who she is, and claims nothing of Quist; "(a nurse)" is a role and stays."""
    frames = frames_of(
        'In "Zorbadil" are Emma Harrow ("Quist"), Jack Brandt (“Tin Parade” and FX’s “Quist”) and Laura Stone (a nurse).',
        lexicon,
    )
    assert {frame.key for frame in frames} == {"zorbadil"}
    assert " ".join(frames[-1].words) == 'in " <title> " are <person> , <person> and <person> ( a nurse ) .'
    assert {frame.key for frame in frames_of('Emma Harrow ("Quist" is next) joins "Zorbadil".', lexicon)} == {
        "quist",
        "zorbadil",
    }
