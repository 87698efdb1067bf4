"""The encoder: what it reads of a frame, what it knows that no rule says, and what becomes of hostile words and damaged files."""

from __future__ import annotations

import numpy as np
import pytest

from callboard.catalogue.starter import load_catalogue
from callboard.errors import ModelError
from callboard.model import Document, Event
from callboard.understand import encoder, scorer
from callboard.understand.encoder import Encoder, Encoding, find_inputs, split_word
from callboard.understand.frames import Frame, find_frames
from callboard.understand.joining import EVENTS
from callboard.understand.reader import Reader
from callboard.when import When


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load(load_catalogue())


def frames_of(reader: Reader, text: str) -> list[Frame]:
    return find_frames(reader.read(Document(text=text, published=When.parse("2019-06-12"))))


def encode(reader: Reader, text: str) -> list[tuple[Frame, Encoding]]:
    frames = frames_of(reader, text)
    return list(zip(frames, reader.scorer.encoder.encode(frames)))


def odds_of(reader: Reader, text: str, event: Event) -> float:
    """The log odds of an event in the frame that names Ozark."""
    found = [one for frame, one in encode(reader, text) if frame.key == "ozark" and frame.how == "named"]
    assert len(found) == 1, text
    return float(found[0].events[EVENTS.index(event)])


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (Event.FILMING_START, ("Cameras have started rolling on Ozark.", "Shooting began on Ozark this week.", "Ozark is now before the cameras.")),
        (Event.CANCELLATION, ("Netflix has pulled the plug on Ozark.", "There will be no more of Ozark.", "Ozark has been axed.")),
        (Event.ORDER, ("Netflix is bringing Ozark back for another year.", "Ozark has been picked up again.", "Netflix greenlights more Ozark.")),
    ],
)  # fmt: skip
def test_events_are_told_apart(reader: Reader, event: Event, told: tuple[str, ...]) -> None:
    """Sentences that tell an event are on the whole rated far above such as tell another or none."""
    others = (
        "Reviewers have praised Ozark.",
        "Netflix has released a poster for Ozark.",
        "Fans met the people behind Ozark at a convention.",
    )
    rated, beside = ([odds_of(reader, text, event) for text in texts] for texts in (told, others))
    assert np.mean(rated) > np.mean(beside) + 1.5


def lead_of_one(reader: Reader, kind: str, told: tuple[tuple[str, bool], ...]) -> float:
    """Of sentences on Ozark with two mentions of a kind, and whether the first is that of the release: its mean lead."""
    release = EVENTS.index(Event.RELEASE)
    leads = []
    for text, first in told:
        frame, one = next((f, e) for f, e in encode(reader, text) if f.key == "ozark" and f.how == "named")
        mentions = sorted(getattr(frame.mentions, kind), key=lambda mention: mention.start)
        rated = [one.of_event(mention.start, release) for mention in mentions]
        assert len(rated) == 2, text
        leads.append(rated[0] - rated[1] if first else rated[1] - rated[0])
    return float(np.mean(leads))


def test_times_go_to_their_events(reader: Reader) -> None:
    """Of two times in a sentence the one of the release is rated higher for it, wherever it stands."""
    told = (
        ("Ozark wrapped filming in March, and premieres on Netflix on July 21.", False),
        ("Ozark premieres on Netflix on July 21, after filming wrapped in March.", True),
        ("Ozark will be released on July 21; it was shot in March.", True),
    )
    assert lead_of_one(reader, "times", told) > 0.5


def test_seasons_go_to_their_events(reader: Reader) -> None:
    """Of two seasons in a sentence the one that is coming is rated higher for the release than the one that has ended."""
    told = (
        ("Season 4 of Ozark premieres on January 21, after the third season left Wendy in tears.", True),
        ("The second season of Ozark won two prizes, and the third will be out in March.", False),
        ("Having wrapped season 2, Ozark comes back on March 27 with season 3.", False),
    )
    assert lead_of_one(reader, "seasons", told) > 0.5


def test_who_says_so_stands_out(reader: Reader) -> None:
    """The name beside the verb of saying is rated above another of the sentence."""
    text = "Ozark returns in July with Laura Linney, showrunner Chris Mundy told Variety."
    frame, one = next((f, e) for f, e in encode(reader, text) if f.how == "named")
    rated = {entity.name: one.voice(entity.start) for entity in frame.mentions.entities}
    assert {"Laura Linney", "Chris Mundy"} <= set(rated)
    assert rated["Chris Mundy"] > rated["Laura Linney"]


def test_the_sentence_before_is_read_too(reader: Reader) -> None:
    """A frame comes with the words of the sentence before, and the names there are rated too."""
    frames = frames_of(reader, "Ozark is back, said Chris Mundy. It will be out in July.")
    last = find_inputs(frames, reader.scorer.encoder.vocabulary)[-1]
    name = next(e for f in frames for e in f.mentions.entities if e.name == "Chris Mundy")
    assert name.start in last.slots.values()
    assert last.context > 5


def test_one_sentence_does_not_move_another(reader: Reader) -> None:
    """What is said of a sentence does not depend on what else a page has, further off."""
    text = "Ozark wrapped filming in March. It was praised. It won a prize."
    longer = f"{text} Critics saw it. " + " ".join(["Something else"] * 40) + " happened in Ozark."
    for (frame, alone), (_, beside) in zip(encode(reader, text)[:2], encode(reader, longer)):
        assert np.array_equal(alone.events, beside.events), frame.text


def test_words_are_split_into_known_pieces() -> None:
    """The longest known piece comes first; accents are dropped; what no piece begins is unknown."""
    known = {"film": 0, "##ing": 1, "cafe": 2, "-": 3}
    assert list(split_word("filming", known)) == ["film", "##ing"]
    assert list(split_word("café-film", known)) == ["cafe", "-", "film"]
    assert list(split_word("zzz", known)) == ["[UNK]"]
    assert list(split_word("<title>", known)) == ["<title>"]


def test_a_long_sentence_is_read_around_its_title(reader: Reader) -> None:
    """However long a sentence is, the encoder gets what it has room for, and the title is in it."""
    words = " ".join(
        f"{letter}q{letter}x{letter}z{letter}-{letter}" for letter in "abcdefgh" * 50
    )  # of many pieces each
    frames = [f for f in frames_of(reader, f"And {words} Netflix has renewed Ozark, {words}.") if f.how == "named"]
    vocabulary = reader.scorer.encoder.vocabulary
    title = vocabulary["<title>"]
    found = [one for frame, one in zip(frames, find_inputs(frames, vocabulary)) if frame.key == "ozark"]
    assert found
    assert all(one.ids[one.target] == title and len(one.ids) <= encoder.LENGTH for one in found)


def test_words_that_are_none_cost_nothing(reader: Reader) -> None:
    """A word of a hundred thousand letters, a heading of such words and a sentence without words are read like any other."""
    huge = "x" * 100_000
    text = f"{huge} {huge} {huge}\n{huge} Ozark {huge} {huge}.\n…\nOzark is back."
    assert all(np.isfinite(one.events).all() for _, one in encode(reader, text))


def test_a_damaged_encoder_says_what_to_do() -> None:
    """A file that is no encoder ends in an error that names the next step."""
    with pytest.raises(ModelError, match="install callboard again"):
        Encoder.of_bytes(b"no model")
    with pytest.raises(ModelError, match="install callboard again"):
        Encoder.of_bytes(encoder.read_encoder()[:100_000])


def test_an_encoder_of_another_training_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forests that learned beside one encoder are not used with another."""
    monkeypatch.setattr(scorer, "read_encoder", lambda: encoder.read_encoder() + b" ")
    with pytest.raises(ModelError, match="another encoder"):
        scorer.load_scorer.__wrapped__()
