"""Where an event is said decides which of several titles and seasons of a sentence it is about."""

from collections.abc import Callable

import pytest

from callboard.catalogue.starter import load_starter
from callboard.model import Document, Event
from callboard.understand.anchors import ANCHOR_FEATURES, Anchors
from callboard.understand.frames import Frame, find_frames
from callboard.understand.joining import EVENTS
from callboard.understand.reader import Reader
from callboard.when import When

Found = tuple[list[Frame], Anchors]


@pytest.fixture(scope="module")
def read() -> Callable[[str], Found]:
    reader = Reader.load(load_starter())

    def frames_of(text: str) -> Found:
        frames = find_frames(reader.read(Document(text=text, published=When.parse("2019-05-02"))))
        return frames, Anchors(frames, reader.scorer.events)

    return frames_of


def of(found: Found, key: str, event: Event) -> tuple[Frame, str, dict[str, float]]:
    frames, anchors = found
    number = next(i for i, frame in enumerate(frames) if frame.key == key)
    e = EVENTS.index(event)
    return frames[number], frames[number].words[anchors.of(number, e)], anchors.describe(number, e, [None])[0]


def test_the_title_beside_the_anchor_is_told_from_the_one_farther_off(read: Callable[[str], Found]) -> None:
    found = read("HBO has cancelled “Vinyl”, while “Westworld” and its large cast wait in a hotel in Utah.")
    near, far = of(found, "vinyl", Event.CANCELLATION)[2], of(found, "westworld", Event.CANCELLATION)[2]
    assert near["anchor_title_gap"] < far["anchor_title_gap"]
    assert not near["anchor_other_nearer"]
    assert far["anchor_other_nearer"]
    assert far["anchor_others_between"] == 1
    assert far["anchor_cuts"] > near["anchor_cuts"]


def test_every_feature_is_given(read: Callable[[str], Found]) -> None:
    found = read("“Ozark” returns in 2020.")
    assert set(of(found, "ozark", Event.RELEASE)[2]) == set(ANCHOR_FEATURES)
