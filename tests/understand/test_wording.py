"""Wording rules: each matches the frame it was written for and none that it must leave alone, as frames are tokenised."""

from __future__ import annotations

import pytest

from callboard.model import Event, Modality
from callboard.understand.frames import frame_of_clause
from callboard.understand.wording import Rule, load_wording, split_guards

RULES = tuple(enumerate(load_wording().rules))


def numbers_of(frame: str) -> set[int]:
    words, _ = frame_of_clause(frame)
    return {number for number, _ in load_wording().hits(" ".join(words))}


def name_of(value: object) -> str:
    return f"{value.event}-{value.yes[:40]}" if isinstance(value, Rule) else str(value)


@pytest.mark.parametrize(("number", "rule"), RULES, ids=name_of)
def test_a_rule_matches_its_yes_and_not_its_no(number: int, rule: Rule) -> None:
    """With its guards, through the index of literals, on words as the reader cuts them."""
    assert number in numbers_of(rule.yes), rule.yes
    assert number not in numbers_of(rule.no), rule.no


def test_every_milestone_has_wordings() -> None:
    """A rule file that is lost or cut short shows here."""
    events = {rule.event for _, rule in RULES}
    assert events >= set(Event) - {Event.RECEPTION, Event.STORY}
    assert {rule.modality for _, rule in RULES} >= {Modality.ASSERTED, Modality.DENIED}


def test_the_index_leaves_out_no_rule_that_matches() -> None:
    """The literals are a shortcut: trying every rule on every example finds the same."""
    wording = load_wording()
    for _, rule in RULES[::7]:
        words, _ = frame_of_clause(rule.yes)
        frame = " ".join(words)
        slow = {
            number
            for number, other in RULES
            if other.wording.search(frame) and not any(wording.guards[guard].match(frame) for guard in other.guards)
        }
        assert numbers_of(rule.yes) == slow


@pytest.mark.parametrize(
    ("pattern", "guards", "rest"),
    [
        ("renewed", (), "renewed"),
        ("^(?!.*not )(?!.*(?:if|[)]) ).*renewed", (".*not ", ".*(?:if|[)]) "), "renewed"),
        ("^(?!.*not )renewed", (), "^(?!.*not )renewed"),
    ],
)
def test_guards_are_split_off(pattern: str, guards: tuple[str, ...], rest: str) -> None:
    """Only where the rest may be looked for anywhere; else the pattern stays whole."""
    assert split_guards(pattern) == (guards, rest)
