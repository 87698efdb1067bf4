"""
What belongs to a claim besides title, season and event: its time, its source, its platform and place.

For time and source every mention of the sentence is a candidate, and so is "none"; a learned forest rates each and the
best is taken.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from callboard.model import Event
from callboard.understand.forest import Floats
from callboard.understand.frames import Frame
from callboard.understand.joining import EVENTS
from callboard.understand.reading import Reading
from callboard.understand.times import Kind, TimeMention
from callboard.when import When

ANNOUNCED = frozenset({Event.ORDER, Event.CASTING, Event.CREW, Event.CANCELLATION, Event.PROMOTION, Event.DEVELOPMENT})
_SAY = re.compile(
    r"^(?:said|says|say|saying|told|tells|announced|announces|announcing|revealed|reveals|confirmed|confirms|reported|reports|wrote|writes|posted|tweeted|"
    r"shared|teased|added|explained|explains|promised|admitted|hinted|claims|claimed|insists|insisted|stated|declared|unveiled|broke|learned|understands|"
    r"hears|let|noted|denied|suggested|quipped|joked|laughed|mentioned|disclosed|indicated|vowed|swore|put)$"
)
_UNNAMED = re.compile(
    r"\b(?:reportedly|sources?\b(?! material)|insiders?|rumou?r(?:s|ed)?|it is (?:believed|understood|said)|believed to|understood to|is said to|are said to|apparently|"
    r"word (?:is|has it)|whispers|allegedly|supposedly|we hear|the trades)\b",
    re.I,
)
_TIME_KINDS = (Kind.DATE, Kind.TIME, Kind.LENGTH, Kind.RECURRING, Kind.VAGUE)

TIME_FEATURES = (
    *(f"is_{event}" for event in EVENTS),
    *[
        "null",
        "distance_anchor",
        "after_anchor",
        "distance_target",
        "same_clause",
        "order",
        "count",
        "last",
        "only",
        "future",
        "past",
        "around_published",
        "width_log",
        "relation_since",
        "relation_until",
        "relation_at",
        "absolute",
        "said_near",
        "headline",
        "bare_weekday",
        "year",
        "month",
        "day",
        "season",
        "kind_date",
        "kind_time",
        "kind_vague",
        "denied",
        "other",
        "previous_sentence",
        "dated_nothing",
        "past_cue",
        "future_cue",
        "in_paren",
    ],
)
SOURCE_FEATURES = (
    *(f"is_{event}" for event in EVENTS),
    *[
        "null",
        "unnamed",
        "person",
        "platform",
        "outlet",
        "say_after",
        "say_before",
        "according",
        "distance_anchor",
        "before_anchor",
        "starts",
        "count",
        "order",
        "headline",
        "quotes_in_sentence",
        "say_in_sentence",
        "unnamed_in_sentence",
        "previous_sentence",
        "possessive",
        "after_by",
        "told_outlet",
        "asserted",
        "denied",
        "expected",
        "possible",
        "own_outlet",
        "dash_after",
        "pronoun_say",
        "place",
        "persons",
        "platforms",
        "outlets",
    ],
)
_PAST = re.compile(r"\b(?:was|were|had|did|\w+ed|began|began|came|went|took|ran|left|won|shot|got)\b", re.I)
_FUTURE = re.compile(
    r"\b(?:will|[’']ll|to be|set to|due|arrives?|premieres?|returns?|coming|begins?|starts?|slated|scheduled|opens?|bows|hits|drops|lands|until)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class TimeOption:
    """A time that a claim may have; None for no time."""

    mention: TimeMention | None
    when: When | None


@dataclass(frozen=True, slots=True)
class SourceOption:
    """Who may be named as saying so."""

    name: str | None  # None: the article's own voice
    start: int = -1


def time_options(reading: Reading, frame: Frame) -> list[TimeOption]:
    """No time, and every time of the sentence in both of its readings."""
    options = [TimeOption(None, None)]
    for mention in frame.mentions.times:
        if mention.kind not in (Kind.DATE, Kind.TIME) or mention.when is None:
            continue
        # "since 2016" and "by May" say where the event begins or ends; "until" does so only for states
        options.append(TimeOption(mention, mention.when))
        if mention.other and mention.other != mention.when:
            options.append(TimeOption(mention, mention.other))
        if mention.bounded and mention.bounded != mention.when:
            options.append(TimeOption(mention, mention.bounded))
    return options


def describe_times(
    reading: Reading, frame: Frame, event: int, anchor: int, options: Sequence[TimeOption], denied: float
) -> Floats:
    """Features of each option, shape ``(n_options, len(TIME_FEATURES))``."""
    rows = np.zeros((len(options), len(TIME_FEATURES)))
    published = reading.document.published
    middle = published.middle if published else None
    sentence = frame.sentence
    anchor_at = frame.offsets[anchor][0] if frame.offsets else sentence.start
    target_at = frame.offsets[frame.target][0] if frame.target >= 0 else sentence.start
    dated = len(options) - 1
    for i, option in enumerate(options):
        values: dict[str, float] = {
            f"is_{EVENTS[event]}": 1.0,
            "count": dated,
            "denied": denied,
            "headline": sentence.in_headline,
        }
        values["past_cue"] = len(_PAST.findall(sentence.text))
        values["future_cue"] = len(_FUTURE.findall(sentence.text))
        if option.mention is None or option.when is None:
            values["null"] = 1.0
        else:
            m = option.mention
            before = sentence.text[: m.start - sentence.start]
            near = [
                w.lower().strip(",.")
                for w in (before.split()[-4:] + sentence.text[m.end - sentence.start :].split()[:3])
            ]
            between = reading.layout.full[min(m.start, anchor_at) : max(m.start, anchor_at)]
            values |= {
                "distance_anchor": min(60, abs(m.start - anchor_at) / 5),
                "after_anchor": m.start > anchor_at,
                "distance_target": min(60, abs(m.start - target_at) / 5),
                "same_clause": not re.search(r"[;—–]|, (?:and|but|while|which|with)\b|\. ", between),
                "order": i,
                "only": dated == 1,
                "last": i == dated,
                "width_log": float(np.log1p(option.when.width_days)),
                "relation_since": m.relation in ("since", "from", "after"),
                "relation_until": m.relation in ("until", "by", "before"),
                "relation_at": m.relation == "at",
                "absolute": m.absolute,
                "said_near": any(_SAY.match(w) for w in near),
                "bare_weekday": bool(
                    re.match(
                        r"(?:last |this |next )?(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|yesterday|earlier",
                        m.text,
                        re.I,
                    )
                ),
                "kind_date": m.kind is Kind.DATE,
                "kind_time": m.kind is Kind.TIME,
                "other": option.when == m.other,
                "in_paren": before.rstrip().endswith("("),
                str(option.when.precision): 1.0,
            }
            if middle:
                values["future"] = option.when.is_after(middle)
                values["past"] = option.when.is_before(middle)
                values["around_published"] = option.when.contains(middle)
        rows[i] = [float(values.get(name, 0.0)) for name in TIME_FEATURES]
    return rows


def source_options(reading: Reading, frame: Frame) -> list[SourceOption]:
    """The article's own voice, unnamed voices, and everyone named in the sentence."""
    options = [SourceOption(None)]
    if _UNNAMED.search(frame.sentence.text):
        options.append(SourceOption("unnamed"))
    names: set[str] = set()
    for entity in frame.mentions.entities:
        if entity.kind != "place" and entity.name not in names:
            names.add(entity.name)
            options.append(SourceOption(entity.name, entity.start))
    return options


def describe_sources(
    reading: Reading, frame: Frame, event: int, anchor: int, options: Sequence[SourceOption], modality: Floats
) -> Floats:
    """Features of each option, shape ``(n_options, len(SOURCE_FEATURES))``."""
    rows = np.zeros((len(options), len(SOURCE_FEATURES)))
    sentence = frame.sentence
    text = sentence.text
    anchor_at = frame.offsets[anchor][0] if frame.offsets else sentence.start
    words = re.findall(r"[\w’']+", text.lower())
    kinds = {entity.start: entity for entity in frame.mentions.entities}
    counts = {kind: sum(e.kind == kind for e in frame.mentions.entities) for kind in ("person", "platform", "outlet")}
    own = (reading.document.outlet or "").lower()
    shared = {
        f"is_{EVENTS[event]}": 1.0, "count": len(options), "headline": sentence.in_headline,
        "quotes_in_sentence": sum(text.count(mark) for mark in "“\"”"), "say_in_sentence": any(_SAY.match(w) for w in words),
        "unnamed_in_sentence": bool(_UNNAMED.search(text)), "asserted": modality[0], "expected": modality[1],
        "possible": modality[2], "denied": modality[3], "persons": counts["person"], "platforms": counts["platform"],
        "outlets": counts["outlet"], "pronoun_say": bool(re.search(r"\b(?:he|she|they) (?:also )?(?:said|says|told|added|revealed|explained|teased|confirmed|wrote)\b", text, re.I)),
    }  # fmt: skip
    for i, option in enumerate(options):
        values: dict[str, float] = dict(shared)
        if option.name is None:
            values["null"] = 1.0
        elif option.start < 0:
            values["unnamed"] = 1.0
        else:
            entity = kinds[option.start]
            before = [w.lower().strip(',.:;“”"') for w in text[: entity.start - sentence.start].split()[-4:]]
            rest = text[entity.end - sentence.start :]
            after = [w.lower().strip(',.:;“”"') for w in rest.split()[:5]]
            values |= {
                entity.kind: 1.0,
                "say_after": next((1.0 / (k + 1) for k, w in enumerate(after) if _SAY.match(w)), 0.0),
                "say_before": next((1.0 / (k + 1) for k, w in enumerate(reversed(before)) if _SAY.match(w)), 0.0),
                "according": (
                    bool(before)
                    and (before[-1] in ("per", "via", "to") and ("according" in before or before[-1] != "to"))
                )
                or "according" in before,
                "distance_anchor": min(60, abs(entity.start - anchor_at) / 5),
                "before_anchor": entity.start < anchor_at,
                "starts": entity.start - sentence.start < 4,
                "order": i,
                "possessive": bool(re.match(r"[’']s", rest)),
                "after_by": bool(before) and before[-1] == "by",
                "told_outlet": bool(before) and before[-1] in ("told", "tells", "to", "with"),
                "own_outlet": bool(own) and entity.name.lower() in own,
                "dash_after": bool(re.match(r" ?[—–-]", rest)),
            }
        rows[i] = [float(values.get(name, 0.0)) for name in SOURCE_FEATURES]
    return rows


def platform_of(frame: Frame, anchor: int) -> str | None:
    """The network, streamer or "theaters" that stands nearest to the event; None where none does."""
    anchor_at = frame.offsets[anchor][0] if frame.offsets else 0
    near = sorted((abs(e.start - anchor_at), e.name) for e in frame.mentions.entities if e.kind == "platform")
    return near[0][1] if near else None


def quote_of(frame: Frame, anchor: int) -> tuple[int, int]:
    """Start and end of the shortest run of whole clauses around the anchor that can stand as a quote."""
    if not frame.offsets:
        return frame.sentence.start, frame.sentence.end
    words = frame.words
    start = end = anchor
    while start > 0 and words[start - 1] not in (";", "—", "–", "(", "|", "but") and anchor - start < 16:
        start -= 1
    while end + 1 < len(words) and words[end + 1] not in (";", "—", "–", ")", "|", ".", "but") and end - anchor < 14:
        end += 1
    return frame.offsets[start][0], frame.offsets[end][1]
