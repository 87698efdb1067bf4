"""
Who is named as saying what a claim says: a person, a company, an outlet, an unnamed voice, or nobody.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

import numpy as np

from callboard.model import Modality
from callboard.understand.details import Asked, beside
from callboard.understand.entities import Entity
from callboard.understand.features import stem
from callboard.understand.forest import Floats
from callboard.understand.joining import EVENTS
from callboard.understand.layout import Sentence
from callboard.understand.names import bare
from callboard.understand.reading import Reading

_VERBS = (
    r"said|says|say|saying|told|tells|announced|announces|announcing|revealed|reveals|confirmed|confirms|reported|reports|wrote|writes|posted|posts|tweeted|tweets|"
    r"shared|shares|teased|teases|added|adds|explained|explains|promised|promises|admitted|admits|hinted|hints|claims|claimed|insists|insisted|stated|declared|unveiled|broke|"
    r"learned|understands|hears|noted|denied|suggested|quipped|joked|laughed|mentioned|disclosed|indicated|vowed|swore|put|reckons|reckoned|thinks|expects|recalled|"
    r"disclose|discloses|relayed|divulged|assured|assures|maintains|argues|argued|suggests|signalled|signaled|volunteered|unveils|blogged|reckon|"
    r"warned|warns|let|went on|continued|captioned|answered|replied|offered|conceded|points out|pointed out|believes|hopes|calls|called"
)
_SAY = frozenset(_VERBS.split("|"))
_SPEAKS = _SAY | {"according", "per", "via"}
_UNNAMED = re.compile(
    r"\b(?:reportedly|sources?\b(?! material)|insiders?|rumou?r(?:s|ed)?|it is (?:believed|understood|said)|believed to|understood to|is said to|are said to|apparently|"
    r"word (?:is|has it)|whispers?|allegedly|supposedly|we hear|we[’']re (?:told|hearing)|the trades|the talk|buzz|those close|people close|tipsters?|spies|"
    r"being told|I[’']m (?:told|hearing)|I hear|(?:tells?|told|telling) (?:us|me)|people (?:familiar|with knowledge)|little bird|chatter|scuttlebutt|hearsay|grapevine|thought to|tipped to|is believed|are believed|unconfirmed|speculat\w+|reports? (?:say|suggest|claim|that)|some say)\b",
    re.I,
)
# Who may be named by a noun alone, and which of them stand for a company named before.
_COMPANIES = (
    r"company|network|studio|streamer|service|channel|broadcaster|platform|cabler|distributor|label|outlet|site|paper"
)
_ROLES = (
    r"actor|actress|star|director|showrunner|writer|producer|creator|pair|duo|couple|composer|exec|executive|boss|team|makers|author|filmmaker|novelist|comedian|"
    r"presenter|host|editor|spokesman|spokeswoman|spokesperson|publicist|rep|reps|captain|mayor|minister|councillor|officials?|producers|directors|writers|executives|"
    r"agents?|manager|owner|police|organisers?|organizers?|residents?|extras|backers|commission|council|agency|festival|union|guild|film office|chief"
)
_PRONOUN = re.compile(
    rf"\b(?:he|she|they|I|we|(?:the|its) (?:[\w-]+ ){{0,2}}(?:{_ROLES}|{_COMPANIES})) (?:also |later |then |has |have |\w+ly )?(?:{_VERBS})\b",
    re.I,
)
_ROLE = re.compile(
    rf"\b((?:{_ROLES})) (?:for [A-Z]\w+ )?(?:also |later |then |has |have |\w+ly )?(?:{_VERBS})\b|"
    rf"\b(?:[Aa]ccording to|[Pp]er|(?:says?|said|told by)) (?:the |a |an |its )?(?:[\w-]+ )?((?:{_ROLES}))\b"
)
_NAME = r"[A-Z][\w&’'.-]*(?: (?:of |the |and |& )?[A-Z][\w&’'.+-]*){0,4}"
_CAPITAL = re.compile(
    rf"\b({_NAME}) (?:also |has |have |had |just |now |today |\w+ly )?(?:{_VERBS})\b|\b(?:[Aa]ccording to|[Pp]er|[Vv]ia|[Cc]iting|told|tells) (?:the )?({_NAME})|"
    rf"\b(?:{_VERBS}) ({_NAME})\b|"
    rf"\b(?:statement|press release|post|tweet|message|memo|letter) (?:[a-z]+ )?(?:by|from) (?:[a-z]+ )?({_NAME})"
)
_NO_NAME = re.compile(
    r"(?:He|She|It|They|We|I|You|The|This|That|There|And|But|As|When|While|If|In|On|At|For|So|What|Who)(?:[’'].*)?$|Don[’']t$"
)
_OWN = re.compile(r"\b(?:we|us|our|exclusive(?:ly)?|EXCLUSIVE)\b")
# A source is given even where none is likelier by this factor, as `null` is the commonest option.
NULL_FACTOR = 0.25
_WHERE = ("here", "previous", "before", "next", "headline", "first", "recent", "document")

SOURCE_FEATURES = (
    *(f"is_{event}" for event in EVENTS), *(f"where_{where}" for where in _WHERE), "null", "unnamed", "person", "platform", "outlet", "capital", "own",
    "words", "words_best", "words_lead", "say_after", "say_before", "according", "distance_anchor", "before_anchor", "starts", "count", "order", "headline",
    "quotes_in_sentence", "say_in_sentence", "unnamed_in_sentence", "possessive", "after_by", "told_outlet", "asserted", "denied", "expected",
    "possible", "own_outlet", "dash_after", "pronoun_say", "persons", "platforms", "outlets", "inside_quote", "opens_quote", "we", "speaker_before",
    "mentions", "latest_speaker", "in_headline_too", "claim_person", "speeches", "outlet_is_platform", "sentences", "same_clause", "index", "logit", "relative",
    "role", "voice", "voice_gap", "voice_lines", "voice_next", "spoken", "encoder", "encoder_lead", "encoder_best", "attributed", "attributed_unnamed",
)  # fmt: skip
_NOTHING = dict.fromkeys(SOURCE_FEATURES, 0.0)
_IN_ORDER = itemgetter(*SOURCE_FEATURES)
_TOKEN = re.compile(r"[\w’'-]+|[,;:()—–.“”\"]")
_RELATIVE = re.compile(r"\b(?:which|who|that|where|when|whose|after|before|since) [^,;.]{0,60}$")
_CLAUSE_END = re.compile(r"[;—–.]|, (?:and|but|while|which|who|after|with)\b")


@dataclass(frozen=True, slots=True)
class SourceOption:
    """Who may be named as saying so."""

    name: str | None  # None: the article's own voice
    kind: str = "null"
    start: int = -1
    end: int = -1
    where: str = "here"
    sentence: Sentence | None = None


def source_options(reading: Reading, asked: Asked) -> list[SourceOption]:
    """The article's own voice, unnamed voices, everyone named in the sentence, and who spoke around it."""
    sentence = asked.frame.sentence
    sentences = reading.layout.sentences
    options = [SourceOption(None)]
    previous = sentences[sentence.index - 1] if sentence.index else None
    if _UNNAMED.search(sentence.text) or (previous and _UNNAMED.search(previous.text)):
        options.append(SourceOption("unnamed", "unnamed"))
    names: set[str] = set()
    _add(options, names, reading, sentence, "here", asked.frame.mentions.entities)
    for where, number in (
        ("previous", sentence.index - 1),
        ("before", sentence.index - 2),
        ("next", sentence.index + 1),
        ("first", 1),
        ("headline", 0),
    ):
        if 0 <= number < len(sentences) and number != sentence.index:
            other = sentences[number]
            entities = [e for e in reading.entities if other.start <= e.start < other.end]
            spoken = [e for e in entities if _speaks(other, e)]
            _add(options, names, reading, other, where, spoken)
    for at, noun in _roles(sentence.text):
        start = sentence.start + at
        options.append(SourceOption(noun, "role", start, start + len(noun), "here", sentence))
    _add_recent(options, names, reading, sentence)
    for name, (count, entity) in asked.speakers.items():
        if name not in names and count:
            names.add(name)
            options.append(
                SourceOption(
                    name, entity.kind, entity.start, entity.end, "document", reading.layout.sentence_at(entity.start)
                )
            )
    if reading.document.outlet and reading.document.outlet not in names:
        options.append(SourceOption(reading.document.outlet, "own"))
    return options


def _add_recent(options: list[SourceOption], names: set[str], reading: Reading, sentence: Sentence) -> None:
    """Who is meant by "she said", or speaks on in quotation marks: the person or company named last."""
    if not (_PRONOUN.search(sentence.text) or any(mark in sentence.text for mark in '“”"')):
        return
    found: set[str] = set()
    for entity in reversed([e for e in reading.entities if e.start < sentence.start]):
        group = "person" if entity.kind == "person" else "company"
        if entity.kind == "place" or group in found:
            continue
        found.add(group)
        if entity.name not in names:
            names.add(entity.name)
            home = reading.layout.sentence_at(entity.start)
            options.append(SourceOption(entity.name, entity.kind, entity.start, entity.end, "recent", home))
        if len(found) == 2:
            return


def find_speakers(reading: Reading) -> dict[str, tuple[int, Entity]]:
    """The two who speak most in a document, with how often and where first."""
    spoken: dict[str, tuple[int, Entity]] = {}
    for entity in reading.entities:
        if entity.kind != "place" and _speaks(reading.layout.sentence_at(entity.start), entity):
            count, first = spoken.get(entity.name, (0, entity))
            spoken[entity.name] = (count + 1, first)
    best = sorted(spoken, key=lambda name: (-spoken[name][0], spoken[name][1].start))[:2]
    return {name: spoken[name] for name in best}


def _add(
    options: list[SourceOption],
    names: set[str],
    reading: Reading,
    sentence: Sentence,
    where: str,
    entities: Sequence[Entity],
) -> None:
    for entity in entities:
        if entity.kind != "place" and entity.name not in names:
            names.add(entity.name)
            options.append(SourceOption(entity.name, entity.kind, entity.start, entity.end, where, sentence))
    for at, name in _capital_names(sentence.text):
        start = sentence.start + at
        end = start + len(name)
        if name in names or any(e.start < end and start < e.end for e in reading.entities):
            continue
        names.add(name)
        options.append(SourceOption(name, "capital", start, end, where, sentence))


@lru_cache(maxsize=1024)  # every claim of a document asks for the same few sentences
def _capital_names(text: str) -> tuple[tuple[int, str], ...]:
    """Where capitalised words stand beside a verb of saying, and the words."""
    found = []
    for match in _CAPITAL.finditer(text):
        group = next(i for i in (1, 2, 3, 4) if match.group(i))
        name = bare(match.group(group))
        if not _NO_NAME.match(name.split()[0]):
            found.append((match.start(group), name))
    return tuple(found)


@lru_cache(maxsize=1024)  # as above
def _roles(text: str) -> tuple[tuple[int, str], ...]:
    """Where someone is said to speak who is named by a noun alone ("producers said"), and the noun."""
    found: dict[str, int] = {}
    for match in _ROLE.finditer(text):
        group = 1 if match.group(1) else 2
        found.setdefault(match.group(group).lower(), match.start(group))
    return tuple((at, noun) for noun, at in found.items())


def find_voices(reading: Reading) -> list[frozenset[str]]:
    """Of each sentence the names of those who are said to speak in it."""
    sentences = reading.layout.sentences
    spoken: list[set[str]] = [{name for _, name in _capital_names(sentence.text)} for sentence in sentences]
    for entity in reading.entities:
        sentence = reading.layout.sentence_at(entity.start)
        if entity.kind != "place" and _speaks(sentence, entity):
            spoken[sentence.index].add(entity.name)
    return [frozenset(names) for names in spoken]


def _speaks(sentence: Sentence, entity: Entity) -> bool:
    """Whether a verb of saying stands close by, or the words before name a source."""
    before = sentence.text[: entity.start - sentence.start].lower().split()[-3:]
    after = sentence.text[entity.end - sentence.start :].lower().split()[:6]
    words = [word.strip(',.:;“”"') for word in before + after]
    return not _SPEAKS.isdisjoint(words)


def source_words(asked: Asked, options: Sequence[SourceOption]) -> list[list[str]]:
    """What each option looks like to the linear scorer: the words around the name, beside the event."""
    frame = asked.frame
    event = EVENTS[asked.event]
    stems = sorted({stem(word) for word in frame.words})
    pairs = [f"{stem(a)} {stem(b)}" for a, b in zip(frame.words, frame.words[1:])]
    anchor_at = asked.own.place
    rows = []
    for option in options:
        if option.sentence is None:
            rows.append([f"{option.kind}|{event}", *(f"{option.kind}|{word}" for word in (*stems, *pairs))])
            continue
        text = option.sentence.text
        near = list(_near(text, option.start - option.sentence.start, option.end - option.sentence.start))
        if option.where == "here" and frame.offsets:
            low, high = sorted((option.start, anchor_at))
            side = "gap>" if option.start < anchor_at else "gap<"
            between = text[max(0, low - option.sentence.start) : high - option.sentence.start]
            gap = [stem(w) for w in _TOKEN.findall(between.lower())]
            near += [f"{side}{w}" for w in gap[:16]] + [f"{side}{min(len(gap) // 3, 6)}"]
        group = "voice" if option.kind in ("person", "capital") else option.kind
        row = [f"{option.kind}|{option.where}", f"{option.kind}|{event}", *near]
        row += (
            [f"{group}|{word}" for word in near]
            + [f"{option.where}|{word}" for word in near]
            + [f"{event}|{word}" for word in near[:5]]
        )
        if option.where != "here":
            row += [f"carried|{word}" for word in stems] + [f"{option.where}|{word}" for word in stems]
        rows.append(row)
    return rows


@lru_cache(maxsize=1024)  # every claim of a document asks for the same few names
def _near(text: str, start: int, end: int) -> tuple[str, ...]:
    """The words around a name of a sentence, as features."""
    before = [stem(w) for w in _TOKEN.findall(text[:start].lower())[-5:]]
    after = [stem(w) for w in _TOKEN.findall(text[end:].lower())[:6]]
    return (
        *[f"b{i}:{w}" for i, w in enumerate(reversed(before[-3:]))],
        *[f"a{i}:{w}" for i, w in enumerate(after[:4])],
        *[f"B:{w}" for w in before],
        *[f"A:{w}" for w in after],
        f"ab:{' '.join(after[:2])}",
        f"ac:{' '.join(after[:3])}",
        f"bb:{' '.join(before[-2:])}",
    )


def describe_sources(
    reading: Reading, asked: Asked, options: Sequence[SourceOption], scores: Sequence[float], person: str | None = None
) -> Floats:
    """
    Features of each option, shape ``(n_options, len(SOURCE_FEATURES))``.

    Args:
        scores: What the linear scorer makes of each option, as log odds.
        person: Of a claim about cast or crew, who it is about.
    """
    frame = asked.frame
    sentence, text = frame.sentence, frame.sentence.text
    rows = np.zeros((len(options), len(SOURCE_FEATURES)))
    anchor_at = asked.own.place
    words = re.findall(r"[\w’']+", text.lower())
    counts = {kind: sum(e.kind == kind for e in frame.mentions.entities) for kind in ("person", "platform", "outlet")}
    own = (reading.document.outlet or "").lower()
    best = max(scores)
    odds = dict(zip((str(m) for m in Modality), asked.modality))
    shared = _NOTHING | {
        f"is_{EVENTS[asked.event]}": 1.0, "count": len(options), "headline": sentence.in_headline,
        "quotes_in_sentence": sum(text.count(mark) for mark in "“\"”"), "say_in_sentence": not _SAY.isdisjoint(words),
        "unnamed_in_sentence": bool(_UNNAMED.search(text)), **odds, "persons": counts["person"], "platforms": counts["platform"], "outlets": counts["outlet"],
        "pronoun_say": bool(_PRONOUN.search(text)), "opens_quote": text.lstrip()[:1] in "“\"‘'", "we": bool(_OWN.search(text)),
        "inside_quote": _in_quote(text, anchor_at - sentence.start),
        "speaker_before": any(o.where == "previous" for o in options),
    }  # fmt: skip
    shared["attributed"], shared["attributed_unnamed"] = map(float, asked.encoding.attributed)
    encoded = [asked.encoding.voice(option.start) for option in options]
    latest = max((o.start for o in options if o.where in ("previous", "before")), default=-1)
    speakers = asked.speakers
    outlet = reading.document.outlet or ""
    shared |= {
        "index": min(sentence.index, 30),
        "logit": asked.logit,
        "relative": bool(_RELATIVE.search(text[: max(0, anchor_at - sentence.start)])),
    }
    gap, voices = _latest_voice(asked.voices, sentence.index)
    opening = reading.layout.sentences[sentence.index - gap].start if gap is not None else 0
    shared |= {
        "voice_gap": 30 if gap is None else min(gap, 30),
        "spoken": sum(map(bool, asked.voices)) / max(len(asked.voices), 1),
    }
    shared["voice_lines"] = min(reading.layout.full.count("\n", opening, sentence.start), 20)
    ahead = frozenset().union(*asked.voices[sentence.index + 1 : sentence.index + 3])
    shared["outlet_is_platform"] = any(e.kind == "platform" and e.name == outlet for e in reading.entities)
    headline = reading.layout.full[: reading.layout.headline_end]
    for i, option in enumerate(options):
        values = shared | beside(i, encoded)
        values |= {
            "words": scores[i],
            "words_best": scores[i] == best,
            "words_lead": scores[i] - max([*scores[:i], *scores[i + 1 :]], default=0.0),
        }
        values[option.kind] = 1.0
        values["voice"], values["voice_next"] = option.name in voices, option.name in ahead
        if option.sentence is not None and option.name is not None:
            home = option.sentence.text
            before = [w.lower().strip(',.:;“”"') for w in home[: option.start - option.sentence.start].split()[-4:]]
            rest = home[option.end - option.sentence.start :]
            after = [w.lower().strip(',.:;“”"') for w in rest.split()[:6]]
            values |= {
                f"where_{option.where}": 1.0,
                "say_after": next((1.0 / (k + 1) for k, w in enumerate(after) if w in _SAY), 0.0),
                "say_before": next((1.0 / (k + 1) for k, w in enumerate(reversed(before)) if w in _SAY), 0.0),
                "according": "according" in before or (bool(before) and before[-1] in ("per", "via", "citing")),
                "distance_anchor": min(99, abs(option.start - anchor_at) / 5), "before_anchor": option.start < anchor_at,
                "starts": option.start - option.sentence.start < 4, "order": i, "possessive": bool(re.match(r"[’']s", rest)),
                "after_by": bool(before) and before[-1] == "by", "told_outlet": bool(before) and before[-1] in ("told", "tells", "to", "with"),
                "speeches": speakers[option.name][0] if option.name in speakers else 0,
                "same_clause": option.where == "here" and not _CLAUSE_END.search(text[max(0, min(option.start, anchor_at) - sentence.start) : max(option.start, anchor_at) - sentence.start]),
                "sentences": option.sentence.index - sentence.index,
                "own_outlet": bool(own) and option.name.lower() in own, "dash_after": bool(re.match(r" ?[—–-]", rest)),
                "mentions": sum(e.name == option.name for e in reading.entities), "latest_speaker": option.start == latest,
                "in_headline_too": option.name.split()[-1] in headline, "claim_person": person is not None and option.name == person,
            }  # fmt: skip
        rows[i] = _IN_ORDER(values)
    return rows


def _latest_voice(voices: Sequence[frozenset[str]], index: int) -> tuple[int | None, frozenset[str]]:
    """Who spoke last up to a sentence, and how many sentences ago; None where nobody has."""
    for gap, names in enumerate(reversed(voices[: index + 1])):
        if names:
            return gap, names
    return None, frozenset()


def choose_source(options: Sequence[SourceOption], rated: Floats) -> str | None:
    """The name of the likeliest option; None for the article's own voice."""
    support = rated.copy()
    support[0] *= NULL_FACTOR
    return options[int(support.argmax())].name


def _in_quote(text: str, at: int) -> bool:
    """Whether a place stands inside quotation marks."""
    return text[:at].count("“") > text[:at].count("”") or text[:at].count('"') % 2 == 1
