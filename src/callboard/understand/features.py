"""
What a frame looks like to the linear scorers: hashed words, word pairs and stems, near and far from the title.

A feature is a string such as "r:has been" (a word pair right of the title); its row in a weight table is a CRC of the
string, so that no vocabulary has to be stored and unseen wording costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from zlib import crc32

from callboard.understand.frames import clause_around

BITS = 18
_LAST_ROW = (1 << BITS) - 1
_STEM = re.compile(r"(?:ing|ed|es|s|er|'s|ly)$")
_CHANGES = {"shot": "shoot", "began": "begin", "begun": "begin", "got": "get", "gets": "get", "came": "come", "took": "take",
            "made": "make", "went": "go", "gone": "go", "done": "do", "said": "say", "told": "tell", "wrote": "write", "written": "write",
            "gave": "give", "given": "give", "left": "leave", "kept": "keep", "held": "hold", "brought": "bring", "ran": "run",
            "put": "put", "has": "have", "had": "have", "is": "be", "was": "be", "are": "be", "were": "be", "been": "be", "film": "film",
            "movie": "film", "movies": "film", "show": "series", "drama": "series",
            "comedy": "series", "streamer": "network", "studio": "network", "channel": "network"}  # fmt: skip


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A rough stem that brings forms of one verb together; slots and short words stay."""
    if word in _CHANGES:
        return _CHANGES[word]
    if word.endswith("n't"):
        return "not"  # what is denied counts, not the verb that carries it
    if len(word) < 5 or word[0] == "<":
        return word
    cut = _STEM.sub("", word)
    if len(cut) > 3 and cut[-1] == cut[-2] and cut[-1] not in "aeiousl":
        cut = cut[:-1]
    return cut.rstrip("e") if len(cut) > 3 else cut


def row_of(feature: str) -> int:
    """Row of a feature in a weight table of ``2 ** BITS`` rows."""
    return crc32(feature.encode()) & _LAST_ROW


def rows_of(features: Iterable[str]) -> list[int]:
    """Rows of features in a weight table, in order, each once."""
    return sorted({crc32(feature.encode()) & _LAST_ROW for feature in features})


def frame_features(
    words: Sequence[str], target: int, how: str, *, headline: bool, others: int, header: Sequence[str] = ()
) -> list[str]:
    """All features of a frame, without repetition."""
    start, end = clause_around(words, target)
    stems = [stem(word) for word in words]
    features = {f"how:{how}", f"headline:{headline}", f"others:{min(others, 3)}", f"length:{min(len(words) // 6, 6)}"}
    features.update(_grams("s", stems))
    head = [stem(word) for word in header]
    features.update([f"h1:{word}" for word in head])
    features.update([f"h2:{a} {b}" for a, b in zip(head, head[1:])])
    if target >= 0:
        features.update(_grams("c", stems[start:end]))
        left, right = stems[max(0, target - 6) : target], stems[target + 1 : target + 8]
        features.update([f"l:{word}" for word in left])
        features.update([f"r:{word}" for word in right])
        features.update([f"l2:{a} {b}" for a, b in zip(left, left[1:])])
        features.update([f"r2:{a} {b}" for a, b in zip(right, right[1:])])
        features.add("r3:" + " ".join(right[:3]))
        features.add("r1:" + " ".join(right[:2]))
        features.add("l3:" + " ".join(left[-3:]))
        features.add("l1:" + " ".join(left[-1:]))
    return sorted(features)


def grams(name: str, words: Sequence[str]) -> list[str]:
    """Features of each word, and of two and three in a row."""
    return [
        *[f"{name}1:{a}" for a in words],
        *[f"{name}2:{a} {b}" for a, b in zip(words, words[1:])],
        *[f"{name}3:{a} {b} {c}" for a, b, c in zip(words, words[1:], words[2:])],
    ]


def _grams(name: str, stems: Sequence[str]) -> list[str]:
    content = [s for s in stems if len(s) > 3 or s[0] == "<"]  # pairs over gaps: "<title> ... renew"
    return [
        *grams(name, stems),
        *[f"{name}g:{a} {b}" for a, b in zip(content, content[1:])],
        *[f"{name}h:{a} {b}" for a, b in zip(content, content[2:])],
    ]
