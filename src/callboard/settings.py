"""
What a user may set, and where each value comes from.

One table (`SETTINGS`) names every setting. A value is taken from the first of: a flag of the command, the environment
variable `CALLBOARD_NAME`, `callboard.toml` in the current directory, `callboard.toml` in the user's configuration
folder, the default. A file names only what it changes.
"""

from __future__ import annotations

import difflib
import math
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from callboard.errors import SettingError

SettingValue: TypeAlias = str | int | float | bool

FILE_NAME = "callboard.toml"
PREFIX = "CALLBOARD_"
_PASSWORD = re.compile(r"(://[^:/@\s]*:)[^/@\s]*(?=@)")  # of an address: postgresql://USER:PASSWORD@HOST/DATABASE


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that can be set: a row of the table."""

    name: str
    default: Callable[[Mapping[str, str]], SettingValue]  # from the environment, for the user's own folders
    help: str
    type: type[str] | type[int] | type[float] | type[bool]
    secret: bool = False  # never printed
    at_least: float | None = None  # None: any value
    is_path: bool = False  # a relative path in a file is meant from that file's folder


@dataclass(frozen=True, slots=True)
class Chosen:
    """The value of a setting and where it was found."""

    setting: Setting
    value: SettingValue
    origin: str  # "flag", "environment CALLBOARD_LEDGER", "default", or the path of a file

    @property
    def shown(self) -> str:
        """The value as it may be printed."""
        if self.setting.secret and self.value != "":
            return "(hidden)"
        if isinstance(self.value, str):
            return _PASSWORD.sub(r"\1(hidden)", self.value)
        return str(self.value).lower() if isinstance(self.value, bool) else str(self.value)


def _user_ledger(environ: Mapping[str, str]) -> str:
    return str(_user_folder(environ, "XDG_DATA_HOME", ".local/share") / "callboard.db")


def _user_catalogue(environ: Mapping[str, str]) -> str:
    return str(_user_folder(environ, "XDG_DATA_HOME", ".local/share") / "catalogue.db")


def _user_answers(environ: Mapping[str, str]) -> str:
    return str(_user_folder(environ, "XDG_DATA_HOME", ".local/share") / "llm-answers.jsonl")


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "ledger",
        _user_ledger,
        "File in which claims are kept, made when it does not exist; or postgresql://USER@HOST/DATABASE.",
        str,
        is_path=True,
    ),
    Setting(
        "catalogue",
        _user_catalogue,
        "File of titles that were imported; used where it exists.",
        str,
        is_path=True,
    ),
    Setting(
        "keep_text_days",
        lambda _: 30,
        "Days for which the text of an article is kept; its quotes are kept for good.",
        int,
        at_least=0,
    ),
    Setting(
        "workers",
        lambda _: 0,
        "Processes that read and understand; 0 means one for each core, when there is much to read.",
        int,
        at_least=0,
    ),
    Setting("max_page_mb", lambda _: 10.0, "Largest page that is read, in millions of bytes.", float, at_least=0.001),
    Setting("page_cpu_s", lambda _: 20.0, "Most seconds of computing for one page.", float, at_least=1.0),
    Setting("page_wall_s", lambda _: 60.0, "Most seconds by the clock for one page.", float, at_least=1.0),
    Setting("page_memory_mb", lambda _: 300, "Most memory for one page, in millions of bytes.", int, at_least=100),
    Setting(
        "archive_memory_mb",
        lambda _: 300,
        "Most memory for one process of archive, besides its child.",
        int,
        at_least=100,
    ),
    Setting("contact", lambda _: "", "Page or mail address for the sites that are fetched from; sent to them.", str),
    Setting(
        "fetch_also",
        lambda _: "",
        "Places besides public addresses on ports 80 and 443, as ADDRESS:PORT or :PORT with spaces between.",
        str,
    ),
    Setting(
        "notify",
        lambda _: "",
        "Where alerts go: addresses of Apprise, such as ntfy://TOPIC, with spaces between.",
        str,
        secret=True,
    ),
    Setting(
        "edit_token",
        lambda _: "",
        "What programs must know to judge claims through the API; none may while it is empty.",
        str,
        secret=True,
    ),
    Setting("digest_hour", lambda _: 8, "Hour of the day, 0 to 23, at which daily alerts are sent.", int, at_least=0),
    Setting("llm_url", lambda _: "", "Endpoint of the OpenAI chat protocol that --reader llm and both ask.", str),
    Setting("llm_model", lambda _: "", "The model there, as the endpoint calls it.", str),
    Setting("llm_key", lambda _: "", "The endpoint's key, where it wants one.", str, secret=True),
    Setting(
        "llm_answers",
        _user_answers,
        "File in which a model's answers are kept; what stands there is not asked again.",
        str,
        is_path=True,
    ),
    Setting("llm_parallel", lambda _: 4, "Calls to the endpoint at once.", int, at_least=1),
    Setting("llm_timeout_s", lambda _: 120.0, "Most seconds for one try of a call.", float, at_least=0.01),
    Setting("llm_answer_tokens", lambda _: 4000, "Longest answer, in tokens.", int, at_least=1),
    Setting(
        "llm_token_limit",
        lambda _: 0,
        "Tokens that one run may use, questions and answers together; 0: no limit.",
        int,
        at_least=0,
    ),
    Setting("llm_question_price", lambda _: 0.0, "Price of a million tokens of questions.", float, at_least=0.0),
    Setting("llm_answer_price", lambda _: 0.0, "Price of a million tokens of answers.", float, at_least=0.0),
    Setting(
        "llm_spending_limit",
        lambda _: 0.0,
        "What one run may cost, in the currency of the prices; 0: no limit.",
        float,
        at_least=0.0,
    ),
)


class Settings:
    """All settings with their values, as `load_settings` found them."""

    def __init__(self, chosen: Iterable[Chosen]) -> None:
        self._chosen = {each.setting.name: each for each in chosen}

    def __iter__(self) -> Iterator[Chosen]:
        return iter(self._chosen.values())

    def __getitem__(self, name: str) -> SettingValue:
        """
        The value of a setting.

        Raises:
            SettingError: No setting has this name.
        """
        return self.chosen(name).value

    def chosen(self, name: str) -> Chosen:
        """The value of a setting with its origin; raises as `[]` does."""
        if name not in self._chosen:
            raise SettingError(_unknown(name, self._chosen))
        return self._chosen[name]

    def text(self, name: str) -> str:
        """The value of a setting that is a text."""
        return str(self[name])

    def number(self, name: str) -> float:
        """The value of a setting that is a number."""
        return float(self[name])


def load_settings(
    flags: Mapping[str, SettingValue | None] | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    folder: Path | None = None,
    table: tuple[Setting, ...] = SETTINGS,
) -> Settings:
    """
    Every setting's value, from flags, environment, files and defaults, in this order.

    Args:
        flags: What the command line gave; None stands for a flag that was not given.
        environ: The environment; by default the process's own.
        folder: Where to look for `callboard.toml`; by default the current directory.
        table: The settings there are.

    Raises:
        SettingError: A file is not TOML or names an unknown setting, or a value has the wrong type or is too small.
    """
    environ = os.environ if environ is None else environ
    by_name = {setting.name: setting for setting in table}
    found: dict[str, Chosen] = {}

    def choose(name: str, value: object, origin: str) -> None:
        if name not in found:
            setting = by_name[name]
            found[name] = Chosen(setting, _fitted(setting, value, origin), origin)

    for name, value in (flags or {}).items():
        if name not in by_name:
            raise SettingError(_unknown(name, by_name))
        if value is not None:
            choose(name, value, "flag")
    for name in by_name:
        variable = PREFIX + name.upper()
        if environ.get(variable, "") != "":
            choose(name, environ[variable], f"environment {variable}")
    for path in _files(environ, folder or Path.cwd()):
        for name, written in _read_file(path, by_name).items():
            if by_name[name].is_path and isinstance(written, str) and "://" not in written:
                written = str(path.parent / Path(written).expanduser())
            choose(name, written, str(path))
    return Settings(
        found.get(setting.name) or Chosen(setting, setting.default(environ), "default") for setting in table
    )


def _files(environ: Mapping[str, str], folder: Path) -> Iterable[Path]:
    for path in (folder / FILE_NAME, _user_folder(environ, "XDG_CONFIG_HOME", ".config") / FILE_NAME):
        if path.is_file():
            yield path


def _user_folder(environ: Mapping[str, str], variable: str, below_home: str) -> Path:
    # The XDG rules say that a relative path in these variables is to be ignored.
    given = environ.get(variable, "")
    if given and Path(given).is_absolute():
        return Path(given) / "callboard"
    home = environ.get("HOME") or str(Path("~").expanduser())
    return Path(home) / below_home / "callboard"


def _read_file(path: Path, by_name: Mapping[str, Setting]) -> dict[str, object]:
    import tomllib  # most runs have no file to read

    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(f"{path}: not TOML ({error}); write lines such as keep_text_days = 30") from error
    except OSError as error:
        raise SettingError(f"{path}: cannot be read ({error.strerror}); mend it or move it away") from error
    for name in values:
        if name not in by_name:
            raise SettingError(f"{path}: {_unknown(name, by_name)}")
    return values


def _unknown(name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    near = difflib.get_close_matches(name.lower(), names, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}"
    return f"no setting is called {name!r}; {hint}"


_WORDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}
_TRUTH = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


def _fitted(setting: Setting, value: object, origin: str) -> SettingValue:
    shown = "(hidden)" if setting.secret else repr(value)
    where = f"setting {setting.name} from {origin}"
    fitted = _converted(setting.type, value)
    if fitted is None:
        raise SettingError(f"{where}: {shown} is not {_WORDS[setting.type]}")
    if setting.at_least is not None and not float(fitted) >= setting.at_least:
        raise SettingError(f"{where}: {shown} is too small; at least {setting.at_least:g} is needed")
    return fitted


def _converted(kind: type, value: object) -> SettingValue | None:
    """The value in the setting's type; None where it does not fit. Texts come from the environment and from flags."""
    if kind is bool:
        return value if isinstance(value, bool) else _TRUTH.get(str(value).lower())
    if isinstance(value, bool):
        return None
    if kind is str:
        return value if isinstance(value, str) else None
    if not isinstance(value, str | int | float) or (kind is int and isinstance(value, float)):
        return None
    try:
        number = int(value) if kind is int else float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
