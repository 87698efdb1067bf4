"""
The posterior over the days of a production's milestones, exact on the grid.

A life is a chain order -> preparation -> start -> wrap -> release, or, for weekly series, ... start -> release -> wrap;
both chains are run and mixed by how well they explain the claims. Forward and backward messages pass along the chain
(Rabiner 1989, sec. III.A, with spells in place of steps: a hidden semi-Markov model in which each state is visited
once). A message is one product with the spell's distribution, taken between the cells' edges on the spell's own clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from callboard.judge.grid import Array, Grid
from callboard.judge.spells import Shock, Spell, clock

_TINY = 1e-280


@dataclass(frozen=True, slots=True)
class Link:
    """The distribution of one spell over the grid: `cumulated[i, e]` = P(ended before edge e | began in cell i)."""

    cumulated: Array

    def forward(self, message: Array) -> Array:
        """The message carried to the end of the spell, shape (cells,)."""
        return np.maximum(np.diff(message @ self.cumulated), 0.0)

    def backward(self, message: Array) -> Array:
        """For each beginning, the message expected at the end."""
        # sum_j (C[i, j+1] - C[i, j]) v[j], summed by parts so that C need not be differenced
        steps = np.empty(len(message) + 1)
        steps[0] = -message[0]
        steps[-1] = message[-1]
        np.subtract(message[:-1], message[1:], out=steps[1:-1])
        return np.maximum(self.cumulated @ steps, 0.0)


def make_link(
    spell: Spell, name: str, grid: Grid, shocks: Sequence[Shock], pauses: Sequence[tuple[int, int]] = ()
) -> Link:
    """The link of a spell whose clock is called `name`."""
    edges = np.floor(clock(name, grid.edges.astype(np.float64), shocks, pauses) + 0.5).astype(np.intp)
    # a cell's beginning is spread over its days; its middle stands for them, so half of a spell of no days stays in it
    middles = np.floor(clock(name, grid.middles, shocks, pauses) + 0.5).astype(np.intp)
    days = edges[None, :] - middles[:, None]
    return Link(np.take(spell.cdf(), days, mode="clip"))  # a negative time is drawn to none


@dataclass(frozen=True, slots=True)
class Chain:
    """The posterior of one chain: a distribution over cells for each milestone, and the log evidence."""

    marginals: Array  # (5, cells), in the order of the chain
    log_evidence: float


def run_chain(prior: Array, links: Sequence[Link], log_factors: Array) -> Chain:
    """
    Marginals of all milestones of a chain.

    Args:
        prior: Probability of the first milestone's cell, shape ``(cells,)``.
        links: The spells between them, one fewer than milestones.
        log_factors: Natural-log likelihood of each milestone's cell, shape ``(milestones, cells)``.
    """
    peaks = log_factors.max(axis=1)
    factors = np.exp(log_factors - peaks[:, None])
    count = len(factors)
    forward = np.empty_like(factors)
    log_evidence = float(peaks.sum())
    message = prior * factors[0]
    for k in range(count):
        if k:
            message = links[k - 1].forward(forward[k - 1]) * factors[k]
        total = float(message.sum())
        if not total > _TINY:
            # the claims exclude one another: believe the later milestones' own evidence from here
            message, total = factors[k] + 1e-12, float(factors[k].sum())
            log_evidence -= 200.0
        log_evidence += float(np.log(total))
        forward[k] = message / total
    marginals = np.empty_like(factors)
    backward = np.ones(factors.shape[1])
    for k in range(count - 1, -1, -1):
        product = forward[k] * backward
        total = float(product.sum())
        marginals[k] = product / total if total > _TINY else forward[k]
        if k:
            backward = links[k - 1].backward(backward * factors[k])
            peak = float(backward.max())
            backward = backward / peak if peak > _TINY else np.ones(factors.shape[1])
    return Chain(marginals, log_evidence)


def order_prior(grid: Grid, as_of: int, past_days: float, ahead_days: float) -> Array:
    """
    Probability of each cell for the order, before any claim: productions that one asks about are of these years.

    Two-sided exponential around a year and a half before the day.
    """
    distance = grid.middles - (as_of - 500)
    density = np.exp(-np.abs(distance) / np.where(distance < 0, past_days, ahead_days)) + 1e-4
    prior = density * grid.widths
    return prior / prior.sum()  # type: ignore[no-any-return]
