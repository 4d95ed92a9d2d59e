"""Many scenarios over one market, compiled: nothing of Python inside the loop.

Each scenario is recorded in a room of its own, row by row, small enough to stay in the processor's cache, and then
turned into columns (`sdengine.history.columns`).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sdengine.books.lots import record_open_lots
from sdengine.coordination.dynamic import FOLLOWS_GAPS, recall_gaps
from sdengine.history.columns import Sheets, Tables, write
from sdengine.kernel.compiled import inlined, kernel, merged
from sdengine.kernel.played import NEVER, play
from sdengine.kernel.pointers import clear_record, copy_record
from sdengine.kernel.records import Record, Records
from sdengine.kernel.room import Desk, Room


class Batch(NamedTuple):
    """`S` scenarios that share a market of `T` days and `A` assets."""

    plans: Records  # [S] of PLAN
    rules: Records  # [S, A] of RULES
    windows: NDArray[np.int64]  # [S, 2]: first and one past the last day of the market
    days: Records  # [T] of DAY
    bars: Records  # [T, A] of BAR
    gaps: NDArray[np.float64]  # [A, GAP_BARS]: how the bars up to the entry opened, see `Market`
    books: Records  # [S] of BOOK: as they stood in the end
    assets: Records  # [S, A] of ASSET: likewise


@kernel
def reset(room: Room, plan: Record) -> None:
    """Make the room an empty portfolio with its initial cash; every asset waits for its first bar, without an order."""
    book = room.book[0]
    sizes = (book["assets"], book["lots_room"], book["fills_room"], book["pieces_room"], book["opportunities_room"])
    forgets = book["forgets"]
    clear_record(book)
    book["assets"], book["lots_room"], book["fills_room"], book["pieces_room"], book["opportunities_room"] = sizes
    book["forgets"] = forgets
    book["bank"] = plan["initial_cash"]
    book["initial_cash"] = plan["initial_cash"]
    book["waiting"] = book["assets"]
    for a in range(book["assets"]):
        asset = room.assets[a]
        clear_record(asset)
        asset["buy_limit"] = -math.inf
        asset["sell_limit"] = math.inf
        asset["cooling_until"] = -math.inf


@inlined
def begin(batch: Batch, s: int, room: Room) -> None:
    """Make the room scenario `s`'s portfolio, with its cash alone."""
    plan = batch.plans[s]
    reset(room, plan)
    if plan["dynamic"] == FOLLOWS_GAPS:
        recall_gaps(room, plan["gap_threshold"], batch.gaps)


@merged
def run_one(engine: int, batch: Batch, s: int, room: Room) -> None:
    """Run scenario `s` from its first day to its last, and record the lots that are then open."""
    begin(batch, s, room)
    # made here, since a kernel cannot return records
    desk = Desk(
        batch.plans[s], batch.rules[s, 0], batch.days[0], batch.bars[0, 0], room.book[0], room.assets[0],
        room.lots[0, 0], room.gaps[0, 0], room.amounts[0], room.fills[0], room.snapshots[0], room.pieces[0],
        room.opportunities[0],
    )  # fmt: skip
    play(engine, desk, batch.windows[s, 0], batch.windows[s, 1], NEVER, 1)
    if desk.book["overflow"] == 0:
        record_open_lots(desk)


@kernel
def run_batch(engine: int, batch: Batch, first: int, last: int, room: Room, sheets: Sheets, tables: Tables) -> int:
    """Run scenarios `first` to `last` (not included) until the tables are full; return the first one not finished.

    `engine` is the address of `sdengine.days.play_days`. `room.book[0]["overflow"]` tells whether it was the room that
    was too small for that scenario (1) or the tables (0).
    """
    ends = tables.ends
    for s in range(first, last):
        run_one(engine, batch, s, room)
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
        write(sheets.fills, rows[0], tables.fills, ends[s, 0] - rows[0])
        write(sheets.snapshots, rows[1], tables.snapshots, ends[s, 1] - rows[1])
        write(sheets.pieces, rows[2], tables.pieces, ends[s, 2] - rows[2])
        write(sheets.opportunities, rows[3], tables.opportunities, ends[s, 3] - rows[3])
        copy_record(book, batch.books[s])
        for a in range(book["assets"]):
            copy_record(room.assets[a], batch.assets[s, a])
    return last
