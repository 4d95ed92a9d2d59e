"""A folder of CSV or Parquet as a source: one file per ticker, or one for many. README.md lists what is read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

from flows.sources.base import Adjustment, Fetched, SourceError
from flows.sources.files.folder import key, list_files, not_found

if TYPE_CHECKING:
    import polars as pl

    from flows.sources.files.folder import Named
    from flows.sources.files.options import FileOptions, FolderOptions
    from flows.sources.files.shelf import Shelf

BARS = ("date", "open", "high", "low", "close", "volume")


class FilesSource:
    """Bars and actions from files of people's own.

    A file with a ticker column (or yfinance's header, which names tickers) serves the tickers that it names; any other
    serves the ticker that it is called after: `BTC-USD.csv`. Dividends and splits stand in columns, or in
    `<ticker>_dividends.csv` and `<ticker>_splits.csv` beside it. Order of rows and columns is free. `files.toml`
    beside the files says what they do not say themselves.

    A file that many tickers share is read once, and kept. A folder that is not there fails every ticker as a source
    that does not answer.

    Args:
        path: the folder, or one file.
        adjustment: what the files' prices are where nothing else says: 'split' (adjusted for splits, as most sources
            write them) or 'none' (as traded).
        options: what holds for all files where files.toml does not say.
    """

    name = "files"
    local = True

    def __init__(self, path: Path, adjustment: Adjustment = "split", options: FileOptions | None = None) -> None:
        if adjustment not in ("none", "split"):
            raise ValueError(f"source files: adjustment {adjustment!r}; allowed are none, split")
        self.adjustment = adjustment
        self._path = path
        self._given = options
        self._turn = RLock()
        self._shelves: dict[Path, Shelf] = {}
        self._unreadable: list[str] = []

    def tickers(self) -> tuple[str, ...]:
        """Every ticker that some file serves, sorted; a file that cannot be read counts under its own name."""
        return tuple(sorted(ticker for ticker, _ in self._places.values()))

    def ends(self, ticker: str) -> date | None:
        """Files may grow: None."""
        return None

    def fetch(self, ticker: str, first: date | None, last: date | None) -> Fetched:
        """Bars and actions of a ticker; raises SourceError with file, line and reason."""
        from flows.sources.files.events import Account, actions_of
        from flows.sources.files.money import currency_of

        file = self._file(ticker)
        shelf = self._shelf(file)
        header = shelf.file.header
        if not header.has_prices:
            raise SourceError(f"{file.path.name}: no column is open, high, low, close")
        rows = _within(shelf.rows(ticker), first, last)
        near = self._options.of_ticker(ticker, file.path.name)
        options = near.over(self._options.folder)
        currency = near.currency or currency_of(rows, file.path.name) or shelf.file.currency or options.currency
        others = [(one, self._shelf(one)) for one in self._events.get(key(ticker), ())]
        accounts = [Account(one.path.name, _within(it.rows(ticker), first, last)) for one, it in others]
        split = options.adjusted_for_splits
        if split is None:
            split = self.adjustment == "split" and not header.as_traded
        dividends = options.adjusted_for_dividends
        if dividends is None and header.has_adjusted_close:
            dividends = False
        return Fetched(
            bars=rows.select(BARS),
            actions=actions_of([Account(file.path.name, rows), *accounts], currency),
            adjustment="split" if split else "none",
            currency=currency,
            adjusted_for_dividends=dividends,
            notes=(*self._notes, *(note for it in (shelf, *(it for _, it in others)) for note in it.file.notes)),
        )

    def _file(self, ticker: str) -> Named:
        """Give the one file that serves a ticker; raises SourceError where there is none, or more than one."""
        _, files = self._places.get(key(ticker), ("", ()))
        if not files:
            raise not_found(self._path, ticker, self.tickers(), self._unreadable)
        if len(files) > 1:
            names = ", ".join(file.path.name for file in files)
            raise SourceError(f"ticker {ticker!r} stands in more than one file: {names}; leave one of them there")
        return files[0]

    @property
    def _places(self) -> dict[str, tuple[str, list[Named]]]:
        """Key of a ticker -> how it is spelled, and the files with its bars."""
        with self._turn:
            return self._listed[0]

    @property
    def _events(self) -> dict[str, list[Named]]:
        """Key of a ticker -> the files that tell dividends or splits of it."""
        with self._turn:
            return self._listed[1]

    @cached_property
    def _listed(self) -> tuple[dict[str, tuple[str, list[Named]]], dict[str, list[Named]]]:
        places: dict[str, tuple[str, list[Named]]] = {}
        events: dict[str, list[Named]] = {}
        for file in list_files(self._path):
            for ticker in self._named(file) or ((file.ticker,) if file.ticker else ()):
                if file.events:
                    files = events.setdefault(key(ticker), [])
                else:
                    _, files = places.setdefault(key(ticker), (ticker, []))
                if file not in files:
                    files.append(file)
        return places, events

    def _named(self, file: Named) -> tuple[str, ...]:
        """Give the tickers that a file names itself."""
        from flows.sources.files.reading import head

        try:
            header = head(file.path, self._options.of_file(file.path.name), events=bool(file.events))
            if "ticker" in header.meanings:
                return self._shelf(file).tickers
        except SourceError as trouble:  # told when somebody asks for it
            self._unreadable.append(trouble.reason)
            return ()
        return header.tickers

    def _shelf(self, file: Named) -> Shelf:
        """Tell what a file holds; one that many tickers share is read once and kept."""
        from flows.sources.files.reading import read_file
        from flows.sources.files.shelf import Shelf

        with self._turn:
            if file.path in self._shelves:
                return self._shelves[file.path]
        name = file.path.name
        shelf = Shelf(read_file(file.path, self._options.of_file(name), events=bool(file.events)), name)
        if len(shelf.tickers) > 1:
            with self._turn:
                self._shelves[file.path] = shelf
        return shelf

    @cached_property
    def _notes(self) -> tuple[str, ...]:
        """Files and tickers of which files.toml speaks, and which are not there."""
        names = [file.path.name for file in list_files(self._path)]
        return tuple(self._options.astray(names, self.tickers()))

    @cached_property
    def _options(self) -> FolderOptions:
        """What people have said of the files."""
        from flows.sources.files.options import FileOptions, read_options

        options = read_options(self._path if self._path.is_dir() else self._path.parent)
        return replace(options, folder=options.folder.over(self._given or FileOptions()))


def _within(rows: pl.DataFrame, first: date | None, last: date | None) -> pl.DataFrame:
    """Give the rows of a range of dates."""
    import polars as pl

    if first is None and last is None:
        return rows
    return rows.filter(pl.col("date").is_between(first or date.min, last or date.max))
