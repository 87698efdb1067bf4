"""
The names of people as they stand in a sentence: which run of capitals is one, and where it ends.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from callboard.understand.layout import Sentence, Word
from callboard.understand.lexicon import Lexicon

_PARTICLE = re.compile(r"^(?:de|van|von|der|den|del|della|la|le|bin|al|el|da|di|du|dos|ter|ten|st)$", re.I)
_INITIAL = re.compile(r"^[A-Z](?:\.[A-Z])*$")
_POSSESSIVE = re.compile(r"[’']s?$")
# "the Tom Cruise-starrer", "Diego Luna-led": the name ends before the hyphen
_LED = re.compile(
    r"^(.+?)-(?:led|starring|starrer|directed|helmed|penned|created|written|produced|fronted|scripted|hosted|directorial|headlined|backed|run|voiced)$"
)
_GLUED = re.compile(r"^(\w*[a-zà-ÿ.])([A-ZÀ-Þ][a-zà-ÿ]{2,})$")  # "SkeltonRichard": a line end was lost
_GLUE = re.compile(r"[a-zà-ÿ.][A-ZÀ-Þ][a-zà-ÿ]{2}")  # stands in every such word
_LISTS = tomllib.loads(files("callboard.understand").joinpath("rules", "names.toml").read_text("utf-8"))
NEVER, RARELY, SITE, WIDE, PREPOSITIONS = (
    frozenset(_LISTS[name]) for name in ("never", "rarely", "site", "wide", "before_places")
)
_HONORIFIC = re.compile(r"^(?:Sir|Dame|Lady|Lord|Dr|Mr|Mrs|Ms|Captain|Detective|Agent|Queen|King|Prince|Princess)$")


@dataclass(frozen=True, slots=True)
class Name:
    start: int
    end: int
    name: str
    next: int  # index of the first word after it


def split_glued(sentence: Sentence, lexicon: Lexicon) -> list[Word]:
    """The words of a sentence, with names that lost the blank between them set apart."""
    if not _GLUE.search(sentence.text):
        return list(sentence.words)
    words: list[Word] = []
    for word in sentence.words:
        match = _GLUED.match(word.text)
        if (
            match
            and len(match.group(1)) > 3
            and match.group(1) not in lexicon.given_names
            and match.group(2) in lexicon.given_names
            and word is not sentence.words[0]
        ):
            cut = word.start + match.end(1)
            words += [Word(word.start, cut, match.group(1)), Word(cut, word.end, match.group(2))]
        else:
            words.append(word)
    return words


def is_capitalised(words: Sequence[Word]) -> bool:
    """Whether a line is set in the capitals of a headline, so that capitals mean nothing."""
    plain = [word.text for word in words if word.text[0].isalpha() and len(word.text) > 3]
    return len(plain) >= 5 and sum(text[0].isupper() for text in plain) > 0.85 * len(plain)


def bare(text: str) -> str:
    return _POSSESSIVE.sub("", text)


def unled(text: str) -> str:
    match = _LED.match(text)
    return match.group(1) if match else text


def surname(name: str) -> str:
    words = name.split()
    return words[-2] if words[-1].rstrip(".") in ("Jr", "Sr") and len(words) > 2 else words[-1]


def find_name(
    words: Sequence[Word],
    i: int,
    lexicon: Lexicon,
    covered: Sequence[bool],
    full_names: dict[str, str],
    *,
    shouting: bool,
) -> Name | None:
    """The name of a person of two words or more that begins here."""
    first = words[i].text
    if first in NEVER or not first[0].isupper() or _HONORIFIC.match(first):
        return None
    if first.isupper() and len(first) > 4 and not _INITIAL.match(first):
        return None
    j = i + 1
    ends = [_end_of(words[i])]  # text end of the name when it ends at each word
    closed = ends[0] != words[i].end
    while j < len(words) and j - i < 6 and not closed and not covered[j]:
        word = words[j]
        if word.text == ".":
            if not _INITIAL.match(words[j - 1].text) or j + 1 >= len(words):
                break
        elif word.text == "." or not (
            (word.text[0].isupper() and word.text not in NEVER)
            or (_PARTICLE.match(word.text) and j + 1 < len(words) and words[j + 1].text[0].isupper())
        ):
            break
        if word.start > words[j - 1].end + 1:
            break
        if word.start == words[j - 1].end and word.text != "." and words[j - 1].text != ".":
            break  # glued words are two names
        ends.append(_end_of(word))
        closed = ends[-1] != word.end
        j += 1
    while j > i + 1 and (
        (words[j - 1].text == "." and not re.match(r"^[JS]r$", words[j - 2].text)) or words[j - 1].text[0].islower()
    ):
        j -= 1
    text = words[i].text
    names: list[tuple[int, str]] = []  # index after the last word, name
    for k in range(i + 1, j):
        text += ("" if words[k].start == words[k - 1].end else " ") + words[k].text
        if words[k].text != "." and words[k].text[0].isupper():
            cut = words[k].end - ends[k - i]
            names.append((k + 1, text[: len(text) - cut] if cut else text))
    names = [(k, name) for k, name in names if 2 <= len([w for w in name.split() if not _PARTICLE.match(w)]) <= 4]
    if not names:
        return None
    chosen = next(((k, name) for k, name in reversed(names) if name in lexicon.people), None)
    if chosen is None and shouting:
        chosen = next(((k, name) for k, name in reversed(names) if full_names.get(surname(name)) == name), None)
        if chosen is None:
            k, name = names[0]
            if first in lexicon.given_names and name.split()[-1].lower() not in lexicon.words and first not in RARELY:
                chosen = names[0]
    elif chosen is None:
        k, name = names[-1]
        parts = [part for part in name.split() if not _PARTICLE.match(part)]
        if first in lexicon.given_names or _INITIAL.match(first):
            rest = [p for p in parts[1:] if p.lower() in lexicon.words and p not in lexicon.surnames]
            if not rest or (len(parts) == 2 and first.lower() not in lexicon.words):
                chosen = (k, name)
            elif len(names) > 1:
                chosen = names[0]
        elif (
            len(parts) >= 3
            and parts[1] in lexicon.given_names
            and "-" not in first
            and i + 1 < j
            and first.lower() in lexicon.words
        ):
            return None  # the name begins one word later
        elif all(p.lower() not in lexicon.words and p not in RARELY for p in parts) or (
            first.lower() not in lexicon.words
            and len(parts) == 2
            and (parts[1] in lexicon.surnames or parts[1] in lexicon.given_names)
        ):
            chosen = (k, name)
    if chosen is None:
        return None
    k, name = chosen
    return Name(words[i].start, ends[k - 1 - i], name, k)


def _end_of(word: Word) -> int:
    """Where the name ends in a word that closes it: before "'s" or "-led"; else the end of the word."""
    return word.start + len(bare(unled(word.text)))


def surely_person(name: Name, lexicon: Lexicon) -> bool:
    return name.name in lexicon.people or name.name.split()[0] in lexicon.given_names
