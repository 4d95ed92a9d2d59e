"""Where one pipeline lives, and how what is asked is read: options first, then the environment, then the defaults."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.backtest.workers import ALLOWED, read_workers
from flows.errors import UsageError
from flows.night.alarm import Alarm
from flows.options import Option, option, options, types
from flows.sources import SOURCES
from flows.text import told
from schemas.masking import remember_addresses, remember_environment

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
    print(f"sdengine: {told(sentence)}", file=sys.stderr)


def read_settings(environ: Mapping[str, str] = os.environ, note: Note = tell, **given: Any) -> Settings:
    """Read settings from options (None: not given), then SDENGINE_* variables, then defaults; check that they fit.

    Raises:
        UsageError: for what is not allowed or does not fit together.
    """
    return Settings(**read_values(Settings, options(Settings), given, environ, note))


def read_values(
    asked: Any, names: Iterable[str], given: Mapping[str, Any], environ: Mapping[str, str], note: Note
) -> dict[str, Any]:
    """Read the fields `names` of a dataclass of options. `given` may also hold names of before; see `read_settings`.

    What opens something, among all that is given, is in no text from now on.
    """
    remember_environment(environ)
    remember_addresses(value for value in given.values() if isinstance(value, str))
    values: dict[str, Any] = {}
    for name in names:
        entry = options(asked)[name]
        value = _chosen(entry, given, environ, note)
        values[name] = _typed(entry, types(asked)[name], entry.default if value in (None, "") else value)
    if given.get("files") is not None and values.get("source", "") is None:
        values["source"] = "files"
    for name in values:
        if (check := CHECKS.get(name)) is not None:
            check(values)
    if given.get("files") is not None and values.get("source", "files") != "files":
        note(f"--files is not read: it is for --source files, and the source is {values['source']}")
    return values


def read_alarm(note: Note, given: Mapping[str, Any] | None = None, environ: Mapping[str, str] = os.environ) -> Alarm:
    """Read whom to tell of a failure, be it that no other setting can be read."""
    names = ("on_failure", "warehouse")
    try:
        values = read_values(Settings, names, given or {}, environ, lambda sentence: None)
    except UsageError:
        values = dict.fromkeys(names)
    return Alarm(values["on_failure"], str(values["warehouse"] or ""), note)


def _chosen(entry: Option, given: Mapping[str, Any], environ: Mapping[str, str], note: Note) -> Any:
    """Find what somebody says of an option, by the name that it has or had; None where nobody does."""
    value = given.get(entry.name)
    if entry.before is not None and (before := given.get(entry.before)) not in (None, ""):
        if value not in (None, ""):
            raise UsageError(f"--{entry.before} is the name of {entry.spelling[0]} before: give one of them")
        note(f"--{entry.before} is called {entry.spelling[0]} now: write {entry.spelling[0]} {before}")
        return before
    if value not in (None, "") or entry.variable is None:
        return value
    if (value := environ.get(entry.variable)) or entry.variable_before is None:
        return value
    if value := environ.get(entry.variable_before):
        note(f"{entry.variable_before} is called {entry.variable} now: write {entry.variable}={value}")
    return value


def _typed(entry: Option, kind: Any, value: Any) -> Any:
    """Turn a value into the field's type: an absolute path, a whole number, a tuple of words."""
    if value is None:
        return None
    if kind in (Path, Path | None):
        return _path(entry, value)
    if kind is int:
        if not (str(value).isascii() and str(value).isdecimal() and len(str(value)) <= MOST_DIGITS):
            raise UsageError(f"{entry.spelling[0]} {value}: allowed is a whole number, 0 or more")
        return int(value)
    if kind is float and not 0.0 <= value < math.inf:
        raise UsageError(f"{entry.spelling[0]} {value:g}: allowed is a number, 0 or more")
    if entry.allowed and value not in entry.allowed:
        raise UsageError(f"{entry.spelling[0]} {value}: allowed are {', '.join(entry.allowed)}")
    return tuple(value) if isinstance(value, list) else value


def _path(entry: Option, value: Any) -> Path:
    try:
        path = Path(value).expanduser().absolute()
        path.exists()  # raises where the system takes no such name
    except (OSError, RuntimeError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"{entry.spelling[0]} {str(value)[:80]}: that can be no path: {why}") from None
    return path


def _check_source(values: dict[str, Any]) -> None:
    source = values["source"]
    if source is not None and source not in SOURCES:
        raise UsageError(f"--source {source}: there is no such source; allowed are {', '.join(SOURCES)}")


def _check_files(values: dict[str, Any]) -> None:
    if values["source"] is None:
        return  # whether the folder is read is known when the warehouse says which source was its last
    if values["source"] != "files":
        values["files"] = None
    elif values["files"] is None:
        raise UsageError("--source files needs --files FOLDER, the folder of the CSV or Parquet files")


def _check_scenario_files(values: dict[str, Any]) -> None:
    where = values["scenario_files"]
    if where is not None and not where.exists():
        raise UsageError(f"--scenario-files {where}: there is no such file or folder")


def _check_parts(values: dict[str, Any]) -> None:
    place, who = values["parts"], values["workers"]
    if read_workers(who).far and place is None:
        raise UsageError(f"--workers {who} needs --parts PLACE, a folder or URI that these workers reach")
    if place is not None and "://" not in place:
        values["parts"] = str(Path(place).expanduser().absolute())


CHECKS: dict[str, Callable[[dict[str, Any]], None]] = {
    "source": _check_source,
    "files": _check_files,
    "scenario_files": _check_scenario_files,
    "parts": _check_parts,
}
"""What is looked at once all values are read, by the option that brings it up."""
