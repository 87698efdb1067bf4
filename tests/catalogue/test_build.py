"""The starter catalogue's tables are what its sources say."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from callboard.catalogue import build

BENCH = Path(__file__).parents[2] / "bench"
YEARS = re.compile(r"\d{4}(?:\.\.\d{4})?(?:,\d{4}(?:\.\.\d{4})?)*|\d{4}\?")


def content(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def test_the_shipped_tables_are_those_that_the_sources_make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever adds a title and forgets to build, or edits a table by hand, is told."""
    shipped = build.DATA
    monkeypatch.setattr(build, "DATA", tmp_path)
    build.build(BENCH)
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == ["credits.tsv.gz", "seasons.tsv", "titles.tsv.gz", "words.tsv.gz"]
    for name in made:
        assert content(tmp_path / name) == content(shipped / name), f"{name}: run python -m callboard.catalogue.build"


def test_well_known_titles_are_well_formed() -> None:
    header, *lines = (BENCH / "data" / "well_known.tsv").read_text("utf-8").splitlines()
    assert header.split("\t") == ["title", "kind", "country", "platform", "years", "people"]
    seen = set()
    for line in lines:
        title, kind, country, _, years, _ = line.split("\t")
        assert title == title.strip() != ""
        assert kind in ("film", "series", "miniseries", "special"), line
        assert re.fullmatch("[A-Z]{2}|", country), line
        assert YEARS.fullmatch(years), line
        seen.add((title, kind, years[:4]))
    assert len(seen) == len(lines)
