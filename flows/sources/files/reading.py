"""One file as rows: ticker, date, open, high, low, close, volume, dividend, split; or a refusal with file, line and
reason."""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
from pathlib import Path

import polars as pl

from flows.sources.base import SourceError
from flows.sources.files.header import EVENTS, PRICES, Header, HeaderError, meaning, read_header
from flows.sources.files.values import Refused, dates, numbers

TEXT = (".csv", ".csv.gz", ".txt", ".tsv")
SUFFIXES = (*TEXT, ".parquet")
NUMBERS = (*PRICES, "volume", *EVENTS)
SEPARATORS = (",", ";", "\t", "|")


def refusal(path: Path, reason: str, line: int | None = None) -> SourceError:
    """The one sentence: file, line, reason."""
    return SourceError(f"{path.name}{f', line {line}' if line else ''}: {reason}")


def head(path: Path) -> Header:
    """What a file's header says, without reading the rest; raises SourceError."""
    if path.suffix == ".parquet":
        try:
            return _parquet_header(path, pl.read_parquet_schema(path))
        except (OSError, pl.exceptions.PolarsError) as trouble:
            raise refusal(path, f"cannot be read: {str(trouble).splitlines()[0][:120]}") from trouble
    lines = _text(path, 4096 * 16).splitlines()[:3]
    return _header(path, lines)[0]


def read(path: Path) -> pl.DataFrame:
    """All rows of a file; `ticker` is null where the file does not name one. Raises SourceError."""
    if path.suffix == ".parquet":
        return _read_parquet(path)
    text = _text(path)
    header, separator = _header(path, text.splitlines()[:3])
    cells = _cells(path, text, header, separator)
    if cells.is_empty():
        raise refusal(path, "there are no rows below the header")
    return _typed(path, cells, header, decimal_comma=separator == ";")


def _text(path: Path, limit: int = -1) -> str:
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
            raw = file.read(limit)
    except OSError as trouble:
        raise refusal(path, f"cannot be read: {trouble.strerror or trouble}") from trouble
    try:
        return raw.decode("utf-8-sig", errors="strict" if limit < 0 else "ignore")
    except UnicodeDecodeError as trouble:
        line = raw[: trouble.start].count(b"\n") + 1
        raise refusal(path, f"is not UTF-8 text (byte {raw[trouble.start]:#x})", line) from None


def _header(path: Path, lines: list[str]) -> tuple[Header, str]:
    if not lines:
        raise refusal(path, "the file is empty")
    separator = max(SEPARATORS, key=lines[0].count)
    try:
        return read_header([next(csv.reader([line], delimiter=separator), []) for line in lines]), separator
    except HeaderError as trouble:
        raise refusal(path, f"{trouble}; the header is {lines[0][:80]!r}", 1) from None


def _cells(path: Path, text: str, header: Header, separator: str) -> pl.DataFrame:
    """The rows below the header as text, one column per column; blank lines at the end are read past."""
    width = len(header.columns)
    names = [f"c{position}" for position in range(width)]
    stream = io.StringIO(text)
    for _ in range(header.lines):
        stream.readline()
    body = stream.read().rstrip("\r\n")
    if body and '"' not in body and body.count(separator) == (width - 1) * (body.count("\n") + 1):
        # as many cells as rows times columns and no quotes: polars, which pads short rows in silence, has none to pad
        with contextlib.suppress(pl.exceptions.PolarsError):
            return pl.read_csv(
                body.encode(),
                has_header=False,
                new_columns=names,
                separator=separator,
                infer_schema=False,
                empty_string_is_null=False,
                quote_char=None,
            )
    rows: list[list[str]] = []
    for number, row in enumerate(csv.reader(io.StringIO(body), delimiter=separator), header.lines + 1):
        if len(row) != width:
            if not any(cell.strip() for cell in row):
                rows.append([])
                continue
            raise refusal(path, f"{len(row)} cells where the header has {width} columns", number)
        rows.append(row)
    while rows and not rows[-1]:
        rows.pop()
    if any(not row for row in rows):
        raise refusal(path, "a blank line among the rows", header.lines + 1 + rows.index([]))
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def _typed(path: Path, cells: pl.DataFrame, header: Header, decimal_comma: bool) -> pl.DataFrame:
    columns: dict[tuple[str | None, str], pl.Series] = {}
    for position, (ticker, name) in enumerate(header.columns):
        text = cells.to_series(position)
        try:
            if name == "date":
                columns[(None, "date")] = dates(text)
            elif name == "ticker":
                columns[(None, "ticker")] = text.str.strip_chars()
            elif name:
                columns[(ticker, name)] = numbers(text, decimal_comma)
        except Refused as trouble:
            line = None if trouble.row is None else trouble.row + header.lines + 1
            raise refusal(path, f"column {name}: {trouble.reason}", line) from None
    return _long(columns, header)


def _long(columns: dict[tuple[str | None, str], pl.Series], header: Header) -> pl.DataFrame:
    """One row per ticker and date, also from a header that puts tickers side by side."""
    parts = []
    for ticker in header.tickers or (None,):
        own = {name: series for (whose, name), series in columns.items() if whose == ticker or whose is None}
        frame = pl.DataFrame(own)
        if "ticker" not in frame.columns:
            frame = frame.with_columns(ticker=pl.lit(ticker, dtype=pl.String))
        if len(header.tickers) > 1:  # side by side, a ticker that did not trade has a row of nothing
            frame = frame.filter(~pl.all_horizontal(pl.col(name).is_null() for name in PRICES))
        parts.append(_complete(frame))
    return pl.concat(parts)


def _complete(frame: pl.DataFrame) -> pl.DataFrame:
    absent = {name: pl.lit(None, dtype=pl.Float64) for name in NUMBERS if name not in frame.columns}
    return frame.with_columns(**absent).select("ticker", "date", *NUMBERS)


def _parquet_header(path: Path, schema: dict[str, pl.DataType]) -> Header:
    try:
        return read_header([list(schema)])
    except HeaderError as trouble:
        raise refusal(path, f"{trouble}; the columns are {', '.join(schema)}") from None


def _read_parquet(path: Path) -> pl.DataFrame:
    try:
        frame = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as trouble:
        raise refusal(path, f"cannot be read: {str(trouble).splitlines()[0][:120]}") from trouble
    _parquet_header(path, frame.schema)
    own = {}
    for name in frame.columns:
        known = meaning(name) or ""
        series = frame[name]
        if known == "date":
            own["date"] = _parquet_dates(path, series)
        elif known == "ticker":
            own["ticker"] = series.cast(pl.String)
        elif known:
            if not (series.dtype.is_numeric() or series.dtype == pl.Null):
                raise refusal(path, f"column {name} is {series.dtype}, not a number")
            own[known] = series.cast(pl.Float64).fill_nan(None)
    result = pl.DataFrame(own)
    if "ticker" not in own:
        result = result.with_columns(ticker=pl.lit(None, dtype=pl.String))
    if result.is_empty():
        raise refusal(path, "there are no rows")
    return _complete(result)


def _parquet_dates(path: Path, series: pl.Series) -> pl.Series:
    if series.dtype == pl.Date:
        found = series
    elif isinstance(series.dtype, pl.Datetime):
        found = series.dt.date()
    elif series.dtype == pl.String:
        try:
            found = dates(series)
        except Refused as trouble:
            raise refusal(path, f"column {series.name}: {trouble.reason}", (trouble.row or 0) + 1) from None
    else:
        raise refusal(path, f"column {series.name} is {series.dtype}, not a date")
    if found.null_count():
        raise refusal(path, f"column {series.name}: a date is missing", int(found.is_null().arg_true()[0]) + 1)
    return found
