"""The answer to a query, in the form that was asked for: a table to read, or rows for another program."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flows.asked import FORMATS, Asked
from flows.errors import UsageError

if TYPE_CHECKING:
    from warehouse import Results


def check_format(asked: Asked) -> None:
    """Raise `UsageError` for a form that there is not, or that is not for the eye."""
    if asked.format not in FORMATS:
        raise UsageError(f"--format {asked.format}: allowed are {', '.join(FORMATS)}")
    if asked.format == "parquet" and asked.output is None and sys.stdout.isatty():
        raise UsageError("--format parquet is not for a terminal: give --output FILE, or send it to a file or a pipe")


def answer(results: Results, query: str, asked: Asked, values: Mapping[str, Any] | None = None) -> None:
    """Print the answer to a query, or write it to `--output`."""
    if asked.format != "table":
        results.export(query, asked.output or sys.stdout.buffer, format=asked.format, params=values)
        return
    from flows.cli.table import terminal_width

    width = terminal_width() if asked.output is None else None
    show(as_table(results, query, asked.limit, values, width=width), asked)


def show(text: str, asked: Asked) -> None:
    """Print a text, or write it to `--output`."""
    if asked.output is None:
        print(text)
    else:
        asked.output.write_text(text + "\n", encoding="utf-8")


def as_table(
    results: Results, query: str, limit: int, values: Mapping[str, Any] | None = None, *, width: int | None = None
) -> str:
    """Lay out the first `limit` rows of `query` (0: all) as plain text, and say how many there are more."""
    from flows.cli.table import plain_table

    names, rows = results.answer(query, values)
    shown = rows[:limit] if limit > 0 else rows
    text = plain_table(names, shown, width=width)
    if len(shown) < len(rows):
        text += f"\n{len(shown):,} of {len(rows):,} rows; --limit 0 shows all"
    return text
