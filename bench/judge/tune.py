"""
Find the strengths of the evidence on the train articles: `python bench/judge/tune.py [rounds]`.

Coordinate search on the log score of the stage (each article alone, and all so far) plus the error of the release, from
gold claims and, with half their weight, from extracted ones: held-out where `make model` has left them, else
those of the shipped reader, which learned from these articles. Dev articles are never read. A step is kept when the
loss falls by more than 0.0015 and rises for neither half of the articles (split by a hash of the production's title)
by more than 0.004.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Sequence
from pathlib import Path

import extract
import numpy as np
from articles import Case, find_cases, read_articles, score, with_claims
from facts import fold_of
from held_out import held_out
from scores import log_score

from callboard.judge.strengths import Strengths
from callboard.judge.train import History, read_histories

ROOT = Path(__file__).resolve().parents[1]
EXTRACTED = 0.5  # weight of the extracted claims: their readers will change, the gold ones stay
STEPS = {
    "mention_development": 0.4,
    "mention_ordered": 0.4,
    "mention_filming": 0.4,
    "mention_postproduction": 0.4,
    "soft": 0.15,
    "ahead": 0.2,
    "quiet": 0.2,
    "soft_cap": 0.7,
    "order_days": 150.0,
    "keep_asserted": 0.5,
    "keep_expected": 0.5,
    "keep_possible": 0.4,
    "keep_fall": 0.2,
    "slip_days": 12.0,
    "slip_share": 0.12,
    "edge_miss": 0.06,
    "span_past": 0.2,
    "span_side": 0.15,
    "certain": 0.4,
    "superseded": 0.1,
    "quiet_read": 0.2,
    "spelled_time": 0.1,
    "misread_time": 0.1,
    "guessed_time": 0.15,
    "missed_time": 0.05,
    "misput": 0.1,
    "past_days": 350.0,
    "ahead_days": 150.0,
}


def losses(cases: Sequence[Case], articles: list, histories: Sequence[History], strengths: Strengths) -> np.ndarray:
    """The loss of each case."""
    found = []
    for s in score(cases, articles, histories, strengths):
        loss = log_score(s.alone, s.case.truth) + log_score(s.so_far, s.case.truth)
        if s.release:
            loss += min(s.release["crps"], 700.0) / 400
        found.append(loss)
    return np.array(found)


def main() -> int:
    """Search and print."""
    histories = read_histories(sorted((ROOT / "data").glob("*histories.csv")))
    train = sorted((ROOT / "corpus").glob("train-*.jsonl"))
    articles = read_articles(train)
    cases = find_cases(articles, histories)
    extracted = read_articles(train, held_out() or extract.shipped("train", train))
    heard = with_claims(cases, {article.name: article for article in extracted})

    def both(strengths: Strengths) -> np.ndarray:
        gold = losses(cases, articles, histories, strengths)
        return (gold + EXTRACTED * losses(heard, extracted, histories, strengths)) / (1 + EXTRACTED)

    half = np.array([fold_of(c.history.title) % 2 for c in cases])
    best = Strengths()
    now = both(best)
    print(f"start {now.mean():.4f} on {len(cases)} cases", flush=True)
    scale = 1.0
    for _ in range(int(sys.argv[1]) if len(sys.argv) > 1 else 2):
        for name, step in STEPS.items():
            for sign in (1, -1):
                value = getattr(best, name) + sign * step * scale
                if (value <= 0 and not name.startswith(("mention", "keep"))) or (
                    name.startswith(("span", "mis", "spelled", "guessed", "quiet_read")) and value >= 1
                ):
                    continue
                trial = dataclasses.replace(best, **{name: round(value, 4)})
                then = both(trial)
                halves = [(then - now)[half == h].mean() for h in (0, 1)]
                if then.mean() < now.mean() - 0.0015 and max(halves) < 0.004:
                    best, now = trial, then
                    print(f"{name} = {getattr(best, name)}: {now.mean():.4f}", flush=True)
                    break
        scale *= 0.6
    print(best)
    return 0


if __name__ == "__main__":
    sys.exit(main())
