"""
People, platforms, outlets and places in a document: what stands beside the titles in a frame.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from callboard.understand.layout import Layout, Word
from callboard.understand.lexicon import CALENDAR_NAMES, Lexicon

_INITIAL = re.compile(r"^[A-Z]\.?$|^(?:Jr|Sr)\.?$|^(?:de|van|von|der|del|la|le|bin|al|da|di|du|ter|ten)$")
_NOT_PERSON = CALENDAR_NAMES | {
    "The",
    "A",
    "An",
    "In",
    "On",
    "At",
    "For",
    "And",
    "But",
    "Or",
    "If",
    "When",
    "While",
    "As",
    "It",
    "Its",
    "This",
    "That",
    "These",
    "Those",
    "He",
    "She",
    "They",
    "We",
    "You",
    "I",
    "My",
    "Our",
    "Your",
    "His",
    "Her",
    "Their",
    "Not",
    "No",
    "Now",
    "New",
    "Season",
    "Series",
    "Film",
    "Movie",
    "Show",
    "Episode",
    "Part",
    "Volume",
    "Chapter",
    "Studio",
    "Studios",
    "Pictures",
    "Productions",
    "Entertainment",
    "Television",
    "TV",
    "Media",
    "Network",
    "Festival",
    "Awards",
    "Award",
    "Emmy",
    "Oscar",
    "Golden",
    "Globe",
    "Day",
    "Night",
    "City",
    "County",
    "Street",
    "Road",
    "Park",
    "University",
    "School",
    "Read",
    "More",
    "Related",
    "Original",
    "Originals",
    "Company",
    "Group",
    "Films",
    "Channel",
    "Magazine",
    "Times",
    "News",
    "Report",
    "Reporter",
    "Weekly",
    "Comic",
    "Con",
    "Kingdom",
    "States",
    "Academy",
    "House",
    "Everything",
    "What",
    "Who",
    "Why",
    "How",
    "Where",
    "Here",
    "There",
    "Then",
    "Also",
    "After",
    "Before",
    "Because",
    "Since",
    "With",
    "From",
    "To",
    "Of",
    "By",
    "Per",
    "Via",
    "Both",
    "All",
    "Some",
    "Many",
    "Most",
    "Photo",
    "Image",
    "Credit",
    "Getty",
    "Images",
    "Netflix",
    "Amazon",
    "Hulu",
    "Disney",
    "HBO",
}


@dataclass(frozen=True, slots=True)
class Entity:
    """A person, platform, outlet or place where it stands."""

    start: int
    end: int
    kind: str  # "person", "platform", "outlet", "place"
    name: str  # canonical: the full name of a person, the catalogue's name of a platform


def find_entities(layout: Layout, lexicon: Lexicon, titles: Sequence[tuple[int, int, str]]) -> list[Entity]:
    """The entities of a document outside its titles, in order."""
    found: list[Entity] = []
    full_names: dict[str, str] = {}  # surname -> full name
    single: list[tuple[Word, Sequence[Word], int]] = []
    for sentence in layout.sentences:
        words = list(sentence.words)
        i = 0
        while i < len(words):
            word = words[i]
            if not word.text[0].isupper() and not word.text[0].isdigit():
                i += 1
                continue
            if any(start <= word.start < end for start, end, _ in titles):
                i += 1
                continue
            known = _known(words, i, lexicon)
            if known:
                kind, length, name = known
                end = words[i + length - 1].end
                found.append(Entity(word.start, word.start + len(_bare(layout.full[word.start : end])), kind, name))
                i += length
                continue
            length = _person_length(words, i, lexicon, titles)
            if length:
                start, end = word.start, words[i + length - 1].end
                name = _bare(layout.full[start:end])
                found.append(Entity(start, start + len(name), "person", name))
                full_names.setdefault(name.split()[-1], name)
                i += length
                continue
            single.append((word, words, i))
            i += 1
    for word, around, i in single:
        bare = _bare(word.text)
        if bare in full_names:
            found.append(Entity(word.start, word.start + len(bare), "person", full_names[bare]))
        elif _place_like(around, i) and len(bare) > 2 and not bare.isupper():
            found.append(Entity(word.start, word.start + len(bare), "place", bare))
    return sorted(found, key=lambda entity: entity.start)


def _bare(text: str) -> str:
    return re.sub(r"[’']s?$", "", text)


def _known(words: Sequence[Word], i: int, lexicon: Lexicon) -> tuple[str, int, str] | None:
    """Kind, number of words and name of the longest known platform, outlet or place that begins here."""
    for length in (4, 3, 2, 1):
        if i + length > len(words):
            continue
        text = words[i].text
        for k in range(i + 1, i + length):
            text += ("" if words[k].start == words[k - 1].end else " ") + words[k].text
        for form in dict.fromkeys((text, _bare(text))):
            if form in lexicon.platforms:
                return "platform", length, lexicon.platforms[form]
            if form in lexicon.outlets and not (
                length == 1 and form.lower() in lexicon.words and form not in ("Variety", "Deadline")
            ):
                return "outlet", length, str(getattr(lexicon.outlets[form], "name", form))
            if form in lexicon.places:
                return "place", length, form
    return None


def _person_length(words: Sequence[Word], i: int, lexicon: Lexicon, titles: Sequence[tuple[int, int, str]]) -> int:
    """How many words the name of a person that begins here has; 0 where there is none."""
    if (
        not words[i].text[0].isupper()
        or words[i].text in _NOT_PERSON
        or (words[i].text.isupper() and len(words[i].text) > 3)
    ):
        return 0
    j = i + 1
    possessive = bool(re.search(r"[’']s$", words[i].text))
    while j < len(words) and j - i < 4 and not possessive:
        word = words[j]
        if any(start <= word.start < end for start, end, _ in titles):
            break
        dot = word.text == "." and len(words[j - 1].text) == 1
        if not dot and not (word.text[0].isupper() and word.text not in _NOT_PERSON) and not _INITIAL.match(word.text):
            break
        if word.start > words[j - 1].end + 1:
            break
        possessive = bool(re.search(r"[’']s?$", word.text))
        j += 1
    while j > i and (words[j - 1].text[0].islower() or words[j - 1].text == "."):
        j -= 1
    length = j - i
    if length < 2:
        return 0
    name = _bare(" ".join(word.text for word in words[i:j]))
    if words[i].text in lexicon.given_names or name in lexicon.people:
        return length
    # an unknown first name: capitals of a headline would make people of everything
    if all(word.text.lower() not in lexicon.words for word in words[i:j]):
        return length
    return 0


def _place_like(words: Sequence[Word], i: int) -> bool:
    return i > 0 and words[i - 1].text.lower() in ("in", "at", "near", "around", "outside", "across", "throughout")
