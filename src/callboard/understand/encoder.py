"""
What a small transformer makes of the frames of a document: which events each tells and how, whether that is said to come from
anyone, of which seasons, and to which events its times, seasons, people and places belong.

MiniLM (Wang et al. 2020), fine-tuned on the corpus by `bench/train_encoder.py`; its weights are stored as bytes, and ONNX
Runtime runs it. They see what the linear scorers see, a frame with slots for names, but know from millions of other
texts that "cameras roll" is close to "filming begins".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from itertools import islice
from typing import NamedTuple, TypeVar

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from callboard.errors import ModelError
from callboard.model import Event, Modality
from callboard.understand.forest import Floats
from callboard.understand.frames import Frame

Key = TypeVar("Key", bound=Hashable)

EVENTS, MODALITIES = len(Event), len(Modality)
NAMED = (Event.CASTING, Event.CREW, Event.LOCATION)  # events that people and places may belong to
# What is said of a frame: events, how each is put, whether it is said to come from anyone, and whether from an unnamed voice,
# and whether it is of no season, of the first, of a later one;
RUNS = 3
FRAME_OUTPUTS = EVENTS + EVENTS * MODALITIES + 2 + RUNS
# and of a time, a season or a name in it: of which events it is the time or the season, whether it is who says so, and whether it
# belongs to NAMED.
SLOT_OUTPUTS = EVENTS + 1 + len(NAMED)
ABSENT = -9.0  # log odds of what stands in no slot that the encoder has seen

SLOTS = (
    "<title>",
    "<other>",
    "<season>",
    "<otherseason>",
    "<when>",
    "<platform>",
    "<outlet>",
    "<person>",
    "<place>",
    "<n>",
)
# The slots that are asked for.
RATED = frozenset({"<season>", "<otherseason>", "<when>", "<platform>", "<outlet>", "<person>", "<place>"})
MARKS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[named]", "[noun]", "[pronoun]", "[carried]", "[headline]")
# Bounds, so that no text is too long; one frame in seven hundred has more words than pieces are read.
_MOST = 56  # pieces of words of a frame that are read
_LEAD = 28  # of these, pieces that may stand before the title in a longer one
_HEADER, _BEFORE = 8, 22  # words of the heading and pieces of the sentence before
_PIECES, _LONGEST = 6, 24  # pieces of a word that are read, and letters of a piece
LENGTH = 8 + _HEADER * _PIECES + _BEFORE + _MOST  # pieces of the longest input, with marks between its parts
_PART = re.compile(r"[^\W_]+|[^\w\s]|_")


class Input(NamedTuple):
    """A frame as the encoder reads it."""

    ids: list[int]  # of the pieces of its words, after the heading and the sentence before
    target: int  # index in `ids` of the title's slot; of the mark how it is meant where there is none
    context: int  # how many of `ids` come before the frame itself
    slots: dict[int, int]  # index in `ids` of each time, season and name -> where it stands in the document


@dataclass(frozen=True, slots=True)
class Encoding:
    """What the encoder makes of one frame, as log odds."""

    events: Floats  # of each event, shape (EVENTS,)
    modality: Floats  # how each would be put, shape (EVENTS, MODALITIES); not normalised
    attributed: Floats  # that it is said to come from anyone, and from an unnamed voice, shape (2,)
    runs: Floats  # that what is told is of no season, of the first, of a later one, shape (RUNS,)
    # place of a time, a season or a name -> shape (SLOT_OUTPUTS,)
    slots: Mapping[int, Floats] = field(default_factory=dict)

    def of_event(self, place: int, event: int) -> float:
        """That the time or the season at a place is that of an event."""
        return float(self.slots[place][event]) if place in self.slots else ABSENT

    def voice(self, place: int) -> float:
        """That the name at a place is of who says so."""
        return float(self.slots[place][EVENTS]) if place in self.slots else ABSENT

    def member(self, place: int, kind: int) -> float:
        """That the name at a place belongs to the title as cast, crew or place of a shoot, by its index in NAMED."""
        return float(self.slots[place][EVENTS + 1 + kind]) if place in self.slots else ABSENT


UNSEEN = Encoding(np.full(EVENTS, ABSENT), np.zeros((EVENTS, MODALITIES)), np.full(2, ABSENT), np.zeros(RUNS))


def lead(odds: Mapping[Key, float], key: Key) -> float:
    """By how much the log odds of one lead those of the others; what is not among them is absent."""
    return odds.get(key, ABSENT) - max((value for other, value in odds.items() if other != key), default=ABSENT)


def which_run(season: int | None) -> int:
    """Which of RUNS a season is."""
    return 0 if season is None else 1 if season == 1 else 2


def describe_runs(encoded: Encoding, seasons: Sequence[int | None]) -> list[tuple[float, float]]:
    """What the encoder says of each season as none, the first or a later one, and beside the others of these."""
    runs = dict(enumerate(map(float, encoded.runs)))
    return [(runs[run], lead(runs, run)) for run in map(which_run, seasons)]


def describe_season_slots(
    encoded: Encoding, event: int, seasons: Sequence[int | None], numbers_at: Mapping[int, Sequence[int]]
) -> list[tuple[float, float]]:
    """What the encoder says of the mentions of each season beside an event, and beside those of the others."""
    best: dict[int | None, float] = {}
    for place in encoded.slots:
        for number in numbers_at.get(place, ()):
            best[number] = max(best.get(number, ABSENT), encoded.of_event(place, event))
    return [(best.get(season, ABSENT), lead(best, season)) for season in seasons]


class Vocabulary:
    """Pieces of words with their numbers."""

    def __init__(self, pieces: Sequence[str]) -> None:
        self.pieces = pieces
        self._numbers = {piece: number for number, piece in enumerate(pieces)}
        self._cached = lru_cache(maxsize=65536)(self._of)

    def __getitem__(self, piece: str) -> int:
        return self._numbers[piece]

    def of(self, word: str) -> tuple[int, ...]:
        """The numbers of a word's pieces."""
        return self._cached(word[: _PIECES * _LONGEST])

    def _of(self, word: str) -> tuple[int, ...]:
        return tuple(self._numbers[piece] for piece in islice(split_word(word, self._numbers), _PIECES))


def split_word(word: str, known: Mapping[str, int]) -> Iterator[str]:
    """The pieces of a word, the longest known first (WordPiece, as BERT has it); "[UNK]" for what no piece begins."""
    if word in SLOTS:
        yield word
        return
    plain = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    for part in _PART.findall(plain):
        start = 0
        while start < len(part):
            pieces = (
                ("##" if start else "") + part[start:end] for end in range(min(len(part), start + _LONGEST), start, -1)
            )
            found = next((piece for piece in pieces if piece in known), None)
            if found is None:
                yield "[UNK]"
                break
            yield found
            start += len(found) - (2 if start else 0)


def find_inputs(frames: Sequence[Frame], vocabulary: Vocabulary) -> list[Input]:
    """The frames of a document as the encoder reads them, each after the sentence before as it is about the same title."""
    by_sentence: dict[int, dict[str, Frame]] = {}
    for frame in frames:
        by_sentence.setdefault(frame.sentence.index, {})[frame.key] = frame
    found = []
    for frame in frames:
        others = by_sentence.get(frame.sentence.index - 1, {})
        before = others.get(frame.key) or next(iter(others.values()), None)
        words: Sequence[str] = before.words if before else ()
        if frame.key not in others:  # that sentence is not about the title
            words = ["<other>" if word == "<title>" else word for word in words]
        found.append(
            make_input(
                frame.words, frame.target, frame.how, vocabulary, headline=frame.sentence.in_headline, header=frame.header,
                before=words, places=_places(frame), places_before=_places(before) if before else (),
            )
        )  # fmt: skip
    return found


def _places(frame: Frame) -> list[int]:
    """Where each word of a frame stands in the document."""
    return [start for start, _ in frame.offsets]


def make_input(
    words: Sequence[str], target: int, how: str, vocabulary: Vocabulary, *, headline: bool = False, header: Sequence[str] = (),
    before: Sequence[str] = (), places: Sequence[int] = (), places_before: Sequence[int] = (),
) -> Input:  # fmt: skip
    """
    One frame as the encoder reads it; the arguments as of `Frame`.

    Args:
        before: Words of the sentence before, with slots.
        places: Where each word stands in the document.
    """
    ids = [vocabulary["[CLS]"], vocabulary[f"[{how}]"], *([vocabulary["[headline]"]] if headline else [])]
    slots: dict[int, int] = {}
    if header:
        ids += [*(number for word in header[:_HEADER] for number in vocabulary.of(word)), vocabulary["[SEP]"]]
    if before:
        split = [vocabulary.of(word) for word in before]
        start, room = len(before), _BEFORE
        while start and room >= len(split[start - 1]):
            start -= 1
            room -= len(split[start])
        _append(ids, slots, before[start:], split[start:], places_before[start:])
        ids.append(vocabulary["[SEP]"])
    context_end = len(ids)
    split = [vocabulary.of(word) for word in words]
    start = 0
    if sum(map(len, split)) > _MOST:
        start, room = max(target, 0), _LEAD
        while start and room >= len(split[start - 1]):
            start -= 1
            room -= len(split[start])
    end, room = start, _MOST
    while end < len(words) and room >= len(split[end]):
        room -= len(split[end])
        end += 1
    at = len(ids) + sum(map(len, split[start:target])) if start <= target < end else 1
    _append(ids, slots, words[start:end], split[start:end], places[start:end])
    return Input([*ids, vocabulary["[SEP]"]], at, context_end, slots)


def _append(
    ids: list[int], slots: dict[int, int], words: Sequence[str], split: Sequence[Sequence[int]], places: Sequence[int]
) -> None:
    """Adds words to an input, and where times, seasons and names among them stand."""
    for word, pieces, place in zip(words, split, places or [-1] * len(words)):
        if word in RATED and place >= 0:
            slots[len(ids)] = place
        ids += pieces


def collate(inputs: Sequence[Input]) -> dict[str, NDArray[np.int64]]:
    """Several frames as the arrays that the encoder takes, the shorter ones padded."""
    length = max(len(one.ids) for one in inputs)
    ids, segments = (np.zeros((len(inputs), length), np.int64) for _ in range(2))
    for i, one in enumerate(inputs):
        ids[i, : len(one.ids)] = one.ids
        segments[i, : one.context] = 1
    return {"ids": ids, "segments": segments, "target": np.array([one.target for one in inputs], np.int64)}


def encoding_of(one: Input, frame: Floats, slots: Floats) -> Encoding:
    """
    What the encoder says of an input.

    Args:
        frame: Of the whole, shape ``(FRAME_OUTPUTS,)``.
        slots: Of each of its pieces, shape ``(length, SLOT_OUTPUTS)``.
    """
    put = frame[EVENTS : EVENTS * (1 + MODALITIES)].reshape(EVENTS, MODALITIES)
    said, runs = frame[EVENTS * (1 + MODALITIES) : -RUNS], frame[-RUNS:]
    return Encoding(frame[:EVENTS], put, said, runs, {place: slots[at].copy() for at, place in one.slots.items()})


@dataclass(frozen=True)
class Encoder:
    """The encoder of the package."""

    session: onnxruntime.InferenceSession
    vocabulary: Vocabulary

    @staticmethod
    def of_bytes(model: bytes) -> Encoder:
        """
        The encoder that a file holds.

        Raises:
            ModelError: It is none.
        """
        options = onnxruntime.SessionOptions()
        # Reading is spread over processes, and one thread gives the same sums every time.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # it would keep the memory of the longest page
        options.log_severity_level = 4
        try:
            session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
            pieces = session.get_modelmeta().custom_metadata_map["vocabulary"].split("\n")
        except Exception as error:  # ONNX Runtime has its own for each fault, with no common class but this
            raise ModelError(
                f"the reader's encoder is damaged ({error}); install callboard again, or run make model"
            ) from error
        return Encoder(session, Vocabulary(pieces))

    def encode(self, frames: Sequence[Frame]) -> list[Encoding]:
        """
        What the encoder makes of each frame of a document.

        Raises:
            MemoryError: The process may not have what it needs.
        """
        inputs = find_inputs(frames, self.vocabulary)
        # a sentence that names no title reads the same about each that it may be about
        alike: dict[tuple[Hashable, ...], list[int]] = {}
        for i, one in enumerate(inputs):
            alike.setdefault((*one.ids, -one.target, -one.context), []).append(i)
        found: dict[int, Encoding] = {}
        for group in alike.values():
            # one by one, since bytes are scaled by what is in a batch: another sentence would move what is said of this one
            whole, slots = self._run(collate([inputs[group[0]]]))
            found |= {i: encoding_of(inputs[i], whole[0], slots[0]) for i in group}
        return [found[i] for i in range(len(inputs))]

    def _run(self, arrays: dict[str, NDArray[np.int64]]) -> tuple[Floats, Floats]:
        try:
            whole, slots = self.session.run(["frames", "slots"], arrays)
        except Exception as error:  # as above
            if "alloc" in str(error):
                raise MemoryError(str(error)) from error
            raise
        return whole.astype(np.float64), slots.astype(np.float64)


def read_encoder() -> bytes:
    """
    The encoder file of the package.

    Raises:
        ModelError: It is missing.
    """
    try:
        return files("callboard.understand").joinpath("encoder.onnx").read_bytes()
    except OSError as error:
        raise ModelError(
            f"the reader's encoder is missing ({error}); install callboard again, or run make model"
        ) from error
