"""The arrays of one portfolio, and the desk on which a day works on them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sdengine.kernel.records import (
    ASSET,
    BOOK,
    CELL,
    FILL,
    GAP_BARS,
    LOT,
    OPPORTUNITY,
    PIECE,
    SNAPSHOT,
    Record,
    Records,
)


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


def new_room(assets: int, lots: int, fills: int, snapshots: int, pieces: int, opportunities: int) -> Room:
    """Room for that many assets, open lots an asset, and rows of each record."""
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
