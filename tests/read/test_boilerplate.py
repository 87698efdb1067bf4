"""Lines that are no part of an article are dropped; all that is, stays."""

from __future__ import annotations

import pytest

from callboard.read.boilerplate import load_rules, strip_boilerplate

RULES = load_rules()
ALL = [*RULES.lines, *RULES.tails, *RULES.cuts]


@pytest.mark.parametrize(("name", "line"), [(rule.name, yes) for rule in ALL for yes in rule.yes])
def test_each_rule_matches_its_examples(name: str, line: str) -> None:
    """The sentence that a rule must match."""
    assert any(
        rule.matches(line) or (rule in RULES.cuts and rule.pattern.search(line)) for rule in ALL if rule.name == name
    )


@pytest.mark.parametrize(("name", "line"), [(rule.name, no) for rule in ALL for no in rule.no])
def test_no_rule_matches_its_counter_examples(name: str, line: str) -> None:
    """The sentence that a rule must not match."""
    assert not any(
        rule.matches(line) or (rule in RULES.cuts and rule.pattern.search(line)) for rule in ALL if rule.name == name
    )


ARTICLE = "The second season began filming in May, and its makers say that it will be done by the fall.\n\n" * 6


def test_an_article_without_boilerplate_is_unchanged() -> None:
    """Nothing is dropped that should stay, and reading twice changes nothing."""
    text = ARTICLE.strip() + "\n\nSources: Tidal Pictures, The Harbour Herald"
    assert strip_boilerplate(text).text == text


@pytest.mark.parametrize(
    ("byline", "published"),
    [
        ("By Rosa Penn", None),
        ("By Rosa Penn and Jo Lens, Staff Writers", None),
        ("By Rosa Penn | June 6, 2018", "2018-06-06"),
        ("Published Jun 6, 2018 By Rosa Penn", "2018-06-06"),
        ("June 6, 2018 at 5:21 PM EDT", "2018-06-06"),
        ("Wed, 6 June 2018", "2018-06-06"),
        ("Posted on 6th June 2018 by Marla", "2018-06-06"),
        ("Rosa Penn • June 6, 2018", "2018-06-06"),
        ("Updated: 06-06-2018 18:41 IST", "2018-06-06"),
    ],
)
def test_a_byline_is_dropped_and_its_date_kept(byline: str, published: str | None) -> None:
    """The date of a byline is often the only one."""
    cleaned = strip_boilerplate(f"{byline}\n\n{ARTICLE}")
    assert cleaned.text == ARTICLE.strip()
    assert (str(cleaned.published) if cleaned.published else None) == published


@pytest.mark.parametrize(
    "line",
    [
        "The Lanterns – November 10th 2023",
        "By the end of the year, Rosa Penn will be back.",
        "By May it was done.",
        "Harbour Lights, season 2: 6 June 2018",
        "Published by Tidal, the novel sold a million copies in 2018.",
    ],
)
def test_what_looks_like_a_byline_but_says_something_stays(line: str) -> None:
    """Slates and sentences are no bylines."""
    assert line in strip_boilerplate(f"{ARTICLE}{line}\n\n{ARTICLE}").text


def test_an_appeal_is_cut_from_its_paragraph() -> None:
    """The rest of the paragraph stays."""
    text = "The second season is done. Let us know in the comments what you think."
    assert strip_boilerplate(ARTICLE + text).text.endswith("The second season is done.")


def test_comments_end_the_article() -> None:
    """What stands below is nobody's report."""
    cleaned = strip_boilerplate(ARTICLE + "Comments (2)\n\nMarlow: season three starts next week!")
    assert "Marlow" not in cleaned.text


def test_a_subscription_box_at_the_end_is_gone() -> None:
    """Offers as a list, and the heading of the videos below."""
    box = "  • Ad Free Browsing\n  • Over 10,000 Videos!\n  • All in 1 Access\n  • Join For Free!\nGo Premium!\n\nMore Videos"
    assert strip_boilerplate(ARTICLE + box).text == ARTICLE.strip()
