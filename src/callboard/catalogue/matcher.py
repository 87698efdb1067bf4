"""
All titles of a catalogue in one pass over a text: an automaton over a million names, built once and kept in a file.

Bytes are compared after one translation (letters small, everything that is no letter or digit a space) and with each space
doubled, so that a name between spaces is a name between word boundaries and neighbours do not share one. Leftmost, then
longest. A name of one common word ("Dark", "The Night") is left out of the automaton, or nearly every word would be found;
it counts only in context: with a capital, and in quotes or beside "season", "series", "film".
Method: Aho-Corasick over double arrays, by the library daachorse (Kanda et al. 2023, Softw. Pract. Exper. 53(6)).
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import re
import struct
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import daachorse

from callboard.errors import CatalogueError

_MAGIC = b"callboard matcher 1\n"
_HEADER = struct.Struct("<QQQQ")  # patterns, and bytes of the automaton, of the names, of the common words
_TABLE = bytes(ord(chr(b).lower()) if chr(b).isalnum() else 32 for b in range(128)) + bytes(range(128, 256))
_CONTINUED = bytes(range(0x80, 0xC0))  # bytes of UTF-8 that begin no code point
_SIMILAR = (("’", "'"), ("‘", "'"), ("“", '"'), ("”", '"'), ("–", "-"), ("—", "-"), ("\u00a0", " "))
_EDGE = b"  "
_ARTICLES = ("a ", "an ", "the ")
_KEPT_NAMES = 65_536  # that were read from the file
_AROUND = 30  # characters before a sign that are looked at
# Where a common word may be a title: in quotes, before or behind a word for what it is. Those are looked for first.
_KINDS = ("series", "film", "movie", "drama", "comedy", "show")
_SIGNS = ('"', " '", " season", " Season", " stars", " starring", " (", *(f" {kind}" for kind in _KINDS))
_WORD = r"((?:The|A|An)\s)?([A-Z]\w*)"
_QUOTED = re.compile(_WORD + r"""[,.]?['"]""")
_BEHIND = re.compile(r"\s" + _WORD + r"\b")
_BEFORE = re.compile(r"(?:^|(?<=\W))" + _WORD + r",?$")
_YEAR = re.compile(r"\d{4}\)")


@dataclass(frozen=True, slots=True)
class Mention:
    """A name of the catalogue in a text."""

    start: int  # code points of the text, end exclusive
    end: int
    name: str  # as the catalogue writes it


def build_matcher(names: Iterable[str], path: Path, common: Collection[str] = frozenset()) -> int:
    """
    Write the automaton over some names to a file; how many names it knows.

    Args:
        names: Titles and their other names, in any number.
        path: Replaced once the new file is whole.
        common: Words, in lower case, that name a title only in context.
    """
    patterns: dict[bytes, str] = {}
    words: dict[str, str] = {}
    for name in names:
        name = name.strip()
        key = name.lower()
        if next((key[len(a) :] for a in _ARTICLES if key.startswith(a)), key) in common:
            words.setdefault(key, name)
            continue
        # Only letters of ASCII are made small in a text, so others are looked for as written, small and in capitals.
        for spelling in (name,) if name.isascii() else (name, key, name.upper()):
            written = _normal(spelling)
            for form in (written, b"  ".join(written.split())):
                if form.strip():
                    patterns.setdefault(b" " + form + b" ", name)
    if not patterns:
        raise CatalogueError("there are no names to look for; import a catalogue first")
    keys = sorted(patterns)
    automaton = daachorse.DoubleArrayAhoCorasick(keys, daachorse.MATCH_KIND_LEFTMOST_LONGEST).serialize()
    blob = bytearray()
    offsets = array("Q", [0])
    for key_ in keys:
        blob += patterns[key_].encode()
        offsets.append(len(blob))
    listed = json.dumps(words, ensure_ascii=False).encode()
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            file.write(_MAGIC + _HEADER.pack(len(keys), len(automaton), len(blob), len(listed)))
            file.write(offsets.tobytes() + automaton + blob + listed)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return len(words) + len(set(patterns.values()))


def matcher_of(store: Path, names: Callable[[], Iterable[str]], common: Collection[str]) -> Matcher:
    """The matcher beside a catalogue's file; built where there is none, or where the catalogue was changed since."""
    path = store.with_name(f"{store.name}.matcher")
    if not path.is_file() or path.stat().st_mtime_ns < store.stat().st_mtime_ns:
        build_matcher(names(), path, common)
    return Matcher(path)


class Matcher:
    """An automaton from its file: the names stay in the file until one is found."""

    def __init__(self, path: Path) -> None:
        """
        Raises:
            CatalogueError: There is no such file, or it is damaged.
        """
        try:
            with path.open("rb") as file:
                self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            if self._data[: len(_MAGIC)] != _MAGIC:
                raise ValueError("another kind of file, or of another callboard")
            count, length, names, words = _HEADER.unpack_from(self._data, len(_MAGIC))
            self._offsets = len(_MAGIC) + _HEADER.size
            start = self._offsets + 8 * (count + 1)
            self._names = start + length
            if self._names + names + words != len(self._data):
                raise ValueError("cut short")
            self._words: dict[str, str] = json.loads(self._data[self._names + names :])
            self._automaton = daachorse.DoubleArrayAhoCorasick.deserialize(self._data[start : self._names])
            self._known: dict[
                int, tuple[str, int]
            ] = {}  # names found before, and how long they are as a text writes them
            self._signs = daachorse.CharwiseDoubleArrayAhoCorasick(list(_SIGNS))
        except (OSError, ValueError, struct.error) as error:
            raise CatalogueError(f"{path}: cannot be used ({error}); remove it, and it is built again") from error

    def find(self, text: str) -> list[Mention]:
        """The names in a text, from left to right; none overlaps another."""
        plain = _plain(text)
        found = [*self._found(plain), *self._in_context(plain)]
        found.sort(key=lambda mention: (mention.start, -mention.end))
        last, kept = 0, []
        for mention in found:
            if mention.start >= last:
                kept.append(mention)
                last = mention.end
        return kept

    def count(self, text: bytes) -> int:
        """How many names stand in a page's bytes, common words left aside: the quick look before a page is parsed."""
        return len(self._automaton.find(_doubled(text)))

    def _found(self, plain: str) -> list[Mention]:
        data = _doubled(plain.encode("utf-8", "surrogatepass"))
        points = _ascii_points if plain.isascii() else _points
        seen, place, found, known = (
            len(_EDGE),
            0,
            [],
            self._known,
        )  # bytes of `data`; code points of the text before them
        for start, end, number in self._automaton.find(data):
            place += points(data, seen, start + 1)
            seen = start + 1
            if number in known:
                name, length = known[number]
            else:
                name, length = self._name(number), points(data, seen, end - 1)  # the same wherever the name stands
                if len(known) < _KEPT_NAMES:
                    known[number] = name, length
            found.append(Mention(place, place + length, name))
        return found

    def _in_context(self, plain: str) -> Iterator[Mention]:
        for start, end, number in self._signs.find(plain) if self._words else ():
            sign = _SIGNS[number]
            tried = []
            if sign in ('"', " '"):
                tried = [_QUOTED.match(plain, end)] if plain[end : end + 1].isupper() else []
            elif sign != " (" or _YEAR.match(plain, end):
                tried = [_BEFORE.search(plain, max(0, start - _AROUND), start)]
                if sign[1:] in _KINDS:
                    tried.append(_BEHIND.match(plain, end))
            for match in tried:
                words = ((match[1] or "") + match[2]).lower() if match else ""
                if match and (name := self._words.get(" ".join(words.split()))):
                    yield Mention(match.start(1) if match[1] else match.start(2), match.end(2), name)

    def _name(self, number: int) -> str:
        start, end = struct.unpack_from("<QQ", self._data, self._offsets + 8 * number)
        return self._data[self._names + start : self._names + end].decode()

    def close(self) -> None:
        """Give the file back."""
        with contextlib.suppress(BufferError):
            self._data.close()


def _plain(text: str) -> str:
    """A text with one kind of quotes, dashes and spaces, character for character."""
    for written, plain in _SIMILAR:
        text = text.replace(written, plain)  # much quicker than str.translate, since most are rare
    return text


def _normal(text: str) -> bytes:
    return _plain(text).encode("utf-8", "surrogatepass").translate(_TABLE).replace(b" ", b"  ")


def _doubled(data: bytes) -> bytes:
    return _EDGE + data.translate(_TABLE).replace(b" ", b"  ") + _EDGE


def _points(data: bytes, start: int, end: int) -> int:
    """How many code points of the text a part has that holds both halves of each doubled space."""
    return _ascii_points(data, start, end) - (end - start - len(data[start:end].translate(None, _CONTINUED)))


def _ascii_points(data: bytes, start: int, end: int) -> int:
    return end - start - data.count(b" ", start, end) // 2
