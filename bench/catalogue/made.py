"""
Files shaped as IMDb's, of any size, the same for the same seed: what `run.py` imports.

Of ten rows four are of title.basics (one title and three episodes), three of title.episode and three of title.akas. A
third of the names are made of common words, a sixth are names of people, and some are places, days of the week, companies
or names that the starter catalogue has as well, as in the real files: these are what a reader of articles stumbles over.
"""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from callboard.catalogue.imports.imdb import AKAS, BASICS, EPISODE, NAMES, PRINCIPALS
from callboard.catalogue.starter import load_starter

_SYLLABLES = [
    "bra",
    "ce",
    "dor",
    "el",
    "fin",
    "gar",
    "hul",
    "is",
    "jor",
    "ka",
    "lem",
    "mor",
    "nal",
    "os",
    "pru",
    "qui",
    "ran",
    "sol",
    "tam",
    "ul",
    "ver",
    "wyn",
    "xan",
    "yor",
    "zel",
]
_OTHERS = (
    "Tuesday", "Friday", "December", "New York", "Los Angeles", "London", "Atlanta", "Vancouver", "Toronto", "Netflix",
    "Marvel", "Disney", "The Hollywood Reporter", "San Francisco", "Game On", "First Look", "The Final Season", "Season Two",
)  # fmt: skip
_KINDS = (*["tvSeries"] * 6, *["movie"] * 10, *["tvMovie"] * 2, *["short"] * 8, "tvMiniSeries", "videoGame")


class OwnTitle(NamedTuple):
    """A title that must be among the made ones."""

    name: str
    kind: str  # IMDb's word
    year: str = ""  # "\\N": none, as IMDb marks it; "": any
    people: tuple[str, ...] = ()  # who take part


def make_files(folder: Path, rows: int, seed: int, more: Sequence[OwnTitle]) -> list[Path]:
    """
    title.basics, title.episode and title.akas with so many rows in all; name.basics and title.principals for people beside.

    Args:
        folder: Where they are written, as `.tsv.gz`.
        rows: Of the three together.
        seed: Of the random numbers.
        more: Titles that must be among them; they come first.
    """
    titles = rows // 10
    rng = random.Random(seed)
    invent = _inventor(rng)
    names = [own.name for own in more] + [invent() for _ in range(titles - len(more))]
    kinds = [own.kind for own in more] + rng.choices(_KINDS, k=titles - len(more))
    series = [n for n, kind in enumerate(kinds) if kind.startswith(("tvS", "tvMini"))] or [0]

    def basics() -> Iterator[str]:
        for n, (name, kind) in enumerate(zip(names, kinds, strict=True)):
            year = rng.choice(("\\N", *range(1960, 2027), *range(2000, 2027)))
            if n < len(more):
                year = more[n].year or year
            original = name if rng.random() < 0.9 else invent()
            yield f"tt{n:08}\t{kind}\t{name}\t{original}\t0\t{year}\t\\N\t{rng.randint(5, 180)}\tDrama"
        for n in range(3 * titles):
            yield f"tt{titles + n:08}\ttvEpisode\tEpisode #{n % 9}.{n % 24}\tEpisode #{n % 9}.{n % 24}\t0\t2001\t\\N\t45\t\\N"

    def episodes() -> Iterator[str]:
        for n in range(3 * titles):
            whole = series[n // 30 % len(series)]
            yield f"tt{titles + n:08}\ttt{whole:08}\t{1 + n % 30 // 10}\t{1 + n % 10}"

    def akas() -> Iterator[str]:
        for n in range(titles):
            yield f"tt{n:08}\t1\t{names[n]}\t\\N\t\\N\toriginal\t\\N\t1"
            for number, region in ((2, "DE"), (3, "BR")):
                yield f"tt{n:08}\t{number}\t{invent()}\t{region}\t\\N\timdbDisplay\t\\N\t0"

    numbers = {person: f"nm{n:07}" for n, person in enumerate(dict.fromkeys(p for own in more for p in own.people))}
    people = (f"{number}\t{person}\t\\N\t\\N\tactor\t\\N" for person, number in numbers.items())
    credits = (
        f"tt{n:08}\t{place}\t{numbers[person]}\tactor\t\\N\t\\N"
        for n, own in enumerate(more)
        for place, person in enumerate(own.people, start=1)
    )
    made = []
    for name, columns, lines in (
        ("title.basics", BASICS, basics()),
        ("title.episode", EPISODE, episodes()),
        ("title.akas", AKAS, akas()),
        *([("name.basics", NAMES, people), ("title.principals", PRINCIPALS, credits)] if numbers else []),
    ):
        path = folder / f"{name}.tsv.gz"
        with gzip.open(path, "wt", compresslevel=1, encoding="utf-8") as file:
            file.write("\t".join(columns) + "\n")
            file.writelines(line + "\n" for line in lines)
        made.append(path)
    return made


def _inventor(rng: random.Random) -> Callable[[], str]:
    """Gives another name at each call."""
    starter = load_starter()
    words = sorted(word.capitalize() for word in starter.words)
    people = sorted(starter.people)
    given, last = [name.partition(" ")[0] for name in people], [name.rpartition(" ")[2] for name in people]
    known = sorted(titles[0].name for titles in map(starter.titles.__getitem__, list(starter.titles)[:5000]))

    def made() -> str:
        return "".join(rng.choices(_SYLLABLES, k=rng.randint(2, 4))).capitalize()

    def invent() -> str:
        chance = rng.random()
        if chance < 0.35:
            return " ".join(
                [*(["The"] if rng.random() < 0.4 else []), *rng.choices(words, k=rng.choice((1, 1, 2, 2, 3)))]
            )
        if chance < 0.5:
            return f"{rng.choice(given)} {rng.choice(last)}"
        if chance < 0.53:
            return rng.choice(_OTHERS)
        if chance < 0.6:
            return rng.choice(known)
        if chance < 0.8:
            return f"{made()} {rng.choice(words)}"
        return made() if chance < 0.9 else f"{made()} of {made()}"

    return invent
