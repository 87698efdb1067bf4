"""
What a frame says in classes of words: "<platform> order <title> for <season>" whichever verb of ordering stands there.

The classes are kept as data in `rules/classes.toml`. A linear scorer over their order rates events as the one over
words does, but knows wordings that no training article has.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

from callboard.errors import ModelError
from callboard.understand.features import grams, stem
from callboard.understand.frames import clause_around
from callboard.understand.layout import WORD


@lru_cache(maxsize=1)
def load_classes() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """
    The phrases that begin with a stem, as stems, each with its class; the longest first.

    Raises:
        ModelError: The file of the package is damaged.
    """
    try:
        text = files("callboard.understand").joinpath("rules/classes.toml").read_text("utf-8")
        listed = tomllib.loads(text)
    except (OSError, ValueError) as error:
        raise ModelError(f"the reader's word classes are damaged ({error}); install callboard again") from error
    classes: dict[tuple[str, ...], str] = {}
    for name, phrases in listed.items():
        for phrase in phrases:
            stems = tuple(stem(match.group().lower()) for match in WORD.finditer(phrase))
            classes.setdefault(stems, name)
    by_first: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
    for stems, name in sorted(classes.items(), key=lambda item: -len(item[0])):
        by_first[stems[0]].append((stems, name))
    return dict(by_first)


def class_sequence(stems: Sequence[str]) -> list[tuple[str, int]]:
    """The classes and slots of a frame in order, each with the index of its first word; other words are left out."""
    classes = load_classes()
    found: list[tuple[str, int]] = []
    at = 0
    while at < len(stems):
        word = stems[at]
        length = 1
        if word[0] == "<" and word != "<n>":
            found.append((word, at))
        else:
            for phrase, name in classes.get(word, ()):
                if tuple(stems[at : at + len(phrase)]) == phrase:
                    found.append((name, at))
                    length = len(phrase)
                    break
        at += length
    return found


def class_features(words: Sequence[str], target: int, how: str) -> list[str]:
    """All features of a frame in classes, without repetition; the arguments are as in `features.frame_features`."""
    start, end = clause_around(words, target)
    sequence = class_sequence([stem(word) for word in words])
    features = {f"how:{how}", *_grams("ks", [name for name, _ in sequence])}
    if target >= 0:
        features.update(_grams("kc", [name for name, at in sequence if start <= at < end]))
        left = [name for name, at in sequence if at < target][-3:]
        right = [name for name, at in sequence if at > target][:3]
        features.update(f"kl:{name}" for name in left)
        features.update(f"kr:{name}" for name in right)
        features.add("kl2:" + " ".join(left[-2:]))
        features.add("kr2:" + " ".join(right[:2]))
        features.add("kr3:" + " ".join(right))
        features.add("kx:" + " ".join([*left[-1:], "|", *right[:1]]))
        features.add("kx2:" + " ".join([*left[-1:], "|", *right[:2]]))
    return sorted(features)


def _grams(name: str, classes: Sequence[str]) -> list[str]:
    return [*grams(name, classes), *[f"{name}g:{a} {b}" for a, b in zip(classes, classes[2:])]]
