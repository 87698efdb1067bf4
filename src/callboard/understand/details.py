"""
What belongs to a claim besides title, season and event: its time, its platform and its quote; `sources` says who says so.

Every time of the sentence is a candidate, and so are the times around it, those of other sentences that tell the same
event of the same title, the day of publication, and no time at all; a learned forest rates each and the best is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from callboard.model import Modality
from callboard.understand.encoder import ABSENT, UNSEEN, Encoding, lead
from callboard.understand.entities import Entity
from callboard.understand.features import stem
from callboard.understand.forest import Floats
from callboard.understand.frames import Frame
from callboard.understand.joining import EVENTS
from callboard.understand.layout import Sentence
from callboard.understand.reading import Reading
from callboard.understand.runs import FARTHEST, UNKNOWN
from callboard.understand.tense import FUTURE, PAST, cue
from callboard.understand.times import Kind, TimeMention
from callboard.understand.times_words import word_set
from callboard.when import Precision, When

MODALITIES = tuple(Modality)
_SAY = word_set(
    "said says say saying told tells announced announces announcing revealed reveals confirmed confirms "
    "reported reports wrote writes posted tweeted shared teased added unveiled broke learned took let gave "
    "ordered renewed picked handed canceled cancelled axed dropped"
)
_TODAY = re.compile(
    r"\b(?:today|just|now|has (?:\w+ )?(?:announced|renewed|ordered|cancell?ed|released|unveiled|revealed)|here(?:[’']s| is)|tonight|this morning)\b",
    re.I,
)
_WEEKDAY = re.compile(
    r"(?:(?:last|this|next|on|late|early) )?(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|yesterday|earlier|this (?:week|morning)|last (?:week|night|month)",
    re.I,
)
_BREAK = re.compile(r"[;—–]|, (?:and|but|while|which|with)\b|\. ")
# How far a title's other tellings of the event may lag behind the best to lend their times, as log odds.
_RETOLD = -3.0
_AGREE = 0.5  # how much an option gains from another that says the same
# Found in cross-validation: a time of the text is given even where none at all is nearly three times as likely, as `null` is the
# commonest option; the day of publication only where it is likelier than none, and what stands beside with less trust.
NULL_FACTOR = 0.35
_TRUST = {"published": 0.3, "previous": 0.5, "next": 0.5, "first": 0.5}
_WHERE = ("here", "previous", "next", "first", "retold", "published")

TIME_FEATURES = (
    *(f"is_{event}" for event in EVENTS), *(f"where_{where}" for where in _WHERE), *(str(precision) for precision in Precision),
    "null", "words", "words_best", "words_lead", "distance_anchor", "after_anchor", "distance_target", "same_clause", "order", "count", "last", "only",
    "future", "past", "around_published", "days_ahead", "width_log", "relation_since", "relation_until", "relation_at", "absolute", "said_near", "headline",
    "bare_weekday", "kind_date", "denied", "other", "bounded", "past_cue", "future_cue", "today_cue", "in_paren", "season_same", "season_other",
    "season_between", "title_between", "other_title_nearer", "logit", "logit_lead", "range", "has_season", "sentences", "here_dated", "expected", "repeated",
    "begins", "ends", "back", "ahead", "from_release", "from_earlier", "tense",
    "times_between", "times_between_anchor", "owned", "owner_next", "rank_gap", "retold_season_same", "retold_season_other", "retold_rank", "retold_named",
    "rated", "rated_lead", "doubtful", "encoder", "encoder_lead", "encoder_best",
)  # fmt: skip
_NOTHING = dict.fromkeys(TIME_FEATURES, 0.0)
_IN_ORDER = itemgetter(*TIME_FEATURES)
_TOKEN = re.compile(r"[\w’'-]+|[,;:()—–.]")


class Telling(NamedTuple):
    """A frame of the title that tells the event."""

    frame: Frame
    logit: float  # log odds of the event in it
    anchor: int  # index of the word that speaks for the event
    rated: float  # probability that it carries the claim, 0 where that was not asked
    encoding: Encoding = UNSEEN

    @property
    def place(self) -> int:
        """Where the word stands that speaks for the event."""
        return self.frame.offsets[self.anchor][0] if self.frame.offsets else self.frame.sentence.start


@dataclass(frozen=True, slots=True)
class Asked:
    """The claim whose details are asked for."""

    frame: Frame
    event: int  # index in EVENTS
    anchor: int  # index of the word that speaks for the event
    season: int | None
    modality: Floats  # probability of each, shape (4,): by its words, then as `modality.rate` has it
    logit: float  # log odds of the event in the frame
    speakers: Mapping[str, tuple[int, Entity]]  # who speaks in the document, how often, and where first
    voices: Sequence[frozenset[str]] = ()  # of each sentence the names of those who speak in it
    rated: float = 0.0  # probability that the frame carries the claim, 0 where that was not asked
    retold: Sequence[Telling] = ()  # other frames that tell it
    released: int | None = None  # year in which the production came out, where the catalogue knows it
    earlier: int | None = None  # and the season before it
    encoding: Encoding = UNSEEN

    @property
    def put(self) -> Modality:
        """The likeliest modality."""
        return MODALITIES[int(self.modality.argmax())]

    @property
    def own(self) -> Telling:
        """The frame of the claim itself."""
        return Telling(self.frame, self.logit, self.anchor, self.rated, self.encoding)


@dataclass(frozen=True, slots=True)
class TimeOption:
    """A time that a claim may have; no time for the null option."""

    mention: TimeMention | None
    when: When | None
    where: str = "here"
    sentence: Sentence | None = None
    telling: Telling | None = None  # the frame that has it; None: only a sentence does
    reading: str = ""  # of `TimeMention.readings`


def retellings(tellings: Iterable[Telling], frame: Frame) -> list[Telling]:
    """Of a title's frames with a time, those in other sentences that tell an event about as clearly, at most six."""
    found = [
        telling
        for telling in tellings
        if telling.frame.sentence.index != frame.sentence.index and telling.logit > _RETOLD
    ]
    return sorted(found, key=lambda telling: (-telling.rated, -telling.logit))[:6]


def time_options(reading: Reading, asked: Asked) -> list[TimeOption]:
    """No time, and every time that the claim may have, each mention in all its readings."""
    own = asked.own
    options = [TimeOption(None, None)]
    sentences = reading.layout.sentences
    index = asked.frame.sentence.index
    seen = {index}
    _add_options(options, asked.frame.mentions.times, "here", asked.frame.sentence, own)
    for other in asked.retold:
        sentence = other.frame.sentence
        if sentence.index not in seen:
            seen.add(sentence.index)
            _add_options(options, other.frame.mentions.times, "retold", sentence, other)
    body = next((s.index for s in sentences if not s.in_headline and s.closed), index)
    for where, number in (("previous", index - 1), ("next", index + 1), ("first", body)):
        if 0 <= number < len(sentences) and number not in seen:
            seen.add(number)
            sentence = sentences[number]
            times = [m for m in reading.times if sentence.start <= m.start < sentence.end]
            _add_options(options, times, where, sentence, None)
    published = reading.document.published
    if published is not None and published.width_days <= 31:  # an inferred date is no day to announce anything on
        options.append(TimeOption(None, published, "published", asked.frame.sentence, own))
    return options


def _add_options(
    options: list[TimeOption], mentions: Sequence[TimeMention], where: str, sentence: Sentence, telling: Telling | None
) -> None:
    for mention in mentions:
        if mention.kind is Kind.RECURRING:
            continue
        done = set()
        for reading, when in mention.readings():
            if str(when) not in done:
                done.add(str(when))
                options.append(TimeOption(mention, when, where, sentence, telling, reading))


def time_words(asked: Asked, options: Sequence[TimeOption], reading: Reading) -> list[list[str]]:
    """What each option looks like to the linear scorer: the words around it, beside the event."""
    frame = asked.frame
    event = EVENTS[asked.event]
    around = [stem(word) for word in frame.words[max(0, asked.anchor - 4) : asked.anchor + 5]]
    shared = [f"n:{word}" for word in around] + [f"e:{event}|{word}" for word in around]
    all_stems = sorted({stem(word) for word in frame.words})
    rows = []
    for option in options:
        name = "null" if option.when is None else option.where
        if option.mention is None or option.sentence is None:
            words = [
                f"{name}|{event}",
                *(f"{name}|{word}" for word in shared),
                *(f"{name}|{word}" for word in all_stems),
            ]
            words += [f"{name}|{event}|{word}" for word in all_stems]
            rows.append(words)
            continue
        m, s = option.mention, option.sentence
        near = _near(s.text, m.start - s.start, m.end - s.start)
        words = [f"rule:{m.rule}", f"where:{name}", f"{event}|rule:{m.rule}", f"{event}|where:{name}|{option.reading}"]
        words += [*near, *[f"{event}|{word}" for word in near], *[f"{name}|{word}" for word in near]]
        if option.telling is not None:
            anchor_at = option.telling.place
            a, b = sorted((m.start, anchor_at))
            gap = [stem(w) for w in _TOKEN.findall(reading.layout.full[a:b].lower())]
            side = "after" if m.start > anchor_at else "before"
            words += (
                [f"{side}:{w}" for w in gap[:14]]
                + [f"{event}|{side}:{w}" for w in gap[:14]]
                + [f"{event}|{side}|{min(len(gap) // 3, 5)}"]
            )
        first = m.text.split()[0].lower() if m.text.split() else ""
        words += [f"t:{first}", f"{event}|t:{first}", f"{event}|{m.relation}|{option.reading}"]
        rows.append(words)
    return rows


@lru_cache(maxsize=1024)  # every claim that a time may belong to asks for them
def _near(text: str, start: int, end: int) -> tuple[str, ...]:
    """The words around a time of a sentence, as features."""
    before = [stem(w) for w in _TOKEN.findall(text[:start].lower())[-6:]]
    after = [stem(w) for w in _TOKEN.findall(text[end:].lower())[:4]]
    return (
        *[f"b{i}:{w}" for i, w in enumerate(reversed(before[-3:]))],
        *[f"a{i}:{w}" for i, w in enumerate(after[:2])],
        *[f"B:{w}" for w in before],
        *[f"A:{w}" for w in after],
        f"bb:{' '.join(before[-2:])}",
    )


def describe_times(reading: Reading, asked: Asked, options: Sequence[TimeOption], words: Sequence[float]) -> Floats:
    """
    Features of each option, shape ``(n_options, len(TIME_FEATURES))``.

    Args:
        words: What the linear scorer makes of each option, as log odds.
    """
    sentence, published = asked.frame.sentence, reading.document.published
    middle = published.middle if published else None
    dated = sum(option.where == "here" and option.when is not None for option in options)
    best = max(words)
    said = [str(option.when) for option in options]
    encoded = [
        option.telling.encoding.of_event(option.mention.start, asked.event)
        if option.mention and option.telling
        else ABSENT
        for option in options
    ]
    shared = _NOTHING | {
        f"is_{EVENTS[asked.event]}": 1.0, "count": len(options) - 1, "here_dated": dated, "denied": asked.modality[3], "expected": asked.modality[1],
        "headline": sentence.in_headline, "today_cue": bool(_TODAY.search(sentence.text)), "has_season": asked.season is not None,
        "past_cue": len(PAST.findall(sentence.text)), "future_cue": len(FUTURE.findall(sentence.text)), "logit": asked.logit,
    }  # fmt: skip
    rows = np.zeros((len(options), len(TIME_FEATURES)))
    for i, option in enumerate(options):
        values = dict(shared)
        values |= {
            "words": words[i],
            "words_best": words[i] == best,
            "words_lead": words[i] - max([*words[:i], *words[i + 1 :]], default=0.0),
        }
        values |= beside(i, encoded)
        if option.when is None:
            values["null"] = 1.0
        else:
            values |= {
                f"where_{option.where}": 1.0, "order": i, "only": dated == 1, "last": i == dated, "width_log": float(np.log1p(min(option.when.width_days, 9999))),
                "doubtful": option.when.is_doubtful, "range": "/" in str(option.when),
                str(option.when.precision): 1.0, "repeated": said.count(said[i]) - 1,
            }  # fmt: skip
            if option.telling is not None:
                values |= {"logit": option.telling.logit, "logit_lead": option.telling.logit - asked.logit, "rated": option.telling.rated,
                           "rated_lead": option.telling.rated - asked.rated}  # fmt: skip
            if option.reading:
                values[option.reading] = 1.0
            values |= {
                f"from_{what}": UNKNOWN
                if year is None
                else max(-FARTHEST, min(FARTHEST, option.when.middle.year - year))
                for what, year in (("release", asked.released), ("earlier", asked.earlier))
            }
            if middle:
                values["future"] = option.when.is_after(middle)
                values["past"] = option.when.is_before(middle)
                values["around_published"] = option.when.contains(middle)
                values["days_ahead"] = min(max((option.when.middle - middle).days, -2000), 2000)
            if option.mention is not None and option.sentence is not None:
                values |= _describe_mention(reading, asked, option)
        rows[i] = _IN_ORDER(values)
    return rows


def beside(i: int, rated: Sequence[float]) -> dict[str, float]:
    """What the encoder says of one of several times or names, and beside the others."""
    return {"encoder": rated[i], "encoder_lead": lead(dict(enumerate(rated)), i), "encoder_best": max(rated)}


def choose_time(options: Sequence[TimeOption], rated: Floats) -> When | None:
    """The time of the likeliest option, where options that agree support one another; None for no time."""
    support = rated.copy()
    support[0] *= NULL_FACTOR
    for i, option in enumerate(options):
        for j, other in enumerate(options):
            if i != j and option.when is not None and other.when is not None and _agrees(option.when, other.when):
                support[i] += _AGREE * rated[j]
    support *= [_TRUST.get(option.where, 1.0) for option in options]
    return options[int(support.argmax())].when


def _agrees(when: When, other: When) -> bool:
    """Whether the first says the same as the second, and not much less exactly."""
    width = other.width_days
    return when.overlaps(other) and when.width_days <= max(2 * width, width + 31)


def _describe_mention(reading: Reading, asked: Asked, option: TimeOption) -> Mapping[str, float]:
    m, sentence = option.mention, option.sentence
    if m is None or sentence is None:
        return {}
    telling = option.telling or asked.own
    frame, anchor_at = telling.frame, telling.place
    target_at = frame.offsets[frame.target][0] if frame.target >= 0 else frame.sentence.start
    before = sentence.text[: m.start - sentence.start]
    near = [w.lower().strip(",.") for w in (before.split()[-4:] + sentence.text[m.end - sentence.start :].split()[:3])]
    between = reading.layout.full[min(m.start, anchor_at) : max(m.start, anchor_at)][:600]
    seasons = [s for s in reading.seasons if sentence.start <= s.start < sentence.end and s.numbers]
    titles = [t for t in reading.titles if sentence.start <= t.start < sentence.end]
    nearest = min(seasons, key=lambda s: abs(s.start - m.start), default=None)
    title = min(titles, key=lambda t: abs(t.start - m.start), default=None)
    low, high = sorted((m.start, target_at))
    times = [
        t.start for t in reading.times if sentence.start <= t.start < sentence.end and t.kind is Kind.DATE and t.when
    ]
    key = asked.frame.key
    before_titles = [t for t in titles if t.start < m.start]
    after_titles = [t for t in titles if t.start > m.start]
    target_number = len({t.key for t in titles if t.start < target_at}) if option.telling else 0
    own = option.telling.frame.seasons if option.telling else ()
    numbers = {n for s in own for n in s.numbers}
    return {
        "tense": cue(sentence, m.start, m.end), "times_between": sum(low < t < high for t in times), "times_between_anchor": sum(min(m.start, anchor_at) < t < max(m.start, anchor_at) for t in times),
        "owned": bool(before_titles) and before_titles[-1].key == key, "owner_next": bool(after_titles) and after_titles[0].key == key,
        "rank_gap": sum(t < m.start for t in times) - target_number, "retold_season_same": asked.season in numbers, "retold_season_other": bool(numbers) and asked.season not in numbers,
        "retold_rank": next((k for k, other in enumerate(asked.retold) if other is option.telling), 9), "retold_named": option.telling is not None and option.telling.frame.how == "named",
        "distance_anchor": min(99, abs(m.start - anchor_at) / 5), "after_anchor": m.start > anchor_at, "distance_target": min(99, abs(m.start - target_at) / 5),
        "same_clause": not _BREAK.search(between), "relation_since": m.relation in ("since", "from", "after"),
        "relation_until": m.relation in ("until", "by", "before"), "relation_at": m.relation == "at", "absolute": m.absolute,
        "said_near": not _SAY.isdisjoint(near), "bare_weekday": bool(_WEEKDAY.match(m.text)), "kind_date": m.kind is Kind.DATE,
        "in_paren": before.rstrip().endswith("("), "sentences": sentence.index - asked.frame.sentence.index,
        "season_same": nearest is not None and asked.season in nearest.numbers, "season_other": nearest is not None and asked.season not in nearest.numbers,
        "season_between": sum(low < s.start < high for s in seasons), "title_between": sum(low < t.start < high and t.key != asked.frame.key for t in titles),
        "other_title_nearer": title is not None and title.key != asked.frame.key,
    }  # fmt: skip


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
