"""One file as rows: ticker, date, open, high, low, close, volume, dividend, split, currency; or why it cannot be.

What is wrong with a row is wrong with its ticker, and leaves the others of the file alone; what is wrong with the file
is wrong with all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from flows.sources.files.cells import BadLine, split_cells
from flows.sources.files.content import HEAD, is_parquet, load
from flows.sources.files.header import Header
from flows.sources.files.layout import LOOKED_AT, Layout, cells_of, find_layout
from flows.sources.files.options import FileOptions
from flows.sources.files.parquet import parquet_header, read_parquet
from flows.sources.files.refusal import refusal
from flows.sources.files.text import to_utf8
from flows.sources.files.values import Trouble, Values, read_values
from sdengine.words import first_few

_NOTHING_SAID = FileOptions()
LONGEST_NAME, MOST_NAMES = 40, 20
"""So many letters of a name, and so many names, are shown of the columns that are read past."""


@dataclass(frozen=True)
class FileRows:
    """What a file holds.

    Attributes:
        rows: ticker (null where the file names none), date, prices, volume, dividend, split, currency.
        header: which of its columns was what.
        troubles: ticker (None: all of them) -> the sentence that says why its rows cannot be read.
        notes: what was read past or decided, a sentence each.
        currency: what its amounts are in, by signs and codes beside the numbers.
    """

    rows: pl.DataFrame
    header: Header
    troubles: Mapping[str | None, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    currency: str | None = None

    def trouble(self, ticker: str | None) -> str | None:
        """Why a ticker's rows cannot be read, None if they can."""
        return self.troubles.get(None) or self.troubles.get(ticker)


def head(path: Path, options: FileOptions = _NOTHING_SAID, *, events: bool = False) -> Header:
    """Tell what a file's header says, without reading the rest; raises SourceError."""
    if is_parquet(path):
        return parquet_header(path, options, events=events)
    text, _ = to_utf8(path, load(path, HEAD), options.encoding, whole=False)
    return find_layout(path.name, _first_lines(text), options, events=events).header


def read_file(path: Path, options: FileOptions = _NOTHING_SAID, *, events: bool = False) -> FileRows:
    """All that a file holds; raises SourceError for a file that is nothing to read.

    Args:
        path: the file.
        options: what a person has said of it.
        events: whether it is one of dividends or splits, which may have none.
    """
    remarks: list[str] = []
    bad: list[Trouble] = []
    if is_parquet(path):
        header, frame, remark = read_parquet(path, options, events=events)
        lines = pl.int_range(1, frame.height + 1, dtype=pl.UInt32, eager=True)
        values = read_values(frame.with_columns(line=lines), header, options)
        remarks += [f"column date: {remark}"] if remark else []
    else:
        text, encoded = to_utf8(path, load(path), options.encoding)
        layout = find_layout(path.name, _first_lines(text), options, events=events)
        header = layout.header
        cells = split_cells(path.name, text, layout, decimal_comma=options.decimal == ",")
        del text
        if cells.frame.is_empty() and not cells.bad and not events:
            raise refusal(path.name, "there are no rows below the header")
        values = _values(cells.frame, header, options, cells.only_point)
        bad = _of_tickers(cells.bad, layout, values)
        remarks += [encoded] if encoded else []
        remarks += [f"read past: {what}" for what in (*layout.remarks, *cells.remarks)]
    remarks += values.remarks
    if header.past:
        many = "column" if len(header.past) == 1 else "columns"
        shown = [name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}..." for name in header.past]
        remarks.append(f"read past: {many} {first_few(shown, MOST_NAMES)}")
    notes = tuple(f"{path.name}: {remark}" for remark in remarks)
    return FileRows(values.rows, header, _reasons(path.name, [*bad, *values.troubles]), notes, values.currency)


def _values(frame: pl.DataFrame, header: Header, options: FileOptions, only_point: bool) -> Values:
    if not frame.is_empty():
        return read_values(frame, header, options, only_point=only_point)
    columns = {f"c{place}": pl.String for place in range(len(header.columns))}
    return read_values(pl.DataFrame(schema={**columns, "line": pl.UInt32}), header, options)


def _first_lines(text: bytes) -> list[str]:
    """Give the first lines, as many as may stand above a table."""
    lines = text[:HEAD].split(b"\n", LOOKED_AT)[:LOOKED_AT]
    return [line.decode(errors="replace") for line in lines]


def _of_tickers(bad: Sequence[BadLine], layout: Layout, values: Values) -> list[Trouble]:
    """Lines that are no rows, with the ticker that they name where a column does; an empty one names none, and harms
    none where rows name theirs."""
    if not bad:
        return []
    place = next((place for place, (_, what) in enumerate(layout.header.columns) if what == "ticker"), None)
    known = set() if place is None else set(values.rows["ticker"].cast(pl.String).unique())
    troubles = []
    for one in bad:
        if place is not None and not one.text.strip():
            continue
        cells = cells_of(one.text.split("\n")[0], layout.separator)
        named = cells[place].strip() if place is not None and place < len(cells) else None
        troubles.append(Trouble(one.reason, one.line, None, named if named in known else None))
    return troubles


def _reasons(file: str, troubles: Iterable[Trouble]) -> dict[str | None, str]:
    """Give the first sentence about each ticker, by line."""
    reasons: dict[str | None, str] = {}
    for one in sorted(troubles, key=lambda trouble: trouble.line or 0):
        reasons.setdefault(one.ticker, str(refusal(file, one.reason, one.line, one.column)))
    return reasons
