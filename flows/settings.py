"""Where one pipeline lives, and how what is asked is read: from options, environment, project and defaults, in turn."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from flows.backtest.workers import ALLOWED, read_workers
from flows.called import as_called
from flows.errors import UsageError
from flows.options import Option, option, options, types
from flows.sources import SOURCES
from flows.text import presentable
from schemas.masking import remember_addresses, remember_environment

if TYPE_CHECKING:
    from flows.project.reading import Project

Note = Callable[[str], None]
REPORTS = ("changed", "none")

MOST_DIGITS = 18
"""Of a whole number: what a column of SQL can hold."""


@dataclass(frozen=True)
class Settings:
    """Where one pipeline lives, and what holds for all of its nights. Paths are absolute."""

    warehouse: Path = option(
        Path("warehouse") / "data",
        "Folder of the warehouse, made on the first run",
        "DIR",
        variable=True,
        owner=True,
    )
    scenario_files: Path | None = option(
        None,
        "A scenario file (TOML) or a folder of them",
        "PATH",
        variable=True,
        owner=True,
        words="those that ship",
        before="scenarios",
    )
    source: str | None = option(
        None,
        f"Where bars come from: {', '.join(f'{name} ({kind.note})' for name, kind in SOURCES.items())}",
        "NAME",
        variable=True,
        words="the last one of this warehouse; sample where there is none",
    )
    files: Path | None = option(
        None,
        "Folder of CSV or Parquet files; without --source it means --source files",
        "DIR",
        variable=True,
        owner=True,
    )
    keep: int = option(3, "Older published files to keep, for `sdengine diff`", "N", variable=True)
    report: str = option(
        REPORTS[0],
        "Pages made after each night: those that have changed, or none",
        "WHICH",
        variable=True,
        allowed=REPORTS,
    )
    on_failure: str | None = option(
        None,
        "Run this command, or post to this http(s) address, when something failed",
        "COMMAND|URL",
        variable=True,
        owner=True,
    )
    workers: str = option(
        "threads",
        f"Who computes the runs: {ALLOWED}",
        "WORKERS",
        variable=True,
        owner=True,
        words="threads, one per core",
    )
    parts: str | None = option(
        None,
        "Folder or URI (s3://…, gs://…) that all workers reach, for what they compute",
        "PLACE",
        variable=True,
        owner=True,
        words="parts, in the warehouse's folder",
    )

    @property
    def parts_place(self) -> str:
        """Where parts are left: an absolute path or a URI."""
        return self.parts or str(self.warehouse / "parts")


def tell(sentence: str) -> None:
    """Print a note for a person on stderr."""
    print(f"sdengine: {presentable(as_called(sentence))}", file=sys.stderr)


class Setting(NamedTuple):
    """What is said of an option, in whose words, and how much that counts: OPTION, VARIABLE, PROJECT or NOBODY."""

    value: Any
    words: str
    counts: int


NOBODY, PROJECT, VARIABLE, OPTION = range(4)


def read_settings(
    environ: Mapping[str, str] = os.environ, note: Note = tell, project: Project | None = None, **given: Any
) -> Settings:
    """Read settings from options (None: not given), SDENGINE_* variables, the project, defaults; check that they fit.

    Raises:
        UsageError: for what is not allowed or does not fit together.
    """
    return Settings(**read_values(Settings, options(Settings), given, environ, note, project))


def read_values(
    asked: Any,
    names: Iterable[str],
    given: Mapping[str, Any],
    environ: Mapping[str, str],
    note: Note,
    project: Project | None = None,
) -> dict[str, Any]:
    """Read the fields `names` of a dataclass of options. `given` may also hold names of before; see `read_settings`.

    What opens something, among all that is given, is in no text from now on.
    """
    remember_environment(environ)
    texts = (*given.values(), *(project.values.values() if project is not None else ()))
    remember_addresses(value for value in texts if isinstance(value, str))
    chosen = {name: _setting(options(asked)[name], given, environ, note, project) for name in names}
    values = {name: _typed(options(asked)[name], one, types(asked)[name], project) for name, one in chosen.items()}
    if (
        "files" in chosen
        and chosen["files"].counts in (OPTION, PROJECT)
        and chosen["source"].counts < chosen["files"].counts
    ):
        values["source"] = "files"
    for name in values:
        if (check := CHECKS.get(name)) is not None:
            check(values, chosen)
    if "files" in chosen and chosen["files"].counts == OPTION and values["source"] != "files":
        note(f"--files is not read: it is for --source files, and the source is {values['source']}")
    return values


def _setting(
    entry: Option, given: Mapping[str, Any], environ: Mapping[str, str], note: Note, project: Project | None
) -> Setting:
    """Find who says something of an option, by the name that it has or had; the default where nobody does."""
    value, spelling = given.get(entry.name), entry.spelling[0]
    if entry.before is not None and (before := given.get(entry.before)) not in (None, ""):
        if value not in (None, ""):
            raise UsageError(f"--{entry.before} is the name of {spelling} before: give one of them")
        note(f"--{entry.before} is called {spelling} now: write {spelling} {before}")
        value = before
    if value not in (None, ""):
        return Setting(value, f"{spelling} {value}", OPTION)
    for variable in filter(None, (entry.variable, entry.variable_before)):
        if value := environ.get(variable):
            if variable != entry.variable:
                note(f"{variable} is called {entry.variable} now: write {entry.variable}={value}")
            return Setting(value, f"{variable}={value}", VARIABLE)
    if project is not None and entry.name in project.values:
        return Setting(project.values[entry.name], project.words(entry), PROJECT)
    return Setting(entry.default, spelling, NOBODY)


def _typed(entry: Option, setting: Setting, kind: Any, project: Project | None) -> Any:
    """Turn a value into the field's type: an absolute path, a whole number, a tuple of words.

    A path that nobody says is relative to the project's folder, as those are that its file says.
    """
    value = setting.value
    if value is None:
        return None
    if kind in (Path, Path | None):
        return _path(setting, project)
    if kind is int:
        if not (str(value).isascii() and str(value).isdecimal() and len(str(value)) <= MOST_DIGITS):
            raise UsageError(f"{setting.words}: allowed is a whole number, 0 or more")
        return int(value)
    if kind is float and not 0.0 <= value < math.inf:
        raise UsageError(f"{entry.spelling[0]} {value:g}: allowed is a number, 0 or more")
    if entry.allowed and value not in entry.allowed:
        raise UsageError(f"{setting.words}: allowed are {', '.join(entry.allowed)}")
    return tuple(value) if isinstance(value, list) else value


def _path(setting: Setting, project: Project | None) -> Path:
    here = project.folder if project is not None and setting.counts == NOBODY else Path.cwd()
    try:
        path = here / Path(setting.value).expanduser()
        path.exists()  # raises where the system takes no such name
        str(path).encode()  # so does whoever stores it, or opens a database there
    except UnicodeEncodeError:
        shown = f"{setting.words} in {here}".encode(errors="backslashreplace").decode()
        raise UsageError(f"{shown}: is called by bytes that are no text; allowed: a path in UTF-8") from None
    except (OSError, RuntimeError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise UsageError(
            f"{setting.words.replace(str(setting.value), str(setting.value)[:80])}: that can be no path: {why}"
        ) from None
    return path


Values = dict[str, Any]
Chosen = Mapping[str, Setting]


def _check_source(values: Values, chosen: Chosen) -> None:
    source = values["source"]
    if source is not None and source not in SOURCES:
        raise UsageError(f"{chosen['source'].words}: there is no such source; allowed are {', '.join(SOURCES)}")


def _check_files(values: Values, chosen: Chosen) -> None:
    if values["source"] is None:
        return  # whether the folder is read is known when the warehouse says which source was its last
    if values["source"] != "files":
        values["files"] = None
    elif values["files"] is None:
        raise UsageError(f"{chosen['source'].words} needs --files FOLDER, the folder of the CSV or Parquet files")


def _check_scenario_files(values: Values, chosen: Chosen) -> None:
    where = values["scenario_files"]
    if where is not None and not where.exists():
        raise UsageError(f"{chosen['scenario_files'].words}: there is no such file or folder")


def _check_parts(values: Values, chosen: Chosen) -> None:
    place, who = values["parts"], values["workers"]
    if read_workers(who).far and place is None:
        raise UsageError(f"{chosen['workers'].words} needs --parts PLACE, a folder or URI that these workers reach")
    if place is not None and "://" not in place:
        values["parts"] = str(Path.cwd() / Path(place).expanduser())


def _check_file(values: Values, chosen: Chosen) -> None:
    file = values["file"]
    if file is not None and not file.exists():
        from warehouse.places import others_beside

        raise UsageError(f"{chosen['file'].words}: there is no such file{others_beside(file)}")


CHECKS: dict[str, Callable[[Values, Chosen], None]] = {
    "source": _check_source,
    "files": _check_files,
    "scenario_files": _check_scenario_files,
    "parts": _check_parts,
    "file": _check_file,
}
"""What is looked at once all values are read, by the option that brings it up."""
