"""
How well the main text of pages is found, beside trafilatura: `python bench/text/run.py FOLDER...`.

A folder is a checkout of one of two public sets of pages, which are not kept here:

- scrapinghub/article-extraction-benchmark: whole articles as text; F1 of runs of four words, as its own evaluation has it.
- adbar/trafilatura: pieces of text that belong to an article, and pieces that do not; F1 of those, as its own has it.

Speed is pages for each second of computing, from the decoded page to the text; the fastest of some rounds.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser
from trafilatura import extract

from callboard.read.body import main_text, own_main_text, resiliparse_text
from callboard.read.boilerplate import strip_boilerplate
from callboard.read.text import clean_text, decode_bytes, language_of

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Whole:
    """A page whose article is known."""

    html: str
    text: str


@dataclass(frozen=True)
class Pieces:
    """A page of which it is known what belongs to the article and what does not."""

    html: str
    inside: tuple[str, ...]
    outside: tuple[str, ...]


def ours(html: str) -> str:
    """As `callboard.read.page` does it."""
    return strip_boilerplate(clean_text(cascade(html))).text


def cascade(html: str) -> str:
    return main_text(html, LexborHTMLParser(html))


def ours_alone(html: str) -> str:
    return own_main_text(LexborHTMLParser(html))


def trafilatura_fast(html: str) -> str:
    return extract(html, fast=True, include_comments=False) or ""


def trafilatura_whole(html: str) -> str:
    return extract(html, include_comments=False) or ""


READERS: dict[str, Callable[[str], str]] = {
    "callboard": ours,
    "without its rules": cascade,
    "own rules alone": ours_alone,
    "resiliparse alone": resiliparse_text,
    "trafilatura, fast": trafilatura_fast,
    "trafilatura": trafilatura_whole,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--readers", nargs="*", choices=READERS, default=list(READERS))
    parser.add_argument("--rounds", type=int, default=3, help="the fastest one counts")
    options = parser.parse_args()
    for folder in options.folders:
        pages = read_set(folder)
        if not pages:
            sys.exit(f"{folder}: neither of the two sets; give a checkout of one")
        english = [number for number, page in enumerate(pages) if language_of(resiliparse_text(page.html)) == "en"]
        size = statistics.mean(len(page.html) for page in pages) / 1000
        print(f"{folder.name}: {len(pages)} pages of {size:.0f} kB, {len(english)} in English")
        print(f"{'':20} {'F1':>6} {'precision':>10} {'recall':>7} {'pages/s':>8} {'F1, English':>12}")
        for name in options.readers:
            texts, seconds = read_all(READERS[name], pages, options.rounds)
            precision, recall, f1 = score(pages, texts)
            *_, of_english = score([pages[n] for n in english], [texts[n] for n in english])
            speed = len(pages) / seconds
            print(f"{name:20} {f1:6.3f} {precision:10.3f} {recall:7.3f} {speed:8.0f} {of_english:12.3f}", flush=True)


def read_set(folder: Path) -> list[Whole] | list[Pieces]:
    """The pages of a checkout; none where it is neither set."""
    truth = folder / "ground-truth.json"
    if truth.exists():
        articles = json.loads(truth.read_text("utf-8"))
        return [
            Whole(
                decode_bytes(gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes())), each["articleBody"]
            )
            for name, each in sorted(articles.items())
        ]
    tests = folder / "tests"
    if not (tests / "evaldata.json").exists():
        return []
    found = []
    for each in json.loads((tests / "evaldata.json").read_text("utf-8")).values():
        place = next((path for name in ("eval", "cache") if (path := tests / name / each["file"]).exists()), None)
        if place is not None:
            html = decode_bytes(place.read_bytes())
            found.append(Pieces(html, tuple(each.get("with") or ()), tuple(each.get("without") or ())))
    return found


def read_all(reader: Callable[[str], str], pages: list[Whole] | list[Pieces], rounds: int) -> tuple[list[str], float]:
    """The texts of the pages, and the seconds of computing."""
    least, texts = float("inf"), []
    for _ in range(rounds):
        start = time.process_time()
        texts = [reader(page.html) for page in pages]
        least = min(least, time.process_time() - start)
    return texts, least


def score(pages: list[Whole] | list[Pieces], texts: list[str]) -> tuple[float, float, float]:
    """Precision, recall and F1, as the set's own evaluation has them."""
    if isinstance(pages[0], Whole):
        precisions, recalls = [], []
        for page, text in zip(pages, texts):
            true, found = shingles(page.text), shingles(text)
            hits = (true & found).total()
            if found:
                precisions.append(hits / found.total())
            if true:
                recalls.append(hits / true.total())
        precision, recall = statistics.mean(precisions), statistics.mean(recalls)
    else:
        hits = misses = wrong = 0
        for page, text in zip(pages, texts):
            hits += sum(piece in text for piece in page.inside)
            misses += sum(piece not in text for piece in page.inside)
            wrong += sum(piece in text for piece in page.outside)
        precision, recall = hits / (hits + wrong), hits / (hits + misses)
    return precision, recall, 2 * precision * recall / (precision + recall)


def shingles(text: str, length: int = 4) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    return Counter(tuple(words[at : at + length]) for at in range(max(1, len(words) - length + 1)) if words)


if __name__ == "__main__":
    main()
