"""
Which strings of a document are titles of productions.

Candidates come from three places: quoted strings, names of the catalogue, and runs of capitalised words. Each distinct
candidate is described once for the whole document (how often, where, in what company), and a learned classifier gives
the probability that claims are made about a production of that name. Titles that no catalogue knows are found the same
way as known ones.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple, Protocol

import numpy as np

from callboard.model import title_key
from callboard.understand.forest import Floats
from callboard.understand.layout import WORD, Layout, Sentence, Word
from callboard.understand.lexicon import CALENDAR_NAMES, Lexicon
from callboard.understand.names import bare

_LONGEST = 80  # characters of a title
_QUOTED = re.compile(r"[“\"]([^“”\"\n]{1,70})[”\"]|(?<![\w’'])[‘']([^‘\n\"“”]{1,70}?)[’'](?![\w])")
_CONNECTORS = frozenset(
    [
        "of",
        "the",
        "and",
        "in",
        "a",
        "an",
        "to",
        "for",
        "on",
        "at",
        "with",
        "from",
        "by",
        "&",
        "vs",
        "de",
        "la",
        "le",
        "el",
        "du",
        "des",
        "der",
        "die",
        "und",
        "y",
        "is",
        "are",
        "my",
        "your",
        "no",
        "not",
    ]
)
_EDGE = frozenset(("the", "a", "an"))
_SEASON_AFTER = re.compile(
    r"^[’'”\"]?(?:’s|'s)?[’'”\"]?,? ?[(\[]?(?:the )?(?:final |upcoming |new |next |third |second |fourth |fifth |first |last )*"
    r"(?:season|series|part|volume|vol\.|s\d{1,2}\b|chapter|\d+(?:st|nd|rd|th)? season)",
    re.I,
)
_SEASON_BEFORE = re.compile(
    r"(?:season|series|run|part|seasons|episodes|installment|chapter|batch|volume|s\d{1,2})(?: (?:\d+|one|two|three|four|five|six))?(?: and \d+)?(?: of)?(?: the)?(?: \w+[’']s)? [‘“\"']?$",
    re.I,
)
_KIND = r"(?:series|show|drama|dramedy|comedy|sitcom|film|movie|sequel|prequel|thriller|adaptation|remake|reboot|revival|spin-?off|spinoff|feature|anime|miniseries|limited series|biopic|pilot|romance|horror|musical|western|franchise|saga|docuseries|documentary|procedural|special|installment|adventure|epic|trilogy)"
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
_TRIM_END = re.compile(r"(?:[,.;:!?]|\s)+$")
_STOP_TAIL = re.compile(
    r"(?:[’']s)?(?:,? (?:Season|Series|Seasons|Film|Movie|Show|Trailer|Star|Stars|Premiere|Finale|Reboot|Spinoff|Spin-Off|Sequel|Director|Creator|Showrunner|Cast))(?: (?:\d+|One|Two|Three|Four|Five|Six))?$"
)
_IS_SEASON = re.compile(
    r"^(?:season|series|episode|part|volume|chapter|act)s? (?:\d+|one|two|three|four|five|six|seven|eight|nine|ten)$|^s\d+$",
    re.I,
)

# Words that tables and headlines print with a capital and that are next to never titles by themselves.
_STATUS = re.compile(
    r"^(?:(?:not |officially |also )?(?:renewed|cancell?ed|axed|ending|ended|ends|returning|returns|premieres?|premiered|pending|ordered|tbd|tba|tbc|"
    r"wrapped|filming|delayed|postponed|moved|new|now|limbo|safe|toss-?up|undecided|released?|in production|post-production|pre-production|series|"
    r"season|final season|pilot|passed|picked up|on hold|dead|alive|unknown|update[ds]?)\b(?: (?:for|through|on|in|after|to|as of|by)\b.*)?)$",
    re.I,
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
]
_IN_ORDER = itemgetter(*FEATURES)


@dataclass(slots=True)
class Candidate:
    """A string that may be a title, with every place where it stands."""

    key: str
    name: str  # as written where it is longest
    places: list[tuple[int, int]] = field(default_factory=list)
    quoted: int = 0
    nested: int = 0
    probability: float = 0.0


def find_candidates(layout: Layout, lexicon: Lexicon) -> dict[str, Candidate]:
    """Every string of the document that may be a title, by its key."""
    found: dict[str, Candidate] = {}
    seen: set[tuple[int, int]] = set()

    def add(start: int, end: int, *, quoted: bool = False) -> None:
        name = layout.full[start:end]
        trimmed = _TRIM_END.sub("", name)
        # "Mamma Mia!" and "Us?" keep their mark only where it belongs to a known title
        if trimmed != name and name[-1:] in "!?" and title_key(name) in lexicon.titles and quoted:
            trimmed = name
        end = start + len(trimmed)
        key = title_key(trimmed)
        if not quoted and _STATUS.match(trimmed):
            return
        if not key or len(trimmed) > _LONGEST or (start, end) in seen or _IS_SEASON.match(trimmed):
            if quoted and key in found and (start, end) in seen:
                found[key].quoted += 1
            return
        seen.add((start, end))
        candidate = found.setdefault(key, Candidate(key, trimmed))
        candidate.places.append((start, end))
        candidate.quoted += quoted
        if len(trimmed) > len(candidate.name):
            candidate.name = trimmed

    for match in _QUOTED.finditer(layout.full):
        group = 1 if match.group(1) else 2
        text = match.group(group)
        if _looks_like_title(text):
            add(match.start(group), match.end(group), quoted=True)
    for sentence in layout.sentences:
        _add_known(sentence, lexicon, add)
        if not _is_title_case(sentence):
            for start, end in _capital_runs(sentence, lexicon):
                add(start, end)
    # every further place where a candidate of several words, or one seen in quotes, is written
    lowered = _lower(layout.full)
    for candidate in list(found.values()):
        name = candidate.name
        if " " in name or candidate.quoted:
            for start in _find_whole(_lower(name), lowered) if len(name) > 12 else _find_whole(name, layout.full):
                add(start, start + len(name))
    for candidate in found.values():
        candidate.places.sort()
    return found


def _lower(text: str) -> str:
    """The text in lower case, each letter where it was: "İ" alone would become two."""
    return text.replace("İ", "I").lower()


def _find_whole(name: str, text: str) -> list[int]:
    """Where a name stands in a text, not as a part of longer words."""
    found = []
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        before, after = text[max(0, start - 1) : start], text[end : end + 1]
        whole = not (before.isalnum() or before in ("_", "’", "'") or after.isalnum() or after == "_")
        if whole:
            found.append(start)
        start = text.find(name, end if whole else start + 1)
    return found


def _looks_like_title(text: str) -> bool:
    words = text.split()
    if not words or len(words) > 10 or not (text[0].isupper() or text[0].isdigit() or text[0] == "#"):
        return False
    if text.rstrip()[-1:] in ".,;" and len(words) > 6:
        return False
    small = [word for word in words if word[0].islower()]
    return all(word.strip(",:’'") in _CONNECTORS for word in small)


def _is_title_case(sentence: Sentence) -> bool:
    """Whether nearly every word begins with a capital, as in headlines: then capitals tell nothing."""
    words = [word.text for word in sentence.words if word.text[0].isalpha() and word.text.lower() not in _CONNECTORS]
    return len(words) >= 4 and sum(word[0].isupper() for word in words) >= 0.8 * len(words)


def _add_known(sentence: Sentence, lexicon: Lexicon, add: _Add) -> None:
    words = sentence.words
    for i, word in enumerate(words):
        if not (word.text[0].isupper() or word.text[0].isdigit() or word.text[0] == "#"):
            continue
        for j in range(min(len(words), i + 9), i, -1):
            last = words[j - 1]
            if not (last.text[0].isalnum() or last.text[0] in "!?"):
                continue
            text = sentence.text[word.start - sentence.start : last.end - sentence.start]
            for form in dict.fromkeys((bare(text), text)):
                key = title_key(form)
                if (key in lexicon.titles or key in lexicon.aliases) and form[1:2] != "’":
                    if j - i == 1 and len(key) <= 2 and not form.isupper():
                        continue
                    add(word.start, word.start + len(form))
                    break


def _capital_runs(sentence: Sentence, lexicon: Lexicon) -> list[tuple[int, int]]:
    """Runs of capitalised words with the small words between them, whole and in their likely parts."""
    runs: list[tuple[int, int]] = []
    words = sentence.words
    i = 0
    while i < len(words):
        if not _capital(words[i]):
            i += 1
            continue
        j = i  # last capital word of the run
        k = i + 1
        while k < len(words):
            word = words[k]
            if words[k - 1].text[-1:] in ".!?" and len(words[k - 1].text) > 3:
                break
            if _STATUS.match(word.text) and word.text.lower() not in (
                "new",
                "now",
                "safe",
                "alive",
                "dead",
                "series",
                "season",
            ):
                break
            if _capital(word) or (word.text[0].isdigit() and len(word.text) <= 4):
                j = k
            elif (
                word.text == ":"
                and k + 1 < len(words)
                and _capital(words[k + 1])
                and words[k + 1].start == word.end + 1
            ):
                pass
            elif word.text.lower() not in _CONNECTORS or k - j > 3:
                break
            k += 1
        runs.extend(_parts(words, i, j, lexicon))
        i = j + 1
    return runs


def _parts(words: tuple[Word, ...], i: int, j: int, lexicon: Lexicon) -> list[tuple[int, int]]:
    """The run itself and what is left of it without owner, opening word, tail and conjunction."""
    cuts = {(i, j)}
    for k in range(i, j + 1):
        text = words[k].text
        if bare(text) != text:
            cuts.add((i, k))
            if k < j:
                cuts.add((k + 1, j))
        if text in ("and", "&", ",", "with", "of", "from", "on", "in", "for", "to", "at", "by") and i < k < j:
            cuts.add((i, k - 1))
            cuts.add((k + 1, j))
        if text == ":" and i < k < j:
            cuts.add((i, k - 1))
            cuts.add((k + 1, j))
    for a, b in list(cuts):
        first = words[a].text
        if b > a and (first.lower() in lexicon.words or first in lexicon.platforms):
            cuts.add((a + 1, b))
        if b > a + 1 and f"{first} {words[a + 1].text}" in lexicon.platforms:
            cuts.add((a + 2, b))
    spans = []
    for a, b in cuts:
        while (
            a <= b
            and words[a].text.lower() in _CONNECTORS
            and words[a].text.lower() not in _EDGE
            and words[a].text[0].islower()
        ):
            a += 1
        while b >= a and words[b].text.lower() in _CONNECTORS and words[b].text[0].islower():
            b -= 1
        if a > b or not (_capital(words[a]) or words[a].text[0].isdigit()):
            continue
        end = words[b].end
        end -= len(words[b].text) - len(bare(words[b].text))
        spans.append((words[a].start, end))
    return spans


def _capital(word: Word) -> bool:
    return word.text[0].isupper()


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
    features.add(f"shape:{' '.join(_shape(w) if w.lower() in _CONNECTORS else 'X' for w in words[:5])}")
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
) -> tuple[list[str], Floats]:
    """
    Keys and their features, shape ``(n_candidates, len(FEATURES))``.

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
    line_starts = {
        sentence.start
        for a, sentence in zip((None, *layout.sentences), layout.sentences)
        if not a or a.line != sentence.line
    }
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
        known = lexicon.known(key)
        befores = [_read_before(text[max(0, start - 60) : start].rpartition("\n")[2]) for start, _ in c.places]
        afters = [_read_after(text[end : end + 60].partition("\n")[0]) for _, end in c.places]
        headline = sum(start < layout.headline_end for start, _ in c.places)
        sentences = [layout.sentence_at(start) for start, _ in c.places]
        initial = sum(sentence.start == start for sentence, (start, _) in zip(sentences, c.places))
        values = {
            "count": len(c.places), "body_count": len(c.places) - headline, "in_headline": headline > 0,
            "headline_count": headline, "quoted": c.quoted, "quoted_share": c.quoted / len(c.places), "words": len(words),
            "has_digit": any(ch.isdigit() for ch in name), "known": bool(known), "same_name": len(known),
            "known_film": any(t.kind == "film" for t in known), "known_series": any(t.kind == "series" for t in known),
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
            "connectors_in": sum(w in _CONNECTORS for w in words), "colon": ":" in name,
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
            "years_since_known": min((abs(year - t.year) for t in known if t.year), default=-1),
            "known_years_min": min((t.year for t in known if t.year), default=0),
        }  # fmt: skip
        rows[row] = _IN_ORDER(values)
    return keys, rows


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
    low, high = bisect.bisect_left(spans, (end - _LONGEST,)), bisect.bisect_left(spans, (start + 1,))
    return [key for s, e, key in spans[low:high] if end <= e and (s, e) != place]


@lru_cache(maxsize=1 << 12)
def _halves(name: str) -> tuple[tuple[str, str], ...]:
    """The keys of what stands before and after each joining word: "Supergirl and Legends of Tomorrow" may be two titles."""
    return tuple((title_key(name[: m.start()]), title_key(name[m.end() :])) for m in _JOINING.finditer(name))


_JOINING = re.compile(r" (?:and|&|with|on|in|from|for|to|at|by) ")


_LIST_BEFORE = re.compile(r"(?:[\w!’'”\"]+, (?:and )?|[A-Z][\w!]*[’'”\"]? (?:and|&) )[‘“\"']?$")
_LIST_AFTER = re.compile(r"^[’”\"']*(?:, [‘“\"']?(?:[A-Z0-9]|and )|,? and [‘“\"']?[A-Z0-9])")
_CALENDAR = CALENDAR_NAMES | {"Jan.", "Feb.", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."}


class _Add(Protocol):
    def __call__(self, start: int, end: int, *, quoted: bool = False) -> None: ...


def lift_lists(layout: Layout, candidates: Mapping[str, Candidate]) -> None:
    """
    Raise what stands in a list of likely titles: items of one line, or first items of many lines, are of one kind.

    Changes the probabilities of the candidates. One look at each candidate alone cannot see that its neighbours are titles.
    """
    mentions = sorted((start, end, c) for c in candidates.values() for start, end in c.places if c.probability > 0.02)
    raised: dict[str, float] = {}
    for (_, a_end, a), (b_start, _, b) in zip(mentions, mentions[1:]):
        if a is not b and _BETWEEN.fullmatch(layout.full[a_end:b_start]):
            for low, high in ((a, b), (b, a)):
                raised[low.key] = max(raised.get(low.key, 0.0), 0.6 * high.probability)
    starts: dict[int, int] = {}
    for sentence in layout.sentences:
        starts.setdefault(sentence.line, sentence.start)
    first = [c for start, _, c in mentions if min((abs(start - s) for s in starts.values()), default=9) <= 2]
    likely = sorted((c.probability for c in {id(c): c for c in first}.values()), reverse=True)
    if len(likely) >= 5:
        common = 0.7 * likely[len(likely) // 3]
        for c in first:
            raised[c.key] = max(raised.get(c.key, 0.0), common)
    for key, probability in raised.items():
        candidates[key].probability = max(candidates[key].probability, probability)


def doubt_places(candidates: Mapping[str, Candidate], places: Collection[str]) -> None:
    """Lower what is also the name of a place and stands nowhere in quotes: "filming in Atlanta" is no word on the series."""
    for candidate in candidates.values():
        if candidate.name in places and not candidate.quoted:
            candidate.probability *= 0.2


_BETWEEN = re.compile(r"[’”\"']*(?:,|,? (?:and|&)|;)(?: (?:and|&))? [‘“\"']?")


def choose_places(candidates: dict[str, Candidate], threshold: float) -> list[tuple[int, int, str]]:
    """Start, end and key of the mentions of accepted titles, none inside another, in order."""
    accepted = [c for c in candidates.values() if c.probability >= threshold]
    options = sorted(
        (
            (c.probability + 0.002 * (end - start), end - start, start, end, c.key)
            for c in accepted
            for start, end in c.places
        ),
        reverse=True,
    )
    taken: list[tuple[int, int, str]] = []
    for _, _, start, end, key in options:
        if all(end <= s or e <= start for s, e, _ in taken):
            taken.append((start, end, key))
    return sorted(taken)
