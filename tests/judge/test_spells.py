"""Lengths of time: the hand-worked numbers behind the learned table."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from callboard.judge.grid import make_grid
from callboard.judge.spells import SHIFT_DAYS, Shock, Spell, clock, features_of, load_table, spell_of, spells_for
from callboard.judge.timeline import Link, make_link, run_chain
from callboard.model import Milestone, Season
from callboard.when import When


def test_half_of_a_spell_is_over_at_its_median() -> None:
    """A log-logistic spell with mu = ln(100 + 14) has its median near 100 days."""
    spell = Spell(float(np.log(100 + SHIFT_DAYS)), 0.3)
    assert spell.median_days == pytest.approx(100, abs=0.5)
    assert spell.cdf()[100] == pytest.approx(0.5, abs=0.01)
    assert spell.cdf()[0] == 0


def test_a_clock_at_half_speed_counts_half_the_days() -> None:
    """Of 100 days of which 40 fall in a shock at half speed, 80 count."""
    shock = Shock(1020, 1060, {"start_end": 0.5})
    counted = clock("start_end", np.array([1000.0, 1100.0]), [shock])
    assert counted[1] - counted[0] == pytest.approx(80)
    other = clock("end_release", np.array([1000.0, 1100.0]), [shock])
    assert other[1] - other[0] == pytest.approx(100)


def test_the_own_seasons_pull_the_spell_towards_them() -> None:
    """A title whose season took twice as long as usual is expected to be slow again, though less so."""
    table = load_table()
    features = features_of("season", "Netflix", 2)
    usual = spell_of(table, "end_release", features)
    first = dt.date(2015, 1, 1)
    slow = Season(
        1,
        {
            Milestone.FILMING_END: When.day(first),
            Milestone.RELEASE: When.day(first + dt.timedelta(2 * usual.median_days)),
        },
    )
    own = spell_of(table, "end_release", features, [slow])
    assert usual.median_days < own.median_days < 2 * usual.median_days
    assert own.scale < usual.scale


def test_groups_differ_as_the_histories_say() -> None:
    """Broadcast series are out sooner after the start than films for the cinema."""
    broadcast = spells_for("season", "NBC", 3)
    film = spells_for("film", "theatrical", None)
    assert broadcast.weekly > 0.4 > film.weekly
    assert broadcast.start_release.median_days < 200
    assert film.end_release.median_days > 250


def test_the_chain_agrees_with_plain_enumeration() -> None:
    """On five cells and three milestones, message passing gives what summing over all 125 lives gives."""
    rng = np.random.default_rng(4)
    cells = 5
    prior = rng.dirichlet(np.ones(cells))
    links = []
    for _ in range(2):
        mass = np.triu(rng.random((cells, cells)))
        links.append(Link(np.concatenate([np.zeros((cells, 1)), np.cumsum(mass, axis=1)], axis=1)))
    factors = rng.random((3, cells))
    weights = np.zeros((cells, cells, cells))
    for a in range(cells):
        for b in range(cells):
            for c in range(cells):
                step = np.diff(links[0].cumulated[a])[b] * np.diff(links[1].cumulated[b])[c]
                weights[a, b, c] = prior[a] * factors[0, a] * factors[1, b] * factors[2, c] * step
    expected = weights / weights.sum()
    found = run_chain(prior, links, np.log(factors))
    assert found.marginals[0] == pytest.approx(expected.sum(axis=(1, 2)))
    assert found.marginals[1] == pytest.approx(expected.sum(axis=(0, 2)))
    assert found.marginals[2] == pytest.approx(expected.sum(axis=(0, 1)))
    assert found.log_evidence == pytest.approx(float(np.log(weights.sum())))


def test_a_link_carries_no_mass_backward() -> None:
    """From any cell, a spell ends in that cell or a later one, and ends somewhere."""
    grid = make_grid(736000, [])
    link = make_link(Spell(5.0, 0.3), "start_end", grid, [])
    middle = grid.size // 2
    start = np.zeros(grid.size)
    start[middle] = 1.0
    ended = link.forward(start)
    assert ended[:middle].sum() == 0
    assert ended.sum() == pytest.approx(1, abs=0.01)


def test_the_grid_has_a_cell_for_each_named_day() -> None:
    """A day far from the judgement that a claim names is a cell of its own."""
    grid = make_grid(736000, [735001, 735002])
    cell = grid.cell_after(735000)
    assert grid.edges[cell] == 735001
    assert grid.widths[cell] == 1
    assert 736001 in grid.edges
