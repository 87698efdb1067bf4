"""
A sentence as it is about one title: the mentions become slots, so that wording is learned apart from names.

"Netflix has renewed Ozark for a third season" is, about Ozark, the frame "<platform> has renewed <title> for <season>".
Every sentence gives one frame for each title that it names, or, where it names none, one for each title that it may
still be about: the one named last and the one the document is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from callboard.understand.layout import WORD, Sentence
from callboard.understand.reading import TITLE_LIKELY, Reading, SentenceMentions, covered
from callboard.understand.seasons import SeasonMention
from callboard.understand.times_words import word_set

_CLAUSE = re.compile(
    r"^(?:;|—|–|:|\.|\(|\)|but|while|whereas|although|though|which|who|whose|because|after|before|since|as|with|when|where|and|or|then|so|if|,|\||•|-)$",
    re.I,
)
# A list of titles of which all the same is said: "season 2 of <title>, <other> and <other> are out". A comma alone does not
# join two ("After <other>, <title> is next"); where more stands behind the last item ("for a <season>", "was cancelled"),
# that may be of it alone. An item that is taken is not given back, or a shorter list would be found.
_SEASON = r"(?:<season>|<otherseason>)(?: final)?"
_SEASON_SLOT = re.compile(_SEASON)
_OPENING = rf"(?:(?:the|an?|its) )?{_SEASON} of "  # "new seasons of <other> and <title>"
_SHARED = re.compile(_OPENING)
_ITEM = (
    rf"(?>(?:{_OPENING}(?:the )?)?(?:<(?:platform|outlet)> s )?"
    rf"(?:<title>|<other>)(?: (?:s |: )?{_SEASON})?(?: \( (?:<(?:when|n|platform)>|{_SEASON}) \))?)"
)
_JOINT = r"(?:and|or|&|plus|as well as)"
_LISTED = re.compile(
    rf"(?<!\S){_ITEM}(?>(?: [,;] {_ITEM})+(?: [,;])? {_JOINT} {_ITEM}|(?: , {_ITEM}){{2,}}|(?: {_JOINT} {_ITEM})+)(?!\S)"
    rf"(?! (?:\(|s |: |for an? <|(?:[,;] )?(?:{_JOINT} )?<(?:title|other)>|(?:was|is|has|isn't|wasn't|hasn't|ended) ))"
)
_OWN_ITEM = re.compile(_ITEM.replace("(?:<title>|<other>)", "<title>"))
# Before a list that is another clause's: "like <other> and <other>, <title> is out".
_BESIDE = re.compile(r"\b(?:(?:un)?like|after|between)(?: the| s| <(?:platform|outlet|season|otherseason)>| of)* $")
_QUOTES = frozenset("“”\"‘'")
_OF = re.compile(r" of (?:the )?(?:\w+[’']s )?[“\"‘'*_]*")
_STRONG = word_set("; — – but while whereas although though ( ) | • <other>")


@dataclass(frozen=True, slots=True)
class Frame:
    """One sentence about one title."""

    sentence: Sentence
    key: str  # of the title
    words: tuple[str, ...]  # lower case, with slots
    offsets: tuple[tuple[int, int], ...]  # of each word in the full string
    target: int  # index of the title's slot in `words`; -1: it is not named in the sentence
    how: str  # "named", "noun", "pronoun", "carried"
    others: int  # titles in the sentence that are not the target
    distance: int  # sentences since the title was last named; 0 when it is named here
    rank: int  # of the title in the document, 0 is what it is about
    mentions: SentenceMentions
    seasons: tuple[SeasonMention, ...]  # those bound to the title
    listed: int  # other items of its list, of which all the same is said; `words` leaves them out
    header: tuple[str, ...]  # words of the heading or the question that the sentence stands under, lower case

    @property
    def text(self) -> str:
        """The frame as a string, for wording rules."""
        return " ".join(self.words)


def find_frames(reading: Reading) -> list[Frame]:
    """All frames of a document, in order of its sentences."""
    frames: list[Frame] = []
    last_named: dict[str, int] = {}
    recent: list[str] = []  # titles by how lately they were named, the latest first
    headers = find_headers(reading)
    for sentence in reading.layout.sentences:
        mentions = reading.within(sentence)
        named = list(dict.fromkeys(m.key for m in mentions.titles))
        for key in named:
            frames.append(_frame(reading, sentence, mentions, headers, key, "named", 0))
        carried = _carried(reading, sentence, mentions, named, recent)
        for key, how in carried:
            distance = sentence.index - last_named[key] if key in last_named else 50
            frames.append(_frame(reading, sentence, mentions, headers, key, how, distance))
        for key in named:
            last_named[key] = sentence.index
        likely = [key for key in named if reading.candidates[key].probability >= TITLE_LIKELY]
        if likely:
            recent = likely + [key for key in recent if key not in likely]
    return frames


def _carried(
    reading: Reading, sentence: Sentence, mentions: SentenceMentions, named: list[str], recent: list[str]
) -> list[tuple[str, str]]:
    """Titles that the sentence may be about without naming them, and by what."""
    if sentence.in_headline:
        return [(key, "carried") for key in reading.ranking[:1] if not named]
    main = list(reading.ranking[:1])
    if any(mention.sure for mention in mentions.titles):
        # beside another title the document's own is meant only where something points to it
        pointed = mentions.references or mentions.seasons
        return [(key, "noun") for key in main if pointed and key not in named]
    how = "carried"
    if mentions.references:
        how = "pronoun" if all(reference.pronoun for reference in mentions.references) else "noun"
    return [(key, how) for key in dict.fromkeys([*recent[:2], *main]) if key not in named][:3]


def named_seasons(frames: Sequence[Frame]) -> Iterator[tuple[Frame, int]]:
    """
    Each season that a frame names as its title's own, in order; "after two seasons" names none.

    A title that was last named long before, and is not the document's own, has no claim to them.
    """
    for frame in frames:
        if frame.how == "carried" and frame.distance > 6 and frame.rank > 0:
            continue
        for mention in frame.seasons:
            if not mention.counts:
                yield from ((frame, number) for number in mention.numbers)


def counted_seasons(frame: Frame) -> set[int]:
    """The seasons that a frame only counts, "after two seasons": they lie behind."""
    own = {number for mention in frame.mentions.seasons if not mention.counts for number in mention.numbers}
    return {number for mention in frame.seasons if mention.counts for number in mention.numbers} - own


def find_headers(reading: Reading) -> dict[int, tuple[str, ...]]:
    """
    For each line the words of what it stands under: the heading of its list or table, or the question it answers.

    A heading is a short line that ends no sentence and names no likely title; a question may name one. It holds for the
    line after it, and for all list lines that follow.
    """
    lines: dict[int, list[Sentence]] = {}
    for sentence in reading.layout.sentences:
        lines.setdefault(sentence.line, []).append(sentence)
    sure = {
        reading.layout.sentence_at(m.start).line for m in reading.titles if reading.candidates[m.key].probability >= 0.5
    }
    headers: dict[int, tuple[str, ...]] = {}
    current: tuple[str, ...] = ()
    fresh = False
    for number, sentences in lines.items():
        if number == 0:
            continue
        text = sentences[-1].text
        words = tuple(word.text.lower() for sentence in sentences for word in sentence.words)
        question = text.rstrip("”\"’'").endswith("?") and len(words) <= 16
        heading = len(words) <= 9 and not sentences[-1].closed and number not in sure and not _ROW.search(text)
        in_list = not sentences[-1].closed or bool(_ROW.search(text))
        if question or heading:
            current, fresh = words, True
            continue
        if current and (fresh or in_list):
            headers[number] = current
        if not in_list:
            current = ()
        fresh = False
    return headers


_ROW = re.compile(r" [—–|-] |\||: ")


def _frame(
    reading: Reading,
    sentence: Sentence,
    mentions: SentenceMentions,
    headers: Mapping[int, tuple[str, ...]],
    key: str,
    how: str,
    distance: int,
) -> Frame:
    slots: list[tuple[int, int, str]] = []
    for title in mentions.titles:
        if title.key == key:
            slots.append((title.start, title.end, "<title>"))
        elif title.sure:
            slots.append((title.start, title.end, "<other>"))
    bound = bind_seasons(mentions, sentence, key, how)
    slots += [(m.start, m.end, "<season>" if m in bound else "<otherseason>") for m in mentions.seasons]
    slots += [(m.start, m.end, "<when>") for m in mentions.times]
    slots += [(e.start, e.end, f"<{e.kind}>") for e in mentions.entities]
    if how in ("noun", "pronoun"):
        free = [
            r for r in mentions.references if not any(r.start < m.end and m.start < r.end for m in mentions.seasons)
        ]
        first = next((r for r in free if not r.pronoun), None) or next(iter(free), None)
        if first:
            slots.append((first.start, first.end, "<title>"))
    slots = [slot for slot in slots if not covered(slot[0], mentions.credits)]
    order = {"<title>": 0, "<other>": 0, "<season>": 1, "<otherseason>": 1, "<when>": 2}
    slots.sort(key=lambda slot: (order.get(slot[2], 3), slot[0]))
    chosen: list[tuple[int, int, str]] = []
    for start, end, name in slots:
        if all(end <= s or e <= start for s, e, _ in chosen):
            chosen.append((start, end, name))
    chosen.sort()
    finals = {(m.start, m.end) for m in mentions.seasons if m.final}
    words: list[str] = []
    offsets: list[tuple[int, int]] = []
    position = sentence.start
    for start, end, name in [*chosen, (sentence.end, sentence.end, "")]:
        for match in WORD.finditer(reading.layout.full, position, max(position, start)):
            if covered(match.start(), mentions.credits):
                continue
            text = match.group().lower().replace("’", "'")
            words.append("<n>" if text[0].isdigit() else text)
            offsets.append(match.span())
        if name:
            words.append(name)
            offsets.append((start, end))
        if (start, end) in finals:
            words.append("final")  # "third and final season" is a season and says that it is the last
            offsets.append((start, end))
        position = max(position, end)
    dropped, listed = _find_company(words)
    words = [word for i, word in enumerate(words) if i not in dropped]
    return Frame(
        sentence=sentence,
        key=key,
        words=tuple(words),
        offsets=tuple(offset for i, offset in enumerate(offsets) if i not in dropped),
        target=find_target(words),
        how=how,
        others=len({m.key for m in mentions.titles if m.sure} - {key}),
        distance=min(distance, 50),
        rank=reading.ranking.index(key) if key in reading.ranking else 9,
        mentions=mentions,
        seasons=tuple(bound),
        listed=listed,
        header=headers.get(sentence.line, ()),
    )


def _find_company(words: Sequence[str]) -> tuple[set[int], int]:
    """
    Which words of a frame are the other items of the list that its title stands in, and how many items these are.

    What is said of a list is said of each of its titles, near the verb or far from it.
    """
    plain = [i for i, word in enumerate(words) if word not in _QUOTES]
    text = " ".join(words[i] for i in plain)
    for match in _LISTED.finditer(text):
        whole = match.group()
        own = _OWN_ITEM.search(whole)
        if own is None or whole.count("<title>") > 1 or _BESIDE.search(text, 0, match.start()):
            continue
        # in "new seasons of <other> and <title>" the seasons are of both, unless an item has one of its own
        shared = _SHARED.match(whole) if len(_SEASON_SLOT.findall(whole)) == 1 else None
        first, start = (text.count(" ", 0, match.start() + at) for at in (0, own.start()))
        last, end = first + whole.count(" "), start + own.group().count(" ")
        kept = {*plain[start : end + 1], *plain[first : first + (shared.group().count(" ") if shared else 0)]}
        around = range(max(0, plain[first] - 1), min(len(words), plain[last] + 2))
        dropped = {i for i in around if i not in kept and (plain[first] <= i <= plain[last] or words[i] in _QUOTES)}
        return dropped, whole.count("<other>")
    return set(), 0


def bind_seasons(mentions: SentenceMentions, sentence: Sentence, key: str, how: str) -> list[SeasonMention]:
    """
    The season mentions that belong to a title of the sentence.

    Only sure titles and the one asked about can own one. A mention belongs to the title right after "season 2 of", else
    to the nearest title before it, or to one after it that is nearer; with no title named, to whatever the sentence is about.
    """
    titles = [t for t in mentions.titles if t.sure or t.key == key]
    if not titles:
        return list(mentions.seasons)
    bound = []
    for season in mentions.seasons:
        before = [t for t in titles if t.end <= season.start]
        after = [t for t in titles if t.start >= season.end]
        owner = before[-1] if before else after[0] if after else None
        # "season 2 of X", "X: season 2 ... the third season of Y"
        if after:
            gap = sentence.text[season.end - sentence.start : after[0].start - sentence.start]
            is_nearer = not before or season.start - before[-1].end > len(gap)
            if _OF.fullmatch(gap) or (len(gap) <= 30 and is_nearer):
                owner = after[0]
        if (owner and owner.key == key and how == "named") or (
            how != "named" and (not before or season.start - before[-1].end > 40)
        ):
            bound.append(season)
    return bound


def clause_around(words: Sequence[str], target: int) -> tuple[int, int]:
    """The stretch around the target that no strong mark cuts; the whole sentence where it is not named."""
    if target < 0:
        return 0, len(words)
    start = end = target
    while start > 0 and words[start - 1] not in _STRONG:
        start -= 1
    while end < len(words) and words[end] not in _STRONG:
        end += 1
    return start, end


def frame_of_clause(text: str) -> tuple[tuple[str, ...], int]:
    """Words and target of a frame written by hand, as the clause files of the benchmark hold them."""
    words = tuple(
        "<n>" if w[0].isdigit() else w.lower().replace("’", "'") for w in (m.group() for m in WORD.finditer(text))
    )
    dropped, _ = _find_company(words)
    words = tuple(word for i, word in enumerate(words) if i not in dropped)
    return words, find_target(words)


def find_target(words: Sequence[str]) -> int:
    """Index of the slot that stands for the production: its title, else its season; -1 where there is neither."""
    return next((words.index(slot) for slot in ("<title>", "<season>") if slot in words), -1)
