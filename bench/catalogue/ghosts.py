"""
Measures which names that no catalogue has are shown as titles: `python bench/catalogue/ghosts.py [--ledger demo.db]`.

The demonstration's titles are labelled by hand in ghosts.tsv; `callboard demo --ledger demo.db` makes the ledger. The
articles of bench/corpus/dev.jsonl are read one by one, each name for itself; a title is real where a claim of the article
is about it. For both: how many ghosts are hidden, how many titles are shown, and what a title known to the catalogue adds.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from gold import document_of

from callboard.board import Board
from callboard.catalogue import press
from callboard.catalogue.starter import load_starter
from callboard.model import Report, title_key
from callboard.record.ledger import open_ledger
from callboard.understand.reader import Reader

HERE = Path(__file__).parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ledger", type=Path, default=None, help="of the demonstration")
    args = parser.parse_args()
    if args.ledger:
        tell("demo", read_demo(args.ledger))
    tell("dev", read_articles(HERE.parent / "corpus" / "dev.jsonl"))


def read_demo(path: Path) -> list[tuple[str, bool, bool, float]]:
    """(title, whether it is one, whether the catalogue has it as written, probability) of each title of the ledger."""
    with (HERE / "ghosts.tsv").open(encoding="utf-8", newline="") as file:
        labels = {title_key(row["title"]): row["real"] == "yes" for row in csv.DictReader(file, delimiter="\t")}
    found: dict[str, list[Report]] = {}
    with open_ledger(path, read_only=True) as ledger:
        board = Board(ledger, load_starter())
        for report in ledger.reports():
            found.setdefault(title_key(report.claim.production.title), []).append(report)
        if unlabelled := [told[0].claim.production.title for key, told in found.items() if key not in labels]:
            sys.exit(f"ghosts.tsv does not say whether these are titles; add them: {', '.join(unlabelled)}")
        return [_row(board.catalogue, told, labels[key], board.origin) for key, told in found.items()]


def read_articles(path: Path) -> list[tuple[str, bool, bool, float]]:
    """The same of each title that is found in each article."""
    catalogue = load_starter()
    reader = Reader.load(catalogue)
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        article = json.loads(line)
        _, claims = reader.understand(document_of(article))
        gold = {title_key(claim["title"]) for claim in article["claims"]}
        told: dict[str, list[Report]] = {}
        for claim in claims:
            told.setdefault(title_key(claim.production.title), []).append(Report(claim=claim))
        rows += [
            _row(catalogue, reports, catalogue.aliases.get(key, key) in gold or key in gold, lambda report: "")
            for key, reports in told.items()
        ]
    return rows


def _row(catalogue, told, real, voice_of):  # type: ignore[no-untyped-def]
    names = {report.claim.production.title for report in told}
    known = any(press.is_catalogued(catalogue, name) for name in names)
    return sorted(names)[0], real, known, press.probability(catalogue, told, voice_of)


def tell(what: str, rows: Iterable[tuple[str, bool, bool, float]]) -> None:
    """Prints the shares, and what is shown or hidden wrongly."""
    rows = list(rows)
    shown = [row for row in rows if row[2] or row[3] >= press.ENOUGH]
    unknown = [row for row in rows if not row[2]]
    ghosts = [row for row in rows if not row[1]]
    hidden = [row for row in ghosts if row not in shown]
    titles = [row for row in rows if row[1]]
    print(f"{what}: {len(rows)} names, {len(unknown)} that no catalogue has so; {len(ghosts)} are ghosts")
    print(
        f"  ghosts hidden {len(hidden)} of {len(ghosts)}, titles shown {sum(r in shown for r in titles)} of {len(titles)}"
    )
    born = [row for row in unknown if row[1]]
    print(f"  of the titles that no catalogue has, shown {sum(row in shown for row in born)} of {len(born)}")
    for title, real, known, p in sorted(rows):
        if real != ((title, real, known, p) in shown):
            print(f"  {'hidden' if real else 'shown'} wrongly: {title} ({p:.2f}{', catalogued' if known else ''})")


if __name__ == "__main__":
    main()
