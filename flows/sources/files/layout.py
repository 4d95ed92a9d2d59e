"""Where the table begins in a text, what separates its cells, and which column is what."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flows.sources.files.daywords import Kind, spell
from flows.sources.files.header import Column, Header, HeaderError, header_of, read_header
from flows.sources.files.options import FileOptions
from flows.sources.files.refusal import refusal
from flows.sources.files.spellings import PAST
from schemas.columns import PRICES

SEPARATORS = (",", ";", "\t", "|")
LOOKED_AT = 40
"""Lines at the beginning among which the names of the columns are looked for."""


@dataclass(frozen=True)
class Layout:
    """How a text is laid out.

    Attributes:
        header: which column is what; its `lines` count from the first line of the file.
        separator: what stands between cells.
        remarks: what was read past above the table.
    """

    header: Header
    separator: str
    remarks: tuple[str, ...] = ()


def find_layout(file: str, lines: Sequence[str], options: FileOptions, *, events: bool = False) -> Layout:
    """Give the layout of a text whose first lines are given; raises SourceError where there is no table."""
    if not any(line.strip() for line in lines):
        raise refusal(file, "the file is empty")
    skipped, separators = 0, list(SEPARATORS)
    if lines[0].lower().startswith("sep=") and len(lines[0]) == 5:  # a hint to Excel
        skipped, separators = 1, [lines[0][4]]
    layout = _declared(file, lines[skipped:], separators, options) or _nameless(file, lines[skipped:], separators)
    if layout is None:
        layout, above = _named(file, lines[skipped:], separators, events)
        skipped += above
    layout = _with_empty_end(layout, lines[skipped:])
    header = replace(layout.header, lines=layout.header.lines + skipped)
    remarks = (f"{skipped} line{'s' if skipped > 1 else ''} above the names of the columns",) if skipped else ()
    return Layout(header, layout.separator, remarks)


def cells_of(line: str, separator: str) -> list[str]:
    """Give the cells of one line."""
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:  # a cell beyond all measure, behind a quote that does not close
        return line.split(separator)


def _declared(file: str, lines: Sequence[str], separators: Sequence[str], options: FileOptions) -> Layout | None:
    """Give the columns as a person has named them; None where nobody has."""
    if options.columns is None:
        return None
    wanted = len(options.columns)
    for separator in separators:
        cells = cells_of(lines[0], separator)
        if len(cells) == wanted:
            when = cells[options.columns.index("date")] if "date" in options.columns else ""
            named = spell(when).kind is Kind.NONE
            return _made(file, cells if named else options.columns, options.columns, int(named), separator)
    raise refusal(file, f"columns in files.toml names {wanted}, and no separator makes so many of {lines[0][:80]!r}", 1)


def _made(file: str, names: Sequence[str], meanings: Sequence[str], lines: int, separator: str) -> Layout:
    columns: list[Column] = [(None, meaning) for meaning in meanings]
    try:
        return Layout(header_of(names, columns, lines), separator)
    except HeaderError as trouble:
        raise refusal(file, f"columns in files.toml: {trouble}") from None


def _nameless(file: str, lines: Sequence[str], separators: Sequence[str]) -> Layout | None:
    """Find a table without names, as some vendors write it; None where the first line is no row."""
    for separator in separators:
        rows = [cells_of(line, separator) for line in lines if line.strip()]
        first = rows[0]
        if len(first) < 5 or spell(first[0].strip()).kind is Kind.NONE:
            continue
        if any(letter.isalpha() for cell in first[2:5] for letter in cell.strip()):
            continue
        columns = _vendor(first)
        if columns is None or not _is_bars(rows, columns):
            raise refusal(
                file,
                f"there is no line of names; say in files.toml what the columns are: columns = "
                f'["date", "open", ...], "" for one that is read past; the line is {lines[0][:80]!r}',
                1,
            )
        return _made(file, [name or "(nameless)" for name in columns], columns, 0, separator)
    return None


def _vendor(cells: Sequence[str]) -> tuple[str, ...] | None:
    """Give the columns of vendors who write no names: Binance, Kraken, MetaTrader 4."""
    digits, width = len(cells[0].strip()), len(cells)
    if width in (11, 12) and digits in (13, 16) and spell(cells[6].strip()).kind is Kind.INSTANT:
        return ("date", *PRICES, "volume", *[PAST] * (width - 6))
    if width == 7 and digits == 10 and cells[0].strip().isdigit() and cells[6].strip().isdigit():
        return ("date", *PRICES, "volume", PAST)
    if width == 7 and len(cells[1].strip()) == 5 and cells[1].strip()[2] == ":":
        return ("date", PAST, *PRICES, "volume")
    return None


def _is_bars(rows: Sequence[Sequence[str]], columns: Sequence[str]) -> bool:
    """Whether high and low are the highest and the lowest of each row, as far as rows are whole."""
    places = [columns.index(name) for name in PRICES]
    for row in rows[:LOOKED_AT]:
        try:
            first, high, low, last = (float(row[place]) for place in places)
        except (ValueError, IndexError):
            continue
        if high < max(first, low, last) or low > min(first, last):
            return False
    return True


def _named(file: str, lines: Sequence[str], separators: Sequence[str], events: bool) -> tuple[Layout, int]:
    """Give the first line that names columns, by the separator that makes most of it, and how many stand above it."""
    trouble: HeaderError | None = None
    for above in range(min(len(lines), LOOKED_AT)):
        best: Layout | None = None
        for separator in sorted(separators, key=lambda one: -lines[above].count(one)):
            try:
                header = read_header([cells_of(line, separator) for line in lines[above : above + 3]], events=events)
            except HeaderError as error:
                trouble = trouble or error
                continue
            if best is None or len(header.columns) > len(best.header.columns):
                best = Layout(header, separator)
        if best is not None:
            return best, above
    raise refusal(file, f"{trouble}; the header is {lines[0][:80]!r}; columns in files.toml can say what each is", 1)


def _with_empty_end(layout: Layout, lines: Sequence[str]) -> Layout:
    """Allow for a separator behind each row where there is none behind the names."""
    header, rows = layout.header, lines[layout.header.lines :]
    if not rows:
        return layout
    cells = cells_of(rows[0], layout.separator)
    if len(cells) != len(header.columns) + 1 or cells[-1].strip():
        return layout
    wider = replace(header, columns=(*header.columns, (None, PAST)), names=(*header.names, ""))
    return replace(layout, header=wider)
