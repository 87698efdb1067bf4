"""
Bytes to characters that are safe to keep and show: charset, control and direction characters, white space, language.
"""

from __future__ import annotations

import re
from collections import Counter

from callboard.errors import ReadError

# Bytes that begin files which are no text; the name is for the message.
_SIGNATURES = (
    (b"%PDF", "a PDF file"),
    (b"\x1f\x8b", "compressed with gzip; unpack it first"),
    (b"PK\x03\x04", "a ZIP archive or office document; unpack it or save it as text first"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "a database"),
    (b"BZh", "compressed with bzip2; unpack it first"),
    (b"\xfd7zXZ", "compressed with xz; unpack it first"),
    (b"\x28\xb5\x2f\xfd", "compressed with Zstandard; unpack it first"),
)
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_HEAD_BYTES = 4096
# What a page calls Latin-1 is Windows-1252 in practice (HTML standard, section "Names and labels").
_LABELS = {"iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252"}
# Never believed: an attacker's way to smuggle tags, or an error when declared inside a page that was read bytewise.
_REFUSED_LABELS = frozenset({"utf-7", "utf7", "utf-16", "utf-16le", "utf-16be", "utf-32", "x-user-defined"})
_CONTROLS = bytes((*range(9), *range(14, 27), 28, 29, 30, 31, 127))
_BINARY_SHARE = 0.02  # control characters above this share make a file binary; articles have none

_NEWLINES = re.compile("\r\n?|[\u2028\u2029\x85\x0b\x0c]")
# C0 and C1 controls but tab and newline, direction marks and overrides, zero-width space, soft hyphen, byte order mark,
# lone surrogates, non-characters. The zero-width joiner stays: emoji are built with it.
_UNSAFE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufeff\ufff0-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_SPACES = re.compile("[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
# Function words tell a language of running text better than the detector does below some thousand characters.
_FUNCTION_WORDS = {
    "en": "the of and to in a is that for it on with as was at by be this has are not from but will",
    "de": "der die das und ist nicht mit von den dem ein eine zu wird sich auf im für als auch",
    "fr": "le la les des et est une dans pour que qui sur pas avec du au ce par sera à",
    "es": "el la los las de que y en un una es por con para del se su al como más",
    "it": "il di che la è un una per non sono con del della gli nel alla più come anche",
    "pt": "o a os as de que e do da em um uma para com não por mais no na dos",
    "nl": "de het een van en in is dat op te zijn met voor niet aan er ook door bij wordt",
}
_WORDS_OF = {language: frozenset(words.split()) for language, words in _FUNCTION_WORDS.items()}
_SHORT_FOR_LANGUAGE = 200  # characters; below, only function words tell, where there are enough
_FEW = 5  # function words from which a short text is told by them
# What tells tables and messages in English from running text in a language that the detector is sure of, found on 4,865
# articles in English: letters that English does not have, words in lower case, and English function words.
_FOREIGN_LETTERS, _RUNNING_WORDS, _ENGLISH_WORDS = 0.004, 0.4, 0.1


def word_set(text: str) -> frozenset[str]:
    """The words of a text, for membership."""
    return frozenset(text.split())


def decode_bytes(data: bytes, charset: str | None = None) -> str:
    """
    The characters of a file.

    Args:
        data: The file.
        charset: What the HTTP header said; None: not known. A byte order mark comes first, then this, then the page's
            own `<meta>`, then valid UTF-8, then detection.

    Raises:
        ReadError: The file is no text.
    """
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            raise ReadError(f"not a text: it is {name}")
    for mark, name in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    wide = _wide_without_mark(data)
    if wide:
        return data.decode(wide, "replace")
    _refuse_binary(data)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    meta = _META_CHARSET.search(data[:_HEAD_BYTES])
    for label in (charset, meta[1].decode("ascii", "replace") if meta else None):
        text = _decoded_as(data, label)
        if text is not None:
            return text
    from resiliparse.parse.encoding import detect_encoding

    return _decoded_as(data, detect_encoding(data[:100_000])) or data.decode("cp1252", "replace")


def _decoded_as(data: bytes, label: str | None) -> str | None:
    if not label or label.lower() in _REFUSED_LABELS:
        return None
    name = _LABELS.get(label.lower(), label.lower())
    try:
        return data.decode(name, "replace")
    except LookupError:
        return None


def _wide_without_mark(data: bytes) -> str | None:
    """UTF-16 without a byte order mark shows as a zero in every other byte."""
    sample = data[:2000]
    if len(sample) < 8 or sample.count(0) < len(sample) * 0.3:
        return None
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd > even * 5:
        return "utf-16-le"
    return "utf-16-be" if even > odd * 5 else None


def _refuse_binary(data: bytes) -> None:
    sample = data[:20_000]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls > len(sample) * _BINARY_SHARE:
        raise ReadError("not a text: it is full of control characters; give a page, a plain text or JSON Lines")


def clean_text(text: str) -> str:
    """The text without characters that do not show or that turn others around; newlines and spaces made plain."""
    return _SPACES.sub(" ", _UNSAFE.sub("", _NEWLINES.sub("\n", text)))


def clean_line(text: str) -> str:
    """As `clean_text`, on one line."""
    return " ".join(clean_text(text).split())


def language_of(text: str) -> str | None:
    """ISO 639-1 code of the text's language; None: too few words to tell."""
    text = text[:20_000]
    counts = Counter(text.lower().split())
    total = max(counts.total(), 1)
    shares = {language: sum(counts[word] for word in known) / total for language, known in _WORDS_OF.items()}
    best = max(shares, key=lambda language: shares[language])
    is_short = len(text) < _SHORT_FOR_LANGUAGE
    is_clear = shares[best] * total >= _FEW and shares[best] > shares["en"] + 0.1
    if shares[best] >= 0.2 and (is_clear or not is_short):  # running text has 0.3 and more in its own language
        return best
    if is_short:
        return None
    share = shares["en"]
    from resiliparse.parse.lang import detect_fast

    # A list of names has few function words and is often taken for another language: the cutoff keeps sure answers only.
    code, _ = detect_fast(text, cutoff=1100)
    if code == "en" or (code == "unknown" and share >= 0.05):
        return "en"
    is_plain = sum(letter.isalpha() and not letter.isascii() for letter in text) < _FOREIGN_LETTERS * len(text)
    if is_plain and share >= _ENGLISH_WORDS:
        return "en"
    is_running = sum(map(str.islower, text.split())) >= _RUNNING_WORDS * total
    return None if code == "unknown" or (is_plain and not is_running) else str(code)
