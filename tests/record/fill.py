"""Takes a folder of marked pages into a ledger and says each that is recorded; run as a process that may be killed."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from record_stories import make_marked_tools

from callboard.intake import find_sources, take_in
from callboard.record.ledger import open_ledger

if __name__ == "__main__":
    with open_ledger(sys.argv[1]) as ledger:
        for outcome in take_in(find_sources([Path(sys.argv[2])]), ledger, make_tools=make_marked_tools):
            print(outcome.where, outcome.claims, outcome.new, flush=True)
