"""A Parquet file as rows.

It is read by Arrow's reader, which answers a damaged or hostile file with an exception, where others abort the process;
what it gives is checked whole before anything else sees it.
"""

from __future__ import annotations

import re
from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa

from flows.sources.files.content import LARGEST
from flows.sources.files.dates import read_dates
from flows.sources.files.header import Header, HeaderError, header_of, read_header
from flows.sources.files.options import FileOptions
from flows.sources.files.refusal import Refused, refusal

if TYPE_CHECKING:
    import pyarrow.parquet as pq

_PAIR = re.compile(r"^\('(.*)', '(.*)'\)$")
"""How pandas spells a column of two levels."""


def parquet_header(path: Path, options: FileOptions, *, events: bool = False) -> Header:
    """Tell what the columns of a Parquet file are; raises SourceError."""
    return _header(path, _opened(path), options, events)


def read_parquet(path: Path, options: FileOptions, *, events: bool = False) -> tuple[Header, pl.DataFrame, str | None]:
    """Give the columns of a Parquet file, named c0, c1, ..., without those read past, and a remark on dates.

    Raises SourceError: damaged, too large, a type that a column cannot have, a date that is missing.
    """
    file = _opened(path)
    header = _header(path, file, options, events)
    wanted = [place for place, (_, meaning) in enumerate(header.columns) if meaning]
    _bounded(path, file, wanted)
    names = [header.names[place] for place in wanted]
    try:
        table = file.read(columns=names, use_threads=False)
        table.validate(full=True)
        # a schema of our own: what else the file says of its columns may be anything
        frame = pl.from_arrow(pa.Table.from_arrays([_plain(table[name]) for name in names], names=names))
    except _DAMAGED as trouble:
        raise _damaged(path, trouble) from trouble
    assert isinstance(frame, pl.DataFrame)
    if frame.is_empty() and not events:
        raise refusal(path.name, "there are no rows")
    columns, remark = {}, None
    for place, name in zip(wanted, names, strict=True):
        meaning = header.columns[place][1]
        series = frame[name]
        if meaning == "date":
            series, remark = _dates(path, series, options)
        elif meaning in ("ticker", "currency"):
            series = series.cast(pl.String)
        elif series.dtype.is_numeric() or series.dtype == pl.Null:
            series = series.cast(pl.Float64).fill_nan(None)
        else:
            raise refusal(path.name, f"column {name} is {series.dtype}, not a number")
        columns[f"c{place}"] = series
    return header, pl.DataFrame(columns), remark


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Decimals as numbers: of those of more than 38 digits polars knows nothing."""
    return column.cast(pa.float64()) if pa.types.is_decimal(column.type) else column


_DAMAGED = (
    pa.ArrowException,
    OSError,
    MemoryError,
    pl.exceptions.PolarsError,
    pl.exceptions.PanicException,
    ValueError,
)


def _damaged(path: Path, trouble: BaseException) -> Exception:
    why = (str(trouble).splitlines() or [type(trouble).__name__])[0][:120]
    return refusal(path.name, f"cannot be read: {why}")


def _opened(path: Path) -> pq.ParquetFile:
    import pyarrow.parquet as pq  # brings file systems and TLS, which CSV does without

    try:
        return pq.ParquetFile(path, pre_buffer=False)
    except _DAMAGED as trouble:
        raise _damaged(path, trouble) from trouble


def _header(path: Path, file: pq.ParquetFile, options: FileOptions, events: bool) -> Header:
    try:
        names = file.schema_arrow.names
    except _DAMAGED as trouble:
        raise _damaged(path, trouble) from trouble
    if len(set(names)) < len(names):
        raise refusal(path.name, "two columns have the same name")
    try:
        if options.columns is not None:
            return header_of(names, [(None, meaning) for meaning in options.columns], 0)
        pairs = [_PAIR.match(name) for name in names]
        if any(pairs):
            both = [pair.groups() if pair else ("", "") for pair in pairs]
            first = next((place for place, pair in enumerate(pairs) if not pair), None)
            if first is None:
                raise HeaderError("no column is the date")
            order = [first, *(place for place in range(len(names)) if place != first)]
            header = read_header([[both[p][0] for p in order], ["Ticker", *(both[p][1] for p in order[1:])]])
            columns = dict(zip(order, header.columns, strict=True))
            return header_of(names, [columns[place] for place in range(len(names))], 0)
        return read_header([names], events=events)
    except (HeaderError, ValueError) as trouble:
        raise refusal(path.name, f"{trouble}; the columns are {', '.join(names)[:200]}") from None


def _bounded(path: Path, file: pq.ParquetFile, wanted: list[int]) -> None:
    """Refuse what would not fit, by what the file says of itself."""
    metadata = file.metadata
    size = sum(
        metadata.row_group(group).column(place).total_uncompressed_size
        for group in range(metadata.num_row_groups)
        for place in wanted
        if place < metadata.row_group(group).num_columns
    )
    if size > LARGEST or metadata.num_rows > LARGEST // 8 or size < 0:
        raise refusal(path.name, f"unpacks to more than {LARGEST >> 20} MB: divide it")


def _dates(path: Path, series: pl.Series, options: FileOptions) -> tuple[pl.Series, str | None]:
    """Dates from dates, times, and from text or whole numbers as they are read elsewhere."""
    if series.dtype == pl.Categorical:  # text, each spelling of which is kept once
        series = series.cast(pl.String)
    kind, remark = series.dtype, None
    if kind == pl.Date:
        dates = series
    elif isinstance(kind, pl.Datetime) and (kind.time_zone is None or bool((series.dt.time() == time()).all())):
        dates = series.dt.date()
        if series.n_unique() >= max(4, 2 * dates.n_unique()):
            raise refusal(path.name, f"column {series.name} has several times a day: read are daily bars")
    elif kind == pl.String or kind.is_integer() or isinstance(kind, pl.Datetime):
        text = series.dt.strftime("%Y-%m-%d %H:%M:%S%z") if isinstance(kind, pl.Datetime) else series.cast(pl.String)
        try:
            days = read_dates(text.fill_null(""), options.date_order, options.timezone)
        except Refused as trouble:
            raise refusal(path.name, trouble.reason, (trouble.row or 0) + 1, series.name) from None
        dates, remark = days.dates, days.remark
        if days.wrong:
            row = min(days.wrong)
            if kind.is_integer() and series[row] is not None:
                raise refusal(path.name, f"column {series.name} is {kind}, not a date")
            raise refusal(path.name, days.wrong[row], row + 1, series.name)
    else:
        raise refusal(path.name, f"column {series.name} is {kind}, not a date")
    if dates.null_count():
        raise refusal(path.name, "the date is missing", int(dates.is_null().arg_true()[0]) + 1, series.name)
    return dates, remark
