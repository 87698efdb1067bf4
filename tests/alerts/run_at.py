"""Runs a command of `callboard alerts` as if it were another day; a process of its own, so that it may be killed."""

import datetime as dt
import sys

import callboard.cli.alerts
from callboard.cli.main import run

if __name__ == "__main__":
    now = dt.datetime.fromisoformat(sys.argv[1]).astimezone(dt.UTC)
    callboard.cli.alerts.now = lambda: now
    sys.exit(run(["alerts", *sys.argv[2:]]))
