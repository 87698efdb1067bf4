"""
Backtests of the judge: `python bench/judge/run.py [facts] [articles] [simulation] [changes] [speed]`, all by default.

    --claims FILE   judge the articles from these claims, as `callboard understand` writes them, beside the gold ones;
                    else from those that the shipped reader finds, read once and kept in bench/results/, and train also
                    from the file that `make model` leaves, whose readers never saw what they read, where it still holds
    --json FILE     write every figure there
    --plots FOLDER  write calibration plots as SVG
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import articles as on_articles
import extract
import facts as on_facts
import simulation as on_simulation
from aims import verdicts
from falsehoods import false_changes
from held_out import held_out
from plots import write_calibration

from callboard.judge.judgement import judge
from callboard.judge.strengths import Strengths
from callboard.judge.train import History, read_histories
from callboard.model import Claim, Event, Json, Modality, Production, Report, Span
from callboard.when import When

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("facts", "articles", "simulation", "changes", "speed")
TRAIN = sorted((ROOT / "corpus").glob("train-*.jsonl"))
DEV = [ROOT / "corpus" / "dev.jsonl"]
KINDS = {
    "gold": "gold claims",
    "extracted": "claims as extracted",
    "learned": "claims as extracted by the reader that learned from these articles",
}


def show(name: str, figures: Json) -> None:
    """Print figures as one line each."""
    print(f"\n{name}")
    for key, value in figures.items():
        print(f"  {key:18} {json.dumps(value) if isinstance(value, dict) else value}")


def run_facts(histories: Sequence[History], shared: set[str], plots: Path | None) -> Json:
    """Forecasts of unseen titles: over all histories, and over those of production_histories.csv alone."""
    outcomes = on_facts.run(histories, Strengths())
    original = [outcome for outcome in outcomes if outcome.title in shared]
    result = {"all": on_facts.summary(outcomes), "production_histories.csv": on_facts.summary(original)}
    for name, figures in result.items():
        show(f"facts, titles of {name}", figures)
    return result


def run_articles(histories: Sequence[History], given: Path | None, plots: Path | None) -> Json:
    """The stage as of each article, from gold claims and from extracted ones."""
    result: Json = {}
    for name, paths in (("train", TRAIN), ("dev", DEV)):
        gold = on_articles.read_articles(paths)
        cases = on_articles.find_cases(gold, histories)
        found = {"extracted": given or extract.shipped(name, paths)}
        if name == "train" and given is None:
            # the shipped reader learned from these very articles; held-out claims are what it would find elsewhere
            unseen = held_out()
            found = {"learned": found["extracted"]} | ({"extracted": unseen} if unseen else {})
        sets = {"gold": (gold, cases)}
        for kind, path in found.items():
            articles = on_articles.read_articles(paths, path)
            sets[kind] = articles, on_articles.with_claims(cases, {article.name: article for article in articles})
        for kind, (articles, asked) in sets.items():
            scored = on_articles.score(asked, articles, histories, Strengths())
            result[f"{name}, {kind}"] = on_articles.summary(scored)
            show(f"articles, {name}, {KINDS[kind]}", result[f"{name}, {kind}"])
            if plots is not None and scored and kind != "learned":
                file = plots / f"judge-stage-{name}-{kind}.svg"
                write_calibration(file, on_articles.pairs(scored), f"Stage, {name} articles, {kind} claims")
    return result


def run_speed() -> Json:
    """Milliseconds of CPU time of one judgement with 50 claims, the median of 40."""
    production = Production("Luke Cage", 2)
    reports = []
    for n in range(50):
        event, when, modality = (
            (Event.FILMING_START, "2017-06", Modality.EXPECTED),
            (Event.PREPARATION, None, Modality.ASSERTED),
            (Event.RELEASE, "2018", Modality.EXPECTED),
            (Event.FILMING_END, "2018-01", Modality.ASSERTED),
            (Event.CASTING, None, Modality.ASSERTED),
        )[n % 5]
        claim = Claim(
            production=production,
            event=event,
            quote=Span(0, 0, ""),
            time=When.parse(when) if when else None,
            modality=modality,
            source=f"source {n}",
        )
        reports.append(Report(claim=claim, outlet="Deadline", said=When.day(dt.date(2017, 4, 1) + dt.timedelta(n))))
    times = []
    for _ in range(40):
        start = time.process_time()
        judge(production, reports, as_of=dt.date(2017, 6, 10), kind="season", platform="Netflix")
        times.append(1000 * (time.process_time() - start))
    result = {"ms": round(sorted(times)[20], 2), "claims": len(reports)}
    show("speed", result)
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="part")
    parser.add_argument("--claims", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--plots", type=Path)
    options = parser.parse_args(arguments)
    parts = options.parts or list(PARTS)
    if set(parts) - set(PARTS):
        parser.error(f"unknown part; the parts are {', '.join(PARTS)}")
    main_file = ROOT / "data" / "production_histories.csv"
    histories = read_histories([main_file, *sorted((ROOT / "data").glob("more_histories.csv"))])
    shared = {history.title for history in read_histories([main_file])}
    result: Json = {}
    if "facts" in parts:
        result["facts"] = run_facts(histories, shared, options.plots)
    if "articles" in parts:
        result["articles"] = run_articles(histories, options.claims, options.plots)
    if "simulation" in parts:
        result["simulation"] = on_simulation.run()
        show("simulation", result["simulation"])
    if "changes" in parts:
        result["changes"] = false_changes(on_articles.read_articles([*TRAIN, *DEV]), histories)
        show("changes", result["changes"])
    if "speed" in parts:
        result["speed"] = run_speed()
    print("\nagainst the aims")
    verdicts(result)
    if options.json:
        options.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
