"""Tables of text. Ours, not a library's: it starts at once, and one way to fit a width holds for every verb.

The way, step by step until the table fits the terminal: prose folds at its blanks; words are shortened in the middle;
the least important columns go, and are told below the table. The column of names is never dropped, and its names are
shortened only so far that they stay distinct; where not even that fits, they fold. A single row stands upright instead,
one line for each column.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from textwrap import wrap
from typing import Any

from flows.cli.shortening import distinct_width, shortened_words
from flows.text import LONGEST, printable

NUMBERS = (int, float)
GAP = 2
NARROW = 12
"""Characters that a column of words keeps at least."""
NAME = 24
"""Characters that the column of names keeps at least while there are others; more where fewer would make two alike."""
PROSE = 24
"""Characters that a column of prose keeps at least: sentences are not read a word a line."""


def terminal_width() -> int | None:
    """Tell the columns of the terminal, or what COLUMNS says; None where the output goes elsewhere and has no width."""
    if (columns := os.environ.get("COLUMNS", "")).isdecimal() and int(columns) > 0:
        return int(columns)
    # a terminal that does not know its own width says 0
    return (os.get_terminal_size(sys.stdout.fileno()).columns or None) if sys.stdout.isatty() else None


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
    text = str(value)
    return printable(text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…")


@dataclass(frozen=True)
class _Column:
    """One column as text: a `number` keeps its width and stands right; `order`: 0 stays, the highest goes first."""

    name: str
    cells: list[str]
    number: bool
    order: int

    @property
    def body(self) -> int:
        return max(map(len, self.cells), default=0)

    @property
    def prose(self) -> bool:
        return not self.number and any(" " in text for text in self.cells)

    @property
    def full(self) -> int:
        return max(len(self.name), self.body)

    @property
    def least(self) -> int:
        """Width below which it would rather go: numbers keep theirs, names stay distinct, headings fold."""
        if self.number:
            size = self.body
        elif self.prose:
            size = min(self.body, PROSE)
        elif self.order == 0:
            size = min(self.body, distinct_width(self.cells, NAME))
        else:
            size = min(self.body, NARROW)
        return max(size, *(len(piece.rstrip()) for piece in _pieces(self.name)))


def plain_table(
    names: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    width: int | None = None,
    importance: Sequence[int] | None = None,
) -> str:
    """Lay out columns under their names, numbers to the right, two blanks between them.

    Args:
        names: the headings.
        rows: a value for each heading.
        width: characters there are; None: as many as it takes. Columns without room are named in the last line.
        importance: for each column when it goes: 0 is the column of names, the highest goes first. By default the
            first is the name, and the last go first.
    """
    from sdengine.words import first_few

    text, left_out = lay_out(names, rows, width=width, importance=importance)
    return "\n".join([text, *(wrap(f"no room for {first_few(left_out, 12)}", width or 80) if left_out else [])])


def lay_out(
    names: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    right: Sequence[bool | None] | None = None,
    width: int | None = None,
    importance: Sequence[int] | None = None,
) -> tuple[str, list[str]]:
    """Lay out a table as `plain_table` does; its text, and the headings that it had no room for.

    `right`: which columns are figures; None where their values tell.
    """
    if not names:
        return "done", []
    columns = []
    for k, name in enumerate(names):
        values = [row[k] for row in rows]
        declared = right[k] if right is not None else None
        number = _all_numbers(values) if declared is None else declared
        columns.append(_Column(name, list(map(cell, values)), number, k if importance is None else importance[k]))
    kept, widths = _fit(columns, width)
    if width is not None and len(kept) < len(columns) and len(rows) == 1:
        return _upright(columns, width), []
    lines = _line([column.name for column in kept], kept, widths)
    lines += _line(["─" * size for size in widths], kept, widths)
    cells = [
        shortened_words(column.cells, size) if not (column.number or column.prose) else column.cells
        for column, size in zip(kept, widths, strict=True)
    ]
    for row in zip(*cells, strict=True):
        lines += _line(row, kept, widths)
    return "\n".join(lines), [column.name for column in columns if column not in kept]


def _all_numbers(column: Sequence[Any]) -> bool:
    known = [value for value in column if value is not None]
    return bool(column) and all(isinstance(value, NUMBERS) and not isinstance(value, bool) for value in known)


def _fit(columns: Sequence[_Column], width: int | None) -> tuple[list[_Column], list[int]]:
    """Choose the columns that there is room for, and share the room out among them."""
    kept = list(columns)
    widths = [column.full for column in kept]
    if width is None:
        return kept, widths
    least = {id(column): column.least for column in kept}
    while len(kept) > 1 and sum(least[id(column)] + GAP for column in kept) - GAP > width:
        kept.remove(max(kept, key=lambda column: column.order))
    widths = [column.full for column in kept]
    room = width - GAP * (len(kept) - 1)
    if len(kept) == 1:
        return kept, [min(widths[0], room)]
    for gives in (lambda column: column.prose, lambda column: column.order > 0, lambda column: True):
        while sum(widths) > room:
            spare = [(widths[k] - least[id(column)]) * gives(column) for k, column in enumerate(kept)]
            most = max(range(len(kept)), key=spare.__getitem__)
            if spare[most] == 0:
                break
            widths[most] -= 1
    return kept, widths


def _pieces(name: str) -> list[str]:
    """Cut a text where it may be folded: behind blanks, underlines and strokes."""
    return re.findall(r"[^ _/]+[ _/]?|[ _/]", name) or [""]


def _line(cells: Sequence[str], columns: Sequence[_Column], widths: Sequence[int]) -> list[str]:
    """Lay out one row in lines, as many as its longest cell takes."""
    folded = [_fold(text, width) for text, width in zip(cells, widths, strict=True)]
    gap = " " * GAP
    return [
        gap.join(
            text.rjust(width) if column.number else text.ljust(width)
            for text, width, column in zip(line, widths, columns, strict=True)
        ).rstrip()
        for line in zip_longest(*folded, fillvalue="")
    ]


def _fold(text: str, width: int) -> list[str]:
    """Fold a text into lines of `width` characters: at blanks, long words at underlines and strokes, else anywhere."""
    if len(text) <= width:
        return [text]
    lines = [""]
    words = re.findall(r"[^ ]+ ?| ", text)
    for piece in (part for word in words for part in ([word] if len(word.rstrip()) <= width else _pieces(word))):
        if lines[-1] and len(lines[-1]) + len(piece.rstrip()) > width:
            lines.append("")
        lines[-1] += piece
        while len(lines[-1].rstrip()) > width:
            lines[-1:] = [lines[-1][:width], lines[-1][width:]]
    return [line.rstrip() for line in lines]


def _upright(columns: Sequence[_Column], width: int) -> str:
    """Lay out the one row in lines of name and value."""
    indent = min(max(len(column.name) for column in columns) + GAP, max(width // 2, 1))
    lines = []
    for column in columns:
        names = wrap(column.name, max(indent - GAP, 1)) or [""]
        values = wrap(column.cells[0], max(width - indent, 1)) or [""]
        lines += [f"{name.ljust(indent)}{value}".rstrip() for name, value in zip_longest(names, values, fillvalue="")]
    return "\n".join(lines)
