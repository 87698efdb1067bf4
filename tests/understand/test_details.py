"""The time and the quote of a claim: from its sentence, from beside it, from the day of publication, or none."""

from __future__ import annotations

import numpy as np
import pytest

from callboard.catalogue.starter import load_catalogue
from callboard.model import Claim, Document, Event
from callboard.understand import details
from callboard.understand.details import TimeOption, choose_time
from callboard.understand.frames import find_frames
from callboard.understand.joining import EVENTS
from callboard.understand.reader import Reader
from callboard.when import When

SAID = When.parse("2019-06-12")  # a Wednesday


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load(load_catalogue())


def claims_of(reader: Reader, text: str) -> list[Claim]:
    return reader.understand(Document(text=text, published=SAID))[1]


def options_of(reader: Reader, text: str, number: int = 0) -> list[TimeOption]:
    reading = reader.read(Document(text=text, published=SAID))
    frames = find_frames(reading)
    tellings = [details.Telling(frame, 0.0, 0, 0.0) for frame in frames]
    asked = details.Asked(
        frame=frames[number], event=EVENTS.index(Event.RELEASE), anchor=0, season=None, modality=np.ones(4) / 4, logit=0.0,
        speakers={}, retold=details.retellings(tellings, frames[number]),
    )  # fmt: skip
    return details.time_options(reading, asked)


def test_the_date_of_the_sentence_is_the_time(reader: Reader) -> None:
    """A premiere with its day has that day."""
    found = claims_of(reader, "The third season of Ozark premieres on Netflix on September 27, 2019.")
    times = {str(c.time) for c in found if c.event is Event.RELEASE}
    assert times == {"2019-09-27"}


def test_options_hold_the_sentence_its_neighbours_and_the_day(reader: Reader) -> None:
    """No time comes first; then the sentence, what stands around it, and the day of publication, each told apart."""
    text = "Netflix spoke on Monday. Ozark is coming back in 2020. It wrapped in May."
    number = next(
        i
        for i, f in enumerate(find_frames(reader.read(Document(text=text, published=SAID))))
        if "2020" in f.sentence.text
    )
    options = options_of(reader, text, number)
    assert options[0].when is None
    assert {(str(o.when), o.where) for o in options[1:]} >= {("2020", "here"), ("2019-06-12", "published")}
    assert {o.where for o in options} - {"here", "published"}


def test_what_comes_again_and_again_is_no_time(reader: Reader) -> None:
    """ "Every week" is never offered as the time of an event, "ten days" as ten days before or after the article."""
    options = options_of(reader, "Ozark shoots for ten days, every week. It is out in 2020.")
    assert {o.mention.text for o in options if o.mention} == {"ten days", "2020"}
    assert {(o.reading, str(o.when)) for o in options if o.mention and o.mention.text == "ten days"} == {
        ("back", "2019-06-02"),
        ("ahead", "2019-06-22"),
    }


def test_agreeing_options_support_one_another() -> None:
    """Two mentions of one month beat a single other one that is a little likelier; a far wider one does not count."""
    may, day, other = When.parse("2019-05"), When.parse("2019-05-04"), When.parse("2020")
    options = [TimeOption(None, None), TimeOption(None, may), TimeOption(None, day), TimeOption(None, other)]
    assert choose_time(options, np.array([0.1, 0.3, 0.3, 0.35])) in (may, day)
    assert choose_time(options, np.array([0.9, 0.01, 0.01, 0.01])) is None


def test_a_quote_holds_the_anchor(reader: Reader) -> None:
    """The quote is a run of the sentence around the anchor, whatever word that is."""
    for frame in find_frames(
        reader.read(Document(text="Netflix has renewed Ozark for a third season; it returns in 2020."))
    ):
        for anchor in range(len(frame.words)):
            start, end = details.quote_of(frame, anchor)
            assert frame.sentence.start <= start <= frame.offsets[anchor][0] < end <= frame.sentence.end
