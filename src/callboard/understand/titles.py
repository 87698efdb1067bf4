"""
Which strings of a document are titles of productions.

Candidates come from three places: quoted strings, names of the catalogue, and runs of capitalised words. Each distinct
candidate is described once for the whole document (how often, where, in what company), and a learned classifier gives
the probability that claims are made about a production of that name. Titles that no catalogue knows are found the same
way as known ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

from callboard.model import title_key
from callboard.understand.layout import Layout, Sentence, Word
from callboard.understand.lexicon import Lexicon
from callboard.understand.names import bare
from callboard.understand.times_words import word_set

LONGEST = 80  # characters of a title
_LONGEST_RUN = 40  # words that are taken together, though all begin with capitals
# Between quotation marks, or the asterisks and underscores that stand for italics.
_QUOTED = re.compile(
    r"[“\"]([^“”\"\n]{1,70})[”\"]|(?<![\w’'])[‘']([^‘\n\"“”]{1,70}?)[’'](?![\w])|(?<![\w*_])[*_]{1,2}([^*_\n]{1,70})[*_]{1,2}(?![\w*_])"
)
# What is known by its kind alone, or by the work that it follows: "an untitled Bob Dylan biopic", "the Reacher spin-off".
_UNTITLED = re.compile(
    r"\b[Uu]ntitled (?:(?:(?:[A-Z]\.)+|[\w’'&/-]+) ){1,6}?(?:project|film|movie|feature|series|show|pilot|drama|comedy|sitcom|biopic|thriller|"
    r"western|musical|sequel|prequel|spin-?off|remake|reboot|documentary|special|anthology|adaptation)\b"
)
_OFFSHOOT = re.compile(r" (?:spin-?off|prequel|sequel|remake|reboot|revival|offshoot|movie|film|special)\b", re.I)
# The bullet or the number before the first item of a line, and the marks that may end it; quotation marks go with them.
_BULLET = re.compile(r"\s*(?:(?:[•*★☆■▪●‣→>–—-]+|\d{1,2}[.)](?!\d)) *)?[“\"‘'*_]{0,3}")
_MARK = re.compile(r"[”\"’'*_]{0,3}( [–—|-] | ?[(|]|: |, |\. |\.?$)")
_PIECE = re.compile(r" [–—|-] |[,;:()|“”\"]|\. ")

CONNECTORS = word_set(
    "of the and in a an to for on at with from by & vs vs. v v. de la le el du des der die und y is are my your no not "
    "e et do da dos das van il lo los las les un una en i og på av au aux zu von"
)
_EDGE = frozenset(("the", "a", "an"))
_TRIM_END = re.compile(r"(?:[,.;:!?]|\s)+$")
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
        if end - start > 2 * LONGEST:
            return  # before its end is trimmed, which takes for ever on a long run of blanks
        name = layout.full[start:end]
        trimmed = _TRIM_END.sub("", name)
        # "Mamma Mia!" and "Us?" keep their mark only where it belongs to a known title
        if trimmed != name and name[-1:] in "!?" and title_key(name) in lexicon.titles and quoted:
            trimmed = name
        end = start + len(trimmed)
        key = title_key(trimmed)
        if not quoted and _STATUS.match(trimmed):
            return
        if not key or len(trimmed) > LONGEST or (start, end) in seen or _IS_SEASON.match(trimmed):
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
        group = match.lastindex or 0
        text = match.group(group)
        if _looks_like_title(text):
            add(match.start(group), match.end(group), quoted=True)
    for sentence in layout.sentences:
        _add_known(sentence, lexicon, add)
        for start, end in _glued(sentence, lexicon):
            add(start, end)
        for start, end in _pieces(sentence) if _is_title_case(sentence) else _capital_runs(sentence, lexicon):
            add(start, end)
    for start, end in _items(layout):
        add(start, end)
    for match in _UNTITLED.finditer(layout.full):
        add(*match.span())
    for start, end in sorted(seen):
        offshoot = _OFFSHOOT.match(layout.full, end)
        if offshoot:
            add(start, offshoot.end())
    # every further place where a candidate of several words, or one seen in quotes, is written
    lowered = lower(layout.full)
    for candidate in list(found.values()):
        name = candidate.name
        if " " in name or candidate.quoted:
            for start in find_whole(lower(name), lowered) if len(name) > 12 else find_whole(name, layout.full):
                add(start, start + len(name))
    for candidate in found.values():
        candidate.places.sort()
    return found


def lower(text: str) -> str:
    """The text in lower case, each letter where it was: "İ" alone would become two."""
    return text.replace("İ", "I").lower()


def find_whole(name: str, text: str) -> list[int]:
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
    return all(word.strip(",:’'") in CONNECTORS for word in small)


def _pieces(sentence: Sentence) -> list[tuple[int, int]]:
    """What stands between the marks of a line whose words begin with capitals, and beside its first "and"; short enough for a title."""
    spans = []
    cuts = [0, *(at for mark in _PIECE.finditer(sentence.text) for at in mark.span()), len(sentence.text)]
    for start, end in zip(cuts[::2], cuts[1::2]):
        text = sentence.text[start:end]
        joined = text.find(" and ")
        for a, b in ((0, len(text)), (0, joined), (joined + 5, len(text))) if joined > 0 else ((0, len(text)),):
            part = text[a:b].strip()
            if 0 < len(part.split()) <= 7 and (part[0].isupper() or part[0].isdigit()):
                at = sentence.start + start + text.index(part, a)
                spans.append((at, at + len(part)))
    return spans


def _items(layout: Layout) -> list[tuple[int, int]]:
    """What the lines of the text begin with, up to each of the next marks: one of them may end a title."""
    spans = []
    line = 0
    for sentence in layout.sentences:
        start = len(sentence.text) - len(_BULLET.sub("", sentence.text, count=1))
        if sentence.line == line or start == len(sentence.text):  # "1." stands as a sentence of its own
            continue
        line = sentence.line
        for mark in islice(_MARK.finditer(sentence.text, start), 3):
            if not 0 < len(sentence.text[start : mark.start()].split()) <= 8:
                break
            spans.append((sentence.start + start, sentence.start + mark.start()))
            if mark.group(1)[:1] not in (",", ":", "."):
                break  # no title goes on behind a dash, a bracket or the end of a line
    return spans


def _is_title_case(sentence: Sentence) -> bool:
    """Whether nearly every word begins with a capital, as in headlines: then capitals tell nothing."""
    words = [word.text for word in sentence.words if word.text[0].isalpha() and word.text.lower() not in CONNECTORS]
    return len(words) >= 4 and sum(word[0].isupper() for word in words) >= 0.8 * len(words)


def _add_known(sentence: Sentence, lexicon: Lexicon, add: _Add) -> None:
    words = sentence.words
    for i, word in enumerate(words):
        if not _may_open(word):
            continue
        for j in range(min(len(words), i + _LONGEST_TITLE), i, -1):
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


def _may_open(word: Word) -> bool:
    return _capital(word) or word.text[0].isdigit() or word.text[0] == "#"


def _glued(sentence: Sentence, lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """Known titles between which a page lost its blanks, "Jessica JonesDaredevil"; a word that is one title is none."""
    words = sentence.words
    seams = {i: [word.start + seam.end() for seam in _SEAM.finditer(word.text)] for i, word in enumerate(words)}
    for i, found in seams.items():
        if not found or title_key(words[i].text) in lexicon.titles:
            continue
        near = range(max(0, i - _LONGEST_TITLE + 1), min(len(words), i + _LONGEST_TITLE))
        inside = [at for k in near for at in seams[k]]
        for at in found:
            starts = [*(words[k].start for k in near if _may_open(words[k])), *inside]
            ends = [*(words[k].end for k in near if words[k].text[0].isalnum()), *inside]
            left = min((a for a in starts if a < at and _is_known(sentence, a, at, lexicon)), default=None)
            right = max((b for b in ends if b > at and _is_known(sentence, at, b, lexicon)), default=None)
            if left is not None and right is not None:
                yield left, at
                yield at, right


_LONGEST_TITLE = 9  # words
_SEAM = re.compile(r"[a-z]{3}(?=[A-Z][a-z]{2})")


def _is_known(sentence: Sentence, start: int, end: int, lexicon: Lexicon) -> bool:
    return title_key(sentence.text[start - sentence.start : end - sentence.start]) in lexicon.titles


def _capital_runs(sentence: Sentence, lexicon: Lexicon) -> list[tuple[int, int]]:
    """Runs of capitalised words with the small words between them, whole and in their likely parts."""
    runs: list[tuple[int, int]] = []
    words = sentence.words
    i = 0
    while i < len(words):
        if not _capital(words[i]) and not _counts(words, i):
            i += 1
            continue
        j = i  # last capital word of the run
        k = i + 1
        while k < min(len(words), i + _LONGEST_RUN):
            word = words[k]
            if words[k - 1].text[-1:] in ".!?" and len(words[k - 1].text) > 3:
                break
            if _ends_run(word):
                break
            if _capital(word) or (word.text[0].isdigit() and len(word.text) <= 4):
                j = k
            elif (word.text == "." and _SHORT.match(words[k - 1].text)) or (
                word.text == ":"
                and k + 1 < len(words)
                and _capital(words[k + 1])
                and words[k + 1].start == word.end + 1
            ):
                pass
            elif word.text.lower() not in CONNECTORS or k - j > 3:
                break
            k += 1
        runs.extend(_parts(words, i, j, lexicon))
        i = j + 1
    return runs


_SHORT = re.compile(r"(?:Ms|Mr|Mrs|Dr|St|No|Vol|Pt|vs?|[A-Z])$")  # a full stop after it ends no sentence
_PART_OF_TITLES = word_set("new now safe alive dead series season")
_CUTS = word_set("and & with of from on in for to at by is are")


def _parts(words: tuple[Word, ...], i: int, j: int, lexicon: Lexicon) -> list[tuple[int, int]]:
    """The run itself and what is left of it without owner, opening word, tail and conjunction."""
    cuts = {(i, j)}
    if words[i].text[0].isdigit() and i < j:
        cuts.add((i + 1, j))
    for k in range(i, j + 1):
        text = words[k].text
        if bare(text) != text:
            cuts.add((i, k))
            if k < j:
                cuts.add((k + 1, j))
        if text in _CUTS and i < k < j:
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
            and words[a].text.lower() in CONNECTORS
            and words[a].text.lower() not in _EDGE
            and words[a].text[0].islower()
        ):
            a += 1
        while b >= a and words[b].text.lower() in CONNECTORS and words[b].text[0].islower():
            b -= 1
        if a > b or not (_capital(words[a]) or words[a].text[0].isdigit()):
            continue
        end = words[b].end
        end -= len(words[b].text) - len(bare(words[b].text))
        spans.append((words[a].start, end))
    return spans


def _ends_run(word: Word) -> bool:
    """Whether a word says how a title stands and is hardly part of one: "Renewed", but not "New"."""
    return bool(_STATUS.match(word.text)) and word.text.lower() not in _PART_OF_TITLES


def _counts(words: tuple[Word, ...], i: int) -> bool:
    """Whether a number stands before a capital, as in "2 Broke Girls"."""
    text = words[i].text
    if not text[0].isdigit() or len(text) > 4 or i + 1 == len(words):
        return False
    return _capital(words[i + 1]) and not _ends_run(words[i + 1])


def _capital(word: Word) -> bool:
    return word.text[0].isupper()


class _Add(Protocol):
    def __call__(self, start: int, end: int, *, quoted: bool = False) -> None: ...


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
