"""
Whether two texts are one: copies, syndicated and trimmed ones, and later versions of an article.

A text is known by a sketch: the hashes of its sentences, and MinHash values of its runs of three words. Sentences find
what was cut or put between other texts (containment: the shorter one's sentences that the other has); MinHash finds
what was changed a little everywhere (Jaccard similarity, Broder (1997), "On the resemblance and containment of documents").
Two texts are compared where they share a sentence, or one of 32 bands of four MinHash values.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import blake2b

VALUES, BANDS = 128, 32  # bands of 4 values: half of the pairs with a similarity of 0.42 share one
SIMILAR = 0.4  # accepted from here on; docs/ledger.md has the measurement
CONTAINED = 0.5  # of the shorter text's sentences
_LEAST_SHARED_WORDS = 30  # fewer words may be alike by chance: "Example has renewed Title for a second season."
_LEAST_WORDS = 6  # shorter sentences are written by many
_SEED = 20170610
_RUN = 3
_SPACE = re.compile(r"\s+")
_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9])")
_WORDS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is kept of a text to know it again."""

    sentences: dict[int, int]  # 63-bit hash of each sentence of some length -> its words
    values: bytes  # MinHash values, 4 bytes each; empty for a text of hardly any words

    @property
    def bands(self) -> list[int]:
        """63-bit hashes of the bands."""
        size = 4 * VALUES // BANDS
        return [_hash(bytes([n]) + self.values[n * size : (n + 1) * size]) for n in range(BANDS if self.values else 0)]


def sketch(text: str) -> Sketch:
    """The sketch of a text; line ends, case and punctuation make no difference."""
    from rensa import RMinHash  # type: ignore[import-untyped]  # read only where something new came in

    sentences = {}
    for sentence in _END.split(_SPACE.sub(" ", text)):
        words = _WORDS.findall(sentence.casefold())
        if len(words) >= _LEAST_WORDS:
            sentences[_hash(" ".join(words).encode("utf-8", "surrogatepass"))] = len(words)
    words = _WORDS.findall(text.casefold())
    if len(words) < _LEAST_SHARED_WORDS:
        return Sketch(sentences, b"")
    made = RMinHash(num_perm=VALUES, seed=_SEED)
    made.update([" ".join(words[n : n + _RUN]) for n in range(len(words) - _RUN + 1)])
    return Sketch(sentences, struct.pack(f"<{VALUES}I", *made.digest()))


def likeness(one: Sketch, values: bytes, sentences: int, common: Collection[int]) -> float:
    """
    How much of the shorter text the other has, 0 to 1; 0 where the two are not to be taken for one.

    Args:
        one: The sketch of one text.
        values: The other's MinHash values.
        sentences: How many sentences the other has.
        common: The sentences that tell: those both have, without those that many others have, too.
    """
    shared = sum(one.sentences[key] for key in common)
    fewest = min(len(one.sentences), sentences)
    contained = len(common) / fewest if fewest and shared >= _LEAST_SHARED_WORDS else 0.0
    if contained >= CONTAINED:
        return contained
    return similar if (similar := _similarity(one.values, values)) >= SIMILAR else 0.0


def _similarity(one: bytes, other: bytes) -> float:
    """The share of equal MinHash values: an estimate of the Jaccard similarity with a standard error of 0.04."""
    if not one or not other:
        return 0.0
    pairs = zip(struct.unpack(f"<{VALUES}I", one), struct.unpack(f"<{VALUES}I", other), strict=True)
    return sum(1 for a, b in pairs if a == b) / VALUES


def _hash(data: bytes) -> int:
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "big") >> 1
