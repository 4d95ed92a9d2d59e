"""Some days of one portfolio: the kernel that holds the engine, of which there is one machine code for all.

Who runs, judges, plans a retirement or processes a day by itself calls it by its address (`sdengine.kernel.played`).
"""

from __future__ import annotations

from functools import cache

from sdengine.day import step_day
from sdengine.kernel.address import address_of
from sdengine.kernel.compiled import kernel
from sdengine.kernel.played import DAYS
from sdengine.kernel.pointers import nth
from sdengine.kernel.room import Desk


@kernel
def play_days(desk: Desk, first: int, last: int, due: int, rows: int) -> int:
    """Play days `first` to `last` (not included); return the day on which payment `due` came due, else `last`.

    The desk stands on the market's first day, and on the first row of the snapshots: `rows` is 1 where each day has a
    row of its own, 0 where all have the same. That is a number and no question: LLVM makes a loop over whole days for
    each answer to a question that has the same one throughout (measured: three times the compiling). Ends early, too,
    where the room was too small: `book["overflow"]`.
    """
    book = desk.book
    for t in range(first, last):
        today = Desk(
            desk.plan, desk.rules, nth(desk.day, t), nth(desk.bars, t * book["assets"]), book, desk.assets, desk.lots,
            desk.gaps, desk.amounts, desk.fills, nth(desk.snapshot, (t - first) * rows), desk.pieces,
            desk.opportunities,
        )  # fmt: skip
        step_day(today)
        if book["overflow"] != 0 or book["due_months"] >= due:
            last = t
            break
    if book["fault"] != 0:
        raise AssertionError("a code came to a dispatch without a branch for it (see sdengine.kernel.room.no_branch)")
    return last


@cache
def engine() -> int:
    """Return the address of `play_days` in this process."""
    return address_of(play_days, DAYS)
