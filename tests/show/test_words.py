"""Dates, ranges and doubt in words, and texts that cannot deceive who reads them."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from callboard import spoken_dates
from callboard.model import Decision, Event, Milestone, Modality, Production, Stage, title_key
from callboard.show import words
from callboard.show.addresses import named_by, safe_url, slug_of
from callboard.when import When


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2017-06-12", "2017-06-12", "12 June 2017"),
        ("2017-06-12", "2017-06-30", "12–30 June 2017"),
        ("2017-06-28", "2017-07-09", "28 June – 9 July 2017"),
        ("2017-12-28", "2018-01-09", "28 December 2017 – 9 January 2018"),
        ("2018-03-02", "2018-09-20", "March–September 2018"),
        ("2018-11-02", "2019-09-20", "November 2018 – September 2019"),
        ("2018-11-02", "2021-09-20", "2018–2021"),
    ],
)
def test_a_range_is_told_as_exactly_as_it_is_wide(first: str, last: str, expected: str) -> None:
    """Days, then months, then years."""
    assert spoken_dates.span(dt.date.fromisoformat(first), dt.date.fromisoformat(last)) == expected


@pytest.mark.parametrize(
    ("edtf", "expected"),
    [
        ("2017-08-18", "18 August 2017"),
        ("2017-06~", "about June 2017"),
        ("2017-06?", "perhaps June 2017"),
        ("2018-22", "summer 2018"),
        ("2018-24", "winter 2018"),
        ("2018", "2018"),
        ("2017-06-12/2017-06-18", "12–18 June 2017"),
        ("../2017-06-01", "by 1 June 2017"),
        ("2017-06-01/..", "from 1 June 2017"),
    ],
)
def test_a_date_keeps_the_precision_with_which_it_was_said(edtf: str, expected: str) -> None:
    """No day is invented."""
    assert spoken_dates.when(When.parse(edtf)) == expected


def test_every_word_of_the_vocabulary_has_its_words() -> None:
    """Nothing that a judgement or a claim may hold is shown as a bare key error."""
    for table, names in (
        (words.STAGES, Stage),
        (words.DECISIONS, Decision),
        (words.MILESTONES, Milestone),
        (words.EVENTS, Event),
        (words.MODALITIES, Modality),
    ):
        assert set(table) == set(names)


def test_nothing_is_certain() -> None:
    """Neither 0 nor 100 percent is ever shown."""
    assert [words.percent(p) for p in (0.0, 0.004, 0.5, 0.999, 1.0)] == ["1 %", "1 %", "50 %", "99 %", "99 %"]


@given(st.text())
def test_a_clean_text_has_no_hidden_character_and_cleaning_again_changes_nothing(text: str) -> None:
    """Controls, separators, marks that reorder, and halves of surrogate pairs are gone."""
    cleaned = words.clean(text)
    assert words.clean(cleaned) == cleaned
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 or 0x202A <= ord(c) <= 0x202E for c in cleaned)
    cleaned.encode()


@given(st.dictionaries(st.text(), st.text()))
def test_escaping_json_changes_nothing_that_it_says(data: dict[str, str]) -> None:
    """The same comes back, and nothing hidden stands in it."""
    escaped = words.escape_hidden(json.dumps(data, ensure_ascii=False))
    assert json.loads(escaped) == data
    assert not set("\u202e\u2028\x9b\x7f") & set(escaped)


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=30), st.none() | st.integers(1, 99))
@example("-", None)
@example("--", 2)
def test_an_address_leads_back_to_its_production(title: str, season: int | None) -> None:
    """What a slug names has the key of the title it was made of, for every title that has one."""
    from urllib.parse import unquote

    cleaned = words.clean(title)
    if not title_key(cleaned) or "-season-" in cleaned:
        return
    slug = slug_of(Production(cleaned, season))
    assert slug == slug.strip()
    found, number = named_by(unquote(slug))
    assert (title_key(found), number) == (title_key(cleaned), season)


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://news.example/a?b=c#d", True),
        ("http://news.example", True),
        ("javascript:alert(1)", False),
        ("JAVASCRIPT:alert(1)", False),
        ("https://user:secret@news.example/", False),
        ("https://news.example\\@evil.example/", False),
        ("https://news.example/\u202egpj.exe", False),
        ("https:///path", False),
        ("https://[::1", False),
        ("", False),
        (None, False),
    ],
)
def test_only_addresses_of_the_web_may_be_followed(url: str | None, safe: bool) -> None:
    """The very address is given back, or none."""
    assert safe_url(url) == (url if safe else None)


def test_every_template_is_escaped() -> None:
    """No template marks anything as safe by itself."""
    templates = Path(words.__file__).parent / "templates"
    found = [path.name for path in templates.iterdir() if "|safe" in path.read_text().replace(" ", "")]
    assert sorted(path.suffix for path in templates.iterdir()) == [".html"] * len(list(templates.iterdir()))
    assert found == []
