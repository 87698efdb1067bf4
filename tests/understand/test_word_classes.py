"""Words are brought together by what they mean, so that a wording nobody wrote down is read as its neighbours are."""

import tomllib
from importlib.resources import files

import pytest

from callboard.understand.features import stem
from callboard.understand.frames import frame_of_clause
from callboard.understand.word_classes import class_features, class_sequence, load_classes


def classes(text: str) -> list[str]:
    words, _ = frame_of_clause(text)
    return [name for name, _ in class_sequence([stem(word) for word in words])]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<title> kicks off principal photography", "<title> commences the shoot"),
        ("<platform> has axed <title>", "<platform> pulled the plug on <title>"),
        ("<platform> greenlit <title>", "<platform> gave the go-ahead to <title>"),
    ],
)
def test_two_ways_of_saying_one_thing_look_alike(one: str, other: str) -> None:
    assert [name for name in classes(one) if name != "shoot"][:2] == [n for n in classes(other) if n != "shoot"][:2]


def test_slots_stay_and_words_without_a_class_are_left_out() -> None:
    assert classes("<title> will premiere on <platform>") == ["<title>", "future", "release", "<platform>"]


def test_a_phrase_counts_before_the_words_in_it() -> None:
    assert classes("it was kicked off") == ["start"]
    assert "kicked" not in classes("kicked")


def test_the_title_divides_what_is_left_and_right_of_it() -> None:
    words, target = frame_of_clause("<platform> cancelled <title> but renewed <other>")
    features = class_features(words, target, "named")
    assert "kl:cancel" in features
    assert "kr:cancel" not in features
    assert "kc1:order" not in features
    assert "ks1:order" in features


def test_no_phrase_is_listed_twice() -> None:
    listed = tomllib.loads(files("callboard.understand").joinpath("rules/classes.toml").read_text("utf-8"))
    phrases = [phrase for some in listed.values() for phrase in some]
    assert sorted(phrases) == sorted(set(phrases))
    assert sum(map(len, load_classes().values())) > 800
