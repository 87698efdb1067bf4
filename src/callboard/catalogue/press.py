"""
Titles born in the press: whether a name that no catalogue has is a title at all, by the evidence for it.

Articles are full of names that look like titles and are none: characters, places, "the first season". A claim's score is
the probability that a careful reader would find the same claim, and whoever finds the claim finds the title; so each
voice that speaks of a title is evidence as strong as its best claim, and voices add up:

    P(title) = 1 - product over voices of (1 - best score of that voice)

Two kinds of evidence count for nothing, since the same misreading comes back in each article: a name that is not written
as one ("The first"), and one that consists of the names of companies and platforms ("Marvel's Netflix").
Measured on the titles that callboard finds in bench/corpus/dev.jsonl and on those of the demonstration; see
docs/catalogue.md, and run bench/catalogue/ghosts.py after a change.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from callboard.catalogue.catalogue import Catalogue
from callboard.model import OTHER_EVENTS, Report, title_key

ENOUGH = 0.5  # from here on a title or a season is shown unasked; the middle, since a ghost and a missed one are as bad
_ARTICLES = frozenset({"a", "an", "the"})
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def is_catalogued(catalogue: Catalogue, name: str) -> bool:
    """
    Whether the catalogue has a title that is written so; accents, signs and the house in front do not matter.

    Look-up is generous: among 26,000 titles it finds one for nearly everything. But "Eleven" is not "The Eleven", "A crew"
    not "Crew" and "The first" not "The First".
    """
    key = title_key(name)
    known = [title.name for title in catalogue.titles.get(key, ())]
    if key in catalogue.aliases and is_written_as_name(name):
        return True
    return name in known or (is_written_as_name(name) and any(_article(name) == _article(each) for each in known))


def is_written_as_name(name: str) -> bool:
    """Whether a word of it besides a leading article is capitalised, or it has a digit."""
    words = _WORD.findall(name)
    if len(words) > 1 and words[0].lower() in _ARTICLES:
        del words[0]
    return not words or any(not word.islower() for word in words)  # scripts without capitals have none to miss


def reality(catalogue: Catalogue, reports: Sequence[Report], voice_of: Callable[[Report], str]) -> float:
    """The probability that what some reports call a title is one; 1 where the catalogue has it as they write it."""
    if any(is_catalogued(catalogue, name) for name in {report.claim.production.title for report in reports}):
        return 1.0
    return probability(catalogue, reports, voice_of)


def probability(catalogue: Catalogue, reports: Iterable[Report], voice_of: Callable[[Report], str]) -> float:
    """
    The probability that what some reports call a title is one, from them alone.

    Args:
        catalogue: Knows companies and platforms.
        reports: On one title, under whatever spelling.
        voice_of: The first voice of a report; two of one voice are one piece of evidence.
    """

    def is_named(report: Report) -> bool:
        name = report.claim.production.title
        return is_written_as_name(name) and not _is_made_of_houses(catalogue, name)

    return any_right(filter(is_named, reports), voice_of)


def is_likely(own: Iterable[Report], voice_of: Callable[[Report], str]) -> bool:
    """Whether of the reports on a production one at least that tells of its making is likely read right."""
    return any_right((report for report in own if report.claim.event not in OTHER_EVENTS), voice_of) >= ENOUGH


def any_right(reports: Iterable[Report], voice_of: Callable[[Report], str]) -> float:
    """The probability that one of some reports at least was read right, each voice as good as its best claim."""
    best: dict[str, float] = {}
    for report in reports:
        voice = voice_of(report)
        best[voice] = max(best.get(voice, 0.0), report.claim.score)
    missed = 1.0
    for score in best.values():
        missed *= 1.0 - min(max(score, 0.0), 1.0)
    return 1.0 - missed


def _is_made_of_houses(catalogue: Catalogue, name: str) -> bool:
    """Whether a name consists of an article and a platform's or company's name, or of several such names."""
    words = [re.sub(r"['’]s$", "", word) for word in _WORD.findall(name)]
    names = 0
    if len(words) > 1 and words[0].lower() in _ARTICLES:
        names, words = 1, words[1:]
    while words:
        length = next((n for n in range(min(4, len(words)), 0, -1) if " ".join(words[:n]) in catalogue.platforms), 0)
        if not length:
            return False
        names, words = names + 1, words[length:]
    return names > 1


def _article(name: str) -> str:
    """The article at the start of a name, behind a house: "the" of "Marvel's The Defenders"; "" where there is none."""
    first = re.sub(r"^\w+['’]s\s+", "", name).partition(" ")[0].lower()
    return first if first in _ARTICLES else ""
