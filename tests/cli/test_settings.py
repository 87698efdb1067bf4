"""Settings: the nearest word wins, every value names its origin, and mistakes say what to write instead."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from callboard.cli.settings import command
from callboard.errors import SettingError
from callboard.settings import SETTINGS, Setting, load_settings


def write(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "callboard.toml").write_text(text, encoding="utf-8")
    return folder / "callboard.toml"


def test_flag_environment_folder_user_default(tmp_path: Path) -> None:
    """In this order; a file overrides only what it names."""
    user = write(tmp_path / "config" / "callboard", "keep_text_days = 1\nmax_page_mb = 1\nworkers = 1\n")
    here = write(tmp_path / "here", "keep_text_days = 2\nworkers = 2\n")
    environ = {"XDG_CONFIG_HOME": str(tmp_path / "config"), "CALLBOARD_WORKERS": "3", "HOME": "/home/someone"}
    settings = load_settings({"ledger": "flag.db", "workers": None}, environ=environ, folder=tmp_path / "here")
    assert {each.setting.name: (each.value, each.origin) for each in settings} == {
        "ledger": ("flag.db", "flag"),
        "catalogue": ("/home/someone/.local/share/callboard/catalogue.db", "default"),
        "keep_text_days": (2, str(here)),
        "workers": (3, "environment CALLBOARD_WORKERS"),
        "max_page_mb": (1.0, str(user)),
        "page_cpu_s": (20.0, "default"),
        "page_wall_s": (60.0, "default"),
        "page_memory_mb": (300, "default"),
        "archive_memory_mb": (300, "default"),
        "contact": ("", "default"),
        "fetch_also": ("", "default"),
        "notify": ("", "default"),
        "edit_token": ("", "default"),
        "digest_hour": (8, "default"),
        "llm_url": ("", "default"),
        "llm_model": ("", "default"),
        "llm_key": ("", "default"),
        "llm_answers": ("/home/someone/.local/share/callboard/llm-answers.jsonl", "default"),
        "llm_parallel": (4, "default"),
        "llm_timeout_s": (120.0, "default"),
        "llm_answer_tokens": (4000, "default"),
        "llm_token_limit": (0, "default"),
        "llm_question_price": (0.0, "default"),
        "llm_answer_price": (0.0, "default"),
        "llm_spending_limit": (0.0, "default"),
    }
    without = load_settings(environ={"HOME": "/home/someone"}, folder=tmp_path)
    assert without.text("ledger") == "/home/someone/.local/share/callboard/callboard.db"
    assert {each.origin for each in without} == {"default"}


def test_a_path_in_a_file_is_meant_from_its_folder(tmp_path: Path) -> None:
    write(tmp_path, 'ledger = "mine.db"')
    assert load_settings(environ={}, folder=tmp_path).text("ledger") == str(tmp_path / "mine.db")


def test_relative_xdg_folders_are_ignored(tmp_path: Path) -> None:
    """As the specification demands."""
    settings = load_settings(environ={"XDG_DATA_HOME": "data", "HOME": "/home/someone"}, folder=tmp_path)
    assert settings.text("ledger").startswith("/home/someone/.local/share/")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("keep_text_day = 3", r"no setting is called 'keep_text_day'; did you mean keep_text_days\?"),
        ("zoom = 3", "no setting is called 'zoom'; there are archive_memory_mb, "),
        ('keep_text_days = "many"', "'many' is not a whole number"),
        ("keep_text_days = 1.5", "1.5 is not a whole number"),
        ("keep_text_days = true", "True is not a whole number"),
        ("keep_text_days = -1", "-1 is too small; at least 0"),
        ("max_page_mb = nan", "nan is not a number"),
        ("ledger = 5", "5 is not a text"),
        ("ledger = ", "not TOML"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, text: str, what: str) -> None:
    """With the file, what was found, and what was expected."""
    write(tmp_path, text)
    with pytest.raises(SettingError, match=what) as error:
        load_settings(environ={}, folder=tmp_path)
    assert "callboard.toml" in str(error.value)


def test_a_mistake_in_the_environment_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"environment CALLBOARD_WORKERS: 'lots' is not a whole number"):
        load_settings(environ={"CALLBOARD_WORKERS": "lots"}, folder=tmp_path)


def test_an_unknown_name_is_an_error_in_code_too() -> None:
    with pytest.raises(SettingError, match="did you mean ledger"):
        load_settings(environ={})["leger"]
    with pytest.raises(SettingError, match="did you mean ledger"):
        load_settings({"leger": "x"}, environ={})


def test_secrets_are_never_shown(tmp_path: Path) -> None:
    """Neither as a value nor in an error."""
    table = (
        Setting("token", lambda _: "", "A secret.", str, secret=True),
        Setting("pin", lambda _: 0, "One, too.", int, secret=True),
    )
    settings = load_settings(environ={"CALLBOARD_TOKEN": "hush"}, folder=tmp_path, table=table)
    assert (settings["token"], settings.chosen("token").shown) == ("hush", "(hidden)")
    with pytest.raises(SettingError) as error:
        load_settings(environ={"CALLBOARD_PIN": "hush"}, folder=tmp_path, table=table)
    assert "hush" not in str(error.value)


def test_the_command_prints_each_setting_with_its_origin(monkeypatch: pytest.MonkeyPatch) -> None:
    """As lines, and as JSON with the same content."""
    monkeypatch.setenv("CALLBOARD_KEEP_TEXT_DAYS", "7")
    lines = CliRunner().invoke(command, []).stdout
    rows = json.loads(CliRunner().invoke(command, ["--json", "--ledger", "x.db"]).stdout)
    assert "keep_text_days = 7  (environment CALLBOARD_KEEP_TEXT_DAYS)" in lines
    assert rows["ledger"]["value"] == "x.db"
    assert rows["ledger"]["origin"] == "flag"
    for setting in SETTINGS:
        assert setting.help in lines
        assert rows[setting.name]["help"] == setting.help
