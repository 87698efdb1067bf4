"""
Cast and crew: for each person named in a sentence about a title, whether the text says they belong to it, and as what.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from callboard.understand.entities import Entity
from callboard.understand.features import stem
from callboard.understand.frames import Frame
from callboard.understand.times_words import word_set

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


_SAYS = word_set(
    "said says say saying told tells tell explained explains revealed reveals added adds admitted confirmed "
    "teased shared tweeted wrote posted noted recalled spoke talked called joked laughed announced thinks "
    "thought insists promised hinted"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A person or a place where a sentence first names it."""

    frame: int  # index of the first frame of the sentence
    entity: Entity
    words: tuple[str, ...]  # as the frame's, but its own slot is <me> and every title, of a list one alone, is <title>
    at: int  # index of <me>

    @property
    def place(self) -> int:
        """Where the person stands in the text."""
        return self.entity.start


def find_mentions(frames: Sequence[Frame]) -> list[Mention]:
    """Each person and place of each sentence, once; one named twice in a sentence counts where it is first named."""
    found: list[Mention] = []
    last = -1
    for index, frame in enumerate(frames):
        if frame.sentence.index == last:
            continue
        last = frame.sentence.index
        seen: set[str] = set()
        positions = {start: i for i, (start, _) in enumerate(frame.offsets)}
        words = tuple(_SAME.get(word, word) for word in frame.words)
        for entity in frame.mentions.entities:
            at = positions.get(entity.start, -1)
            if (
                entity.kind not in ("person", "place")
                or entity.name in seen
                or at < 0
                or words[at] != f"<{entity.kind}>"
            ):
                continue
            seen.add(entity.name)
            found.append(Mention(index, entity, (*words[:at], "<me>", *words[at + 1 :]), at))
    return found


_SAME = {"<other>": "<title>", "<otherseason>": "<season>"}


def mention_features(mention: Mention, frame: Frame) -> list[str]:
    """Features of a mention for the linear scorer, as `callboard.understand.features.frame_features` gives for frames."""
    words, at = mention.words, mention.at
    stems = [stem(word) for word in words]
    stems[at] = "<me>"
    left, right = stems[max(0, at - 8) : at], stems[at + 1 : at + 9]
    features = {f"headline:{frame.sentence.in_headline}", f"closed:{frame.sentence.closed}"}
    features.add(f"known:{mention.entity.known}|{mention.entity.name.count(' ') > 0}")
    start, end = clause_of(words, at)
    features.update([f"s1:{word}" for word in stems])
    features.update([f"s2:{a} {b}" for a, b in zip(stems, stems[1:])])
    clause = stems[start:end]
    features.update([f"c1:{word}" for word in clause])
    features.update([f"c2:{a} {b}" for a, b in zip(clause, clause[1:])])
    features.update([f"c3:{a} {b} {c}" for a, b, c in zip(clause, clause[1:], clause[2:])])
    features.update([f"l:{word}" for word in left])
    features.update([f"r:{word}" for word in right])
    features.update([f"l2:{a} {b}" for a, b in zip(left, left[1:])])
    features.update([f"r2:{a} {b}" for a, b in zip(right, right[1:])])
    for n in (1, 2, 3):
        features.add(f"L{n}:" + " ".join(left[-n:]))
        features.add(f"R{n}:" + " ".join(right[:n]))
    features.add("LR:" + " ".join(left[-1:]) + "|" + " ".join(right[:1]))
    slot = f"<{mention.entity.kind}>"
    features.add(f"kind:{slot}")
    first, last, run = list_around(words, at, slot)
    features.add(f"run:{min(run, 5)}")
    before, after = stems[max(0, first - 4) : first], stems[last + 1 : last + 6]
    features.update([f"fl:{word}" for word in before])
    features.update([f"fr:{word}" for word in after])
    for n in (1, 2, 3):
        features.add(f"FL{n}:" + " ".join(before[-n:]))
        features.add(f"FR{n}:" + " ".join(after[:n]))
    features.add("FLR:" + " ".join(before[-1:]) + "|" + " ".join(after[:1]))
    lead, tail = (
        frame.sentence.text[: mention.place - frame.sentence.start],
        frame.sentence.text[mention.entity.end - frame.sentence.start :],
    )
    job = _JOB_BEFORE.search(lead)
    if job:
        features.add(f"job before:{job.group(1).lower()}")
    job = _JOB_AFTER.match(tail)
    if job:
        features.add(f"job after:{job.group(1).lower()}")
    for name, pattern in (("as", _ROLE_AS), ("paren", _ROLE_PAREN), ("owner", _ROLE_POSSESSIVE)):
        if pattern.match(tail):
            features.add(f"role:{name}")
    if not _SAYS.isdisjoint(words[max(0, at - 1) : at + 4]):
        features.add("speaks")
    verb = next((word for word in stems[last + 1 : last + 8] if word in _VERBS), "")
    features.add(f"verb:{verb}")
    return sorted(features)


_VERBS = word_set(
    "star play return join direct write lead reprise portray appear cast take leave exit be have will create "
    "helm produce develop pen adapt voice co-star head sign board round recur guest run show step feature tell "
    "say reveal compose score host judge narrate"
)
_BREAK = frozenset(
    [";", "—", "–", "but", "while", "whereas", "although", "though", "|", "•", "because", "after", "when"]
)


def clause_of(words: Sequence[str], at: int) -> tuple[int, int]:
    """First and one past the last word of the clause around a word."""
    start = end = at
    while start > 0 and words[start - 1] not in _BREAK:
        start -= 1
    while end < len(words) and words[end] not in _BREAK:
        end += 1
    return start, end


def list_around(words: Sequence[str], at: int, slot: str) -> tuple[int, int, int]:
    """
    First and last index of the list of names around a name, and how many other names it has.

    "<person> as Spock, <person> (Uhura) and <me>" is one list: a list shares one predicate.
    """
    first, last, run = at, at, 0
    i = at
    while i > 0:
        step = _next_name(words, i, -1, slot)
        if step is None:
            break
        i = first = step
        run += 1
    i = at
    while True:
        step = _next_name(words, i, 1, slot)
        if step is None:
            break
        i = last = step
        run += 1
    return first, last, run


def _next_name(words: Sequence[str], at: int, step: int, slot: str) -> int | None:
    """Index of the next name of a list, where at most a role stands between; None where the list ends."""
    near = (at + step * k for k in range(1, 13))
    found = next((i for i in near if 0 <= i < len(words) and words[i] in (slot, "<me>")), None)
    if found is None:
        return None
    depth, since_joint = 0, -1  # words since the comma or "and" that the second name follows
    for word in words[min(at, found) + 1 : max(at, found)]:
        depth += (word == "(") - (word == ")")
        if depth > 0 or word == ")":
            continue
        if word in _BREAK or word in (".", ":") or word[0] == "<":
            return None
        since_joint = 0 if word in (",", "and", "&", "/", "or") else since_joint + 1 if since_joint >= 0 else -1
    return found if 0 <= since_joint <= 1 and depth == 0 else None


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
    return match.group(1).strip().rstrip(".,") if match else None
