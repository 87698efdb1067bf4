"""What platforms were called and whom they belonged to, as of a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from callboard.catalogue.catalogue import Title
from callboard.catalogue.platforms import Platforms
from callboard.catalogue.searching import Context, find_candidates
from callboard.catalogue.starter import load_starter


@pytest.fixture(scope="module")
def facts() -> Platforms:
    return load_starter().platform_facts


@pytest.mark.parametrize(
    ("day", "name", "owner"),
    [
        ("2021-06-01", "HBO Max", "AT&T"),
        ("2023-05-22", "HBO Max", "Warner Bros. Discovery"),
        ("2023-05-23", "Max", "Warner Bros. Discovery"),
        ("2025-07-08", "Max", "Warner Bros. Discovery"),
        ("2025-07-09", "HBO Max", "Warner Bros. Discovery"),
    ],
)
def test_a_platform_has_the_name_of_the_day(facts: Platforms, day: str, name: str, owner: str) -> None:
    """HBO Max became Max and HBO Max again; the first day of a name is the first day of it."""
    for spelling in ("Max", "hbo max"):
        found = facts.find(spelling)
        assert found == "Max"
        assert facts.called(found, dt.date.fromisoformat(day)) == name
        assert facts.owner(found, dt.date.fromisoformat(day)) == owner


def test_a_former_name_leads_to_what_it_became(facts: Platforms) -> None:
    """Even where articles still find it as a platform of its own."""
    assert facts.find("ABC Family") == "Freeform"
    assert facts.told("ABC Family", dt.date(2014, 1, 1)).startswith(
        "ABC Family (also Fox Family Channel, Freeform; of "
    )
    assert facts.told("Spike", dt.date(2020, 1, 1)).startswith("Paramount Network (also Spike TV, Spike; of ViacomCBS")
    assert facts.told("Nobody's Network", dt.date(2014, 1, 1)) == "Nobody's Network"


def test_the_years_of_a_platform_do_not_overlap(facts: Platforms) -> None:
    """Two names on one day would make what is told depend on the order of the table."""
    rows = list(facts.rows)
    assert len({row[0] for row in rows}) >= 100
    assert {row[1] for row in rows} == {"name", "owner"}
    for platform in {row[0] for row in rows}:
        assert platform in load_starter().platforms, platform
        for what in ("name", "owner"):
            periods = [period for period in facts.history(platform) if period.what == what]
            for one, other in zip(periods, periods[1:], strict=False):
                assert one.until is not None, (platform, one)
                assert other.since is not None, (platform, other)
                assert one.until.bounds()[0] <= other.since.bounds()[0], (platform, other)


def test_a_title_is_found_by_another_name_of_its_platform() -> None:
    """What the catalogue has on HBO Max is meant by whoever asks for Max."""
    known = replace(load_starter(), titles={"batgirl": (Title("Batgirl", "film", platforms=("HBO Max",)),)}, aliases={})
    points = [find_candidates(known, None, "Batgirl", Context(platform=name))[0].points for name in ("Max", "hbo max")]
    assert points[0] == points[1] > find_candidates(known, None, "Batgirl", Context(platform="Hulu"))[0].points
