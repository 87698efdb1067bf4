"""The program: quick help, lazy commands, exit statuses, and one voice for errors."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import time
from pathlib import Path

import pytest

from callboard.cli import main
from callboard.cli.main import PLUMBING, PORCELAIN, Entry

COMMANDS = [entry for entry in (*PORCELAIN, *PLUMBING) if importlib.util.find_spec(entry.path)]


def callboard(*args: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "callboard.cli.main", *args], input=stdin, capture_output=True, text=True
    )


def test_help_names_every_command_and_loads_none() -> None:
    """It must come at once, so nothing heavy is imported for it; the best of three runs takes under 0.2 s."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        result = callboard("--help")
        times.append(time.perf_counter() - start)
    assert result.returncode == 0
    assert all(f"  {entry.name} " in result.stdout for entry in (*PORCELAIN, *PLUMBING))
    assert min(times) < 0.2
    code = "import sys; from callboard.cli.main import run; run(['--help']); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"sqlalchemy", "edtf", "numpy", "rich", "alembic", "callboard.model"} & set(loaded)


@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_the_help_of_each_command_ends_with_an_example(entry: Entry, capsys: pytest.CaptureFixture[str]) -> None:
    """And its name is the one under which it is called."""
    assert main.run([entry.name, "--help"]) == 0
    text = capsys.readouterr().out
    assert f"callboard {entry.name}" in text.split("Example")[-1]


def test_a_command_that_is_not_there_yet_breaks_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The help still lists it; calling it is wrong usage."""
    monkeypatch.setattr(main, "PLUMBING", (*PLUMBING, Entry("dream", "Not written.")))
    assert main.run(["--help"]) == 0
    assert "dream" in capsys.readouterr().out
    assert main.run(["dream"]) == 2
    assert "not part of this version" in capsys.readouterr().err


def test_a_module_that_is_missing_inside_a_command_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken installation must not look like a missing command."""
    monkeypatch.delitem(sys.modules, "callboard.cli.settings", raising=False)
    monkeypatch.setitem(sys.modules, "callboard.cli.options", None)
    with pytest.raises(ModuleNotFoundError):
        main.run(["settings"])


def test_a_near_name_is_offered() -> None:
    result = callboard("setings")
    assert result.returncode == 2
    assert "did you mean settings?" in result.stderr


def test_errors_have_one_voice(tmp_path: Path) -> None:
    """`callboard: message` on stderr, nothing on stdout, status 1; wrong usage is status 2."""
    result = callboard("export", "--ledger", str(tmp_path / "none.db"))
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("callboard: ")
    assert "Traceback" not in result.stderr
    assert callboard("export", "--nonsense").returncode == 2
    assert callboard("add").returncode == 2


def test_an_interrupt_is_status_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("callboard.cli.options.load_settings", interrupt)
    monkeypatch.setattr("callboard.cli.settings.settings_with", interrupt)
    assert main.run(["settings"]) == 130
    assert "interrupted" in capsys.readouterr().err


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    """`callboard export | head -1` ends quietly."""
    lines = "\n".join(f'{{"text": "Page {page}. {"long " * 2000}"}}' for page in range(200))
    ledger = str(tmp_path / "ledger.db")
    assert callboard("record", "--ledger", ledger, stdin=lines).returncode == 0
    process = subprocess.Popen(
        [sys.executable, "-m", "callboard.cli.main", "export", "--ledger", ledger],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert (process.wait(), said) == (1, "")
