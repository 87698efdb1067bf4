"""
Count how a reader goes wrong, beyond what its scores say: `python bench/judge/misread.py [CLAIMS]`.

Of the claims of milestones and stages that meet a gold claim of the train articles (as `bench/score.py` pairs them): how
often the time is another one, where the quote has its year, where not, and where an undated text leaves it open; how
often a claim read out without a time had one; how often each modality is another one; how far wrong times lie from the
day of the article, and whether on its wrong side. A guide to the doubts of `Strengths` in `callboard/judge/strengths.py`,
which are smaller: many a time that does not agree is near. The claims are held-out ones where `make model` has left
them, else those of the shipped reader, which learned from these articles and knows their times too well.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import extract
import numpy as np
import score
from held_out import held_out

from callboard.judge.doubt import year_is_in
from callboard.model import MILESTONE_EVENTS, Event
from callboard.when import When

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Print one line for each figure."""
    paths = sorted((ROOT / "corpus").glob("train-*.jsonl"))
    gold = {
        article["id"]: article for path in paths for article in map(json.loads, path.read_text("utf-8").splitlines())
    }
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else held_out() or extract.shipped("train", paths)
    wrong: dict[str, list[bool]] = defaultdict(list)
    days: list[float] = []
    for line in file.read_text("utf-8").splitlines():
        record = json.loads(line)
        article = gold.get(record.get("id"))
        if article is None:
            continue
        for i, j in score.pair(article["claims"], record["claims"]):
            right, found = article["claims"][i], record["claims"][j]
            if Event(found["event"]) not in MILESTONE_EVENTS:
                continue
            wrong[f"put as {found['modality']}"].append(right["modality"] != found["modality"])
            if not found.get("time"):
                wrong["no time read"].append(bool(right.get("time")))
                continue
            time = When.parse(found["time"])
            spelled = year_is_in(found["quote"], time)
            how = "in the quote" if spelled else "guessed" if time.is_doubtful else "not in the quote"
            missed = not (right.get("time") and score.time_agrees(right["time"], found["time"]))
            wrong[f"time, its year {how}"].append(missed)
            if missed:
                said = When.parse(article["published"]).middle
                if right.get("time"):
                    same = (time.middle > said) == (When.parse(right["time"]).middle > said)
                    wrong["a wrong time, on the wrong side"].append(not same)
                days.append(abs((time.middle - said).days))
    for name, found in sorted(wrong.items()):
        print(f"{name:32} wrong {np.mean(found):.2f} of {len(found)}")
    print(f"{'a wrong time lies away':32} {np.mean(np.minimum(days, 1500)):.0f} days in the mean of {len(days)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
