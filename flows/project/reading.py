"""A project: a folder with `sdengine.toml`, which says what the command does there, and in the folders below.

An option on the command line counts more, then a variable SDENGINE_*; what the file does not say holds as without it.
Paths in it are relative to its folder. Since it names what is executed and where is written, it is read only where it
and its folder are the user's, and nobody else may write them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISVTX
from typing import Any

from flows.errors import UsageError
from flows.options import Option, options, types
from flows.toml_file import BadToml, read_toml

NAME = "sdengine.toml"
PLACES = ("parts",)
"""Options that are text to us, and name a folder unless they are a URI."""


@dataclass(frozen=True)
class Project:
    """The file, and what it says: name of the option to value, paths absolute."""

    file: Path
    values: Mapping[str, Any]

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self.file.parent

    def words(self, entry: Option) -> str:
        """Say where the file says something of an option."""
        return f"{self.file}: {entry.key} = {json.dumps(str(self.values[entry.name]), ensure_ascii=False)}"


def find_project(asked: type, start: Path | None = None) -> Project | None:
    """Read the project's file of a folder (by default the one that we are in), or of the nearest above; None: none.

    `asked`: the dataclass of options whose keys it may have.

    Raises:
        UsageError: for a file that others may have written, or that says what is not allowed.
    """
    try:
        here = (start or Path.cwd()).absolute()
    except FileNotFoundError:
        raise UsageError("the folder that this was called in is gone: change to one that there is") from None
    file = next((folder / NAME for folder in (here, *here.parents) if os.path.lexists(folder / NAME)), None)
    if file is None:
        return None
    for place in dict.fromkeys((file.parent, file, file.resolve().parent)):
        check_ours(place)
    return Project(file, dict(_read(file, asked)))


def check_ours(place: Path) -> None:
    """Raise `UsageError` for a file or folder of somebody else's, or one that others may write."""
    try:
        about = place.stat()
    except OSError as error:
        raise UsageError(f"{place} cannot be read: {error.strerror}") from None
    theirs, open_to_all = about.st_uid != os.geteuid(), about.st_mode & 0o022
    if theirs or open_to_all:
        why = "belongs to somebody else" if theirs else "may be written by others"
        settled = "" if theirs or about.st_mode & S_ISVTX else f"; `chmod go-w {place}` ends that"
        raise UsageError(
            f"{place} {why}: {NAME} names what is executed and where is written, so it and its folder must be yours, "
            f"and yours alone to write{settled}"
        )


def _read(file: Path, asked: type) -> Iterator[tuple[str, Any]]:
    """Read each option that the file says something of, and its value."""
    known = {entry.key: entry for entry in options(asked).values() if entry.key}
    try:
        tables = read_toml(file)
    except BadToml as error:
        raise UsageError(f"{file} {error}") from None
    for key, value in _flat(tables):
        if key not in known:
            from sdengine.words import did_you_mean

            hint = did_you_mean(key, known) or f"; allowed are {', '.join(known)}"
            raise UsageError(f"{file}: there is no key `{key}`{hint}")
        name = known[key].name
        yield name, _value(file, key, value, types(asked)[name], name in PLACES)


def _flat(tables: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Give each value the name of its table and key; an empty table has none."""
    for key, value in tables.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value


def _value(file: Path, key: str, value: Any, kind: Any, place: bool) -> Any:
    """Hold a value against the type of its option; a path becomes absolute."""
    if kind is int:
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise UsageError(f"{file}: `{key}`: given was {_shown(value)}, allowed is a whole number, 0 or more")
        return value
    if not isinstance(value, str) or not value:
        raise UsageError(f"{file}: `{key}`: given was {_shown(value)}, allowed is a text that is not empty")
    if kind in (Path, Path | None) or (place and "://" not in value):
        path = file.parent / Path(value).expanduser()
        return path if kind in (Path, Path | None) else str(path)
    return value


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
