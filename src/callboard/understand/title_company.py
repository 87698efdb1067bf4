"""
A second look at what may be a title, beside the other candidates of the document.

"Vikings: Valhalla" holds "Vikings", and only one of the two is meant; the items of a list are of one kind; a document that
puts its titles in quotation marks means them all to be seen. A candidate's own looks cannot tell, so each is rated twice
(stacked generalisation, Wolpert 1992): by itself, and with the first ratings of the candidates around it.
"""

from __future__ import annotations

import bisect
import heapq
import math
import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from callboard.understand import title_features
from callboard.understand.forest import Floats, log_odds
from callboard.understand.layout import Layout
from callboard.understand.lexicon import Lexicon
from callboard.understand.titles import Candidate, find_whole, lower

# Of the likeliest candidate that covers this one, and of the likeliest that this one covers: its rating (log odds), by how
# much this one leads it, the share of this one's places that they have together, how often it stands alone, whether it is
# known, what the longer one has besides, left and right, and how many characters.
_PAIRED = ("odds", "lead", "share", "alone", "known", "left", "right", "length")
_COMPANY = (
    "first", *(f"over_{name}" for name in _PAIRED), *(f"under_{name}" for name in _PAIRED), "beside", "list_before", "list_after", "heads", "heads_likely",
    "heads_third", "is_head", "best", "total", "likely", "rank", "same_line", "quoted_best", "unquoted_best", "caps_best", "headline_best", "same_start", "same_end",
)  # fmt: skip
FEATURES = (*title_features.FEATURES, *(f"company_{name}" for name in _COMPANY))
_NONE = -12.0  # there is no such candidate: below the log odds of all
_UNPAIRED = dict.fromkeys(_PAIRED, 0.0) | {"odds": _NONE, "lead": -_NONE, "alone": -1.0, "left": -1.0, "right": -1.0}
_EDGE = 1e-5  # of a rating, so that its log odds are finite
_LIKELY = math.log(0.3 / 0.7)  # log odds of a candidate that counts as a title where titles are counted
_BETWEEN = re.compile(r"[’”\"']*(?:,|,? (?:and|&)|;)(?: (?:and|&))? [‘“\"']?")
# What a longer candidate has besides: nothing, an owner, an article, a number, a colon after the shorter one or before it,
# a kind of work, small words.
_EXTRA = (
    (re.compile(r"\s*$"), 0),
    (re.compile(r".*[’']s?\s*$"), 1),
    (re.compile(r"\s*(?:the|a|an)\s*$", re.I), 2),
    (re.compile(r"\s*(?:\d+|[IVX]+|Two|Three|Part Two|Part Three)\s*$"), 3),
    (re.compile(r"\s*[:–—-]"), 4),
    (re.compile(r".*[:–—-]\s*$"), 5),
    (re.compile(r"\s*(?:season|series|s\d|spin-?off|sequel|prequel|remake|movie|film|pilot)", re.I), 6),
    (re.compile(r"\s*(?:and|&|with|in|on|for|of|to|is)\b"), 7),
)
_OTHER = 8


def look_at_titles(
    layout: Layout, candidates: Mapping[str, Candidate], lexicon: Lexicon, table: Floats, first: Floats
) -> Floats:
    """
    What the second forest sees of each candidate, shape ``(n_candidates, len(FEATURES))``.

    Args:
        table: What the first forest saw, shape ``(n_candidates, len(title_features.FEATURES))``.
        first: The probability that it gave each candidate, shape ``(n_candidates,)``.
    """
    found = list(candidates.values())
    if not found:
        return np.zeros((0, len(FEATURES)))
    odds = log_odds(first, _EDGE)
    company = np.zeros((len(found), len(_COMPANY)))
    column = {name: i for i, name in enumerate(_COMPANY)}

    places = sorted((start, end, i) for i, c in enumerate(found) for start, end in c.places)
    over, under = _covers(places)
    for i, c in enumerate(found):
        for side, others in (("over", over.get(i, {})), ("under", under.get(i, {}))):
            values = _UNPAIRED
            if others:
                j = max(others, key=lambda k: (odds[k], -k))
                other = found[j]
                short, long = (c.name, other.name) if side == "over" else (other.name, c.name)
                at = next(iter(find_whole(lower(short), lower(long))), None)
                values = {
                    "odds": odds[j], "lead": odds[i] - odds[j], "share": others[j] / len(c.places),
                    "alone": len(other.places) - others[j], "known": bool(lexicon.known(other.key)), "length": len(long) - len(short),
                    "left": -1.0 if at is None else _extra(long[:at]), "right": -1.0 if at is None else _extra(long[at + len(short) :]),
                }  # fmt: skip
            for name, value in values.items():
                company[i, column[f"{side}_{name}"]] = value
    for name, ratings in _neighbours(layout, places, odds).items():
        company[:, column[name]] = ratings
    company[:, column["first"]] = odds
    company[:, column["best"]] = odds.max()
    company[:, column["total"]] = first.sum()
    company[:, column["likely"]] = (odds > _LIKELY).sum()
    company[:, column["rank"]] = np.argsort(np.argsort(-odds, kind="stable"), kind="stable")
    groups = {
        "quoted_best": [c.quoted > 0 for c in found], "unquoted_best": [c.quoted == 0 for c in found],
        "caps_best": [c.name.isupper() for c in found], "headline_best": [c.places[0][0] < layout.headline_end for c in found],
    }  # fmt: skip
    for name, members in groups.items():
        leaders = _leaders(odds, np.flatnonzero(members))
        company[:, column[name]] = [_best_other(odds, leaders, i) for i in range(len(found))]
    for name, word in (("same_start", 0), ("same_end", -1)):
        alike: dict[str, list[int]] = {}
        for i, c in enumerate(found):
            alike.setdefault(c.name.lower().split()[word], []).append(i)
        for group in alike.values():
            leaders = _leaders(odds, group)
            company[group, column[name]] = [_best_other(odds, leaders, i) for i in group]
    return np.hstack([table, company])


def _covers(places: Sequence[tuple[int, int, int]]) -> tuple[dict[int, dict[int, int]], dict[int, dict[int, int]]]:
    """For each candidate those whose places cover its own, and those that it covers, each with how often."""
    over: dict[int, dict[int, int]] = {}
    under: dict[int, dict[int, int]] = {}
    for n, (start, end, i) in enumerate(places):
        for m in range(n + 1, len(places)):
            other_start, other_end, j = places[m]
            if other_start >= end:
                break
            if other_start == start and other_end > end:  # the shorter of two that begin together comes first
                short, long = i, j
            elif other_end <= end:
                short, long = j, i
            else:
                continue
            if short != long:
                over.setdefault(short, {})[long] = over.get(short, {}).get(long, 0) + 1
                under.setdefault(long, {})[short] = under.get(long, {}).get(short, 0) + 1
    return over, under


def _neighbours(layout: Layout, places: Sequence[tuple[int, int, int]], odds: Floats) -> dict[str, Floats]:
    """The ratings of what stands beside each candidate in lists, in its line, and at the beginnings of the lines of the text."""
    n = len(odds)
    found = {name: np.full(n, _NONE) for name in ("beside", "list_before", "list_after", "same_line")}
    starts = [start for start, _, _ in places]
    lines: dict[int, set[int]] = {}
    for start, end, i in places:
        lines.setdefault(layout.sentence_at(start).line, set()).add(i)
        for at in range(bisect.bisect_left(starts, end), len(places)):
            other_start, _, j = places[at]
            if other_start > end + 9:
                break
            if i != j and _BETWEEN.fullmatch(layout.full[end:other_start]):
                found["list_after"][i] = max(found["list_after"][i], odds[j])
                found["list_before"][j] = max(found["list_before"][j], odds[i])
    found["beside"] = np.maximum(found["list_before"], found["list_after"])
    for members in lines.values():
        leaders = _leaders(odds, members)
        for i in members:
            found["same_line"][i] = max(found["same_line"][i], _best_other(odds, leaders, i))
    heads: dict[int, float] = {}  # line -> rating of the likeliest candidate at its beginning
    head = np.zeros(n)
    for start, _, i in places:
        line = layout.sentence_at(start).line
        if line and start - layout.line_starts[line] <= 5:
            heads[line] = max(heads.get(line, _NONE), float(odds[i]))
            head[i] = 1.0
    rated = sorted(heads.values(), reverse=True)
    return found | {
        "is_head": head, "heads": np.full(n, len(heads)), "heads_likely": np.full(n, sum(value > _LIKELY for value in rated)),
        "heads_third": np.full(n, rated[len(rated) // 3] if rated else _NONE),
    }  # fmt: skip


def _leaders(odds: Floats, members: Iterable[int]) -> list[int]:
    """The two likeliest of some candidates, or fewer, the likeliest first."""
    return heapq.nsmallest(2, members, key=lambda i: (-odds[i], i))


def _best_other(odds: Floats, leaders: Sequence[int], i: int) -> float:
    """The highest rating among the candidates that are led so, without a candidate's own."""
    return next((float(odds[j]) for j in leaders if j != i), _NONE)


def _extra(text: str) -> float:
    """What kind of text a longer candidate has besides the shorter one."""
    return float(next((code for pattern, code in _EXTRA if pattern.match(text)), _OTHER))
