"""The board finds productions, never chooses silently between works of one name, and knows only what was said by a day."""

from __future__ import annotations

import datetime as dt

import pytest
from board_stories import CAGE, tell

from callboard.board import Board, find_context
from callboard.catalogue.catalogue import Catalogue, Outlet, Title
from callboard.errors import AmbiguousTitle, UnknownTitle
from callboard.model import Milestone, Production, Season, Stage, title_key
from callboard.record.ledger import Ledger
from callboard.when import When

DAY = dt.date(2017, 6, 20)
CATALOGUE = Catalogue(
    titles={
        title_key(titles[0].name): titles
        for titles in (
            (
                Title(
                    "Marvel's Luke Cage",
                    "series",
                    2016,
                    2,
                    ("Netflix",),
                    dated=(
                        Season(1, {Milestone.FILMING_START: When.parse("2015-09")}),
                        Season(2, {Milestone.RELEASE: When.parse("2018-06-22")}),
                    ),
                ),
            ),
            (Title("Fargo", "film", 1996), Title("Fargo", "series", 2014, 5, ("FX",))),
            (Title("Home", "film", 2009), Title("Home", "film", 2015)),
            (Title("Harrow", "series", 2012, 3, ("BBC One",)), Title("Harrow", "series", 2016, 2, ("FX",))),
            (Title("The Mill", "film", 1961), Title("The Mill", "film", 2018)),
            (Title("House of the Dragon", "series", 2022, 2, ("HBO",)),),
        )
    },
    aliases={title_key("HOTD"): title_key("House of the Dragon")},
    outlets=(
        Outlet("On Location Vacations", "olv.example", "location", ("OLV",)),
        Outlet("Variety", "v.example", "trade"),
    ),
)


@pytest.fixture
def board(ledger: Ledger) -> Board:
    tell(ledger, CAGE)
    return Board(ledger, CATALOGUE)


def test_a_series_without_a_season_means_the_newest_that_is_spoken_of(board: Board) -> None:
    """The newest season is found, and the older one is listed beside it."""
    found = board.find("luke cage", as_of=DAY)
    assert found.production == Production("Luke Cage", 2)
    assert found.others == (Production("Luke Cage", 1),)
    assert found.title is not None
    assert found.title.year == 2016


def test_before_a_season_is_spoken_of_it_is_not_the_newest(board: Board) -> None:
    """As of 2015 nobody had spoken of season 2."""
    assert board.find("Luke Cage", as_of=dt.date(2015, 1, 1)).production.season == 1


def test_a_season_of_one_old_page_gives_way_to_the_one_that_the_press_is_on(ledger: Ledger) -> None:
    """ "Marvel's third Netflix series" was read as season 3; long after, three pages are on season 2."""
    old = "2015-09-24 | Digital Spy | Night Shift | 3 | filming_start | | asserted | | | third series shoots"
    fresh = [
        f"2017-0{month}-01 | Outlet {month} | Night Shift | 2 | filming | | asserted | | | shoots in month {month}"
        for month in (3, 4, 5)
    ]
    tell(ledger, "\n".join([old, *fresh[:2]]))
    assert Board(ledger, CATALOGUE).find("Night Shift", as_of=DAY).production.season == 3  # two pages are not enough
    tell(ledger, fresh[2])
    found = Board(ledger, CATALOGUE).find("Night Shift", as_of=DAY)
    assert found.production.season == 2
    assert Production("Night Shift", 3) in found.others


def test_spellings_of_a_title_are_one_production(board: Board) -> None:
    """Marvel's Jessica Jones and Jessica Jones are judged from the reports on both."""
    found = board.find("Marvel’s Jessica Jones", as_of=DAY)
    known = board.know(found.production, DAY)
    assert len(known.reports) == 2
    assert [entry.judgement.production.title for entry in board.productions(DAY)].count("Jessica Jones") + [
        entry.judgement.production.title for entry in board.productions(DAY)
    ].count("Marvel's Jessica Jones") == 1


def test_an_alias_means_its_title_and_reports_under_either_name_count(ledger: Ledger) -> None:
    """HOTD is House of the Dragon, whichever the reports call it."""
    tell(
        ledger,
        """
        2023-04-11 | Variety | HOTD | 2 | filming_start | 2023-04-11 | asserted | | | began
        2023-05-11 | Variety | House of the Dragon | 2 | filming | | asserted | | | is filming
        """,
    )
    board = Board(ledger, CATALOGUE)
    found = board.find("HOTD", as_of=dt.date(2023, 6, 1))
    assert found.production.season == 2
    assert len(board.know(found.production, dt.date(2023, 6, 1)).reports) == 2


def test_works_of_one_name_are_never_chosen_silently(board: Board) -> None:
    """Nothing said tells the film from the series: all are listed with how to choose."""
    with pytest.raises(AmbiguousTitle) as caught:
        board.find("Fargo", as_of=DAY)
    message = str(caught.value)
    assert "film, 1996" in message
    assert "series, 2014" in message
    assert "--year" in message


@pytest.mark.parametrize(
    ("choice", "year"),
    [({"kind": "film"}, 1996), ({"kind": "series"}, 2014), ({"year": 1996}, 1996), ({"season": 4}, 2014)],
)
def test_a_kind_a_year_or_a_season_singles_a_work_out(board: Board, choice: dict[str, object], year: int) -> None:
    """Each of the options tells the two works of the name apart."""
    found = board.find("Fargo", as_of=DAY, **choice)  # type: ignore[arg-type]
    assert found.title is not None
    assert found.title.year == year
    assert [other.year for other in found.namesakes] == [1996 + 2014 - year]


def test_reports_on_seasons_alone_choose_the_series_and_name_the_film(ledger: Ledger) -> None:
    """Where all that is said is said of seasons the series is meant; the film is told beside it."""
    tell(ledger, "2022-02-22 | Variety | Fargo | 5 | order | 2022-02-22 | asserted | FX | FX | was renewed")
    found = Board(ledger, CATALOGUE).find("Fargo", as_of=dt.date(2022, 3, 1))
    assert found.production == Production("Fargo", 5)
    assert [title.kind for title in found.namesakes] == ["film"]


def test_a_year_that_no_work_has_lists_those_there_are(board: Board) -> None:
    """Home of 1990 is not known; the two that are, are named."""
    with pytest.raises(UnknownTitle, match=r"2009.*2015"):
        board.find("Home", year=1990, as_of=DAY)


def test_an_unknown_title_offers_near_ones_of_ledger_and_catalogue(board: Board) -> None:
    """A slip of the fingers is answered with the title that was meant."""
    with pytest.raises(UnknownTitle) as caught:
        board.find("Jesica Jonse", as_of=DAY)
    assert caught.value.near[0] in ("Jessica Jones", "Marvel's Jessica Jones")
    with pytest.raises(UnknownTitle) as other:
        board.find("House of the Dragn", as_of=DAY)
    assert "House of the Dragon" in other.value.near


def test_what_was_said_later_changes_no_earlier_answer(board: Board, ledger: Ledger) -> None:
    """A report of 2018 leaves the judgement as of June 2017 as it was."""
    production = Production("Luke Cage", 2)
    before = board.judge(production, DAY)
    tell(ledger, "2018-06-22 | Variety | Luke Cage | 2 | release | 2018-06-22 | asserted | | Netflix | is out")
    assert board.judge(production, DAY) == before
    assert board.judge(production, dt.date(2018, 7, 1)).most_likely is Stage.RELEASED


def test_the_catalogue_tells_no_future(board: Board) -> None:
    """Of the earlier season's dates only those that had passed are used."""
    told = board.ledger.reports("Luke Cage", as_of=DAY)
    work = CATALOGUE.titles_named("Luke Cage")[0]
    context = find_context(Production("Luke Cage", 3), told, DAY, work)
    dates = {season.season: season.dates for season in context.earlier}
    assert dates[1][Milestone.FILMING_START] == When.parse("2015-09")
    assert dates[1][Milestone.RELEASE] == When.parse("2016-09-30")
    assert Milestone.RELEASE not in dates.get(2, {})
    assert (context.kind, context.platform) == ("season", "Netflix")


def test_who_makes_a_series_is_not_who_shows_it(board: Board, ledger: Ledger) -> None:
    """However often "the Marvel drama" is written; the board says what the title's page says."""
    tell(
        ledger,
        """
        2017-06-10 | Deadline | Luke Cage | 2 | order | | asserted | | Marvel | has renewed the Marvel drama
        2017-06-11 | TheWrap | Luke Cage | 2 | order | | asserted | | Marvel | the Marvel series returns
        2017-06-12 | Deadline | Luke Cage | 3 | order | | expected | | Marvel | another season of the Marvel drama
        2017-06-12 | Deadline | Nameless Show | 2 | order | | asserted | | Marvel | another Marvel drama
        """,
    )
    shown = {str(known.judgement.production): known.context.platform for known in board.productions(DAY)}
    assert (shown["Luke Cage, season 2"], shown["Luke Cage, season 3"]) == ("Netflix", "Netflix")
    assert shown["Nameless Show, season 2"] == "Marvel"  # nothing better is known


def test_what_echoes_one_origin_is_one_witness(board: Board) -> None:
    """OLV and On Location Vacations are one voice: with Netflix, Missick and Culturess season 2 has four."""
    known = board.know(Production("Luke Cage", 2), DAY)
    assert known.origins == 4
    assert known.last_said == dt.date(2017, 6, 8)


def test_the_board_leaves_out_reviews_and_wholes_and_silence(board: Board, ledger: Ledger) -> None:
    """Only reviewed, spoken of as a whole beside its seasons, or silent for two years: not on the board."""
    tell(ledger, "2017-05-01 | Variety | Luke Cage | | casting | | asserted | | | stars Mike Colter")
    titles = {str(known.judgement.production) for known in board.productions(DAY)}
    assert "Quiet Reviews, season 1" not in titles
    assert "Luke Cage" not in titles
    assert "Luke Cage, season 2" in titles
    later = dt.date(2020, 1, 1)
    assert not board.productions(later)
    assert len(board.productions(later, quiet=True)) == len(titles)


def test_a_season_that_one_doubtful_reading_speaks_of_is_left_out(board: Board, ledger: Ledger) -> None:
    """Until a second voice speaks of it: 1 - 0.6 * 0.6 is more than a half. Whoever asks for all sees it at once."""
    day, third = dt.date(2017, 6, 10), Production("Luke Cage", 3)

    def shown(*, quiet: bool = False) -> set[Production]:
        return {known.judgement.production for known in board.productions(day, quiet=quiet)}

    tell(ledger, "2017-06-06 | Culturess | Luke Cage | 3 | filming | | asserted | | | is shooting", score=0.4)
    assert third not in shown()
    assert third in shown(quiet=True)
    assert Production("Luke Cage", 2) in shown()
    tell(ledger, "2017-06-07 | Variety | Luke Cage | 3 | filming | | asserted | | | films in Harlem", score=0.4)
    assert third in shown()
    tell(ledger, "2017-06-07 | Variety | Paper Harbour | 2 | order | | asserted | | | comes back", score=0.2)
    assert Production("Paper Harbour") in shown()  # which the doubtful season hides no more than it is shown
    assert Production("Paper Harbour", 2) not in shown()


@pytest.mark.parametrize(
    ("title", "season", "story", "year"),
    [
        ("Harrow", 2, "2017-06-01 | Variety | Harrow | 2 | order | | asserted | FX | FX | is picked up by FX", 2016),
        ("The Mill", None, "2017-06-01 | Variety | The Mill | | filming | | asserted | | | is being shot", 2018),
    ],
)
def test_what_is_said_tells_works_of_one_name_apart(
    ledger: Ledger, title: str, season: int | None, story: str, year: int
) -> None:
    """A series by the platform that is named, a film by when it is made; the others are told of as namesakes."""
    tell(ledger, story)
    found = Board(ledger, CATALOGUE).find(title, season, as_of=DAY)
    assert found.title is not None
    assert found.title.year == year
    assert len(found.namesakes) == 1


def test_what_is_said_of_none_of_the_works_leaves_the_question_open(ledger: Ledger) -> None:
    tell(ledger, "2017-06-01 | Variety | Harrow | 2 | order | | asserted | HBO | HBO | is picked up by HBO")
    with pytest.raises(AmbiguousTitle):
        Board(ledger, CATALOGUE).find("Harrow", 2, as_of=DAY)
