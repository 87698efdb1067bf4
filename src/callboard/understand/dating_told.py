"""
What a document tells of its titles, beside the years in which they came out: that they are out, are coming, or are being made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import cast

from callboard.understand.reading import Reading
from callboard.understand.runs import Dated, run_of

_TOLD = {
    "out": re.compile(
        r"\b(?:premiered|debuted|aired|opened|released|landed|dropped|launched|arrived|grossed|earned|ended|bowed|concluded|finale|now (?:available|streaming|playing)|"
        r"(?:is|are) (?:available|streaming|out)|box office|reviews?|viewers|ratings|came out|became|was|were|ran)\b", re.I,
    ),
    "coming": re.compile(
        r"\b(?:will|[’']ll|premieres|set for|due|slated|scheduled|coming|arrives|returns|debuts|opens|bows|hits|lands|drops|trailer|teaser|first look|upcoming|"
        r"release date|wrapped|post-production|editing|to premiere|to debut|until)\b", re.I,
    ),
    "making": re.compile(
        r"\b(?:renew\w*|order\w*|green-?l\w+|pick(?:s|ed)? up|pick-?up|cast|casting|joins?|joined|attached|to direct|to star|tapped|adapt\w*|develop\w*|scripts?|writ(?:ing|ers)|"
        r"film(?:ing|s|ed)? (?:in|on|will|begins?|starts?|began|is|has)|shoot\w*|production|cameras|rolling|talks|announced|confirmed|greenlight|sequel|next season|another season)\b", re.I,
    ),
}  # fmt: skip


def find_told(
    reading: Reading, lookup: Callable[[str], Sequence[object]], hidden: frozenset[int]
) -> list[tuple[int, str, float]]:
    """
    What the sentences around each title tell of it: a release year, of what work and what is told of it ("season_out"), and
    how much that counts, 0 to 1.

    The year is that of the season spoken of, or of the one before ("after"), of the newest film of the name, or of the first
    season ("first").
    """
    found: list[tuple[int, str, float]] = []
    ranked = [key for key in reading.ranking[:8] if reading.candidates[key].probability >= 0.25]
    sentences: dict[str, list[tuple[str, frozenset[int]]]] = {key: [] for key in ranked}
    for sentence in reading.layout.sentences:
        if sentence.index in hidden:
            continue
        mentions = reading.within(sentence)
        named = {m.key for m in mentions.titles if m.sure}
        numbers = frozenset(n for m in mentions.seasons for n in m.numbers if 0 < n < 30)
        for key in named & sentences.keys():
            sentences[key].append((sentence.text, numbers))
        if not named and ranked:
            sentences[ranked[0]].append((sentence.text, numbers))
    for rank, key in enumerate(ranked):
        run = run_of([cast(Dated, known) for known in lookup(reading.candidates[key].name)])
        top = max((n for _, numbers in sentences[key] for n in numbers), default=0)
        said: dict[tuple[int, str], dict[str, int]] = {}
        for text, numbers in sentences[key]:
            season = max(numbers, default=top)
            if season in run.seasons:
                about = (run.seasons[season], "season")
            elif season - 1 in run.seasons:
                about = (run.seasons[season - 1], "after")
            elif run.films and not (run.first and season):
                about = (max(run.films), "film")
            elif run.first:
                about = (max(run.first), "first")
            else:
                continue
            counts = said.setdefault(about, {"out": 0, "coming": 0, "making": 0})
            for told, pattern in _TOLD.items():
                counts[told] += len(pattern.findall(text))
        for (year, work), counts in said.items():
            total = sum(counts.values())
            weight = 1.0 if rank == 0 else 0.5
            if not total:
                found.append((year, f"{work}_untold", weight))
            for told, count in counts.items():
                if count:
                    found.append((year, f"{work}_{told}", weight * count / total))
    return found
