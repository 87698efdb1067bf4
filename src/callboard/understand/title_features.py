"""
What a candidate for a title looks like: how it is written, where and how often it stands, and in what company.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from callboard.model import title_key
from callboard.understand.forest import Floats
from callboard.understand.layout import WORD, Layout
from callboard.understand.lexicon import CALENDAR_NAMES, Lexicon
from callboard.understand.titles import CONNECTORS, LONGEST, Candidate

_KIND = r"(?:series|show|drama|dramedy|comedy|sitcom|film|movie|sequel|prequel|thriller|adaptation|remake|reboot|revival|spin-?off|spinoff|feature|anime|miniseries|limited series|biopic|pilot|romance|horror|musical|western|franchise|saga|docuseries|documentary|procedural|special|installment|adventure|epic|trilogy)"
_SEASON_AFTER = re.compile(
    r"^[’'”\"]?(?:’s|'s)?[’'”\"]?,? ?[(\[]?(?:the )?(?:final |upcoming |new |next |third |second |fourth |fifth |first |last )*"
    r"(?:season|series|part|volume|vol\.|s\d{1,2}\b|chapter|\d+(?:st|nd|rd|th)? season)",
    re.I,
)
_SEASON_BEFORE = re.compile(
    r"(?:season|series|run|part|seasons|episodes|installment|chapter|batch|volume|s\d{1,2})(?: (?:\d+|one|two|three|four|five|six))?(?: and \d+)?(?: of)?(?: the)?(?: \w+[’']s)? [‘“\"']?$",
    re.I,
)
_KIND_AFTER = re.compile(rf"^[’”\"'’]*(?:[’']s)? (?:\w+ ){{0,2}}?{_KIND}s?\b", re.I)
_KIND_BEFORE = re.compile(rf"\b{_KIND}s?,? (?:called |titled |entitled )?[‘“\"']?$", re.I)
_VERB_AFTER = re.compile(
    r"^[’”\"']* (?:has|have|had|is|was|will|won’t|won't|isn’t|isn't|premieres?|premiered|returns?|returned|debuts?|debuted|opens?|opened|stars?|starred|follows?|begins?|began|wraps?|wrapped|arrives?|arrived|drops?|hits?|gets?|got|comes?|came|ends?|ended|moves?|shifts?|bows?|kicks?|starts?|started|airs?|finished|set|may|could|would|renewed|cancell?ed|to)\b",
    re.I,
)
_CUE_BEFORE = re.compile(
    r"\b(?:renew(?:s|ed|ing)?|cancel(?:s|led|ed|ling|ing)?|axe[ds]?|film(?:s|ed|ing)?|shoot(?:s|ing)?|of|on|for|in|from|to|starring|directing|directed|wrap(?:s|ped)|about|joins?|joined|behind|created|writing|produc(?:es|ing|ed)|order(?:s|ed)?|watch(?:ing)?|stars?|returns?|dates?|sets?|with|like|including|pulls?|moves?|releas(?:es|ed|ing)|launch(?:es|ed)?) (?:the )?[‘“\"']?$",
    re.I,
)
_CREDIT_AFTER = re.compile(
    r"^[’”\"']*(?:’s|'s)? (?:star|stars|actor|actress|creator|showrunner|director|alum|boss|fans?|cast|writer|producer|universe|author)\b",
    re.I,
)
_OWNER_BEFORE = re.compile(r"[\w.+!]+[’']s? [‘“\"']?$")
_STOP_TAIL = re.compile(
    r"(?:[’']s)?(?:,? (?:Season|Series|Seasons|Film|Movie|Show|Trailer|Star|Stars|Premiere|Finale|Reboot|Spinoff|Spin-Off|Sequel|Director|Creator|Showrunner|Cast))(?: (?:\d+|One|Two|Three|Four|Five|Six))?$"
)

FEATURES = [
    "count",
    "body_count",
    "in_headline",
    "headline_count",
    "quoted",
    "quoted_share",
    "words",
    "has_digit",
    "known",
    "same_name",
    "known_film",
    "known_series",
    "common",
    "common_head",
    "person",
    "given_name",
    "surname",
    "platform",
    "outlet",
    "place",
    "caps",
    "lower_count",
    "season_after",
    "season_before",
    "kind_after",
    "kind_before",
    "verb_after",
    "cue_before",
    "credit_after",
    "owner_before",
    "line_start",
    "only_initial",
    "nested",
    "first_sentence",
    "share_of_best",
    "the_before",
    "paren_after",
    "connectors_in",
    "colon",
    "people_suffix",
    "month",
    "first_position",
    "alias",
    "length",
    "list_neighbours",
    "quoted_in_document",
    "lines_in_document",
    "years_since_known",
    "known_years_min",
    "candidates",
    "context",
    "half_known",
    "halves_known",
    "nested_known",
    "nested_joined",
    "surname_of",
    "person_whole",
    "same_last",
    "starts_known",
    "credited",
    "credits_known",
]
_IN_ORDER = itemgetter(*FEATURES)


def context_features(layout: Layout, candidate: Candidate) -> list[str]:
    """The words around all places of a candidate, for the linear scorer: what company titles keep."""
    features: set[str] = set()
    for start, end in candidate.places:
        before = layout.full[max(0, start - 70) : start].rpartition("\n")[2]
        after = layout.full[end : end + 70].partition("\n")[0]
        left = [_shape(w) for w in WORD.findall(before)][-4:]
        right = [_shape(w) for w in WORD.findall(after)][:5]
        left, right = left or ["^"], right or ["$"]
        features.update([f"l{n}:" + " ".join(left[-n:]) for n in (1, 2, 3)])
        features.update([f"r{n}:" + " ".join(right[:n]) for n in (1, 2, 3)])
        features.add(f"lr:{left[-1]}|{right[0]}")
        features.update([f"L:{w}" for w in left])
        features.update([f"R:{w}" for w in right])
    words = candidate.name.split()
    features.add(f"shape:{' '.join(_shape(w) if w.lower() in CONNECTORS else 'X' for w in words[:5])}")
    features.add(f"last:{words[-1].lower()}")
    features.add(f"first:{words[0].lower()}")
    return sorted(features)


@lru_cache(maxsize=1 << 14)
def _shape(word: str) -> str:
    """A word without what is particular about a name or a number."""
    if word[0].isdigit():
        return "<n>"
    return "Xx" if word[0].isupper() and word.lower() not in _KEPT else word.lower()


_KEPT = frozenset(
    [
        "season",
        "series",
        "film",
        "movie",
        "the",
        "a",
        "in",
        "of",
        "on",
        "for",
        "and",
        "marvel",
        "netflix",
        "hbo",
        "amazon",
        "hulu",
        "disney",
        "fx",
        "abc",
        "nbc",
        "cbs",
        "fox",
        "bbc",
        "itv",
    ]
)


def describe(
    layout: Layout, candidates: dict[str, Candidate], lexicon: Lexicon, year: int, context: Sequence[float]
) -> Floats:
    """
    Features of the candidates in their order, shape ``(n_candidates, len(FEATURES))``.

    Args:
        year: Of publication, to tell old titles from new ones.
        context: For each candidate, in order, what the linear scorer makes of `context_features`, log odds.
    """
    keys = list(candidates)
    rows = np.zeros((len(keys), len(FEATURES)))
    spans = sorted((start, end, key) for key, c in candidates.items() for start, end in c.places)
    lower_words: dict[str, int] = {}
    for sentence in layout.sentences:
        for word in sentence.words:
            if word.text[0].islower():
                lower_words[word.text] = lower_words.get(word.text, 0) + 1
    best = max((len(c.places) for c in candidates.values()), default=1)
    text = layout.full
    quoted = sum(c.quoted > 0 for c in candidates.values())
    line_starts = set(layout.line_starts.values())
    lines = len(
        {start for c in candidates.values() for start, _ in c.places if {start, start - 1, start - 2} & line_starts}
    )
    lasts: dict[str, set[str]] = {}
    for c in candidates.values():
        w = c.name.split()
        lasts.setdefault(w[-1].lower(), set()).add(c.key)
    persons = {
        c.name.split()[-1] for c in candidates.values() if " " in c.name and c.name.split()[0] in lexicon.given_names
    }
    for row, key in enumerate(keys):
        c = candidates[key]
        name = c.name
        covering = [_covering(place, spans) for place in c.places]
        wholes = [candidates[k] for keys_over in covering for k in keys_over]
        c.nested = sum(map(bool, covering))
        halves = _halves(name)
        words = name.split()
        known, run = lexicon.known(key), lexicon.run(key)
        credited = lexicon.credited(key) if known else ()
        befores = [_read_before(text[max(0, start - 60) : start].rpartition("\n")[2]) for start, _ in c.places]
        afters = [_read_after(text[end : end + 60].partition("\n")[0]) for _, end in c.places]
        headline = sum(start < layout.headline_end for start, _ in c.places)
        sentences = [layout.sentence_at(start) for start, _ in c.places]
        initial = sum(sentence.start == start for sentence, (start, _) in zip(sentences, c.places))
        values = {
            "count": len(c.places), "body_count": len(c.places) - headline, "in_headline": headline > 0,
            "headline_count": headline, "quoted": c.quoted, "quoted_share": c.quoted / len(c.places), "words": len(words),
            "has_digit": any(ch.isdigit() for ch in name), "known": bool(known), "same_name": len(known),
            "known_film": "film" in run.kinds, "known_series": "series" in run.kinds,
            "common": len(words) == 1 and name.lower() in lexicon.words,
            "common_head": words[0].lower() in lexicon.words, "person": name in lexicon.people,
            "given_name": words[0] in lexicon.given_names, "surname": words[-1] in lexicon.surnames,
            "platform": name in lexicon.platforms, "outlet": name in lexicon.outlets, "place": name in lexicon.places,
            "caps": name.isupper() and len(name) > 1, "lower_count": lower_words.get(name.lower(), 0),
            "season_after": sum(a.season for a in afters), "season_before": sum(b.season for b in befores),
            "kind_after": sum(a.kind for a in afters), "kind_before": sum(b.kind for b in befores),
            "verb_after": sum(a.verb for a in afters), "cue_before": sum(b.cue for b in befores),
            "credit_after": sum(a.credit for a in afters), "owner_before": sum(b.owner for b in befores),
            "line_start": sum(b.line_start for b in befores),
            "only_initial": initial == len(c.places), "nested": c.nested / len(c.places),
            "first_sentence": sum(s.index <= 3 for s in sentences), "share_of_best": len(c.places) / best,
            "the_before": sum(b.the for b in befores), "paren_after": sum(a.paren for a in afters),
            "connectors_in": sum(w in CONNECTORS for w in words), "colon": ":" in name,
            "people_suffix": bool(_STOP_TAIL.search(name)),
            "month": words[0] in _CALENDAR, "first_position": c.places[0][0] / max(1, len(text)),
            "alias": key in lexicon.aliases, "length": len(name),
            "list_neighbours": sum(b.listed for b in befores) + sum(a.listed for a in afters),
            "quoted_in_document": quoted, "lines_in_document": lines, "candidates": len(keys), "context": context[row],
            "half_known": any(lexicon.known(half) for pair in halves for half in pair),
            "halves_known": any(all(lexicon.known(half) for half in pair) for pair in halves),
            "nested_known": sum(bool(lexicon.known(whole.key)) for whole in wholes) / len(c.places),
            "nested_joined": sum(any(key in pair for pair in _halves(whole.name)) for whole in wholes) / len(c.places),
            "surname_of": len(words) == 1 and name in persons,
            "person_whole": any(w.name.split()[0] in lexicon.given_names for w in wholes),
            "same_last": len(lasts[words[-1].lower()]) - 1,
            "starts_known": len(words) > 1 and any(lexicon.known(title_key(" ".join(words[:n]))) for n in range(1, len(words))),
            "years_since_known": run.away(year),
            "credited": sum(person in text for person in credited), "credits_known": bool(credited),
            "known_years_min": min((t.year for t in known if t.year), default=0),
        }  # fmt: skip
        rows[row] = _IN_ORDER(values)
    return rows


class _Before(NamedTuple):
    """What the words before a title speak for."""

    season: bool
    kind: bool
    cue: bool
    owner: bool
    the: bool
    listed: bool
    line_start: bool


class _After(NamedTuple):
    """What the words after a title speak for."""

    season: bool
    kind: bool
    verb: bool
    credit: bool
    paren: bool
    listed: bool


@lru_cache(maxsize=1024)  # candidates that begin, or end, at one place share what stands there
def _read_before(text: str) -> _Before:
    return _Before(
        season=bool(_SEASON_BEFORE.search(text)),
        kind=bool(_KIND_BEFORE.search(text)),
        cue=bool(_CUE_BEFORE.search(text)),
        owner=bool(_OWNER_BEFORE.search(text)),
        the=text.lower().endswith("the "),
        listed=bool(_LIST_BEFORE.search(text)),
        line_start=not text.strip(" •-–—*‘“\"'✔✘☠"),
    )


@lru_cache(maxsize=1024)
def _read_after(text: str) -> _After:
    return _After(
        season=bool(_SEASON_AFTER.match(text.lstrip())),
        kind=bool(_KIND_AFTER.match(text)),
        verb=bool(_VERB_AFTER.match(text)),
        credit=bool(_CREDIT_AFTER.match(text)),
        paren=text.lstrip("’”\"'").startswith(" ("),
        listed=bool(_LIST_AFTER.match(text)),
    )


def _covering(place: tuple[int, int], spans: Sequence[tuple[int, int, str]]) -> list[str]:
    """Keys of the longer candidates over a place; `spans` are all places, in order."""
    start, end = place
    low, high = bisect.bisect_left(spans, (end - LONGEST,)), bisect.bisect_left(spans, (start + 1,))
    return [key for s, e, key in spans[low:high] if end <= e and (s, e) != place]


@lru_cache(maxsize=1 << 12)
def _halves(name: str) -> tuple[tuple[str, str], ...]:
    """The keys of what stands before and after each joining word: "Supergirl and Legends of Tomorrow" may be two titles."""
    return tuple((title_key(name[: m.start()]), title_key(name[m.end() :])) for m in _JOINING.finditer(name))


_JOINING = re.compile(r" (?:and|&|with|on|in|from|for|to|at|by) ")


_LIST_BEFORE = re.compile(r"(?:[\w!’'”\"]+, (?:and )?|[A-Z][\w!]*[’'”\"]? (?:and|&) )[‘“\"']?$")
_LIST_AFTER = re.compile(r"^[’”\"']*(?:, [‘“\"']?(?:[A-Z0-9]|and )|,? and [‘“\"']?[A-Z0-9])")
_CALENDAR = CALENDAR_NAMES | {"Jan.", "Feb.", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."}
