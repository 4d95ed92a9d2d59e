"""The rows below the header as cells, and the lines that are no rows, each with its number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
import pyarrow as pa
import pyarrow.csv as pc

from flows.sources.files.layout import Layout
from flows.sources.files.refusal import refusal
from flows.sources.files.spellings import NUMBERS

LONGEST = 1 << 24
"""Bytes that one line may have."""

_MONTH_COMMA = re.compile(rb'(?m)(?<!")\b([A-Za-z]{3,9}\.? +\d{1,2}), *(\d{4})\b')
_QUOTED_NUMBER = re.compile(rb'"[^"0-9A-Za-z\n]*(?:[A-Z]{3} ?)?[0-9][^"A-Za-z/:\n-]*[ A-Za-z]{0,5}"')


@dataclass(frozen=True)
class BadLine:
    """A line that is no row of the table: its number, its text, and why."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True)
class Cells:
    """A table taken apart.

    Attributes:
        frame: columns c0, c1, ... as text, or already as numbers; and `line`, the number of each row's line.
        bad: the lines that are no rows.
        only_point: whether a comma cannot stand within a number here.
        remarks: what was read past.
    """

    frame: pl.DataFrame
    bad: tuple[BadLine, ...] = ()
    only_point: bool = False
    remarks: tuple[str, ...] = ()


def split_cells(file: str, text: bytes, layout: Layout, *, decimal_comma: bool = False) -> Cells:
    """Take the rows apart; blank lines at the end are read past, one among the rows is a bad line.

    Args:
        file: its name, for a refusal.
        text: the whole text, in UTF-8.
        layout: how it is laid out.
        decimal_comma: whether a person has said that its decimal sign is a comma.
    """
    text = _without_empty_end(text)
    if _start(text, layout.header.lines) == len(text):
        return Cells(pl.DataFrame(schema={"line": pl.UInt32}))
    if layout.separator == "," and b'"' not in text and not decimal_comma:
        typed = _typed(text, layout)
        if typed is not None:
            return Cells(typed, only_point=True)
    if layout.separator == ",":
        text = _without_month_commas(text, layout)
    text, unclosed = _closed(text, layout.header.lines)
    frame, uneven = _split(file, text, layout)
    odd = [*unclosed, *uneven, *_blank(frame, {one.line for one in unclosed})]
    if odd:
        frame = frame.filter(~pl.col("line").is_in([one.line for one in odd]))
    bad, remarks = _footer(frame, odd)
    only_point = layout.separator == "," and not (b'"' in text and _QUOTED_NUMBER.search(text))
    return Cells(frame, tuple(sorted(bad, key=lambda one: one.line)), only_point, remarks)


def _typed(text: bytes, layout: Layout) -> pl.DataFrame | None:
    """Numbers read at once, where they can be nothing else: between commas without quotes. None if some are not.

    As many cells as rows times columns: polars, which fills up short rows in silence, has none to fill up.
    """
    columns, lines = layout.header.columns, layout.header.lines
    start = _start(text, lines)
    rows = text.count(b"\n", start) + (not text.endswith(b"\n"))
    if text.count(b",", start) != (len(columns) - 1) * rows:
        return None
    kinds = {"ticker": pl.Categorical, **dict.fromkeys(NUMBERS, pl.Float64)}
    schema = {f"c{place}": kinds.get(meaning, pl.String) for place, (_, meaning) in enumerate(columns)}
    wanted = [place for place, (_, meaning) in enumerate(columns) if meaning]
    try:
        frame = pl.read_csv(
            text,
            has_header=False,
            skip_lines=lines,
            schema=schema,
            columns=wanted,
            quote_char=None,
            empty_string_is_null=True,
        )
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return None
    numbers = [name for name, dtype in frame.schema.items() if dtype == pl.Float64]
    frame = frame.with_columns(pl.col(numbers).fill_nan(None))
    if frame.height != rows or not all(frame[name].is_finite().fill_null(True).all() for name in numbers):
        return None
    return frame.with_columns(line=pl.int_range(lines + 1, lines + 1 + rows, dtype=pl.UInt32))


def _start(text: bytes, lines: int) -> int:
    """Where the line after so many lines begins; the end, where there is none."""
    start = 0
    for _ in range(lines):
        end = text.find(b"\n", start)
        if end < 0:
            return len(text)
        start = end + 1
    return start


def _without_empty_end(text: bytes) -> bytes:
    """Give the text without lines at its end that hold nothing, or separators alone."""
    end = len(text)
    while (cut := text.rfind(b"\n", 0, end)) >= 0 and not text[cut + 1 : end].strip(b" ;,\t|"):
        end = cut
    return text if end >= len(text) - 1 else text[:end]


def _without_month_commas(text: bytes, layout: Layout) -> bytes:
    """`January 02, 2024` between commas without quotes is one cell."""
    start = _start(text, layout.header.lines)
    end = text.find(b"\n", start)
    if not _MONTH_COMMA.search(text, start, end if end >= 0 else len(text)):
        return text
    return text[:start] + _MONTH_COMMA.sub(rb"\1 \2", text[start:])


def _closed(text: bytes, lines: int) -> tuple[bytes, list[BadLine]]:
    """Give the text without lines on which a quote opens and does not close; each leaves an empty line."""
    if not text.count(b'"'):
        return text, []
    kept, bad = text.split(b"\n"), []
    for place, line in enumerate(kept):
        if place >= lines and line.count(b'"') % 2:
            bad.append(BadLine(place + 1, line.decode(), "a quote opens that does not close on its line"))
            kept[place] = b""
    return (b"\n".join(kept), bad) if bad else (text, [])


def _split(file: str, text: bytes, layout: Layout) -> tuple[pl.DataFrame, list[BadLine]]:
    """All cells as text, and the rows that have more or fewer than the header."""
    width, lines = len(layout.header.columns), layout.header.lines
    names = [f"c{place}" for place in range(width)]
    bad: list[BadLine] = []

    def note(row: pc.InvalidRow) -> str:
        many = f"{row.actual_columns} cells" if row.actual_columns != 1 else "1 cell"
        bad.append(BadLine(row.number, row.text, f"{many} where the header has {width} columns"))
        return "skip"

    try:
        table = pc.read_csv(
            pa.BufferReader(text),
            read_options=pc.ReadOptions(column_names=names, skip_rows=lines, use_threads=False, block_size=LONGEST),
            parse_options=pc.ParseOptions(
                delimiter=layout.separator,
                quote_char='"' if b'"' in text else False,
                ignore_empty_lines=False,
                invalid_row_handler=note,
            ),
            convert_options=pc.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as trouble:
        raise refusal(file, f"cannot be divided into cells: {str(trouble).splitlines()[0][:120]}") from None
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    skipped = sorted(one.line for one in bad)
    numbers = pl.Series("line", _numbers(lines + 1, frame.height, skipped), dtype=pl.UInt32)
    return frame.with_columns(numbers), bad


def _numbers(first: int, rows: int, skipped: Sequence[int]) -> list[int] | range:
    """Give the numbers of the lines that are rows."""
    if not skipped:
        return range(first, first + rows)
    left_out = set(skipped)
    return [line for line in range(first, first + rows + len(skipped)) if line not in left_out]


def _blank(frame: pl.DataFrame, known: set[int]) -> list[BadLine]:
    """Lines without any cell."""
    empty = frame.filter(pl.all_horizontal(pl.col("^c[0-9]+$") == ""))["line"].to_list()
    return [BadLine(line, "", "a blank line among the rows") for line in empty if line not in known]


def _footer(frame: pl.DataFrame, bad: list[BadLine]) -> tuple[list[BadLine], tuple[str, ...]]:
    """Words below the last row (`Downloaded from ...`) are read past; a row that is cut short is not such words."""
    last = frame["line"].max()
    below = [one for one in bad if isinstance(last, int) and one.line > last]
    if not below or not all(_is_words(one) for one in below):
        return bad, ()
    kept = [one for one in bad if one not in below]
    return kept, tuple(f"line {one.line}, {one.text.strip()[:60]!r}" for one in below if one.text.strip())


def _is_words(one: BadLine) -> bool:
    text = one.text.strip(' "')
    return not text or (one.reason.startswith("1 cell ") and text[0].isalpha() and " " in text)
