"""What times in a text mean: every form the press uses, resolved against the day of publication."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callboard.understand.times import Direction, Kind, Relation, TimeMention, find_times
from callboard.understand.times_calendar import easter, holiday
from callboard.understand.times_rules import rules
from callboard.when import When

PUBLISHED = When.parse("2017-06-10")  # a Saturday


def only(text: str, published: str = "2017-06-10", direction: Direction | None = None) -> TimeMention:
    """The single mention of the text; fails where there are none or several."""
    found = find_times(text, When.parse(published), direction=direction)
    assert len(found) == 1, [mention.text for mention in found]
    return found[0]


@pytest.mark.parametrize(
    ("text", "published", "when"),
    [
        # Full dates in both orders, with and without weekday.
        ("It arrives on Friday, August 18, 2017.", "2017-06-10", "2017-08-18"),
        ("It arrives on 18 August 2017.", "2017-06-10", "2017-08-18"),
        ("It arrives Aug. 18th, 2017.", "2017-06-10", "2017-08-18"),
        ("It arrives on 8/18/17.", "2017-06-10", "2017-08-18"),
        ("It arrives on 18/8/17.", "2017-06-10", "2017-08-18"),
        ("It arrives on 2017-08-18.", "2017-06-10", "2017-08-18"),
        # Without a year: the one that fits the tense, else the nearest.
        ("It premieres August 18.", "2017-06-10", "2017-08-18"),
        ("It premiered August 18.", "2017-06-10", "2016-08-18"),
        ("It will be back in March.", "2017-06-10", "2018-03"),
        ("It was shot in March.", "2017-06-10", "2017-03"),
        ("The cameras stopped in December.", "2017-01-20", "2016-12"),
        ("The release is set for January.", "2017-12-01", "2018-01"),
        # Parts of years and months.
        ("Look for it in early 2018.", "2017-06-10", "2018-01/2018-04"),
        ("Look for it in mid-2018.", "2017-06-10", "2018-05/2018-08"),
        ("Look for it in late 2018.", "2017-06-10", "2018-09/2018-12"),
        ("Look for it early next year.", "2017-06-10", "2018-01/2018-04"),
        ("It was made late last year.", "2017-06-10", "2016-09/2016-12"),
        ("It should be done by the end of 2020.", "2019-10-01", "2020-12~"),
        ("It should be done by the end of the year.", "2017-06-10", "2017-12~"),
        ("It will be seen later this year.", "2017-06-10", "2017"),
        ("They got going in late July.", "2017-09-10", "2017-07"),
        ("They begin around the middle of this month.", "2017-09-08", "2017-09"),
        ("We expect it in the first half of 2019.", "2017-06-10", "2019-01/2019-06"),
        ("It is due in the third quarter of 2018.", "2017-06-10", "2018-07/2018-09"),
        ("It arrives in the first months of 2022.", "2021-11-03", "2022-01/2022-04"),
        ("The sets closed around the turn of the year.", "2022-03-09", "2021-12/2022-01"),
        ("It returns in the new year.", "2017-06-10", "2018-01/2018-04"),
        # Seasons.
        ("It premieres in spring 2018.", "2017-06-10", "2018-21"),
        ("It returns this fall.", "2017-06-10", "2017-23"),
        ("It was made last summer.", "2017-04-10", "2016-22"),
        ("It comes out next summer.", "2017-06-10", "2018-22"),
        ("It was shot over the summer.", "2017-10-10", "2017-22"),
        ("Paramount+ is aiming for a fall launch.", "2017-02-22", "2017-23"),
        ("It is due in the fall of next year.", "2018-11-20", "2019-23"),
        # Weeks and days.
        ("The shoot starts this week.", "2017-06-10", "2017-06-05/2017-06-11"),
        ("The shoot starts next week.", "2017-06-10", "2017-06-12/2017-06-18"),
        ("The shoot ended last week.", "2017-06-10", "2017-05-29/2017-06-04"),
        ("They will film there on Monday.", "2017-06-10", "2017-06-12"),
        ("They filmed there on Monday.", "2017-06-10", "2017-06-05"),
        ("They filmed there on Monday and Tuesday.", "2017-06-10", "2017-06-05/2017-06-06"),
        ("It will air tomorrow.", "2017-06-10", "2017-06-11"),
        ("It airs tonight at 9 ET.", "2017-06-10", "2017-06-10"),
        ("It aired yesterday.", "2017-06-10", "2017-06-09"),
        ("The shoot began in the first week of May last year.", "2025-07-05", "2024-05-01/2024-05-07"),
        ("The trial shoot was the week of March 6.", "2017-06-10", "2017-03-06/2017-03-12"),
        # Counted from the day of publication.
        ("It was shot two weeks ago.", "2017-06-10", "2017-05-22/2017-05-28"),
        ("It was ordered two years ago.", "2017-06-10", "2015"),
        ("It was ordered five months ago.", "2017-06-10", "2017-01"),
        ("The cameras will turn in a few weeks.", "2021-02-24", "2021-03~"),
        ("It should be ready six months from now.", "2017-06-10", "2017-12"),
        ("It will be back in two years.", "2017-06-10", "2019"),
        # Holidays.
        ("It drops over Thanksgiving.", "2017-06-10", "2017-11-23"),
        ("It drops on Christmas Eve.", "2017-12-10", "2017-12-24"),
        ("The special is meant for Christmas.", "2017-06-10", "2017-12-25"),
        ("It opens on Valentine’s Day.", "2017-12-10", "2018-02-14"),
        ("They start after Labor Day.", "2017-06-10", "2017-09-04"),
        ("It drops on the Fourth of July.", "2017-06-10", "2017-07-04"),
        ("It opens at Easter.", "2018-01-10", "2018-04-01"),
        # Ranges.
        ("It was shot from May to July 2016.", "2017-06-10", "2016-05/2016-07"),
        ("It was filmed between April and October 2022.", "2024-05-21", "2022-04/2022-10"),
        ("They will shoot August 3-18.", "2017-06-10", "2017-08-03/2017-08-18"),
        ("It may come in 2018 or 2019.", "2017-06-10", "2018/2019"),
        ("It is set for the 2020-21 season.", "2020-06-22", "2020/2021"),
        ("It was set in the 1990s.", "2017-06-10", "1990/1999"),
        ("They are expected to start about June 2018.", "2017-06-10", "2018-06~"),
        ("It opens two weeks after Christmas 2018.", "2017-06-10", "2019-01-08"),
    ],
)
def test_a_time_is_resolved_as_the_guideline_says(text: str, published: str, when: str) -> None:
    """Each expression names the stretch that bench/ANNOTATION.md gives it."""
    assert str(only(text, published).when) == when


@pytest.mark.parametrize(
    "text",
    [
        "Season 2 May Be On The Way",
        "They may return.",
        "He spent the night on the 18th floor.",
        "It made $2018 at the door.",
        "They hired 2000 extras.",
        "Captain America: The Winter Soldier was fun.",
        "April Ludgate marches on.",
        "He is in his 30s.",
        "They fall in love and spring into action.",
        "It got 8/10 from us.",
        "The ratio is 16:9.",
        "The sun was out and he sat down.",
    ],
)
def test_what_only_looks_like_a_time_is_none(text: str) -> None:
    """Modals, names, money, counts, ratings and ages are no dates."""
    assert [mention for mention in find_times(text, PUBLISHED) if mention.when] == []


@pytest.mark.parametrize(
    ("text", "relation", "bounded"),
    [
        ("It has been shooting since April.", Relation.SINCE, "2017-04-01/.."),
        ("They will film until September 2017.", Relation.UNTIL, "../2017-09-30"),
        ("It should be done by September 2017.", Relation.BY, "../2017-09-30"),
        ("It will not be here before 2018.", Relation.NOT_BEFORE, "2018-01-01/.."),
        ("It comes out before May 2018.", Relation.BEFORE, "../2018-05-31"),
        ("It starts in May 2018.", Relation.AT, "2018-05"),
    ],
)
def test_prepositions_make_bounds(text: str, relation: Relation, bounded: str) -> None:
    """ "Since", "until", "by" and "not before" open the stretch towards the right side."""
    mention = only(text)
    assert (mention.relation, str(mention.bounded)) == (relation, bounded)


def test_a_date_without_a_year_has_a_second_reading() -> None:
    """The caller who knows better can take the other year, or say the direction."""
    mention = only("August 18 is the day.")
    assert (str(mention.when), str(mention.other)) == ("2017-08-18", "2016-08-18")
    assert str(only("August 18 is the day.", direction=Direction.PAST).when) == "2016-08-18"
    assert str(only("Friday is the day.", direction=Direction.FUTURE).when) == "2017-06-16"
    assert str(only("Friday is the day.", direction=Direction.PAST).when) == "2017-06-09"


def test_a_moved_date_is_no_range() -> None:
    """ "Pushed from May to July": two dates, the second of them new."""
    found = find_times("Filming slides from this summer to early next year.", PUBLISHED)
    assert [str(mention.when) for mention in found] == ["2017-22", "2018-01/2018-04"]


def test_a_range_keeps_both_ends() -> None:
    """A shoot's start and end can be told apart."""
    ends = only("It was filmed between April and October 2022.").ends
    assert ends is not None
    assert [str(end) for end in ends] == ["2022-04", "2022-10"]


def test_lengths_have_days_and_no_date() -> None:
    """ "For two weeks" places nothing on the calendar."""
    mention = only("The shoot took two weeks.")
    assert (mention.kind, mention.when, mention.days) == (Kind.LENGTH, None, 14)


def test_what_is_counted_from_an_event_waits_for_the_event() -> None:
    """ "A year after the first" is a length with a direction."""
    mention = only("It came out a year after the first film.")
    assert (mention.when, mention.from_event, round(mention.days or 0)) == (None, 1, 365)


@pytest.mark.parametrize("text", ["It airs Sundays at 8/7c.", "It airs every Friday.", "New episodes come weekly."])
def test_recurring_times_name_no_day(text: str) -> None:
    """A slot in the week is no date."""
    assert all(mention.when is None for mention in find_times(text, PUBLISHED))


def test_without_a_reference_day_only_full_dates_are_resolved() -> None:
    """Nothing is guessed for "next month" when nobody knows when that was written."""
    found = find_times("It was shot in May 2016 and returns next month, perhaps on June 30.", None)
    assert [(mention.text, str(mention.when)) for mention in found] == [
        ("May 2016", "2016-05"),
        ("next month", "None"),
        ("June 30", "None"),
    ]


def test_a_vague_reference_day_widens_what_depends_on_it() -> None:
    """Published some day in June or July: "next month" is July or August; 2018 stays 2018."""
    found = find_times(
        "It returns next month, the sequel in 2018, the finale next year.", When.parse("2017-06/2017-07")
    )
    assert [str(mention.when) for mention in found] == ["2017-07-01/2017-08-31", "2018", "2018"]


def test_a_year_that_only_the_reference_tells_is_doubtful() -> None:
    """Published some day of two years: "October 13" is of one year or another, "from April to June" too, "June 2020" is not."""
    found = find_times(
        "It shot from April to June, opens October 13 and ends in June 2020.", When.parse("2017-05/2018-05")
    )
    assert [str(mention.when) for mention in found] == ["2017-04?/2017-06?", "2018-10-13?", "2020-06"]
    readings = dict(found[0].readings())
    assert (str(readings["begins"]), str(readings["ends"])) == ("2017-04?", "2017-06?")


def test_what_is_made_of_a_doubtful_time_is_doubtful() -> None:
    """Days of one month are as doubtful as months are; so is the stretch that "until" opens."""
    found = find_times("It shoots from May 3 to May 20, or until October 13.", When.parse("2017-05/2018-05"))
    assert str(found[0].when) == "2018-05-03?/2018-05-20?"
    assert str(found[1].bounded) == "../2018-10-13?"


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("from May 3 through June 5", {"": "2017-05-03/2017-06-05", "begins": "2017-05-03", "ends": "2017-06-05"}),
        ("for six weeks", {"back": "2017-04-29~", "ahead": "2017-07-22~"}),
        ("with five days to go", {"back": "2017-06-05", "ahead": "2017-06-15"}),
        ("two years", {"back": "2015", "ahead": "2019"}),
        ("for a few months", {"back": "2017-03~", "ahead": "2017-09~"}),
        ("for two weekends", {"back": "2017-06-06~", "ahead": "2017-06-14~"}),
        ("for 36 hours", {}),
        ("a year after the first", {}),
        ("every Friday", {}),
        ("for two hours", {}),
    ],
)
def test_an_event_may_have_an_end_of_a_range_or_lie_a_length_away(text: str, readings: dict[str, str]) -> None:
    """A range offers both its ends; a length the days that lie so far from the day of publication."""
    found = {how: str(when) for mention in find_times(text, PUBLISHED) for how, when in mention.readings()}
    assert {how: when for how, when in found.items() if how != "bounded"} == readings


def test_an_outlet_may_write_the_day_first() -> None:
    """8/7/17 is 8 July where the outlet writes so."""
    assert str(find_times("on 8/7/17", PUBLISHED, day_first=True)[0].when) == "2017-07-08"
    assert str(find_times("on 8/7/17", PUBLISHED)[0].when) == "2017-08-07"


@pytest.mark.parametrize(("rule", "example"), [(rule, yes) for rule in rules() for yes in rule.yes], ids=str)
def test_each_rule_finds_its_example_whole(rule: object, example: str) -> None:
    """The example of a rule is one mention, without a word left over."""
    found = find_times(f"It was said in {example}.", PUBLISHED)
    assert example in [mention.text for mention in found], [mention.text for mention in found]


@pytest.mark.parametrize(
    ("year", "day"), [(2016, "03-27"), (2017, "04-16"), (2018, "04-01"), (2024, "03-31"), (2038, "04-25")]
)
def test_easter(year: int, day: str) -> None:
    """Easter Sunday as the almanac has it."""
    assert easter(year).isoformat() == f"{year}-{day}"


def test_holidays_that_move() -> None:
    """Nth weekdays, last weekdays, and days counted from one."""
    assert holiday("11 thu 4", 2017).isoformat() == "2017-11-23"
    assert holiday("11 thu 4 1", 2017).isoformat() == "2017-11-24"
    assert holiday("5 mon -1", 2017).isoformat() == "2017-05-29"


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    """No text stops the reader; every span is the text's own."""
    for mention in find_times(text, PUBLISHED):
        assert text[mention.start : mention.end] == mention.text


WORDS = "May 2018 the last next early of - to 31 second first week year two 12 ' s Friday Feb. 29 every ago 00 9999 , / ( 8/7c"


@given(
    st.lists(st.sampled_from(WORDS.split()), max_size=12), st.sampled_from(["0001-01-03", "2016-02-29", "9999-12-30"])
)
def test_any_mix_of_time_words_is_read_at_any_day(words: list[str], day: str) -> None:
    """Not at the ends of the calendar either."""
    find_times(" ".join(words), When.parse(day))


def test_200_articles_a_second() -> None:
    """An article of 1,300 characters takes at most 5 ms of processor time (measured: 3 ms on a slow core)."""
    paragraph = (
        "The streamer has renewed the drama for a second season, which will start filming in early 2018 in Atlanta. "
        "The first season was shot from May to July and premiered on Friday, Aug. 18. Its showrunner said last week that "
        "two more years of story are planned and that cameras could roll as soon as next month. "
    )
    text = paragraph * 4
    find_times(text, PUBLISHED)
    start = time.process_time()
    for _ in range(20):
        find_times(text, PUBLISHED)
    assert (time.process_time() - start) / 20 < 0.02  # four times what is promised: the machine may be busy
