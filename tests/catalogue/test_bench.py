"""The measurement of imports still runs, and what it says of a second import holds at any size."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

RUN = Path(__file__).parents[2] / "bench" / "catalogue" / "run.py"


def test_the_files_of_the_benchmark_import_and_change_nothing_again(tmp_path: Path) -> None:
    """The same rows for the same seed, by the columns that IMDb publishes."""
    command = [sys.executable, str(RUN), "--rows", "2000", "--keep", str(tmp_path)]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    first, again = re.findall(r"all +2,000 rows .* ([\d,]+) differing", result.stdout)
    assert int(first.replace(",", "")) > 500
    assert again == "0"
