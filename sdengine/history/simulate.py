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
from sdengine.day import step_day
from sdengine.history.columns import Sheets, Tables, write
from sdengine.kernel.compiled import kernel, merged
from sdengine.kernel.pointers import nth
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


@merged
def run_one(batch: Batch, s: int, room: Room) -> None:
    """Run scenario `s` from its first day to its last, and record the lots that are then open."""
    plan, rules, window, days, bars = batch.plans[s], batch.rules[s], batch.windows[s], batch.days, batch.bars
    reset(room, plan)
    if plan["dynamic"] == FOLLOWS_GAPS:
        recall_gaps(room, plan["gap_threshold"], batch.gaps)
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
    if book["fault"] != 0:
        raise AssertionError("a code came to a dispatch without a branch for it (see sdengine.kernel.room.no_branch)")


@kernel
def run_batch(batch: Batch, first: int, last: int, room: Room, sheets: Sheets, tables: Tables) -> int:
    """Run scenarios `first` to `last` (not included) until the tables are full; return the first one not finished.

    `room.book[0]["overflow"]` tells whether it was the room that was too small for that scenario (1) or the tables (0).
    """
    ends = tables.ends
    for s in range(first, last):
        run_one(batch, s, room)
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
        batch.books[s] = book
        for a in range(book["assets"]):
            batch.assets[s, a] = room.assets[a]
    return last
