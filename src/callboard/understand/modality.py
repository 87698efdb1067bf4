"""
How a claim is put: asserted, expected, possible or denied.

A linear scorer reads the words of the frame and around the place where the event is told; a forest weighs that together
with how far words of denial and doubt stand from there.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from callboard.model import Event, Modality
from callboard.understand.details import MODALITIES, Asked
from callboard.understand.encoder import Encoding
from callboard.understand.features import grams, stem
from callboard.understand.forest import Floats, Forest
from callboard.understand.frames import Frame, clause_around
from callboard.understand.linear import Linear
from callboard.understand.word_classes import class_sequence

_AROUND = 7  # words on each side of the event's own that the linear scorer sees by themselves
_FAR = 40  # words; a class that the frame lacks is this far away
# Classes of `rules/classes.toml` that hedge, deny or date.
CLASSES = ("negate", "unknown", "maybe", "expect", "future", "report", "past", "date", "later")
# What is denied or doubtful is chosen at less than even odds: to take it as a fact does more harm than the other way round.
# Cross-validated on a third of the corpus, 1.3 finds 0.62 of the denied (1: 0.59), with 0.919 of all right (1: 0.919).
_DOUBT = np.array([1.0 if modality is Modality.ASSERTED else 1.3 for modality in MODALITIES])

FEATURES = (
    "event", "place", "words", "has_target", "target_gap", "headline", "times", "question", "question_inside", "no_first", "yet", "if", "when",
    "latest_before", "latest_but_one_before",
    *(f"{name}_{what}" for name in CLASSES for what in ("until", "after", "clause", "count")),
    *(f"words_{modality}" for modality in MODALITIES), *(f"encoder_{modality}" for modality in MODALITIES),
    "words_own", "encoder_own", *(f"is_{modality}" for modality in MODALITIES),
)  # fmt: skip


def modality_features(features: Sequence[str], event: Event, words: Sequence[str], place: int) -> list[str]:
    """
    What the linear scorer sees besides the frame: the event, with each rule hit, and the words around its place.

    Args:
        features: Of the frame.
        event: What is claimed.
        words: Of the frame.
        place: Index of the word at which the event is told.
    """
    stems = [stem(word) for word in words[max(0, place - _AROUND) : place + _AROUND + 1]]
    left = stems[: min(place, _AROUND)]
    return [
        f"event:{event}",
        *(f"event:{event}|{name}" for name in features if name.startswith("rule:")),
        *grams("a", stems),
        *(f"al:{word}" for word in left),
        *(f"al2:{a} {b}" for a, b in zip(left, left[1:])),
    ]


def by_words(features: Sequence[str], event: Event, frame: Frame, place: int, linear: Linear) -> Floats:
    """What a linear scorer makes of each modality, shape ``(4,)``, summing to 1; the arguments as of `modality_features`."""
    return shares(linear.log_odds([*features, *modality_features(features, event, frame.words, place)]))


def shares(odds: Floats) -> Floats:
    """Log odds of each modality as shares of 1, along the last axis."""
    probability = 1.0 / (1.0 + np.exp(-odds))
    return np.asarray(probability / probability.sum(axis=-1, keepdims=True))


def describe(frame: Frame, event: int, place: int, encoding: Encoding, worded: Floats) -> Floats:
    """
    Features of each modality of an event that is told at a word of a frame, shape ``(4, len(FEATURES))``.

    Args:
        frame: What is said.
        event: Index of the event.
        place: Index of the word.
        encoding: Of the frame.
        worded: What `by_words` makes of it.
    """
    words = frame.words
    found = class_sequence([stem(word) for word in words])
    start, end = clause_around(words, place) if words else (0, 0)
    before = [CLASSES.index(name) if name in CLASSES else -1 for name, at in found if at < place and name[0] != "<"]
    values: list[float] = [
        event, place, len(words), frame.target >= 0, frame.target - place if frame.target >= 0 else _FAR, frame.sentence.in_headline,
        bool(frame.mentions.times), frame.sentence.text.rstrip().endswith("?"), "?" in words, words[:1] == ("no",), "yet" in words,
        "if" in words, "when" in words, *([-1, -1, *before][:-3:-1]),
    ]  # fmt: skip
    for name in CLASSES:
        places = [at for other, at in found if other == name]
        values += [
            min((min(place - at, _FAR) for at in places if at <= place), default=_FAR),
            min((min(at - place, _FAR) for at in places if at > place), default=_FAR),
            sum(start <= at < end for at in places),
            len(places),
        ]
    count = len(MODALITIES)
    encoded = encoding.modality[event]
    shared = np.tile(np.array([*values, *worded, *encoded], dtype=np.float64), (count, 1))
    return np.hstack([shared, worded[:, None], encoded[:, None], np.eye(count)])


def rate(asked: Sequence[Asked], forest: Forest) -> list[Floats]:
    """How likely each claim is put in each way, shape ``(4,)`` each, summing to 1; the doubtful ways weigh more."""
    if not asked:
        return []
    table = np.vstack([describe(one.frame, one.event, one.anchor, one.encoding, one.modality) for one in asked])
    return weigh(forest.probability(table))


def weigh(rated: Floats) -> list[Floats]:
    """What the forest says of the four modalities of each claim, shape ``(4 * n,)``, as shares of 1."""
    weighed = rated.reshape(-1, len(MODALITIES)) * _DOUBT
    return list(weighed / weighed.sum(axis=1, keepdims=True))
