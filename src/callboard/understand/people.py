"""
Cast and crew: for each person named in a sentence about a title, whether the text says they belong to it, and as what.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from callboard.understand.entities import Entity
from callboard.understand.features import stem
from callboard.understand.frames import Frame

_JOB = (
    r"(?:co-)?(?:showrunner|executive producer|director|writer|creator|composer|producer|screenwriter|head writer|cinematographer|"
    r"editor|EP|helmer|scribe|author|choreographer|costume designer|production designer|casting director|stunt coordinator)"
)
_JOB_BEFORE = re.compile(rf"({_JOB}s?(?:[ /,-]+(?:and )?{_JOB}s?)*)[ ,:]+(?:is |was |be )?$", re.I)
_JOB_AFTER = re.compile(
    rf"^,? (?:\w+ ){{0,4}}?(?:as|the|its|a|new|is|serves as|returns as|will)? ?(?:the |an? |its )?({_JOB})\b", re.I
)
_VERB_JOBS = (
    (re.compile(r"\b(?:direct(?:s|ed|ing)?|helm(?:s|ed|ing)?|at the helm|in the director)", re.I), "director"),
    (re.compile(r"\b(?:wrote|writ(?:es|ten|ing)|scripts?|scripted|pens?|penned|penning|screenplay)\b", re.I), "writer"),
    (re.compile(r"\b(?:creat(?:ed|or)|developed by)\b", re.I), "creator"),
    (re.compile(r"\b(?:showrun|runs? the|running the|showrunner)", re.I), "showrunner"),
    (re.compile(r"\b(?:scor(?:es|ed|ing)|compos)", re.I), "composer"),
    (re.compile(r"\bproduc(?:es|ed|ing|er)", re.I), "producer"),
)
_ROLE_AS = re.compile(
    r"^(?:[’']s)?,? (?:is |will be |was |returns? |are |be )?(?:\w+ ){0,4}?(?:as|plays?|playing|portrays|portraying|voices|voicing|to play|who plays|in the role of|cast as) "
    r"((?:the |an? )?(?:[A-Z][\w’'.-]*|[a-z]+(?= [A-Z]))(?: (?:[A-Z][\w’'.-]*|of|the|and(?= [A-Z])))*)"
)
_ROLE_PAREN = re.compile(r"^ \(([^()]{2,40})\)")
_ROLE_POSSESSIVE = re.compile(r"^[’']s ((?:[A-Z][\w’'.-]*)(?: [A-Z][\w’'.-]*){0,3})")


@dataclass(frozen=True, slots=True)
class PersonFrame:
    """A frame seen from one of its persons."""

    frame: int  # index of the frame
    entity: Entity
    words: tuple[str, ...]  # as the frame's, but this person's slot is <me>
    at: int  # index of <me>


def person_frames(index: int, frame: Frame) -> list[PersonFrame]:
    """The frame once for each person in it; a person named twice counts where they are first named."""
    found: list[PersonFrame] = []
    seen: set[str] = set()
    for entity in frame.mentions.entities:
        if entity.kind != "person" or entity.name in seen:
            continue
        at = next((i for i, (start, _) in enumerate(frame.offsets) if start == entity.start), -1)
        if at < 0 or frame.words[at] != "<person>":
            continue
        seen.add(entity.name)
        words = (*frame.words[:at], "<me>", *frame.words[at + 1 :])
        found.append(PersonFrame(index, entity, words, at))
    return found


def person_features(person: PersonFrame, frame: Frame) -> list[str]:
    """Features of a person frame for the linear scorer, as `callboard.understand.features.frame_features` gives for frames."""
    stems = [stem(word) for word in person.words]
    at = person.at
    left, right = stems[max(0, at - 8) : at], stems[at + 1 : at + 9]
    features = {f"how:{frame.how}", f"headline:{frame.sentence.in_headline}"}
    features.update(f"s1:{word}" for word in stems)
    features.update(f"s2:{a} {b}" for a, b in zip(stems, stems[1:]))
    features.update(f"l:{word}" for word in left)
    features.update(f"r:{word}" for word in right)
    features.update(f"l2:{a} {b}" for a, b in zip(left, left[1:]))
    features.update(f"r2:{a} {b}" for a, b in zip(right, right[1:]))
    for n in (1, 2, 3):
        features.add(f"L{n}:" + " ".join(left[-n:]))
        features.add(f"R{n}:" + " ".join(right[:n]))
    features.add("LR:" + " ".join(left[-1:]) + "|" + " ".join(right[:1]))
    if frame.target >= 0:
        side = "before" if at < frame.target else "after"
        gap = list(stems[min(at, frame.target) + 1 : max(at, frame.target)])
        features.add(f"side:{side}:{min(len(gap) // 3, 5)}")
        features.update(f"{side}:{word}" for word in gap)
        if len(gap) <= 5:
            features.add(f"{side}=" + " ".join(gap))
    run = 0  # a list of names shares one predicate: what stands before and after the whole list
    first, last = at, at
    while (
        first >= 2
        and person.words[first - 1] in (",", "and", "&")
        and person.words[first - 2] in ("<person>", "and", ",")
    ):
        first -= 2
        run += 1
    while (
        last + 2 < len(person.words)
        and person.words[last + 1] in (",", "and", "&")
        and person.words[last + 2] in ("<person>", "and", ",")
    ):
        last += 2
        run += 1
    features.add(f"run:{min(run, 4)}")
    for n in (1, 2, 3):
        features.add(f"FL{n}:" + " ".join(stems[max(0, first - n) : first]))
        features.add(f"FR{n}:" + " ".join(stems[last + 1 : last + 1 + n]))
    return sorted(features)


def role_of(person: Entity, frame: Frame, *, crew: bool) -> str | None:
    """The job of a member of the crew, or the character of a member of the cast; None where the text gives none."""
    text = frame.sentence.text
    before, after = text[: person.start - frame.sentence.start], text[person.end - frame.sentence.start :]
    if crew:
        match = _JOB_BEFORE.search(before) or _JOB_AFTER.match(after)
        if match:
            return match.group(1).lower().rstrip("s")
        near = before[-60:] + after[:60]
        return next((job for pattern, job in _VERB_JOBS if pattern.search(near)), None)
    match = _ROLE_AS.match(after) or _ROLE_PAREN.match(after) or _ROLE_POSSESSIVE.match(after)
    return match.group(1).strip() if match else None


FEATURES = [
    "crew",
    "casting_logit",
    "crew_logit",
    "frame_casting",
    "frame_crew",
    "title_probability",
    "title_rank",
    "title_headline",
    "title_count",
    "how_named",
    "how_noun",
    "how_pronoun",
    "how_carried",
    "distance",
    "others",
    "none",
    "in_frame",
    "season_top",
    "season_headline",
    "any_season",
    "season_max",
    "frame_seasons",
    "known_film",
    "known_series",
    "film_words",
    "series_words",
    "words",
    "headline",
    "closed",
    "boilerplate",
    "people",
    "position",
    "known_person",
    "mentions_of_person",
    "has_role",
    "order",
    "titles",
    "says",
    "byline_like",
    "near_title",
    "one",
    "season_count",
]


def season_choices(frame: Frame, table_top: int | None) -> list[int | None]:
    """Seasons that a statement about a person may be tied to; None is the film, or the series as a whole."""
    options: list[int | None] = [None, table_top, 1]
    options += [
        n for mention in frame.seasons for n in mention.numbers if mention.kind not in ("after", "all_previous")
    ]
    return list(dict.fromkeys(options))[:5]
