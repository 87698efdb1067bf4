"""All titles in one pass: where they stand, between word boundaries, longest first; common words only in context."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callboard.catalogue.matcher import Matcher, build_matcher
from callboard.errors import CatalogueError

NAMES = (
    "Zorbadil",
    "Zorbadil Heights",
    "Quelmar, Briefly",
    "Grey’s Landing",
    "Café Zéphyr",
    "東京の空",
    "Dark",
    "Mission: Quelmar – Zwei",
)


@pytest.fixture(scope="module")
def matcher(tmp_path_factory: pytest.TempPathFactory) -> Matcher:
    path = tmp_path_factory.mktemp("matcher") / "titles.matcher"
    assert build_matcher(NAMES, path, common={"dark", "night"}) == len(NAMES)
    return Matcher(path)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Zorbadil Heights, then Zorbadil.", [("Zorbadil Heights", "Zorbadil Heights"), ("Zorbadil", "Zorbadil")]),
        ("zorbadil ZORBADIL Zorbadil", [("zorbadil", "Zorbadil"), ("ZORBADIL", "Zorbadil"), ("Zorbadil", "Zorbadil")]),
        ("Zorbadilian preZorbadil", []),
        ("é “Grey's Landing” é", [("Grey's Landing", "Grey’s Landing")]),
        ("Zorbadil’s cast", [("Zorbadil", "Zorbadil")]),
        ("QUELMAR, BRIEFLY\nZorbadil", [("QUELMAR, BRIEFLY", "Quelmar, Briefly"), ("Zorbadil", "Zorbadil")]),
        ("Quelmar Briefly", [("Quelmar Briefly", "Quelmar, Briefly")]),
        ("the Café Zéphyr in 東京の空 !", [("Café Zéphyr", "Café Zéphyr"), ("東京の空", "東京の空")]),
        ("Mission: Quelmar – Zwei", [("Mission: Quelmar – Zwei", "Mission: Quelmar – Zwei")]),
        ("", []),
    ],
)
def test_titles_are_found_where_they_stand(matcher: Matcher, text: str, found: list[tuple[str, str]]) -> None:
    """However they are written; the text between start and end is the text's own."""
    assert [(text[each.start : each.end], each.name) for each in matcher.find(text)] == found


@pytest.mark.parametrize(
    ("text", "is_title"),
    [
        ("It was a dark night.", False),
        ("Dark clouds hung over it.", False),
        ("The star of “Dark” said so.", True),
        ("Dark season 2 is shot.", True),
        ("the series Dark returns", True),
        ("Dark (2017)", True),
        ("a film in the dark series", False),
    ],
)
def test_a_common_word_is_a_title_only_in_context(matcher: Matcher, text: str, is_title: bool) -> None:
    """Among a million titles nearly every word is one."""
    assert bool(matcher.find(text)) is is_title


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parts=st.lists(
        st.sampled_from(["Zorbadil", "zorbadil heights", " ", "é", "’", "-", "x", "\u0130", "東京の空", "\n"])
    )
)
def test_every_mention_lies_in_the_text_and_spells_its_name(matcher: Matcher, parts: list[str]) -> None:
    """In any mixture of scripts, quotes and spaces; left to right, without overlap."""
    text, last = "".join(parts), 0
    for each in matcher.find(text):
        assert last <= each.start < each.end <= len(text)
        assert text[each.start : each.end].casefold() == each.name.casefold()
        last = each.end


def test_a_damaged_file_says_what_to_do(tmp_path: Path) -> None:
    """Cut short, of another kind, or not there."""
    path = tmp_path / "titles.matcher"
    build_matcher(NAMES, path)
    whole = path.read_bytes()
    for data in (whole[:-1], whole[:30], b"", b"x" * 100):
        path.write_bytes(data)
        with pytest.raises(CatalogueError, match="remove it, and it is built again"):
            Matcher(path)
    with pytest.raises(CatalogueError, match="remove it"):
        Matcher(tmp_path / "none")
    with pytest.raises(CatalogueError, match="import a catalogue first"):
        build_matcher([" "], path)


def test_pages_are_looked_through_as_bytes(matcher: Matcher) -> None:
    """Before they are parsed."""
    assert matcher.count("<p>Zorbadil Heights</p><a title='CAFÉ ZÉPHYR'>".encode()) == 2
    assert matcher.count("CAFÉ Zéphyr".encode()) == 0  # of letters beyond ASCII, not each mixture is looked for
    assert matcher.count(b"\xff\xfe nothing") == 0
