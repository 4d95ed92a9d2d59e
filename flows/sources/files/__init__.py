"""A folder of CSV or Parquet as a source: one file per ticker, or one for all."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from flows.sources.base import Adjustment, Fetched, SourceError

if TYPE_CHECKING:
    import polars as pl

SUFFIXES = (".csv.gz", ".csv", ".txt", ".tsv", ".parquet")
EVENT_FILES = ("_dividends", "_splits")


class FilesSource:
    """Bars and actions from files of people's own.

    A file with a ticker column (or yfinance's header, which names tickers) serves the tickers that it names; any other
    serves the ticker that it is called after: `BTC-USD.csv`. Dividends and splits stand in columns, or in
    `<ticker>_dividends.csv` and `<ticker>_splits.csv` beside it. Order of rows and columns is free.

    Args:
        path: the folder, or one file.
        adjustment: what the files' prices are: 'split' (adjusted for splits, as most sources write them) or 'none' (as
            traded).
    """

    name = "files"
    local = True

    def __init__(self, path: Path, adjustment: Adjustment = "split") -> None:
        if not path.exists():
            raise ValueError(f"source files: {path} does not exist")
        if adjustment not in ("none", "split"):
            raise ValueError(f"source files: adjustment {adjustment!r}; allowed are none, split")
        self.adjustment = adjustment
        self._path = path
        self._files = sorted(path.iterdir()) if path.is_dir() else [path]
        self._files = [file for file in self._files if file.is_file() and _stem(file)]
        if not self._files:
            raise ValueError(f"source files: {path} holds no file ending in {', '.join(SUFFIXES)}")

    def tickers(self) -> tuple[str, ...]:
        """Every ticker that some file serves, sorted; a file that cannot be read counts under its own name."""
        return tuple(sorted(self._places))

    def ends(self, ticker: str) -> date | None:
        """Files may grow: None."""
        return None

    def fetch(self, ticker: str, first: date | None, last: date | None) -> Fetched:
        """Bars and actions of a ticker; raises SourceError with file, line and reason."""
        import polars as pl

        file = self._place(ticker)
        rows = self._rows(file)
        if rows["ticker"].null_count() < rows.height:
            rows = rows.filter(pl.col("ticker").str.to_uppercase() == ticker.upper())
        if first is not None:
            rows = rows.filter(pl.col("date") >= first)
        if last is not None:
            rows = rows.filter(pl.col("date") <= last)
        actions = pl.concat([_events(rows), *(self._event_file(ticker, kind, first, last) for kind in EVENT_FILES)])
        bars = rows.select("date", "open", "high", "low", "close", "volume")
        return Fetched(bars, actions.unique(maintain_order=True), self.adjustment)

    def _place(self, ticker: str) -> Path:
        found = self._places.get(ticker) or self._places.get(ticker.upper())
        if found is None:
            near = ", ".join(self.tickers()[:8])
            raise SourceError(f"no file in {self._path} has ticker {ticker!r}; there are {near}")
        if len(found) > 1:
            raise SourceError(f"ticker {ticker!r} stands in more than one file: {', '.join(f.name for f in found)}")
        return found[0]

    @cached_property
    def _places(self) -> dict[str, list[Path]]:
        """Ticker -> files that serve it."""
        places: dict[str, list[Path]] = {}
        for file in self._files:
            stem = _stem(file)
            if stem.lower().endswith(EVENT_FILES):
                continue
            for ticker in self._named(file) or (stem,):
                places.setdefault(ticker, []).append(file)
        return places

    def _named(self, file: Path) -> tuple[str, ...]:
        """The tickers that a file names itself."""
        from flows.sources.files.reading import head

        try:
            header = head(file)
            if "ticker" in header.names:
                return tuple(self._rows(file)["ticker"].drop_nulls().unique().sort())
        except SourceError:
            return ()  # told when somebody asks for it
        return header.tickers

    def _rows(self, file: Path) -> pl.DataFrame:
        """A file that serves many tickers is read once."""
        from flows.sources.files.reading import read

        if file not in self._read:
            rows = read(file)
            if rows["ticker"].n_unique() < 2:
                return rows
            self._read[file] = rows
        return self._read[file]

    @cached_property
    def _read(self) -> dict[Path, pl.DataFrame]:
        return {}

    def _event_file(self, ticker: str, kind: str, first: date | None, last: date | None) -> pl.DataFrame:
        """Actions from `<ticker>_dividends` or `<ticker>_splits`, if there is one."""
        import polars as pl

        from flows.sources.files.reading import read

        found = [file for file in self._files if _stem(file).lower() == f"{ticker}{kind}".lower()]
        rows = read(found[0]) if found else None
        if rows is None:
            return _no_events()
        return _events(rows.filter(pl.col("date").is_between(first or date.min, last or date.max)))


def _stem(file: Path) -> str:
    """The name without its suffix; '' if the suffix is none of ours or the file is hidden."""
    for suffix in SUFFIXES:
        if file.name.lower().endswith(suffix) and not file.name.startswith("."):
            return file.name[: -len(suffix)]
    return ""


def _events(rows: pl.DataFrame) -> pl.DataFrame:
    """Dividends and splits that are not nothing; a split of 0 or a dividend of 0 is how tables say that there was
    none."""
    import polars as pl

    parts = [
        rows.filter(pl.col(kind).fill_null(0.0) != 0).select("date", kind=pl.lit(kind), value=pl.col(kind))
        for kind in ("dividend", "split")
    ]
    return pl.concat(parts)


def _no_events() -> pl.DataFrame:
    from flows.sources.base import empty_actions

    return empty_actions()
