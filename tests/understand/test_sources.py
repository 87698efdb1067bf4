"""Who says so: named in the sentence, carried from before, unnamed, or nobody."""

from __future__ import annotations

import numpy as np
import pytest

from callboard.catalogue.starter import load_catalogue
from callboard.model import Document, Event
from callboard.understand import details, sources
from callboard.understand.frames import find_frames
from callboard.understand.joining import EVENTS
from callboard.understand.reader import Reader
from callboard.understand.sources import SourceOption, choose_source
from callboard.when import When


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load(load_catalogue())


def options_of(reader: Reader, text: str, part: str, outlet: str | None = None) -> list[SourceOption]:
    """The options of the first frame whose sentence holds a part of the text."""
    reading = reader.read(Document(text=text, outlet=outlet, published=When.parse("2019-06-12")))
    frame = next(f for f in find_frames(reading) if part in f.sentence.text)
    asked = details.Asked(
        frame=frame, event=EVENTS.index(Event.ORDER), anchor=0, season=None, modality=np.ones(4) / 4, logit=0.0,
        speakers=sources.find_speakers(reading),
    )  # fmt: skip
    return sources.source_options(reading, asked)


def test_the_outlet_that_reports_is_offered(reader: Reader) -> None:
    """An outlet of the sentence is an option by its name, beside the article's own voice."""
    found = options_of(reader, "Ozark has been renewed for a third season, Deadline reports.", "Ozark")
    assert found[0].name is None
    assert ("Deadline", "here") in {(o.name, o.where) for o in found}


def test_a_speaker_carries_over(reader: Reader) -> None:
    """Who spoke in the sentence before is offered for what "he" goes on to say."""
    text = "Jason Bateman said that he was tired. He added that Ozark starts filming in May."
    assert "Jason Bateman" in {o.name for o in options_of(reader, text, "Ozark")}


@pytest.mark.parametrize("words", ["reportedly", "sources say", "it is understood"])
def test_unnamed_voices_are_offered_where_they_speak(reader: Reader, words: str) -> None:
    """Only a sentence with an unnamed voice, or the one after it, has that option."""
    assert "unnamed" in {o.name for o in options_of(reader, f"Ozark, {words}, was renewed.", "Ozark")}
    assert "unnamed" not in {o.name for o in options_of(reader, "Ozark was renewed.", "Ozark")}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ozark starts on Monday, producers said.", "producers"),
        ("Ozark is back, the captain says.", "captain"),
        ("Netflix was in a giving mood. Ozark has been picked up, the streaming service said.", "Netflix"),
    ],
)
def test_who_speaks_by_a_noun_or_a_statement_is_offered(reader: Reader, text: str, name: str) -> None:
    """Someone named by a noun alone, who put out a statement, and the company that a noun stands for."""
    assert name in {o.name for o in options_of(reader, text, "Ozark")}


def test_the_latest_voice_is_known(reader: Reader) -> None:
    """Of each sentence who speaks in it, and from there on who spoke last."""
    text = "Jason Bateman said that he was tired. It rained. Ozark starts filming in May."
    voices = sources.find_voices(reader.read(Document(text=text, published=When.parse("2019-06-12"))))
    assert voices == [frozenset({"Jason Bateman"}), frozenset(), frozenset()]


def test_names_are_offered_once(reader: Reader) -> None:
    """Nobody is an option twice, however often they are named."""
    text = "Jason Bateman said so. Jason Bateman told Deadline that Ozark returns. Deadline asked Jason Bateman again."
    names = [o.name for o in options_of(reader, text, "Ozark", outlet="Deadline")]
    assert len(names) == len(set(names))


def test_own_voice_needs_to_be_clearly_likelier() -> None:
    """The article's own voice is chosen only where it leaves the best name far behind."""
    options = [SourceOption(None), SourceOption("Netflix", "platform")]
    assert choose_source(options, np.array([0.6, 0.3])) == "Netflix"
    assert choose_source(options, np.array([0.9, 0.05])) is None
