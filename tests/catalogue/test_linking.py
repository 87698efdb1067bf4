"""Which production of the catalogues a name means in an article: by what it says beside the name, and never silently."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest
from shapes import basics

from callboard.catalogue.catalogue import Catalogue, Title
from callboard.catalogue.imports.formats import format_of
from callboard.catalogue.imports.importing import import_file
from callboard.catalogue.searching import Context, find_candidates, find_meant
from callboard.catalogue.starter import load_starter
from callboard.catalogue.store import open_store
from callboard.model import title_key

BENCH = Path(__file__).parents[2] / "bench"
TITLES = (
    Title("Quelmar Bay", "series", 1988, seasons=11, platforms=("Hulu",)),
    Title("The Brindlow", "film", 2015),
    Title("Zorba Rising", "series", 2016, seasons=3, platforms=("Netflix",)),
    Title("Zorba Rising", "film", 1994),
    Title("Grey Ferry", "film", 2025),
    Title("Harl", "series", platforms=("Netflix",)),
    Title("Harl", "series", 2019, platforms=("Netflix", "Hulu")),
)


@pytest.fixture(scope="module")
def starter() -> Catalogue:
    titles: dict[str, list[Title]] = {}
    for title in TITLES:
        titles.setdefault(title_key(title.name), []).append(title)
    return Catalogue(titles=titles, aliases={title_key("Untitled Ferry Project"): title_key("Grey Ferry")})


@pytest.mark.parametrize(
    ("name", "context", "year"),
    [
        # a season beyond those that an old catalogue has is still the series
        ("Zorba Rising", Context(season=6, spoken=2022), 2016),
        ("Zorba Rising", Context(kind="film", spoken=1995), 1994),
        # season 2 in 2024 of what ended in the nineties after eleven is a remake, that no catalogue here has
        ("Quelmar Bay", Context(season=2, spoken=2024), None),
        # but the next season of it is not
        ("Quelmar Bay", Context(season=12, spoken=2024), 1988),
        # a series spoken of as a whole may be old
        ("Quelmar Bay", Context(kind="series", spoken=2024), 1988),
        # a film of ten years ago is not the one that is shot, one that comes next year is
        ("The Brindlow", Context(kind="film", spoken=2026), None),
        ("Grey Ferry", Context(kind="film", spoken=2024), 2025),
        ("Untitled Ferry Project", Context(kind="film", spoken=2024), 2025),
        # what is written otherwise needs something that speaks for it
        ("Brindlow", Context(spoken=2022), None),
        ("Brindlow", Context(spoken=2016), 2015),
        # a network is not told against the service that a catalogue names
        ("Zorba Rising", Context(season=2, platform="HBO", spoken=2017), 2016),
        # the same work entered twice is one
        ("Harl", Context(season=2, spoken=2020), 2019),
        ("Harlo", Context(spoken=2020), None),
    ],
)
def test_an_article_means_what_fits_it(starter: Catalogue, name: str, context: Context, year: int | None) -> None:
    """By the year it is spoken in, seasons and kind; what misfits is not meant, though it is the only one of the name."""
    meant, open_between = find_meant(starter, None, name, context)
    assert (meant and meant.year) == year
    assert open_between == []


def test_what_nothing_tells_apart_stays_open(starter: Catalogue) -> None:
    """Both are told, and neither is taken."""
    meant, open_between = find_meant(starter, None, "Zorba Rising", Context())
    assert meant is None
    assert {each.kind for each in open_between} == {"film", "series"}


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    file = basics(
        tmp_path,
        "tt0900041|tvSeries|Zorba Rising|Zorba Rising|0|2016|\\N|50|\\N",
        "tt0900042|tvSeries|Zorba Rising|Zorba Rising|0|2017|\\N|50|\\N",
        "tt0900043|movie|Untitled Ferry Project|Untitled Ferry Project|0|2024|\\N|90|\\N",
        "tt0900044|tvSeries|Harl|Harl|0|2019|\\N|50|\\N",
        "tt0900045|tvSeries|Quelmar Bay|Quelmar Bay|0|2023|\\N|50|\\N",
    )
    import_file(tmp_path / "catalogue.db", file, format_of(file), now=dt.datetime(2026, 1, 2, tzinfo=dt.UTC))
    return tmp_path / "catalogue.db"


@pytest.mark.parametrize(
    ("name", "context", "found"),
    [
        # the row of the very year is the title that came along; its namesake of the next year is not taken for it
        ("Zorba Rising", Context(season=3, spoken=2018), "imdb:tt0900041"),
        # the title that an alias leads to, by kind and year
        ("Untitled Ferry Project", Context(kind="film", spoken=2024), "imdb:tt0900043"),
        # the remake, which an import brought
        ("Quelmar Bay", Context(season=2, spoken=2024), "imdb:tt0900045"),
        ("Harl", Context(season=2, spoken=2020), "imdb:tt0900044"),
    ],
)
def test_an_import_makes_nothing_doubtful(
    starter: Catalogue, rows: Path, name: str, context: Context, found: str
) -> None:
    """A title that came along is joined with its own row, and goes before namesakes that fit as well."""
    with open_store(rows) as opened:
        meant, open_between = find_meant(starter, opened, name, context)
        assert meant is not None, open_between
        assert meant.id == found
        candidates = find_candidates(starter, opened, name, context)
        assert len({each.id for each in candidates if each.id != "starter"}) == sum(
            each.id != "starter" for each in candidates
        )


def test_the_labels_of_the_measurement_are_entries_of_the_starter_catalogue() -> None:
    """Else a renamed title would count as wrongly linked."""
    starter = load_starter()
    lines = (BENCH / "catalogue" / "linking.tsv").read_text("utf-8").splitlines()[1:]
    titles = {
        (article["id"], claim["title"])
        for path in (BENCH / "corpus").glob("train-*.jsonl")
        for article in map(json.loads, path.read_text("utf-8").splitlines())
        for claim in article["claims"]
    }
    for article, title, entries in (line.split("\t") for line in lines):
        assert (article, title) in titles
        known = {f"{each.kind} {each.year or ''}".strip() for each in starter.titles_named(title)}
        assert known, title
        assert {each for each in entries.split("; ") if each} <= known


def test_the_measurement_runs(tmp_path: Path) -> None:
    """Over one article, with a made catalogue of some hundred titles."""
    article = (BENCH / "corpus" / "train-1.jsonl").read_text("utf-8").splitlines()[0]
    (tmp_path / "one.jsonl").write_text(article + "\n", "utf-8")
    command = [sys.executable, str(BENCH / "catalogue" / "linking.py"), str(tmp_path / "one.jsonl"), "--titles", "300"]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["starter", "million", "removed"]
    assert all(float(line.partition("production ")[2][:5]) > 0.5 for line in lines)
