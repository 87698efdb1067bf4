"""
What is lost between a perfect second reader and the claims: gold claims as answers, read back and scored.

    python bench/second_reader.py [--file GOLD.jsonl] [--misses]

Each gold claim becomes the answer that a careful reader would give. Gold has no phrase for a time but its EDTF: the
phrase taken is the time expression nearest to the quote that the engine resolves so; where there is none, the time is
lost and counted against us.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from score import time_agrees

from callboard.catalogue.starter import load_starter
from callboard.model import Document, Event
from callboard.understand.llm.batch import parts_of
from callboard.understand.llm.grounding import Ground, find_quote, make_ground
from callboard.understand.llm.phrases import resolve_phrase
from callboard.understand.reader import Reader
from callboard.when import When

HERE = Path(__file__).parent
FIELDS = ("title", "season", "event", "modality", "source", "person", "role", "place", "platform", "quote")


def phrase_of(ground: Ground, claim: dict[str, Any]) -> tuple[str | None, int | None]:
    """
    The time expression nearest to the quote that comes out as gold has it, and the year of gold where that is needed.

    None where there is none: the time is lost.
    """
    quote = find_quote(ground.document, claim["quote"])
    if not claim["time"] or quote is None:
        return None, None
    start = quote.start + (len(ground.document.headline) + 1) * (quote.part == "text")
    at, event = (start, start + len(quote.text)), Event(claim["event"])
    ends = When.parse(claim["time"])
    years = [end.year for end in dict.fromkeys((ends.first, ends.last)) if end is not None]
    for mention in sorted(ground.times, key=lambda m: abs(m.start - start)):
        for year in (None, *years):
            when = resolve_phrase(ground.full, ground.times, ground.inferred, mention.text, at, event, year)
            if when is not None and time_agrees(claim["time"], str(when)):
                return mention.text, year
    return None, None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--file", type=Path, default=HERE / "corpus" / "dev.jsonl", help="gold articles")
    parser.add_argument("--dated", action="store_true", help="only the articles whose day of publication is given")
    parser.add_argument("--misses", action="store_true", help="list every missed and every wrong claim")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    args = parser.parse_args()
    reader = Reader.load(load_starter())
    documents, responses, kept = [], [], []
    for line in args.file.read_text("utf-8").splitlines():
        gold = json.loads(line)
        if args.dated and not gold["published_given"]:
            continue
        kept.append(line)
        data = {key: gold[key] for key in ("id", "outlet", "headline", "text")} | {"url": gold["source_url"]}
        data["published"] = gold["published"] if gold["published_given"] else None
        document = Document.from_json(data)
        ground = make_ground(reader, document)
        answers = [
            {name: claim[name] for name in FIELDS}
            | dict(zip(("time_phrase", "time_year"), phrase_of(ground, claim), strict=True))
            for claim in gold["claims"]
        ]
        documents.append(json.dumps(data))
        for part in parts_of(document):
            mine = [answer for answer in answers if answer["quote"] in part.text or answer["quote"] in gold["headline"]]
            message = {"role": "assistant", "content": json.dumps({"claims": mine})}
            body = {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}
            responses.append(json.dumps({"custom_id": part.custom_id("gold"), "error": None,
                                         "response": {"status_code": 200, "body": body}}))  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        answered, predicted = Path(folder, "responses.jsonl"), Path(folder, "predicted.jsonl")
        scored = Path(folder, "gold.jsonl")
        scored.write_text("\n".join(kept) + "\n", "utf-8")
        answered.write_text("\n".join(responses) + "\n", "utf-8")
        command = [sys.executable, "-m", "callboard.cli.main", "understand", "--reader", "llm", "--responses", str(answered)]  # fmt: skip
        done = subprocess.run(command, input="\n".join(documents), capture_output=True, text=True, check=True)
        sys.stderr.write(done.stderr)
        predicted.write_text(done.stdout, "utf-8")
        options = [*(["--misses"] if args.misses else []), *(["--json"] if args.json else [])]
        return subprocess.run([sys.executable, HERE / "score.py", scored, predicted, *options], check=False).returncode  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
