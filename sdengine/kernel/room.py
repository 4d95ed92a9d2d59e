"""The arrays of one portfolio, and the desk on which a day works on them.

Four words for memory. A *room* owns the arrays of one scenario's portfolio and of what it records, small enough to
stay in the processor's cache. A *desk* is what a day works on: the first record of each of those arrays, of the plan
and of the market. *Sheets* are the room's records seen as matrices, *columns* what they are turned into for good
(see `sdengine.history.columns`).

`asset_of`, `bar_of`, `rule_of` step from the desk to one asset's record by address. Nothing checks the place: an index
runs from 0 to, not including, ``book["assets"]``, or it writes into somebody else's memory.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sdengine.kernel.compiled import inlined, kernel
from sdengine.kernel.logs import FILL, OPPORTUNITY, PIECE, SNAPSHOT
from sdengine.kernel.pointers import nth
from sdengine.kernel.records import ASSET, BOOK, CELL, GAP_BARS, LOT, Record, Records


class Room(NamedTuple):
    """The arrays behind a desk: one scenario's portfolio and what it records. They own the memory."""

    book: Records  # [1]
    assets: Records  # [A]
    lots: Records  # [A, L]
    gaps: Records  # [A, GAP_BARS] of CELL
    amounts: Records  # [12] of CELL
    fills: Records
    snapshots: Records
    pieces: Records
    opportunities: Records


class Desk(NamedTuple):
    """Everything that a day works on, each the first record of its array (see `sdengine.kernel.pointers`)."""

    plan: Record  # PLAN
    rules: Record  # RULES, one per asset
    day: Record  # DAY: today
    bars: Record  # BAR: today's, one per asset
    book: Record  # BOOK
    assets: Record  # ASSET
    lots: Record  # LOT, `lots_room` per asset
    gaps: Record  # CELL, GAP_BARS per asset
    amounts: Record  # CELL, twelve
    fills: Record  # FILL
    snapshot: Record  # SNAPSHOT: today's
    pieces: Record  # PIECE
    opportunities: Record  # OPPORTUNITY


@inlined
def asset_of(desk: Desk, a: int) -> Record:
    """Return the ASSET record of asset `a`: how it stands."""
    return nth(desk.assets, a)


@inlined
def bar_of(desk: Desk, a: int) -> Record:
    """Return today's BAR record of asset `a`; without a bar today its low is NaN and its close the last one."""
    return nth(desk.bars, a)


@inlined
def rule_of(desk: Desk, a: int) -> Record:
    """Return the RULES record of asset `a`: what the scenario fixes for it."""
    return nth(desk.rules, a)


@kernel
def no_branch(desk: Desk) -> None:
    """Note that a code has come to a dispatch that has no branch for it: whoever runs the day raises for it.

    Every dispatch over a code names each member and ends here, so that a new member is never taken for an old one.
    """
    desk.book["fault"] = 1


@kernel
def next_row(book: Record, rows: int) -> int:
    """Return the row that follows the last of so many: the first where rows are forgotten, else the last once more.

    Then the book's `overflow` is set. Whoever appends looks at the room first.
    """
    if book["forgets"] != 0:
        return 0
    book["overflow"] = 1
    return rows - 1


def new_room(assets: int, lots: int, fills: int, snapshots: int, pieces: int, opportunities: int) -> Room:
    """Make room for that many assets, open lots an asset, and rows of each record."""
    room = Room(
        np.zeros(1, BOOK),
        np.zeros(assets, ASSET),
        np.zeros((assets, lots), LOT),
        np.zeros((assets, GAP_BARS), CELL),
        np.zeros(12, CELL),
        np.zeros(fills, FILL),
        np.zeros(snapshots, SNAPSHOT),
        np.zeros(pieces, PIECE),
        np.zeros(opportunities, OPPORTUNITY),
    )
    book = room.book[0]
    book["assets"] = assets
    book["lots_room"] = lots
    book["fills_room"] = fills
    book["pieces_room"] = pieces
    book["opportunities_room"] = opportunities
    return room
