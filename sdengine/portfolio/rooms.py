"""Rooms that are copied before a day, so that a day that does not fit can be done again in a larger one."""

from __future__ import annotations

from datetime import date

import numpy as np

from schemas.columns import PRICES
from sdengine.kernel.records import BAR, Records
from sdengine.kernel.room import Room, new_room
from sdengine.market.calendar import calendar_of, ordinal


def copy_room(room: Room) -> Room:
    """Copy the portfolio into arrays of its own."""
    return Room(*(array.copy() for array in room))


def grow_room(room: Room, *, assets: int | None = None, factor: int = 1) -> Room:
    """Give the portfolio room for `assets`, and `factor` times as many lots and rows."""
    larger = new_room(
        len(room.assets) if assets is None else assets,
        room.lots.shape[1] * factor,
        len(room.fills) * factor,
        len(room.snapshots),
        len(room.pieces) * factor,
        len(room.opportunities),
    )
    sizes = larger.book[0].copy()
    for old, new in zip(room, larger, strict=True):
        new[tuple(slice(0, length) for length in old.shape)] = old
    for name in ("assets", "lots_room", "fills_room", "pieces_room", "opportunities_room"):
        larger.book[0][name] = sizes[name]
    for k in range(len(room.assets), len(larger.assets)):
        larger.assets[k]["buy_limit"], larger.assets[k]["sell_limit"] = -np.inf, np.inf
        larger.assets[k]["cooling_until"] = -np.inf
    return larger


def open_books(room: Room, bought_on: date) -> None:
    """Let interest and months begin with the first dated purchase, as the day of entry is in a scenario."""
    book = room.book[0]
    if not book["days"]:
        day = calendar_of(np.array([ordinal(bought_on)], np.int32))[0]
        book["days"], book["last_ordinal"] = 1, day["ordinal"]
        book["start_month"] = book["last_month"] = day["month"]


def no_bars(assets: int) -> Records:
    """Make a bar for each asset that is none: its prices are NaN."""
    bars = np.zeros(assets, BAR)
    for name in PRICES:
        bars[name] = np.nan
    return bars
