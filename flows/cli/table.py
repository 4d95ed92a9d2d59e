"""Tables of text. Ours, not a library's: it starts at once, fits the terminal, and cuts nothing."""

from __future__ import annotations

import datetime as dt
import os
import re
import sys
from collections.abc import Sequence
from itertools import zip_longest
from textwrap import wrap
from typing import Any

from flows.text import printable

NUMBERS = (int, float)
GAP = 2
NARROW = 12
"""Characters that a column of text keeps at least; where not even that fits, each row becomes a block of lines."""


def terminal_width() -> int | None:
    """Tell the columns of the terminal, or what COLUMNS says; None where the output goes elsewhere and has no width."""
    if (columns := os.environ.get("COLUMNS", "")).isdecimal() and int(columns) > 0:
        return int(columns)
    return os.get_terminal_size(sys.stdout.fileno()).columns if sys.stdout.isatty() else None


def cell(value: Any) -> str:
    """Write one value as text: six significant digits for a number with a fraction, nothing for null."""
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
    return printable(str(value))


def plain_table(
    names: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    right: Sequence[bool] | None = None,
    width: int | None = None,
) -> str:
    """Lay out columns under their names, numbers (or those that `right` says) to the right, two blanks between them.

    Where the table is wider than `width` (None: as wide as it likes), words are folded; where that is not enough, each
    row becomes a block of one line for each column.
    """
    if not names:
        return "done"
    columns = [[row[k] for row in rows] for k in range(len(names))]
    right = right or [_all_numbers(column) for column in columns]
    texts = [[cell(value) for value in column] for column in columns]
    widths = _widths(names, texts, right, width)
    if widths is None:
        return _blocks(names, list(zip(*texts, strict=True)), width or 0) or _fold(", ".join(names), width or 0)[0]
    lines = [*_folded(names, widths, right), *_folded(["─" * width for width in widths], widths, right)]
    for row in zip(*texts, strict=True):
        lines += _folded(row, widths, right)
    return "\n".join(lines)


def _all_numbers(column: Sequence[Any]) -> bool:
    known = [value for value in column if value is not None]
    return bool(column) and all(isinstance(value, NUMBERS) and not isinstance(value, bool) for value in known)


def _widths(
    names: Sequence[str], texts: Sequence[Sequence[str]], right: Sequence[bool], width: int | None
) -> list[int] | None:
    """Share out the width; None where it does not suffice. Numbers keep theirs, the longest words give way first."""
    body = [max(map(len, column), default=0) for column in texts]
    widths = [max(len(name), size) for name, size in zip(names, body, strict=True)]
    if width is None:
        return widths
    least = [
        max(*(len(piece.rstrip()) for piece in _pieces(name)), size if number else min(size, NARROW))
        for name, size, number in zip(names, body, right, strict=True)
    ]
    room = width - GAP * (len(names) - 1)
    while sum(widths) > room:
        k = max(range(len(widths)), key=lambda k: widths[k] - least[k])
        if widths[k] == least[k]:
            return None
        widths[k] -= 1
    return widths


def _pieces(name: str) -> list[str]:
    """Cut a text where it may be folded: behind blanks, underlines and strokes."""
    return re.findall(r"[^ _/]+[ _/]?|[ _/]", name) or [""]


def _folded(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> list[str]:
    """Lay out one row in lines, as many as its longest cell takes."""
    folded = [_fold(text, width) for text, width in zip(cells, widths, strict=True)]
    gap = " " * GAP
    return [
        gap.join(
            text.rjust(width) if number else text.ljust(width)
            for text, width, number in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in zip_longest(*folded, fillvalue="")
    ]


def _fold(text: str, width: int) -> list[str]:
    """Fold a text into lines of `width` characters: at blanks, underlines and strokes, else anywhere."""
    if len(text) <= width:
        return [text]
    lines = [""]
    for piece in _pieces(text):
        if lines[-1] and len(lines[-1]) + len(piece.rstrip()) > width:
            lines.append("")
        lines[-1] += piece
        while len(lines[-1].rstrip()) > width:
            lines[-1:] = [lines[-1][:width], lines[-1][width:]]
    return [line.rstrip() for line in lines]


def _blocks(names: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> str:
    """Lay out each row in lines of name and value, a line of strokes before each."""
    indent = max(map(len, names)) + GAP
    lines = []
    for row in rows:
        lines.append("─" * min(width, 2 * indent))
        for name, text in zip(names, row, strict=True):
            first, *rest = wrap(text, max(width - indent, NARROW)) or [""]
            lines += [f"{name.ljust(indent)}{first}".rstrip(), *(" " * indent + line for line in rest)]
    return "\n".join(lines)
