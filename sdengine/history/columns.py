"""Rows that a scenario leaves in its room, turned into columns that reach Arrow without another copy.

A record has its i4 fields first, an even number of them, then its f8 fields: so its rows are, without a copy, a matrix
of codes and one of numbers (a `Columns` of shape ``[rows, fields]``: a sheet), and the columns of a table are two
matrices of shape ``[fields, rows]``. What the tricks of `write` need from its caller stands there.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sdengine.kernel.compiled import inlined, kernel
from sdengine.kernel.logs import FILL, OPPORTUNITY, PIECE, SNAPSHOT
from sdengine.kernel.pointers import prefetch
from sdengine.kernel.records import Records
from sdengine.kernel.room import Room

BLOCK = 64
"""Rows that are turned into columns at a time: few enough to stay in the nearest cache."""
LINE = 64
"""Bytes that memory hands over at once."""


class Columns(NamedTuple):
    """Codes and numbers, each in the order of the record's fields."""

    codes: NDArray[np.int32]
    numbers: NDArray[np.float64]


class Sheets(NamedTuple):
    """The records of a room as matrices ``[rows, fields]``, codes and numbers apart: views, not copies."""

    fills: Columns
    snapshots: Columns
    pieces: Columns
    opportunities: Columns


class Tables(NamedTuple):
    """What a batch records, as matrices ``[fields, rows]``. `ends[s]`: rows used in each table after scenario `s`."""

    fills: Columns
    snapshots: Columns
    pieces: Columns
    opportunities: Columns
    ends: NDArray[np.int64]  # [S, 4]


def new_tables(scenarios: int, fills: int, snapshots: int, pieces: int, opportunities: int) -> Tables:
    """Make empty tables for that many scenarios and rows of each record."""
    return Tables(
        _new_columns(FILL, fills),
        _new_columns(SNAPSHOT, snapshots),
        _new_columns(PIECE, pieces),
        _new_columns(OPPORTUNITY, opportunities),
        np.zeros((scenarios, 4), np.int64),
    )


def _new_columns(dtype: np.dtype[np.void], rows: int) -> Columns:
    codes, numbers = fields_of(dtype)
    return Columns(np.empty((len(codes), rows), np.int32), np.empty((len(numbers), rows), np.float64))


def fields_of(dtype: np.dtype[np.void]) -> tuple[list[str], list[str]]:
    """Return the names of a record's codes (i4) and of its numbers (f8), in order."""
    names = dtype.names or ()
    return [n for n in names if dtype[n] == np.int32], [n for n in names if dtype[n] == np.float64]


def by_name(columns: Columns, dtype: np.dtype[np.void], rows: int) -> dict[str, NDArray[Any]]:
    """Return the first `rows` rows of a table's columns by the names of the record's fields."""
    codes, numbers = fields_of(dtype)
    return {
        **dict(zip(codes, columns.codes[:, :rows], strict=True)),
        **dict(zip(numbers, columns.numbers[:, :rows], strict=True)),
    }


def sheets_of(room: Room) -> Sheets:
    """Return the room's records as matrices."""
    return Sheets(*(_sheet(rows) for rows in (room.fills, room.snapshots, room.pieces, room.opportunities)))


def _sheet(rows: Records) -> Columns:
    codes = len(fields_of(rows.dtype)[0])
    return Columns(
        rows.view(np.int32).reshape(len(rows), -1)[:, :codes],
        rows.view(np.float64).reshape(len(rows), -1)[:, codes // 2 :],
    )


@kernel
def write(sheet: Columns, count: int, columns: Columns, begin: int) -> None:
    """Turn `count` rows of a sheet into columns, from row `begin` of the table on.

    The caller has seen that the table has room for them: nothing here looks.
    """
    for start in range(0, count, BLOCK):
        size = min(BLOCK, count - start)
        _write_block(sheet.codes[start : start + size], columns.codes[:, begin + start : begin + start + size])
        _write_block(sheet.numbers[start : start + size], columns.numbers[:, begin + start : begin + start + size])


@inlined
def _write_block(rows: NDArray[Any], columns: NDArray[Any]) -> None:
    """Write one block column by column.

    A loop from 0 over a slice spares the look for a negative index. The place of each column's next block is fetched
    while this one is written, else the loop would wait for memory: that is why `k` runs past the slice. It may run past
    the table, too: a prefetch is a hint, and any address will do.
    """
    for column in range(columns.shape[0]):
        source, target = rows[:, column], columns[column]
        for k in range(BLOCK, 2 * BLOCK, LINE // columns.itemsize):
            prefetch(target, k)
        for k in range(rows.shape[0]):
            target[k] = source[k]
