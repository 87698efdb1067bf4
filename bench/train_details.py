"""
What rates the times and the sources of claims, and the claims of each article as a reader makes them that never saw it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import score
from fitting import crossfit, linear_crossfit, matrix
from pages import EVENTS, NAMED, Page, named_at, same_source

from callboard.model import OTHER_EVENTS, Claim, Event, Json
from callboard.understand import claims as C
from callboard.understand import details, joining, modality, sources


class Instance(NamedTuple):
    """A claim whose time and source are asked for."""

    page: Page
    asked: details.Asked
    claim: Claim | None  # as found, without time and source; None where it was not
    gold: Json | None  # the gold claim that it meets; None: a false claim, from which nothing is learned


def train_details(pages: list[Page], folds: np.ndarray, arrays: dict) -> list[Json]:
    """
    Learns from claims found as they will be found, and from all gold claims.

    Returns what was found in each article, out of fold, as `score.py` takes it.
    """
    placed = [(item, fold) for page, fold in zip(pages, folds) for item in instances(page, arrays)]
    items, groups = [item for item, _ in placed], np.array([fold for _, fold in placed])

    def right_time(option: details.TimeOption, gold: Json) -> bool:
        if option.when is None:
            return gold["time"] is None
        return bool(gold["time"]) and score.time_agrees(gold["time"], str(option.when))

    options = [details.time_options(item.page.reading, item.asked) for item in items]
    words = [details.time_words(item.asked, some, item.page.reading) for item, some in zip(items, options)]
    right = [[right_time(o, item.gold) for o in some] if item.gold else None for item, some in zip(items, options)]
    rated = rate(
        "times", "timewords", words, right, groups, arrays,
        lambda i, odds: details.describe_times(items[i].page.reading, items[i].asked, options[i], odds), trees=240, leaves=32,
    )  # fmt: skip
    times = [details.choose_time(some, odds) for some, odds in zip(options, rated)]
    met = [(item, time) for item, time in zip(items, times) if item.claim and item.gold]
    timed = [score.time_agrees(item.gold["time"], str(time)) for item, time in met if item.gold["time"]]
    timeless = [time is None for item, time in met if not item.gold["time"]]
    print(f"           times of found claims, cross-validated: {np.mean(timed):.3f} of {len(timed)}; none where there is none {np.mean(timeless):.3f}")  # fmt: skip

    options = [sources.source_options(item.page.reading, item.asked) for item in items]
    words = [sources.source_words(item.asked, some) for item, some in zip(items, options)]
    right = [[same_source(o.name, item.gold["source"]) for o in some] if item.gold else None for item, some in zip(items, options)]  # fmt: skip
    persons = [item.claim.person if item.claim else item.gold["person"] for item in items]
    rated = rate(
        "sources", "sourcewords", words, right, groups, arrays,
        lambda i, odds: sources.describe_sources(items[i].page.reading, items[i].asked, options[i], odds, persons[i]), trees=240, leaves=32,
    )  # fmt: skip
    named = [sources.choose_source(some, odds) for some, odds in zip(options, rated)]
    met = [(item, name) for item, name in zip(items, named) if item.claim and item.gold]
    either = [same_source(name, item.gold["source"]) for item, name in met if name or item.gold["source"]]
    print(f"           sources of found claims, cross-validated: {np.mean(either):.3f} of {len(either)}")

    made: dict[str, list[Claim]] = {page.article["id"]: [] for page in pages}
    for item, time, source in zip(items, times, named):
        if item.claim:
            made[item.page.article["id"]].append(replace(item.claim, time=time, source=source))
    return [as_read(page, made[page.article["id"]]) for page in pages]


def as_read(page: Page, claims: list[Claim]) -> Json:
    """The claims of an article as a reader makes them that never saw it."""
    if C.is_silent(claims, sum(sentence.closed for sentence in page.reading.layout.sentences)):
        claims = [claim for claim in claims if claim.event in OTHER_EVENTS]
    published = str(page.published) if page.published else None
    return {"id": page.article["id"], "published": published, "claims": [claim.to_json() for claim in claims]}


def instances(page: Page, arrays: dict) -> Iterator[Instance]:
    """The claims as they are found, then all sentences that carry gold ones."""
    ask = C.Known.of(page.reading, page.judged, page.modality, page.lexicon, page.rows, page.raw).ask

    found: list[tuple[int, details.Asked, float, str | None]] = []
    thresholds = dict(zip(EVENTS, map(float, arrays["thresholds"])))
    for row, p in C.choose_rows(page.frames, page.rows, page.scores, thresholds):
        asked = ask(row.frame, row.event, page.anchors.of(row.frame, row.event), row.season)
        found.append((row.frame, asked, p, None))
    for i, pair in page.chosen_pairs(thresholds):
        mention = page.mentions[pair.mention]
        anchor = C.anchor_at(page.frames[pair.frame], mention)
        asked = ask(pair.frame, EVENTS.index(NAMED[pair.event]), anchor, page.season_of[i])
        p = float(np.interp(page.pair_raw[i], arrays["named.raw"], arrays["named.right"]))
        found.append((pair.frame, asked, p, mention.entity.name))
    put = with_modality(page, [asked for _, asked, _, _ in found])
    claims = [claim_of(page, asked, p, name) for asked, (_, _, p, name) in zip(put, found)]
    met = {j: i for i, j in score.pair(page.article["claims"], [claim.to_json() for claim in claims])}
    done = set()
    for j, (asked, claim, (frame, *_)) in enumerate(zip(put, claims, found)):
        gold = page.article["claims"][met[j]] if j in met else None
        done.add((frame, id(gold)))
        yield Instance(page, asked, claim, gold)
    told: list[tuple[details.Asked, Json]] = []
    for number, frame in enumerate(page.frames):
        for e, event in enumerate(joining.EVENTS):
            for gold in (page.supports(frame, event) or [])[:3]:
                if (number, id(gold)) in done:
                    continue
                anchor = page.anchors.of(number, e)
                if str(event) in NAMED:
                    at = named_at(frame, gold)
                    if not at and str(event) != "location":
                        continue
                    anchor = at[0] if at else anchor
                told.append((ask(number, e, anchor, gold["season"]), gold))
    for asked, (_, gold) in zip(with_modality(page, [asked for asked, _ in told]), told):
        yield Instance(page, asked, None, gold)


def with_modality(page: Page, asked: list[details.Asked]) -> list[details.Asked]:
    """The claims with how they are put, as the forest has it that never saw the page."""
    return [replace(one, modality=shares) for one, shares in zip(asked, modality.rate(asked, page.modalities))]


def claim_of(page: Page, asked: details.Asked, p: float, name: str | None = None) -> Claim:
    """A found claim, of a person or a place where a name is given."""
    event = joining.EVENTS[asked.event]
    return Claim(
        production=C.production_of(page.reading, asked.frame.key, asked.season),
        event=event,
        quote=page.reading.layout.span(*details.quote_of(asked.frame, asked.anchor)),
        modality=asked.put,
        person=None if event is Event.LOCATION else name,
        place=name if event is Event.LOCATION else None,
        platform=details.platform_of(asked.frame, asked.anchor) if event in C.ON_PLATFORMS else None,
        score=float(p),
    )


def rate(
    name: str, linear: str, words: list, right: Sequence[list[bool] | None], groups: np.ndarray, arrays: dict,
    describe: Callable[[int, list[float]], np.ndarray], **settings: int,
) -> list[np.ndarray]:  # fmt: skip
    """
    Out-of-fold probabilities of the options of each claim: words first, then the forest that sees what they say.

    Args:
        right: Whether each option is the right one; None for a claim that nothing is to be learned from.
    """
    sizes = [len(some) for some in words]
    owner = np.repeat(np.arange(len(words)), sizes)
    y = np.concatenate([np.full(n, -1) if some is None else np.array(some, int) for some, n in zip(right, sizes)])
    rows = matrix([row for some in words for row in some])
    odds = linear_crossfit(rows, y[:, None], groups[owner], None, None, linear, arrays, 3.0).odds[:, 0]
    ends = np.cumsum(sizes)[:-1]
    x = np.vstack([describe(i, list(some)) for i, some in enumerate(np.split(odds, ends))])
    p = crossfit(x, y == 1, y >= 0, groups[owner], name, arrays, **settings)
    return np.split(p, ends)
