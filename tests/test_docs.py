"""
The manual's reference pages say what the program says: `docs/cli.md` and `docs/settings.md` are made from it.

`python tests/test_docs.py --write` makes them anew.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from callboard.cli.main import PLUMBING, PORCELAIN, Entry
from callboard.settings import SETTINGS

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])
MADE = "<!-- made by `make docs`; a change by hand is lost -->\n"


def help_of(entry: Entry) -> str:
    """What `callboard NAME --help` prints, 80 wide."""
    command = [sys.executable, "-m", "callboard.cli.main", entry.name, "--help"]
    environment = os.environ | {"COLUMNS": "80"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def cli_page() -> str:
    lines = [
        MADE,
        "# Commands\n",
        "For whoever types commands or writes scripts: all of them, as `--help` tells them.\n",
        "Data goes to stdout, talk to stderr.",
        "Exit status: 0 done, 1 problems in the input (each named with the next step), 2 wrong usage, 130 interrupted.",
        "Every command that answers takes `--json` and, where it judges, `--as-of DAY`.\n",
    ]
    for title, entries in (("Commands", PORCELAIN), ("Plumbing, over JSON Lines", PLUMBING)):
        lines.append(f"## {title}\n")
        for entry in entries:
            lines += [f"### callboard {entry.name}\n", "```text", help_of(entry).rstrip(), "```\n"]
    return "\n".join(lines)


def settings_page() -> str:
    lines = [
        MADE,
        "# Settings\n",
        "For whoever runs callboard and wants something otherwise than it comes.\n",
        "A value is taken from the first of: a flag of the command, the environment, `callboard.toml` in the current folder,",
        "`callboard.toml` in the user's configuration folder (`~/.config/callboard/`), the default.",
        "A file names only what it changes. `callboard settings` prints each value with its origin; secrets are hidden.\n",
        "| setting | environment | default | what it is |",
        "| --- | --- | --- | --- |",
    ]
    for setting in SETTINGS:
        default = str(setting.default({"HOME": "~"})) or "(empty)"
        lines.append(f"| `{setting.name}` | `CALLBOARD_{setting.name.upper()}` | `{default}` | {setting.help} |")
    lines += [
        "",
        "```toml",
        "# callboard.toml",
        'ledger = "board.db"    # beside this file',
        "keep_text_days = 7",
        "```",
        "",
    ]
    return "\n".join(lines)


@pytest.mark.parametrize(("name", "make"), [("cli.md", cli_page), ("settings.md", settings_page)])
def test_reference_pages_say_what_the_program_says(name: str, make: object) -> None:
    """To the letter; `make docs` writes them anew."""
    assert callable(make)
    assert (DOCS / name).read_text("utf-8") == make(), f"docs/{name} is behind: make docs"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link of a page is a file of the repository, and every page of the manual is in its index."""
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", text):
        assert (page.parent / target).exists(), target


def test_every_page_is_in_the_index() -> None:
    """Whoever opens docs/ finds all of it."""
    index = (DOCS / "README.md").read_text("utf-8")
    for page in DOCS.rglob("*.md"):
        if page.name != "README.md":
            assert f"({page.relative_to(DOCS)})" in index, page


def test_every_page_says_for_whom_it_is() -> None:
    """In its first paragraph."""
    for page in DOCS.glob("*.md"):
        text = page.read_text("utf-8").removeprefix(MADE).strip()
        assert text.split("\n\n")[1].startswith("For "), page


def test_the_manual_names_no_command_that_is_not_there() -> None:
    """`callboard NAME` in text is a command of the program."""
    known = {entry.name for entry in (*PORCELAIN, *PLUMBING)}
    for page in PAGES:
        text = page.read_text("utf-8")
        for name in re.findall(r"`callboard ([a-z]+)", text):
            assert name in known, (page.name, name)


def test_the_manual_names_no_make_target_that_is_not_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for page in PAGES:
        for name in re.findall(r"`make ([a-z-]+)", page.read_text("utf-8")):
            assert name in targets, (page.name, name)


def test_the_architecture_names_every_part() -> None:
    """Each package and each joining module of the source is in the picture's page."""
    text = (DOCS / "architecture.md").read_text("utf-8")
    for part in sorted((ROOT / "src" / "callboard").iterdir()):
        if part.name.startswith("_") or part.name == "py.typed":
            continue
        assert re.search(rf"`(?:\w+/)*{re.escape(part.name)}/?`", text), part.name


if __name__ == "__main__" and "--write" in sys.argv:
    (DOCS / "cli.md").write_text(cli_page(), "utf-8")
    (DOCS / "settings.md").write_text(settings_page(), "utf-8")
