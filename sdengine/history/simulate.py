"""Many scenarios over one market, compiled: nothing of Python inside the loop.

Each scenario is recorded in a room of its own, row by row, small enough to stay in the processor's cache, and then
turned into columns that reach Arrow without another copy.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sdengine.books.lots import record_open_lots
from sdengine.day import step_day
from sdengine.kernel.compiled import kernel
from sdengine.kernel.pointers import nth, prefetch
from sdengine.kernel.records import Record, Records
from sdengine.kernel.room import Desk, Room

BLOCK = 64
"""Rows that are turned into columns at a time: few enough to stay in the nearest cache."""
LINE = 64
"""Bytes that memory hands over at once."""


class Batch(NamedTuple):
    """`S` scenarios that share a market of `T` days and `A` assets."""

    plans: Records  # [S] of PLAN
    rules: Records  # [S, A] of RULES
    windows: NDArray[np.int64]  # [S, 2]: first and one past the last day of the market
    days: Records  # [T] of DAY
    bars: Records  # [T, A] of BAR
    books: Records  # [S] of BOOK: as they stood in the end
    assets: Records  # [S, A] of ASSET: likewise


class Columns(NamedTuple):
    """One table's columns, codes and numbers `[columns, rows]`, each in the order of the record's fields."""

    codes: NDArray[np.int32]
    numbers: NDArray[np.float64]


class Sheets(NamedTuple):
    """The records of a room as matrices `[rows, fields]`, codes and numbers apart: views, not copies."""

    fills: Columns
    snapshots: Columns
    pieces: Columns
    opportunities: Columns


class Tables(NamedTuple):
    """What a batch records. `ends[s]` are the rows used in each table after scenario `s`."""

    fills: Columns
    snapshots: Columns
    pieces: Columns
    opportunities: Columns
    ends: NDArray[np.int64]  # [S, 4]


@kernel
def reset(room: Room, plan: Record) -> None:
    """An empty portfolio with its initial cash; every asset waits for its first bar, without an order."""
    book = room.book[0]
    sizes = (book["assets"], book["lots_room"], book["fills_room"], book["pieces_room"], book["opportunities_room"])
    room.book[0] = np.zeros(1, room.book.dtype)[0]
    book["assets"], book["lots_room"], book["fills_room"], book["pieces_room"], book["opportunities_room"] = sizes
    book["bank"] = plan["initial_cash"]
    book["initial_cash"] = plan["initial_cash"]
    book["waiting"] = book["assets"]
    for a in range(book["assets"]):
        room.assets[a] = np.zeros(1, room.assets.dtype)[0]
        asset = room.assets[a]
        asset["buy_limit"] = -math.inf
        asset["sell_limit"] = math.inf
        asset["cooling_until"] = -math.inf


@kernel
def run_one(plan: Record, rules: Records, window: NDArray[np.int64], days: Records, bars: Records, room: Room) -> None:
    """One scenario from its first day to its last, and the lots that are then open."""
    reset(room, plan)
    book, assets, lots, gaps = room.book[0], room.assets[0], room.lots[0, 0], room.gaps[0, 0]
    fills, pieces, opportunities = room.fills[0], room.pieces[0], room.opportunities[0]
    amounts, snapshots, first_rule = room.amounts[0], room.snapshots[0], rules[0]
    first_day, first_bar, width = days[0], bars[0, 0], bars.shape[1]
    for t in range(window[0], window[1]):
        desk = Desk(
            plan, first_rule, nth(first_day, t), nth(first_bar, t * width),
            book, assets, lots, gaps, amounts, fills, nth(snapshots, t - window[0]), pieces, opportunities,
        )  # fmt: skip
        step_day(desk)
        if book["overflow"] != 0:
            return
    desk = Desk(
        plan, first_rule, first_day, first_bar,
        book, assets, lots, gaps, amounts, fills, snapshots, pieces, opportunities,
    )  # fmt: skip
    record_open_lots(desk)


@kernel
def run_batch(batch: Batch, first: int, last: int, room: Room, sheets: Sheets, tables: Tables) -> int:
    """Run scenarios `first` to `last` (not included) until the tables are full; return the first one not finished.

    `room.book[0]["overflow"]` tells whether it was the room that was too small for that scenario (1) or the tables (0).
    """
    ends = tables.ends
    for s in range(first, last):
        run_one(batch.plans[s], batch.rules[s], batch.windows[s], batch.days, batch.bars, room)
        book = room.book[0]
        if book["overflow"] != 0:
            return s
        rows = (book["fills"], batch.windows[s, 1] - batch.windows[s, 0], book["pieces"], book["opportunities"])
        for k in range(4):
            ends[s, k] = rows[k] + (0 if s == first else ends[s - 1, k])
        if (
            ends[s, 0] > tables.fills.numbers.shape[1]
            or ends[s, 1] > tables.snapshots.numbers.shape[1]
            or ends[s, 2] > tables.pieces.numbers.shape[1]
            or ends[s, 3] > tables.opportunities.numbers.shape[1]
        ):
            return s
        _write(sheets.fills, rows[0], tables.fills, ends[s, 0] - rows[0])
        _write(sheets.snapshots, rows[1], tables.snapshots, ends[s, 1] - rows[1])
        _write(sheets.pieces, rows[2], tables.pieces, ends[s, 2] - rows[2])
        _write(sheets.opportunities, rows[3], tables.opportunities, ends[s, 3] - rows[3])
        batch.books[s] = book
        for a in range(book["assets"]):
            batch.assets[s, a] = room.assets[a]
    return last


@kernel
def _write(sheet: Columns, count: int, columns: Columns, begin: int) -> None:
    """Turn `count` rows of a sheet into columns, from row `begin` of the table on.

    The place of each column's next block is fetched while this one is written, else the loop would wait for memory.
    """
    for start in range(0, count, BLOCK):
        size = min(BLOCK, count - start)
        at = begin + start
        for column in range(columns.codes.shape[0]):
            codes, written = sheet.codes[start : start + size, column], columns.codes[column, at : at + size]
            for k in range(BLOCK, 2 * BLOCK, LINE // 4):
                prefetch(written, k)
            for k in range(size):
                written[k] = codes[k]
        for column in range(columns.numbers.shape[0]):
            numbers, filled = sheet.numbers[start : start + size, column], columns.numbers[column, at : at + size]
            for k in range(BLOCK, 2 * BLOCK, LINE // 8):
                prefetch(filled, k)
            for k in range(size):
                filled[k] = numbers[k]


def new_columns(dtype: np.dtype[np.void], rows: int) -> Columns:
    """Empty columns for `rows` rows of a record type: its i4 fields as codes, its f8 fields as numbers."""
    formats = [dtype[name] for name in dtype.names or ()]
    codes = sum(format_ == np.int32 for format_ in formats)
    return Columns(np.empty((codes, rows), np.int32), np.empty((len(formats) - codes, rows), np.float64))


def sheets_of(room: Room) -> Sheets:
    """The room's records as matrices; a record has its i4 fields first, an even number of them, then its f8 fields."""
    return Sheets(*(_sheet(rows) for rows in (room.fills, room.snapshots, room.pieces, room.opportunities)))


def _sheet(rows: Records) -> Columns:
    codes = sum(rows.dtype[name] == np.int32 for name in rows.dtype.names or ())
    return Columns(
        rows.view(np.int32).reshape(len(rows), -1)[:, :codes],
        rows.view(np.float64).reshape(len(rows), -1)[:, codes // 2 :],
    )
