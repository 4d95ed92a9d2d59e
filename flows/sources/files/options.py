"""What a person says about files that the files do not say themselves: `files.toml` beside them.

What stands at the top holds for all files of the folder, a table `[file."NAME.csv"]` for one of them, a table
`[ticker."AAA"]` for one ticker: the nearer wins.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from flows.currency import read_currency
from flows.sources.base import SourceError
from flows.sources.files.dates import ORDERS, Order
from flows.sources.files.numbers import Sign
from flows.sources.files.spellings import NUMBERS
from flows.toml_file import BadToml, read_toml

NAME = "files.toml"
MEANINGS = ("date", *NUMBERS, "ticker", "currency", "")
_OF_TICKERS = ("currency", "adjusted")


@dataclass(frozen=True)
class FileOptions:
    """What is known of a file beforehand; None: the file itself has to tell.

    Attributes:
        decimal: the decimal sign of its numbers.
        date_order: how `01/02/2024` is meant.
        timezone: the zone in which dates are meant, where times with a zone stand behind them.
        encoding: of its text, as Python calls it.
        columns: what each column is, '' for one that is read past: for a file without names.
        currency: what its prices are in.
        adjusted_for_splits: whether its prices are divided by all later splits.
        adjusted_for_dividends: whether dividends have been taken out of its prices.
    """

    decimal: Sign | None = None
    date_order: Order | None = None
    timezone: str | None = None
    encoding: str | None = None
    columns: tuple[str, ...] | None = None
    currency: str | None = None
    adjusted_for_splits: bool | None = None
    adjusted_for_dividends: bool | None = None

    def over(self, other: FileOptions) -> FileOptions:
        """Take these, and where they say nothing, the others."""
        mine = {one.name: getattr(self, one.name) for one in fields(self)}
        return FileOptions(**{k: getattr(other, k) if v is None else v for k, v in mine.items()})


@dataclass(frozen=True)
class FolderOptions:
    """All that one files.toml says: of the folder, of files and tickers by name in lower case (and as spelled)."""

    folder: FileOptions = FileOptions()
    files: Mapping[str, FileOptions] = field(default_factory=dict)
    tickers: Mapping[str, FileOptions] = field(default_factory=dict)
    spelled: Mapping[str, str] = field(default_factory=dict)

    def of_file(self, name: str) -> FileOptions:
        """Tell what holds for a file."""
        return self.files.get(name.casefold(), FileOptions()).over(self.folder)

    def of_ticker(self, ticker: str, name: str) -> FileOptions:
        """Tell what is said of a ticker itself, or of its file: more than what is said of the whole folder."""
        mine = self.tickers.get(ticker.casefold(), FileOptions())
        return mine.over(self.files.get(name.casefold(), FileOptions()))

    def astray(self, names: Sequence[str], tickers: Sequence[str]) -> Iterator[str]:
        """Give a sentence for each file and ticker that these options name, and that is not among those there are."""
        for what, named, known in (("file", self.files, names), ("ticker", self.tickers, tickers)):
            there = {name.casefold(): name for name in known}
            for name in named:
                if name not in there:
                    near = get_close_matches(name, there, n=1)
                    hint = f"; did you mean {there[near[0]]}?" if near else ""
                    yield f"{NAME}: there is no {what} {self.spelled.get(name, name)}{hint}"


def read_options(folder: Path) -> FolderOptions:
    """Read the files.toml of a folder, nothing where there is none; raises SourceError for a mistake in it."""
    path = folder / NAME
    try:
        table = read_toml(path)
    except FileNotFoundError:
        return FolderOptions()
    except BadToml as trouble:
        raise SourceError(f"{NAME}: cannot be read: {trouble.why}", everyone=True) from trouble
    parts = {name: _table(table.pop(name, {}), name) for name in ("file", "ticker")}
    return FolderOptions(
        _options(table, ""),
        {
            name.casefold(): _options(_table(part, f"file.{name}"), f"file.{name}: ")
            for name, part in parts["file"].items()
        },
        {
            name.casefold(): _options(_table(part, f"ticker.{name}"), f"ticker.{name}: ", _OF_TICKERS)
            for name, part in parts["ticker"].items()
        },
        {name.casefold(): name for part in parts.values() for name in part},
    )


def _table(given: Any, where: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise _wrong(where, given, "a table")
    return dict(given)


def _options(table: dict[str, Any], where: str, allowed: tuple[str, ...] = ()) -> FileOptions:
    readers = {name: _READERS[name] for name in allowed or _READERS}
    options: dict[str, Any] = {}
    for key, given in table.items():
        if key not in readers:
            near = get_close_matches(key, readers, n=1)
            hint = f"did you mean {near[0]}?" if near else f"allowed are {', '.join(readers)}"
            raise SourceError(f"{NAME}: {where}there is no option {key}; {hint}", everyone=True)
        options |= readers[key](f"{where}{key}", given)
    return FileOptions(**options)


def _wrong(where: str, given: Any, allowed: str) -> SourceError:
    return SourceError(f"{NAME}: {where} = {given!r}; allowed: {allowed}", everyone=True)


def _decimal(where: str, given: Any) -> dict[str, Any]:
    if given not in (".", ","):
        raise _wrong(where, given, '"." and ","')
    return {"decimal": given}


def _date_order(where: str, given: Any) -> dict[str, Any]:
    if given not in ORDERS:
        raise _wrong(where, given, ", ".join(f'"{one}"' for one in ORDERS))
    return {"date_order": given}


def _timezone(where: str, given: Any) -> dict[str, Any]:
    try:
        ZoneInfo(cast("str", given))
    except (OSError, ValueError, TypeError, LookupError):
        raise _wrong(where, given, 'a zone such as "Europe/London"') from None
    return {"timezone": given}


def _encoding(where: str, given: Any) -> dict[str, Any]:
    try:
        "".encode(given)
    except (LookupError, TypeError):
        raise _wrong(where, given, 'an encoding such as "cp1252" or "shift-jis"') from None
    return {"encoding": given.lower()}


def _columns(where: str, given: Any) -> dict[str, Any]:
    if not isinstance(given, list) or not given or any(one not in MEANINGS for one in given):
        names = ", ".join(f'"{name}"' for name in MEANINGS)
        raise _wrong(where, given, f"a list of {names} (for one that is read past)")
    return {"columns": tuple(given)}


def _currency(where: str, given: Any) -> dict[str, Any]:
    code = read_currency(given) if isinstance(given, str) else None
    if code is None:
        raise _wrong(where, given, 'a code such as "EUR", or "GBp" for pence')
    return {"currency": code}


def _adjusted(where: str, given: Any) -> dict[str, Any]:
    flags = {"splits": given, "dividends": given} if isinstance(given, bool) else given
    if not isinstance(flags, dict) or not flags or not set(flags) <= {"splits", "dividends"}:
        raise _wrong(where, given, "true, false, or { splits = true, dividends = false }")
    if not all(isinstance(one, bool) for one in flags.values()):
        raise _wrong(where, given, "true, false, or { splits = true, dividends = false }")
    return {f"adjusted_for_{what}": one for what, one in flags.items()}


_READERS = {
    "decimal": _decimal,
    "date_order": _date_order,
    "timezone": _timezone,
    "encoding": _encoding,
    "columns": _columns,
    "currency": _currency,
    "adjusted": _adjusted,
}
