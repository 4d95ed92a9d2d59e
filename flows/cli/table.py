"""Tables of text. Ours, not a library's: it starts at once, and cuts no column when the output is a pipe."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

NUMBERS = (int, float)


def cell(value: Any) -> str:
    """One value as text: six significant digits for a number with a fraction, nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if value == int(value) if abs(value) < 1e15 else False:
            return f"{value:.1f}"
        return f"{value:.2f}" if abs(value) >= 1e4 else f"{value:.6g}"
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return str(value)


def plain_table(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Columns under their names, numbers to the right, two blanks between them."""
    columns = [[row[k] for row in rows] for k in range(len(names))]
    texts = [[cell(value) for value in column] for column in columns]
    right = [
        bool(column)
        and all(value is None or (isinstance(value, NUMBERS) and not isinstance(value, bool)) for value in column)
        for column in columns
    ]
    widths = [max([len(name), *map(len, column)]) for name, column in zip(names, texts, strict=True)]

    def line(cells: Sequence[str]) -> str:
        return "  ".join(
            text.rjust(width) if number else text.ljust(width)
            for text, width, number in zip(cells, widths, right, strict=True)
        ).rstrip()

    body = [line([column[k] for column in texts]) for k in range(len(rows))]
    return "\n".join([line(names), line(["─" * width for width in widths]), *body] if names else ["done"])
