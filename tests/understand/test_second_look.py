"""What a second look adds to the first rating of a candidate."""

from __future__ import annotations

import numpy as np
import pytest

from callboard.catalogue.starter import load_catalogue
from callboard.model import Document
from callboard.understand import castings, joining, people
from callboard.understand.castings import Pair
from callboard.understand.frames import Frame, find_frames
from callboard.understand.joining import Row
from callboard.understand.reader import Reader
from callboard.understand.second_look import PAIR_FEATURES, ROW_FEATURES, look_at_pairs, look_at_rows
from callboard.when import When

TEXT = 'Netflix has renewed "Ozark" and "Stranger Things". Later "Ozark" wrapped, with Jason Bateman and Laura Linney.'


@pytest.fixture(scope="module")
def frames() -> list[Frame]:
    reader = Reader.load(load_catalogue())
    return find_frames(reader.read(Document(text=TEXT, published=When.parse("2019-06-12"))))


def odds(p: float) -> float:
    return float(np.log(p / (1 - p)))


def test_rows_see_their_rivals_and_their_repetitions(frames: list[Frame]) -> None:
    """A row sees the other title of its sentence, the same claim in another sentence, and another season."""
    at = {(frame.key, frame.sentence.index): i for i, frame in enumerate(frames)}
    first, second = sorted({index for _, index in at})[-2:]
    rows = [Row(at["ozark", first], 0, 1), Row(at["strangerthings", first], 0, 1), Row(at["ozark", second], 0, 1), Row(at["ozark", second], 0, 2)]  # fmt: skip
    table = look_at_rows(frames, rows, np.zeros((4, len(joining.FEATURES))), np.array([0.5, 0.7, 0.9, 0.2]))
    seen = [dict(zip(ROW_FEATURES, row)) for row in table]
    assert seen[0]["first"] == pytest.approx(0.0)
    assert seen[0]["other_title_here"] == pytest.approx(odds(0.7))
    assert seen[0]["other_sentence"] == pytest.approx(odds(0.9))
    assert seen[0]["lead"] == pytest.approx(-odds(0.9))
    assert seen[2]["other_season_here"] == pytest.approx(odds(0.2))
    assert seen[2]["other_title_here"] == -10.0
    assert seen[3]["document_sum"] == pytest.approx(2.3)


def test_a_name_sees_the_rest_of_its_list(frames: list[Frame]) -> None:
    """Of two names that one sentence gives to a title each sees how the other was rated."""
    mentions = people.find_mentions(frames)
    pairs = [
        Pair(m, "ozark", 0, mention.frame) for m, mention in enumerate(mentions) if mention.entity.kind == "person"
    ]
    assert [mentions[pair.mention].entity.name for pair in pairs] == ["Jason Bateman", "Laura Linney"]
    table = look_at_pairs(frames, mentions, pairs, np.zeros((2, len(castings.PAIR_FEATURES))), np.array([0.9, 0.3]))
    seen = [dict(zip(PAIR_FEATURES, row)) for row in table]
    assert [row["look_list_mean"] for row in seen] == pytest.approx([odds(0.3), odds(0.9)])
    assert [row["look_other_title"] for row in seen] == [-10.0, -10.0]


def test_nothing_to_look_at(frames: list[Frame]) -> None:
    """No candidates, no rows."""
    assert look_at_rows(frames, [], np.zeros((0, 1)), np.zeros(0)).shape == (0, len(ROW_FEATURES))
    assert look_at_pairs(frames, [], [], np.zeros((0, 1)), np.zeros(0)).shape == (0, len(PAIR_FEATURES))
