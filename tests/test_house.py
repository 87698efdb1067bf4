"""The house stands as docs/architecture.md draws it: who may import whom, and how long a module may be."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import callboard

SOURCE = Path(callboard.__file__).parent
MODULES = sorted(path.relative_to(SOURCE) for path in SOURCE.rglob("*.py"))
MAX_LINES = 450

WORDS = {"model", "spoken_dates", "when", "errors", "settings"}
PACKAGES = {"read", "understand", "catalogue", "record", "judge"}
DATA = {"demo"}  # articles that come along
# What each part may import besides itself.
MAY_IMPORT: dict[str, set[str]] = {
    "__init__": {"api"},
    "errors": set(),
    "when": {"errors"},
    "spoken_dates": {"when"},
    "model": {"errors", "when"},
    "settings": {"errors"},
    **dict.fromkeys(PACKAGES, WORDS),
    "sidecar": {"errors"},
    "fetch": WORDS | {"sidecar"},
    "intake": WORDS | {"fetch", "read", "understand", "catalogue", "record"},
    "limited": WORDS | {"read", "intake"},
    "archive": WORDS | {"fetch", "read", "catalogue", "record", "intake", "limited"},
    "context": WORDS | {"catalogue", "judge"},
    "meant": WORDS | {"catalogue"},
    "lookup": WORDS | {"catalogue"},
    "kept": WORDS | {"judge", "sidecar"},
    "board": WORDS | {"catalogue", "record", "judge", "context", "meant", "kept"},
    "show": WORDS | {"board", "kept", "lookup"},
    "api": WORDS | {"board", "catalogue", "record", "show"},
    "alerts": WORDS | {"board", "show", "sidecar"},
    "mcp": WORDS | {"board", "show"},
    "demo": set(),
    "cli": WORDS
    | PACKAGES
    | DATA
    | {"fetch", "intake", "limited", "archive", "board", "show", "alerts", "mcp", "kept"},
}


def part_of(module: Path) -> str:
    """The part of the house that a module belongs to: its package, or its own name."""
    return module.parts[0].removesuffix(".py")


def imported_parts(module: Path, text: str) -> Iterator[tuple[str, int]]:
    """Each part of callboard that a module imports, at the top or inside a function, with the line."""
    package = ("callboard", *module.parts[:-1])
    for node in ast.walk(ast.parse(text)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            start = ".".join([*base, *([node.module] if node.module else [])])
            names = [f"{start}.{alias.name}" for alias in node.names]
        for name in names:
            words = name.split(".")
            if words[0] == "callboard" and len(words) > 1 and not words[1].startswith("__"):
                yield words[1], node.lineno


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_imports_point_in_the_agreed_direction(module: Path) -> None:
    """The vocabulary knows nothing of the rest, the packages not one another; intake and board join them."""
    part = part_of(module)
    assert part in MAY_IMPORT, f"{module}: DESIGN.md knows no part called {part}"
    wrong = [
        f"{module}:{line} imports {other}"
        for other, line in imported_parts(module, (SOURCE / module).read_text(encoding="utf-8"))
        if other != part and other not in MAY_IMPORT[part]
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("where", "text", "expected"),
    [
        ("judge/a.py", "import callboard.record.ledger", ["record"]),
        ("judge/a.py", "from callboard import record, model", ["record", "model"]),
        ("judge/a.py", "from ..record import ledger", ["record"]),
        ("judge/a.py", "from . import grid", ["judge"]),
        ("judge/a.py", "def f():\n    from callboard.read.page import x", ["read"]),
        ("judge/a.py", "from callboard import __version__\nimport json", []),
    ],
)
def test_every_form_of_import_is_seen(where: str, text: str, expected: list[str]) -> None:
    """So that no direction is broken by another spelling."""
    assert [part for part, _ in imported_parts(Path(where), text)] == expected


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_is_one_sitting_of_reading(module: Path) -> None:
    """And says in its first sentence what it answers."""
    text = (SOURCE / module).read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MAX_LINES
    assert ast.get_docstring(ast.parse(text)), f"{module} has no docstring"
