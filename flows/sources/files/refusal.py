"""The one shape of a refusal: file, line, column, reason."""

from __future__ import annotations

from dataclasses import dataclass

from flows.sources.base import SourceError


@dataclass(frozen=True)
class Refused(Exception):
    """A cell, or a column as a whole, that cannot be read.

    Attributes:
        row: row of the table, from 0; None: the column, or the file, as a whole.
        reason: why, in words that follow a colon.
    """

    row: int | None
    reason: str


def refusal(file: str, reason: str, line: int | None = None, column: str | None = None) -> SourceError:
    """Make the one sentence: `AAA.csv, line 3: column open: 'two' is not a number`."""
    where = f"{file}{f', line {line}' if line else ''}"
    return SourceError(f"{where}: {f'column {column}: ' if column else ''}{reason}")
