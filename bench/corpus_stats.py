"""
Print what the training corpus holds, as the Markdown tables of docs/corpus.md.

    python bench/corpus_stats.py [FILE.jsonl ...]

Without arguments: every `train` and `extra` file of bench/corpus. `dev.jsonl` is never read unless it is named.
"""

import json
import statistics
import sys
from collections import Counter, defaultdict
from pathlib import Path

from gold import training_files

CORPUS = Path(__file__).parent / "corpus"


def load(path):
    """The articles of one file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def table(header, rows):
    """A Markdown table: the first column is text, the others are numbers."""
    lines = [f"| {' | '.join(header)} |", f"| --- |{' ---: |' * (len(header) - 1)}"]
    return "\n".join(lines + [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows])


def counted(name, counts):
    """A table of the counts, the most frequent first, with shares of the whole."""
    whole = sum(counts.values())
    return table((name, "number", "share"), [(key, n, f"{n / whole:.1%}") for key, n in counts.most_common()])


def file_row(name, articles):
    """One row of the table of files."""
    claims = [claim for article in articles for claim in article["claims"]]
    words = [len(article["text"].split()) for article in articles]
    withheld = sum(not article["published_given"] for article in articles)
    silent = sum(not article["claims"] for article in articles)
    return name, len(articles), len(claims), int(statistics.median(words)), withheld, silent


def event_rows(claims):
    """One row an event: claims, with a time, with a named source, optional, and how many in each modality."""
    by_event = defaultdict(list)
    for claim in claims:
        by_event[claim["event"]].append(claim)
    for event, group in sorted(by_event.items(), key=lambda item: -len(item[1])):
        modality = Counter(claim["modality"] for claim in group)
        yield (
            event, len(group), sum(bool(c["time"]) for c in group), sum(bool(c["source"]) for c in group),
            sum(bool(c.get("optional")) for c in group),
            *(modality[name] for name in ("asserted", "expected", "possible", "denied")),
        )  # fmt: skip


def main(paths):
    """Print the tables of the files at `paths`."""
    files = {path.name: load(path) for path in paths}
    articles = [article for group in files.values() for article in group]
    claims = [claim for article in articles for claim in article["claims"]]
    header = ("file", "articles", "claims", "median words", "date withheld", "no claim")
    print(table(header, [file_row(*item) for item in files.items()] + [file_row("**all**", articles)]))
    header = ("event", "claims", "with time", "with source", "optional", "asserted", "expected", "possible", "denied")
    print("", table(header, event_rows(claims)), sep="\n")
    print("", counted("modality", Counter(claim["modality"] for claim in claims)), sep="\n")
    print("", counted("kind", Counter(article["kind"] for article in articles)), sep="\n")
    years = Counter(article["published"][:4] for article in articles)
    print("", table(("year", "articles"), sorted(years.items())), sep="\n")
    titles = {claim["title"] for claim in claims}
    outlets = {article["outlet"] for article in articles}
    print(f"\n{len(titles)} titles, {len(outlets)} outlets")


if __name__ == "__main__":
    named = [Path(name) for name in sys.argv[1:]]
    main(named or training_files(CORPUS))
