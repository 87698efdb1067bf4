"""
What training asks of each article: its reading, its gold claims, and what the models have made of it so far.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import score
from gold import document_of
from knowledge import Knowledge

from callboard.model import title_key
from callboard.understand import castings, joining, people
from callboard.understand import claims as C
from callboard.understand.dating import Dating
from callboard.understand.frames import Frame, find_frames
from callboard.understand.reading import read_mentions

EVENTS = [str(event) for event in joining.EVENTS]
# The extra articles seek out idiom and long lists, and are harder than the news at large: they count for less in the
# decision which candidates hold (row average precision 0.425 at 0.3, 0.420 at 1, 0.397 at 0), and not in calibration.
EXTRA_WEIGHT = 0.3
NAMED = [str(event) for event in castings.EVENTS]  # events that are claimed of a person or a place


def key_of(title: str, candidates: dict) -> str:
    """The candidate that a gold title means: the same key, else one that the scorer would take for it."""
    key = title_key(title)
    if key in candidates:
        return key
    return next((k for k, c in candidates.items() if len(c.name) > 5 and score.same_title(c.name, title)), key)


class Page:
    """An article with everything that training asks of it."""

    def __init__(
        self, article: dict, layout, candidates: dict, knowledge: Knowledge, wording, inferred: Dating | None = None
    ) -> None:
        self.article = article
        self.catalogue, self.lexicon = knowledge.of(article)
        document = document_of(article)
        if inferred is not None:
            document = replace(document, published=inferred.reference)  # relative times are read against it
        # As a reader says it; None: not told, and nothing speaks of it.
        self.published = inferred.published if inferred else document.published
        self.reading = read_mentions(document, candidates, layout, self.lexicon)
        self.frames = find_frames(self.reading)
        self.rules, names = C.rule_hits(self.frames, wording)
        self.features = [C.all_features(frame, rule_names) for frame, rule_names in zip(self.frames, names)]
        self.logits = np.zeros((len(self.frames), len(EVENTS)))
        self.gold: dict[tuple[str, str], list[tuple[dict, int, int]]] = {}
        for claim in article["claims"]:
            at = layout.full.find(claim["quote"])
            slot = (key_of(claim["title"], candidates), claim["event"])
            self.gold.setdefault(slot, []).append((claim, at, at + len(claim["quote"])))

    @property
    def judged(self) -> C.Judged:
        return joining.Judged(
            self.frames, self.features, self.logits, self.words, self.classes, self.encoded, self.anchors, self.rules
        )

    def name_of(self, pair: castings.Pair) -> str:
        """The person or place of a pair."""
        return self.mentions[pair.mention].entity.name

    def chosen_pairs(self, thresholds: dict[str, float]) -> list[tuple[int, castings.Pair]]:
        chosen = castings.choose_pairs(self.mentions, self.casting.pairs, self.pair_raw, thresholds)
        return [(i, self.casting.pairs[i]) for i, _ in chosen]

    def prediction(self, row: joining.Row) -> dict:
        """A row as a claim."""
        title = self.reading.candidates[self.frames[row.frame].key].name
        return {"title": title, "season": row.season, "event": EVENTS[row.event], "modality": "asserted"}

    def named_prediction(self, i: int, pair: castings.Pair) -> dict:
        """A chosen pair as a claim."""
        name = self.name_of(pair)
        return {
            "title": self.reading.candidates[pair.key].name, "season": self.season_of[i], "event": NAMED[pair.event],
            "modality": "asserted", "person": name, "place": name,
        }  # fmt: skip

    def supports(self, frame, event: str) -> list[dict] | None:
        """Gold claims of the frame's title and event that its sentence carries; None where another sentence carries them."""
        gold = self.gold.get((frame.key, event))
        if gold is None:
            return []
        here = [claim for claim, start, end in gold if start < frame.sentence.end and frame.sentence.start < end]
        return here or None


def names(claim: dict, name: str) -> bool:
    if claim["event"] == "location":
        return score.same_place(claim["place"], name)
    return score.same_person(claim["person"], name)


def label_of(gold: list[tuple[dict, int, int]], sentence) -> int:
    """1 where one of some gold claims has its quote in a sentence, -1 where all have it elsewhere, 0 where there are none."""
    if not gold:
        return 0
    return 1 if any(start < sentence.end and sentence.start < end for _, start, end in gold) else -1


def same_source(a: str | None, b: str | None) -> bool:
    if not a or not b:
        return not a and not b
    x, y = score.normal(a), score.normal(b)
    return bool(x and y) and (x in y or y in x)


def named_at(frame: Frame, claim: dict) -> list[int]:
    """Indices of the words of a frame at which the person or the place of a claim stands."""
    return [mention.at for mention in people.find_mentions([frame]) if names(claim, mention.entity.name)]


def part_of(page: Page) -> str:
    """The part of the corpus that an article is of; `extra` is made to be hard, the others are like the news at large."""
    return {"t": "train", "n": "natural"}.get(page.article["id"][0], "extra")


def weights(pages: Sequence[Page], sizes: Sequence[int]) -> np.ndarray:
    """The weight in training of each candidate of the pages, `sizes` candidates of each."""
    return np.repeat([1.0 if is_press(page) else EXTRA_WEIGHT for page in pages], sizes)


def is_press(page: Page) -> bool:
    """Whether an article is like the news at large."""
    return part_of(page) != "extra"
