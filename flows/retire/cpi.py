"""A file of consumer prices, month by month, as national offices of statistics publish them."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from flows.errors import UsageError

EXAMPLE = "a CSV file with the columns month (YYYY-MM) and index, a line for each month"
MOST = 1 << 20
"""Bytes that such a file may have: seven thousand years of months would fit."""
MONTH = re.compile(r"(\d{4})-(\d{2})(-\d{2})?")

Index = dict[date, float]
"""The first day of each month -> the index of that month."""


def read_cpi(path: Path) -> Index:
    """Read the index of each month; months follow each other without a gap.

    Raises:
        UsageError: what cannot be read, with its line and what is allowed.
    """
    index_of: Index = {}
    last: date | None = None
    try:
        for line, month, index in _rows(path, _text(path)):
            if last is not None and month != _next(last):
                gap = f"{month:%Y-%m} follows {last:%Y-%m}; allowed is {_next(last):%Y-%m}"
                raise UsageError(f"{path}, line {line}: {gap}")
            index_of[month], last = index, month
    except csv.Error as error:
        raise UsageError(f"{path}: cannot be read: {error}; allowed is {EXAMPLE}") from None
    if not index_of:
        raise UsageError(f"{path}: there is no month in it; allowed is {EXAMPLE}")
    return index_of


def _text(path: Path) -> str:
    try:
        if path.exists() and not path.is_file():
            raise OSError(None, "is no file")
        with path.open("rb") as file:
            raw = file.read(MOST + 1)
        text = raw[:MOST].decode("utf-8-sig")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise UsageError(f"{path}: cannot be read: {why}; allowed is {EXAMPLE}") from None
    if len(raw) > MOST:
        raise UsageError(f"{path}: is larger than {MOST >> 20} MB; allowed is {EXAMPLE}")
    return text


def _rows(path: Path, text: str) -> Iterator[tuple[int, date, float]]:
    rows = csv.reader(text.splitlines(), skipinitialspace=True)
    heading = [name.strip().lower() for name in next(rows, [])]
    if heading.count("month") != 1 or heading.count("index") != 1:
        raise UsageError(f"{path}, line 1: its columns are {', '.join(heading) or 'none'}; allowed is {EXAMPLE}")
    for row in rows:
        if not any(value.strip() for value in row):
            continue
        if len(row) != len(heading):
            raise UsageError(
                f"{path}, line {rows.line_num}: {len(row)} values where the first line names {len(heading)} columns"
            )
        month, index = (row[heading.index(name)].strip() for name in ("month", "index"))
        where = f"{path}, line {rows.line_num}"
        yield rows.line_num, _month(where, month), _index(where, index)


def _month(where: str, given: str) -> date:
    match = MONTH.fullmatch(given)
    try:
        if match:
            return date(int(match[1]), int(match[2]), 1)
    except ValueError:
        pass
    raise UsageError(f"{where}: the month is {given!r:.40}; allowed is YYYY-MM, such as 1999-01")


def _index(where: str, given: str) -> float:
    try:
        value = float(given)
    except ValueError:
        value = math.nan
    if not 0.0 < value < math.inf:
        raise UsageError(f"{where}: the index is {given!r:.40}; allowed is a number above 0, such as 164.3")
    return value


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
