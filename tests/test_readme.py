"""
The README's examples are run, and what they print is what the README shows.

Numbers, days and the odd line may differ, since they move with the learned models; the commands and the shape may not.
`python tests/test_readme.py --write` puts the present output into the README.
"""

from __future__ import annotations

import difflib
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ALIKE = 0.6  # how much of a line's shape must be there again
KEPT = 0.7  # share of the lines of all examples that must be there again


@dataclass(frozen=True)
class Example:
    """A command with what the README says that it prints."""

    command: str
    output: str


def examples_of(text: str) -> list[Example]:
    found = []
    for block in BLOCK.findall(text):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append(Example(command, output))
    return found


def run_all(examples: list[Example], folder: Path) -> list[subprocess.CompletedProcess[str]]:
    """Each command in a shell, one after the other, with a ledger of their own that the output calls board.db."""
    (folder / "docs").symlink_to(ROOT / "docs")
    environment = {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        "HOME": str(folder),
        "COLUMNS": "100",
        "LC_ALL": "C.UTF-8",
        "CALLBOARD_LEDGER": "board.db",
    }
    return [
        subprocess.run(
            ["bash", "-c", example.command],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for example in examples
    ]


def shape_of(line: str) -> str:
    """The line without what moves with the models: numbers, months, bars and runs of spaces."""
    line = re.sub(r"[█▉▊▋▌▍▎▏]+", "█", line)
    line = re.sub(r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b", "M", line)
    return " ".join(re.sub(r"\d+", "#", line).split())


def is_there(line: str, lines: list[str]) -> bool:
    shape = shape_of(line)
    return any(difflib.SequenceMatcher(None, shape, shape_of(other)).ratio() >= ALIKE for other in lines)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Example, subprocess.CompletedProcess[str]]]:
    examples = examples_of(README.read_text("utf-8"))
    return list(zip(examples, run_all(examples, tmp_path_factory.mktemp("readme")), strict=True))


def test_every_verb_has_an_example(ran: list[tuple[Example, subprocess.CompletedProcess[str]]]) -> None:
    """The five of the flow, and the two commands."""
    commands = " ".join(example.command for example, _ in ran)
    for command in ("read", "understand", "record", "add", "status", "why", "board"):
        assert f"callboard {command}" in commands


def test_every_example_works(ran: list[tuple[Example, subprocess.CompletedProcess[str]]]) -> None:
    """Status 0, and something is printed."""
    for example, done in ran:
        assert done.returncode == 0, (example.command, done.stdout)
        assert done.stdout.strip(), example.command
        assert "Traceback" not in done.stdout


def test_the_readme_shows_what_they_print(ran: list[tuple[Example, subprocess.CompletedProcess[str]]]) -> None:
    """Most lines are there in shape; else write them anew with `make docs` and look at the difference."""
    missing, lines = [], 0
    for example, done in ran:
        assert example.output.strip(), f"run make docs: no output in the README for {example.command}"
        actual = done.stdout.splitlines()
        expected = [line for line in example.output.splitlines() if line.strip()]
        lines += len(expected)
        missing += [line for line in expected if not is_there(line, actual)]
    assert len(missing) <= (1 - KEPT) * lines, missing


def test_links_lead_somewhere() -> None:
    """Every relative link of the README is a file of the repository."""
    for target in re.findall(r"\]\(([^)#:]+)\)", README.read_text("utf-8")):
        assert (ROOT / target).exists(), target


def write() -> None:
    """Put the present output of every example into the README."""
    text = README.read_text("utf-8")
    examples = examples_of(text)
    with tempfile.TemporaryDirectory() as folder:
        outputs = iter([done.stdout.rstrip("\n") for done in run_all(examples, Path(folder))])
    tidy = re.compile(r"[ \t]+$", re.MULTILINE)

    def filled(block: re.Match[str]) -> str:
        commands = re.findall(r"^\$ (.*)$", block[1], re.MULTILINE)
        lines = "".join(f"$ {command}\n{tidy.sub('', next(outputs))}\n" for command in commands)
        return f"```console\n{lines}```"

    README.write_text(BLOCK.sub(filled, text), "utf-8")


if __name__ == "__main__" and "--write" in sys.argv:
    write()
