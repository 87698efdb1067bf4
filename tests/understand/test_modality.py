"""Whether a claim is made as a fact, a likelihood, a possibility, or denied."""

from __future__ import annotations

import numpy as np
import pytest

from callboard.catalogue.starter import load_starter
from callboard.model import Document, Event, Modality
from callboard.understand import modality
from callboard.understand.encoder import UNSEEN
from callboard.understand.frames import find_frames
from callboard.understand.reader import Reader
from callboard.when import When

SAID = When.parse("2019-05-02")


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load(load_starter())


def described(reader: Reader, text: str, word: str) -> dict[str, float]:
    """The features of "asserted" for an event that is told at a word of a sentence about Ozark."""
    frame = next(f for f in find_frames(reader.read(Document(text=text, published=SAID))) if f.key == "ozark")
    rows = modality.describe(frame, 0, frame.words.index(word), UNSEEN, np.ones(4) / 4)
    assert rows.shape == (4, len(modality.FEATURES))
    assert [row[modality.FEATURES.index(f"is_{put}")] for put, row in zip(Modality, rows, strict=True)] == [1.0] * 4
    return dict(zip(modality.FEATURES, rows[0], strict=True))


def test_words_of_denial_and_doubt_are_measured_from_the_event(reader: Reader) -> None:
    text = "“Ozark” has not begun filming, but Netflix may have renewed it."
    shoot, order = described(reader, text, "filming"), described(reader, text, "renewed")
    assert shoot["negate_until"] == 2
    assert shoot["negate_clause"] == 1
    assert shoot["maybe_until"] == 40  # there is none before it
    assert shoot["maybe_after"] == 4
    assert order["negate_clause"] == 0
    assert order["maybe_until"] == 2
    assert shoot["latest_but_one_before"] == modality.CLASSES.index("negate")  # the latest is "begun"
    assert order["latest_before"] == modality.CLASSES.index("maybe")


@pytest.mark.parametrize(
    ("sentence", "event", "put"),
    [
        ("Filming on the third season of “Ozark” has not started yet.", Event.FILMING_START, Modality.DENIED),
        ("Netflix has not announced a premiere date for season 3 of “Ozark”.", Event.RELEASE, Modality.DENIED),
        ("“Ozark” has yet to be renewed for a fourth season.", Event.ORDER, Modality.DENIED),
        ("Netflix has renewed “Ozark” for a fourth season.", Event.ORDER, Modality.ASSERTED),
        ("Season 3 of “Ozark” premieres on March 27, 2020.", Event.RELEASE, Modality.ASSERTED),
        ("Filming on season 3 of “Ozark” is expected to begin in June.", Event.FILMING_START, Modality.EXPECTED),
        ("Season 3 of “Ozark” could begin filming in June.", Event.FILMING_START, Modality.POSSIBLE),
    ],
)
def test_a_plain_sentence_is_taken_as_it_is_put(sentence: str, event: Event, put: Modality, reader: Reader) -> None:
    text = f"Netflix has news of its crime drama. {sentence} Jason Bateman stars."
    _, claims = reader.understand(Document(headline="News of “Ozark”", text=text, published=SAID))
    assert put in [claim.modality for claim in claims if claim.event is event], claims
