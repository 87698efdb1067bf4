"""Once is enough: copies of one text are one voice, and a later version of an article takes the place of the older."""

from __future__ import annotations

import datetime as dt
import random
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from record_stories import NOON

from callboard.board import Board
from callboard.catalogue.starter import load_catalogue
from callboard.intake import Source, Tools, take_in
from callboard.judge.changes import Axis
from callboard.judge.trust import echoes, weigh
from callboard.model import Claim, Document, Event, Production, Span
from callboard.record.answers import Kind
from callboard.record.ledger import Ledger, open_ledger
from callboard.record.sketches import likeness, sketch
from callboard.when import When

LATER = NOON + dt.timedelta(days=1)
SENTENCES = (
    "The network has ordered a second season of the harbour drama Saltmarsh, its makers said on Tuesday.",
    "Ten new episodes will be made in and around the old docks, where the first run was shot two summers ago.",
    "Cameras are to roll in late March, once the storms that held up the building of the sets have passed.",
    "Ines Okafor comes back as the pilot who brought the lost ferry home against every order she was given.",
    "Her brother, thought drowned at the end of the first run, is in the scripts again, though nobody will say how.",
    "The head of drama called the first season the quiet success of a loud year for everybody at the channel.",
    "Viewers had signed a petition with forty thousand names when no decision came before the summer break.",
    "A release is planned for the following spring, with all episodes on one day instead of one each week.",
    "The production company is also at work on a film about a lighthouse, which has no connection to the series.",
    "Music will again be written by the trio that plays in the harbour bar during the opening titles.",
)  # fmt: skip
STORY = " ".join(SENTENCES)
OTHER = " ".join(
    (
        "A museum in the hills has found the reels of a comedy that nobody had seen since the war ended.",
        "They lay in a box of curtain rings, wrapped in a newspaper that helped the curators to find the year.",
        "The restored print will travel through nine towns with a pianist before it is shown on television.",
        "Its only known star later ran a bakery, and her granddaughter will cut the ribbon on the first evening.",
        "The museum asks everybody who has old reels at home to keep them cool and to call before opening them.",
        "A second film by the same maker is still missing, and only its poster has come down to us.",
    )
)  # fmt: skip


def reworded(text: str) -> str:
    """One word in fourteen replaced, in every sentence."""
    rng = random.Random(3)
    words = text.split()
    for place in range(5, len(words), 14):
        words[place] = rng.choice(("indeed", "surely", "perhaps"))
    return " ".join(words)


COPIES = {
    "the same": STORY,
    "wrapped anew": textwrap.fill(STORY.upper(), 60),
    "cut to its first half": " ".join(SENTENCES[:5]),
    "cut to two sentences": " ".join(SENTENCES[1:3]),
    "with a box around it": f"Sign up for our letter. {STORY} More stories like this are below. Follow us.",
    "inside a round-up": f"{OTHER} {STORY}",
    "a word changed in each sentence": reworded(STORY),
}
OTHERS = {
    "another story": OTHER,
    "one phrase in common": OTHER + " " + SENTENCES[7],
    "a short notice": "The network has ordered a second season of Saltmarsh.",
    "nothing": "",
}


def alike(one: str, other: str) -> float:
    first, second = sketch(one), sketch(other)
    return likeness(first, second.values, len(second.sentences), first.sentences.keys() & second.sentences.keys())


@pytest.mark.parametrize("how", list(COPIES))
def test_a_copy_is_known_however_it_was_made(how: str) -> None:
    assert alike(STORY, COPIES[how]) == alike(COPIES[how], STORY) >= 0.4


@pytest.mark.parametrize("how", list(OTHERS))
def test_other_texts_are_no_copies(how: str) -> None:
    assert alike(STORY, OTHERS[how]) == alike(OTHERS[how], STORY) == 0.0


def page(
    text: str,
    outlet: str | None,
    said: str | None,
    *events: Event,
    url: str | None = None,
    time: str | None = None,
    words: str = "Saltmarsh",
) -> tuple[Document, list[Claim]]:
    """A page with claims on Saltmarsh, all with the same quote."""
    host = (outlet or "nobody").lower().replace(" ", "-")
    document = Document(
        text=text, headline=f"{outlet} has it", url=url or f"https://{host}.example/saltmarsh", outlet=outlet,
        published=When.parse(said) if said else None, published_confidence=1.0 if said else 0.0,
    )  # fmt: skip
    start = text.index(words)
    claims = [
        Claim(
            production=Production("Saltmarsh", 2),
            event=event,
            quote=Span(start, start + len(words), words),
            time=When.parse(time) if time else None,
        )
        for event in events
    ]
    return document, claims


FIRST = page(STORY, "Harbour Wire", "2017-06-01", Event.ORDER)
COPY = page(" ".join(SENTENCES[:6]), "Daily Copy", "2017-06-02", Event.ORDER)
ONE_MORE = page(f"Also today. {' '.join(SENTENCES[:4])}", "Evening Copy", "2017-06-03", Event.ORDER)
OWN = page("We hear that Saltmarsh is coming back. " + OTHER, "Own Reporter", "2017-06-03", Event.ORDER)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)])
def test_the_judge_counts_one_voice_for_all_copies(ledger: Ledger, order: tuple[int, ...]) -> None:
    """In whatever order they are read; the outlet that has its own words is the second voice."""
    for number in order:
        ledger.append(*(FIRST, COPY, ONE_MORE, OWN)[number], learned=NOON)
        ledger.link_copies()
    reports = ledger.reports("Saltmarsh")
    said = {report.outlet: report.origin for report in reports}
    assert said == {
        "Harbour Wire": None,
        "Daily Copy": "Harbour Wire",
        "Evening Copy": "Harbour Wire",
        "Own Reporter": None,
    }
    weights = {each.report.outlet: each.weight for each in weigh(reports, {})}
    assert weights == {"Harbour Wire": 1.0, "Daily Copy": 0.0, "Evening Copy": 0.0, "Own Reporter": 0.6}
    assert {first.outlet for first in echoes(reports).values()} == {"Harbour Wire"}
    board = Board(ledger, load_catalogue())
    known = board.know(Production("Saltmarsh", 2), dt.date(2017, 6, 10))
    assert (known.origins, len(known.reports)) == (2, 4)
    (last,) = ledger.last_words("Saltmarsh", 2, as_of=dt.date(2017, 6, 2))
    assert (last.outlet, last.origin) == ("Daily Copy", "Harbour Wire")


def test_copies_are_found_once(ledger: Ledger, new_address: Callable[[], str]) -> None:
    """A second look finds nothing, and the export does not depend on how often was looked, or on the order."""
    pages = (FIRST, COPY, ONE_MORE, OWN)
    ledger.append_many(pages, learned=NOON)
    assert ledger.link_copies() == 3
    assert ledger.link_copies() == 0
    assert ledger.check().problems == ()
    exports = [list(ledger.export_lines())]
    for order in (pages[::-1], (*pages[2:], *pages[:2])):
        with open_ledger(new_address()) as other:
            for each in order:
                other.append(*each, learned=NOON)
                other.link_copies()
            exports.append(list(other.export_lines()))
    assert exports[0] == exports[1] == exports[2]


def test_what_an_instant_did_not_know_does_not_show_in_its_answer(ledger: Ledger) -> None:
    """The original, read later than its copies, changes nothing of what was known before."""
    ledger.append(*ONE_MORE, learned=NOON)
    ledger.append(*COPY, learned=NOON)
    ledger.link_copies()
    before = ledger.reports(learned_by=NOON)
    assert [report.origin for report in before] == [None, "Daily Copy"]
    ledger.append(*FIRST, learned=LATER)
    ledger.link_copies()
    assert ledger.reports(learned_by=NOON) == before
    assert [report.origin for report in ledger.reports()] == [None, "Harbour Wire", "Harbour Wire"]


def test_a_forgotten_original_is_not_named(ledger: Ledger) -> None:
    ledger.append_many([FIRST, COPY, ONE_MORE], learned=NOON)
    ledger.link_copies()
    ledger.forget(str(FIRST[0].url), reason="asked for", learned=LATER)
    assert [report.origin for report in ledger.reports()] == [None, "Daily Copy"]
    assert not any("Harbour" in line or FIRST[0].digest in line for line in ledger.export_lines())


def test_an_original_without_an_outlet_is_one_voice_with_its_copies(ledger: Ledger) -> None:
    """Its host stands for it."""
    ledger.append_many([page(STORY, None, "2017-06-01", Event.ORDER), COPY], learned=NOON)
    ledger.link_copies()
    assert {report.origin for report in ledger.reports()} == {"nobody.example"}
    assert [each.weight for each in weigh(ledger.reports(), {})] == [1.0, 0.0]


def test_pairs_outlive_the_texts_and_an_export(ledger: Ledger, tmp_path: Path) -> None:
    ledger.append_many([FIRST, COPY, OWN], learned=NOON)
    ledger.link_copies()
    ledger.drop_texts(LATER)
    lines = list(ledger.export_lines())
    with open_ledger(tmp_path / "copy.db") as copy:
        assert copy.import_lines(lines).problems == ()
        assert copy.reports() == ledger.reports()
        assert list(copy.export_lines()) == lines
        copy.import_lines(lines)
        assert list(copy.export_lines()) == lines
        bad = copy.import_lines(['{"copy": 5, "of": "x"}', '{"copy": "x", "of": "y"}'])
        assert [problem.what for problem in bad.problems] == ["a copy needs two digests, copy and of"]


def test_an_intake_finds_copies_before_it_drops_texts(ledger: Ledger) -> None:
    """Even where texts are not kept at all."""

    class Reads:
        def understand(self, document: Document) -> tuple[Document, list[Claim]]:
            return document, page(document.text, document.outlet, None, Event.ORDER)[1]

    def read(path: Path | None, data: bytes, *, url: str | None = None, charset: str | None = None):  # type: ignore[no-untyped-def]
        yield Document(text=data.decode(), url=url)

    sources = [Source(data=each[0].text.encode(), url=each[0].url) for each in (FIRST, COPY)]
    assert not any(
        outcome.problems
        for outcome in take_in(sources, ledger, make_tools=lambda: Tools(read, Reads()), keep_text_days=0)
    )
    assert {report.origin for report in ledger.reports()} == {"harbour-wire.example"}


class TestLaterVersions:
    """What an article says no more at its address counts no more, from the day on which that was said."""

    URL = "https://harbour.example/saltmarsh"
    OLD = page(STORY, "Harbour Wire", "2017-06-01", Event.ORDER, Event.FILMING, url=URL)
    NEW = page(
        STORY.replace("Cameras are to roll in late March", "Cameras will not roll before the autumn"),
        "Harbour Wire", "2017-06-05", Event.ORDER, Event.PREPARATION, url="http://harbour.example/saltmarsh/",
    )  # fmt: skip

    def events(self, ledger: Ledger, as_of: str | None = None, by: dt.datetime | None = None) -> list[tuple[str, str]]:
        day = dt.date.fromisoformat(as_of) if as_of else None
        reports = ledger.reports("Saltmarsh", 2, as_of=day, learned_by=by)
        counted = sum(each.claims for each in ledger.productions(day, learned_by=by))
        assert counted == len(reports)
        last = {report.claim.event for report in ledger.last_words("Saltmarsh", 2, as_of=day, learned_by=by)}
        assert last == {report.claim.event for report in reports}
        return [(str(report.said), str(report.claim.event)) for report in reports]

    @pytest.mark.parametrize("old_first", [True, False])
    def test_a_later_version_supersedes(self, ledger: Ledger, old_first: bool) -> None:
        """What it repeats keeps its first day; nothing is deleted, so the days before answer as they did."""
        pages = [self.OLD, self.NEW] if old_first else [self.NEW, self.OLD]
        for each in pages:
            ledger.append(*each, learned=NOON)
        ledger.link_copies()
        now = sorted(self.events(ledger))
        assert now == [("2017-06-01", "order"), ("2017-06-05", "order"), ("2017-06-05", "preparation")]
        assert sorted(self.events(ledger, "2017-06-04")) == [("2017-06-01", "filming"), ("2017-06-01", "order")]
        assert len(list(ledger.documents())) == 2

    def test_from_the_instant_on_at_which_it_was_read(self, ledger: Ledger) -> None:
        ledger.append(*self.OLD, learned=NOON)
        ledger.append(*self.NEW, learned=LATER)
        ledger.link_copies()
        assert ("2017-06-01", "filming") in self.events(ledger, by=NOON)
        assert ("2017-06-01", "filming") not in self.events(ledger, by=LATER)

    @pytest.mark.parametrize("as_published", [True, False])
    def test_what_it_told_before_was_told(self, ledger: Ledger, as_published: bool) -> None:
        """The changes of the weeks before the later version came are as they were when nobody knew of it."""
        ordered = page("Saltmarsh gets a second season. " + OTHER, "Own Reporter", "2017-03-01", Event.ORDER)
        old = page(STORY, "Harbour Wire", "2017-06-01", Event.CANCELLATION, url=self.URL)
        new = page(self.NEW[0].text, "Harbour Wire", "2017-07-20", Event.ORDER, url=self.URL)
        for each in (ordered, old):
            ledger.append(*each, learned=dt.datetime.fromisoformat(f"{each[0].published}T12:00Z"))
        board = Board(ledger, load_catalogue())
        since, production = dt.date(2017, 5, 1), Production("Saltmarsh", 2)
        before = board.changes(dt.date(2017, 7, 10), since, production, as_published=as_published)
        assert [change.after for change in before if change.axis is Axis.DECISION] == ["withdrawn"]
        ledger.append(*new, learned=dt.datetime(2017, 7, 20, 12, tzinfo=dt.UTC))
        ledger.link_copies()
        for asked in (production, None):
            after = board.changes(dt.date(2017, 9, 1), since, asked, as_published=as_published)
            assert [change for change in after if change.day < dt.date(2017, 7, 20)] == before
            assert [change.after for change in after if change.axis is Axis.DECISION] == ["ordered", "withdrawn"]

    def test_another_article_at_the_address_supersedes_nothing(self, ledger: Ledger) -> None:
        """A page of news that shows another story tomorrow has not taken the first one back."""
        ledger.append(*self.OLD, learned=NOON)
        other = page("Saltmarsh is not in it. " + OTHER, "Harbour Wire", "2017-06-05", Event.STORY, url=self.URL)
        ledger.append(*other, learned=LATER)
        ledger.link_copies()
        assert ("2017-06-01", "filming") in self.events(ledger)

    def test_a_copy_elsewhere_supersedes_nothing(self, ledger: Ledger) -> None:
        """Who cuts an article short does not take back what it said."""
        ledger.append(*self.OLD, learned=NOON)
        ledger.append(*COPY, learned=LATER)
        ledger.link_copies()
        assert ("2017-06-01", "filming") in self.events(ledger)

    def test_a_retraction_still_counts(self, ledger: Ledger) -> None:
        ledger.append_many([self.OLD, self.NEW], learned=NOON)
        ledger.link_copies()
        (first, *_) = ledger.reports("Saltmarsh")
        ledger.note(Kind.RETRACTION, first.id, reason="misread", learned=LATER)
        assert first not in ledger.reports("Saltmarsh")


def test_a_box_that_many_pages_share_makes_no_copies(ledger: Ledger) -> None:
    """Neither on one site, long as it is, nor, once it is known for a box, on the sites of one house."""
    box = (
        "Read all about the shows of the coming season in our guide, which is made anew by our writers every Friday. "
        "It is free for everybody, lists more than three hundred titles, and can be sorted by day, network or mood. "
    )
    rng = random.Random(5)
    words = [f"w{n}" for n in range(4000)]

    def make(number: int, site: str) -> tuple[Document, list[Claim]]:
        own = " ".join(" ".join(rng.sample(words, 20)).capitalize() + "." for _ in range(2))
        return Document(text=f"{box}{own}", url=f"https://{site}.example/{number}"), []

    ledger.append_many([make(number, "site") for number in range(70)], learned=NOON)
    assert ledger.link_copies() == 0
    ledger.append_many([make(number, "sister") for number in range(10)], learned=NOON)
    assert ledger.link_copies() == 0


def test_the_hundredth_copy_is_known_too(ledger: Ledger) -> None:
    """A wire story in more papers than a sentence may stand in."""
    pages = [page(f"{STORY} Paper {n} has it.", f"Paper {n}", "2017-06-02", Event.ORDER) for n in range(100)]
    ledger.append(*FIRST, learned=NOON)
    ledger.append_many(pages, learned=NOON)
    ledger.link_copies()
    reports = ledger.reports()
    assert {report.origin for report in reports if report.outlet != "Harbour Wire"} == {"Harbour Wire"}
    assert sum(each.weight for each in weigh(reports, {})) == 1.0
