"""
People, platforms, outlets and places in a document: what stands beside the titles in a frame.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from callboard.understand.layout import Layout, Word
from callboard.understand.lexicon import Lexicon
from callboard.understand.names import (
    NEVER,
    PREPOSITIONS,
    RARELY,
    SITE,
    WIDE,
    Name,
    bare,
    find_name,
    is_capitalised,
    split_glued,
    surely_person,
    surname,
    unled,
)

_QUOTES = ("“", "‘", '"', "'")
# A title less likely than this gives way to a name: of a known person, of one with a known given name or a known place, any other.
_WEAK = (0.45, 0.22, 0.12)


@dataclass(frozen=True, slots=True)
class Entity:
    """A person, platform, outlet or place where it stands."""

    start: int
    end: int
    kind: str  # "person", "platform", "outlet", "place"
    name: str  # canonical: the full name of a person, the catalogue's name of a platform
    known: bool = False  # of a person: whether the catalogue knows somebody of that name


def find_entities(layout: Layout, lexicon: Lexicon, titles: Sequence[tuple[int, int, str]]) -> list[Entity]:
    """The entities of a document outside its titles, in order."""
    found: list[Entity] = []
    full_names: dict[str, str] = {}  # surname -> full name
    single: list[tuple[Word, Sequence[Word], int]] = []
    # headlines last: their capitals say little, but the names of the text can be found in them
    for sentence in sorted(layout.sentences, key=lambda sentence: sentence.in_headline):
        words = split_glued(sentence, lexicon)
        near = [(start, end) for start, end, _ in titles if start < sentence.end and sentence.start < end]
        covered = [any(start <= word.start < end for start, end in near) for word in words]
        shouting = sentence.in_headline or is_capitalised(words)
        i = 0
        while i < len(words):
            word = words[i]
            if covered[i] or not (word.text[0].isupper() or word.text[0].isdigit() or word.text in lexicon.people):
                i += 1
                continue
            known = _known(words, i, lexicon)
            name = find_name(words, i, lexicon, covered, full_names, shouting=shouting)
            where = _place(words, i, layout, covered, found)
            if where and not known and (not name or not surely_person(name, lexicon)):
                found.append(where[0])
                i = where[1]
                continue
            if name and (not known or (known[1] == 1 and known[0] != "outlet" and _beats(name, words, i, lexicon))):
                found.append(Entity(name.start, name.end, "person", name.name, name.name in lexicon.people))
                if " " in name.name:
                    full_names.setdefault(surname(name.name), name.name)
                i = name.next
                continue
            if known:
                kind, length, called = known
                end = words[i + length - 1]
                found.append(
                    Entity(word.start, word.start + len(bare(layout.full[word.start : end.end])), kind, called)
                )
                i += length
                continue
            single.append((word, words, i))
            i += 1
    _widen_places(found, layout.full)
    for word, around, i in single:
        plain = bare(unled(word.text))
        if plain in full_names:
            full = full_names[plain]
            found.append(Entity(word.start, word.start + len(plain), "person", full, full in lexicon.people))
        elif (
            i + 2 < len(around)
            and around[i + 1].text in ("and", "&")
            and plain in lexicon.given_names
            and not (i and around[i - 1].text[0].isupper())
        ):
            # "Nora and Lilla Zuckerman"
            partner = next((e for e in found if e.kind == "person" and e.start == around[i + 2].start), None)
            if partner and partner.name.count(" ") == 1 and layout.full[partner.start : partner.end] == partner.name:
                full = f"{plain} {surname(partner.name)}"
                found.append(Entity(word.start, word.start + len(plain), "person", full, full in lexicon.people))
        elif plain in lexicon.people and plain not in lexicon.given_names and plain.lower() not in lexicon.words:
            found.append(Entity(word.start, word.start + len(plain), "person", plain, True))
    return sorted(found, key=lambda entity: entity.start)


def without_names(
    layout: Layout, lexicon: Lexicon, places: Sequence[tuple[int, int, str]], probability: Mapping[str, float]
) -> list[tuple[int, int, str]]:
    """The places of titles less those of weak titles that are, or cut into, the name of a person or a place."""
    weak = [
        place
        for place in places
        if probability[place[2]] < _WEAK[0]
        and (place[2] not in lexicon.titles or layout.full[place[0] : place[1]] in lexicon.places)
    ]
    if not weak:
        return list(places)
    strong = [place for place in places if place not in weak]
    people: list[tuple[int, int, float]] = []
    for entity in find_entities(layout, lexicon, strong):
        if entity.kind == "place":
            people.append((entity.start, entity.end, _WEAK[1 if entity.name in lexicon.places else 2]))
        elif entity.kind == "person":
            known = 0 if entity.name in lexicon.people else 1 if entity.name.split()[0] in lexicon.given_names else 2
            people.append((entity.start, entity.end, _WEAK[known]))
    return [
        place
        for place in places
        if place not in weak
        or layout.full[place[0] - 1 : place[0]] in _QUOTES
        or not any(
            place[0] < end and start < place[1] and probability[place[2]] < least for start, end, least in people
        )
    ]


def _known(words: Sequence[Word], i: int, lexicon: Lexicon) -> tuple[str, int, str] | None:
    """Kind, number of words and name of the longest known platform, outlet or place that begins here."""
    if not (words[i].text[0].isupper() or words[i].text[0].isdigit()):
        return None
    for length in (4, 3, 2, 1):
        if i + length > len(words):
            continue
        text = words[i].text
        for k in range(i + 1, i + length):
            text += ("" if words[k].start == words[k - 1].end else " ") + words[k].text
        for form in dict.fromkeys((text, bare(text))):
            if form in lexicon.platforms:
                return "platform", length, lexicon.platforms[form]
            if form in lexicon.outlets and not (
                length == 1 and form.lower() in lexicon.words and form not in ("Variety", "Deadline")
            ):
                return "outlet", length, str(getattr(lexicon.outlets[form], "name", form))
            if form in lexicon.places:
                return "place", length, form
    return None


def _beats(name: Name, words: Sequence[Word], i: int, lexicon: Lexicon) -> bool:
    """Whether a name is a person although its first word alone is a known place or platform ("Austin Butler")."""
    parts = name.name.split()
    if name.name in lexicon.people:
        return True
    return (
        len(parts) in (2, 3)
        and parts[0] in lexicon.given_names
        and parts[1] not in lexicon.places
        and parts[1] not in RARELY
        and _known(words, i + 1, lexicon) is None
    )


def _place(
    words: Sequence[Word], i: int, layout: Layout, covered: Sequence[bool], found: Sequence[Entity]
) -> tuple[Entity, int] | None:
    """A place that no list knows, by the words before it ("in Shelburne Falls") or its last word; and the word after it."""
    j = i
    while j < len(words) and j - i < 5 and not covered[j]:
        text = words[j].text
        inner = j > i and text in ("of", "the", "and") and j + 1 < len(words) and words[j + 1].text in SITE
        if not inner and (not text[0].isupper() or (text in NEVER and text not in SITE) or len(text) < 2):
            break
        j += 1
        if bare(text) != text:
            break
    while j > i and not words[j - 1].text[0].isupper():
        j -= 1
    if j == i:
        return None
    before = words[i - 1].text.lower() if i else ""
    if i and before == "the" and i > 1:
        before = words[i - 2].text.lower()
    listed = bool(found) and found[-1].kind == "place" and _JOINT.match(layout.full[found[-1].end : words[i].start])
    site = j > i + 1 and words[j - 1].text in SITE
    start, end = words[i].start, words[j - 1].start + len(bare(words[j - 1].text))
    text = layout.full[start:end]
    if not site and (
        not (before in PREPOSITIONS or listed) or text in NEVER or (text.isupper() and len(text) > 4) or len(text) < 3
    ):
        return None
    return Entity(start, end, "place", text), j


_JOINT = re.compile(r"^(?:,|,? and|,? or| &)(?: (?:in|at|near|around))? $")


def _widen_places(found: list[Entity], full: str) -> None:
    """Makes one place of "Cobourg, Ontario", where the second is a wider place than the first."""
    i = 0
    while i + 1 < len(found):
        a, b = found[i], found[i + 1]
        if a.kind == b.kind == "place" and full[a.end : b.start] == ", " and b.name in WIDE and a.name not in WIDE:
            found[i : i + 2] = [Entity(a.start, b.end, "place", full[a.start : b.end])]
        i += 1
