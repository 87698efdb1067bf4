"""
Scores the time expressions of callboard against TimeML files of your own: `python bench/times/score.py DIRECTORY`.

The directory holds files with `<DCT>` and `<TEXT>` and inline `<TIMEX3>` tags (`*.tml`), for example those of TimeBank,
which is licensed and so not part of this repository. Printed are precision, recall and F1 as in TempEval-3: spans that
are equal (strict) or overlap (relaxed), and those of them whose type or value is right as well. Values are compared as
strings after padding week numbers ("1998-W8" is "1998-W08"). `--fifth N` scores the files whose place, sorted by name,
leaves the remainder N when divided by five; `--rest N` all others.
"""

from __future__ import annotations

import argparse
import datetime as dt
import html
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from callboard.understand.times_timex import Timex, find_timexes

_TAG = re.compile(r"<[^>]*>")
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True)
class Example:
    """One file: its text without tags, the day it was written, its annotations."""

    name: str
    text: str
    created: dt.date
    gold: tuple[Timex, ...]


def read_timeml(path: Path) -> Example | None:
    """The example of a TimeML file; None where it has no text or no day."""
    whole = path.read_text(encoding="utf-8", errors="replace")
    dct = re.search(r"<DCT>.*?value=\"([^\"]*)\".*?</DCT>", whole, re.DOTALL)
    body = re.search(r"<TEXT>(.*?)</TEXT>", whole, re.DOTALL)
    if not dct or not body:
        return None
    day = dct[1]
    compact = day[:10] if "-" in day else f"{day[:4]}-{day[4:6]}-{day[6:8]}"
    try:
        created = dt.date.fromisoformat(compact)
    except ValueError:
        return None
    pieces: list[str] = []
    gold: list[Timex] = []
    stack: list[tuple[int, dict[str, str]]] = []
    length = place = 0
    for tag in _TAG.finditer(body[1]):
        piece = html.unescape(body[1][place : tag.start()])
        pieces.append(piece)
        length += len(piece)
        place = tag.end()
        if tag[0].startswith("<TIMEX3"):
            stack.append((length, dict(_ATTRIBUTE.findall(tag[0]))))
        elif tag[0] == "</TIMEX3>" and stack:
            start, attributes = stack.pop()
            if length > start:
                gold.append(Timex(start, length, attributes.get("type", ""), attributes.get("value", "")))
    pieces.append(html.unescape(body[1][place:]))
    return Example(path.name, "".join(pieces), created, tuple(sorted(gold, key=lambda timex: timex.start)))


def same_value(a: str, b: str) -> bool:
    """Whether two TIMEX3 values are the same, week numbers padded or not."""
    return _padded(a) == _padded(b)


def _padded(value: str) -> str:
    return re.sub(r"-W(\d)(?!\d)", r"-W0\1", value)


def pair_up(gold: tuple[Timex, ...], found: list[Timex]) -> list[tuple[Timex, Timex]]:
    """Each annotation with the first unused finding that overlaps it, equal spans first."""
    pairs = []
    free = list(found)
    for exact in (True, False):
        used = {id(g) for g, _ in pairs}
        for g in gold:
            if id(g) in used:
                continue
            for f in free:
                if (f.start, f.end) == (g.start, g.end) if exact else f.start < g.end and g.start < f.end:
                    pairs.append((g, f))
                    free.remove(f)
                    break
    return pairs


def score(examples: list[Example]) -> tuple[Counter[str], list[str]]:
    """Counts over all examples, and a line for each error."""
    counts: Counter[str] = Counter()
    errors: list[str] = []
    for example in examples:
        found = find_timexes(example.text, example.created)
        pairs = pair_up(example.gold, found)
        counts["gold"] += len(example.gold)
        counts["found"] += len(found)
        for g, f in pairs:
            strict = (g.start, g.end) == (f.start, f.end)
            value = same_value(g.value, f.value)
            counts["relaxed"] += 1
            counts["strict"] += strict
            counts["type"] += g.type == f.type
            counts["value"] += value
            counts["strict value"] += strict and value
            if not value:
                errors.append(_line("value", example, g, f))
            elif not strict:
                errors.append(_line("span", example, g, f))
        matched = {id(g) for g, _ in pairs}, {id(f) for _, f in pairs}
        errors += [_line("missed", example, g, None) for g in example.gold if id(g) not in matched[0]]
        errors += [_line("extra", example, None, f) for f in found if id(f) not in matched[1]]
    return counts, errors


def _line(kind: str, example: Example, gold: Timex | None, found: Timex | None) -> str:
    place = gold or found
    assert place is not None
    around = " ".join(example.text[max(place.start - 60, 0) : place.end + 30].split())
    said = " | ".join(f"{' '.join(example.text[t.start : t.end].split())} = {t.value}" for t in (gold, found) if t)
    return f"{kind}\t{said}\t{example.created}\t{around}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--fifth", type=int, choices=range(5))
    parser.add_argument("--rest", type=int, choices=range(5))
    parser.add_argument("--errors", action="store_true", help="print each error as well")
    options = parser.parse_args()
    paths = sorted(options.directory.glob("*.tml"), key=lambda path: path.name)
    if options.fifth is not None:
        paths = [path for index, path in enumerate(paths) if index % 5 == options.fifth]
    elif options.rest is not None:
        paths = [path for index, path in enumerate(paths) if index % 5 != options.rest]
    examples = [example for path in paths if (example := read_timeml(path))]
    if not examples:
        sys.exit(f"{options.directory}: no TimeML file (*.tml) with <DCT> and <TEXT>")
    counts, errors = score(examples)
    if options.errors:
        print("\n".join(errors))
    print(f"{len(examples)} files, {counts['gold']} expressions, {counts['found']} found")
    for name in ("strict", "relaxed", "type", "value", "strict value"):
        precision, recall = counts[name] / max(counts["found"], 1), counts[name] / max(counts["gold"], 1)
        f1 = 2 * precision * recall / max(precision + recall, 1e-9)
        print(f"{name:13} precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}")


if __name__ == "__main__":
    main()
