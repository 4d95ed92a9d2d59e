"""The engine without its records: whole histories of which a few figures are kept, one world at a time.

The days are those of a run that is recorded, in a room that forgets: everything stays in the processor's cache.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sdengine.history.simulate import Batch, begin
from sdengine.judging.worlds import CLOSE, HIGH, LOW, OPEN, Ground
from sdengine.kernel.compiled import kernel
from sdengine.kernel.played import NEVER, play
from sdengine.kernel.pointers import copy_record
from sdengine.kernel.records import Records
from sdengine.kernel.room import Desk, Room
from sdengine.market.carry import carry_history, find_extremes
from sdengine.statistics.beside import differences
from sdengine.statistics.returns import daily_returns, wealth_index
from sdengine.statistics.risk import deviation, mean

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

T_OF_MEAN, SHARPE = 0, 1
"""The columns of what is kept of each run: the t value of its mean difference to the twin, the difference of ratios."""


class Cut(NamedTuple):
    """The part of a past that some runs look at."""

    rows: Ints  # [T] of the past's days
    columns: Ints  # [A] of its assets


@kernel
def play_one(engine: int, batch: Batch, s: int, room: Room, values: Floats, withdrawn: Floats) -> bool:
    """Run scenario `s`, keep each day's total value and what was withdrawn; False where the room was too small."""
    first, last = batch.windows[s, 0], batch.windows[s, 1]
    begin(batch, s, room)
    # made here, since a kernel cannot return records
    desk = Desk(
        batch.plans[s], batch.rules[s, 0], batch.days[0], batch.bars[0, 0], room.book[0], room.assets[0],
        room.lots[0, 0], room.gaps[0, 0], room.amounts[0], room.fills[0], room.snapshots[0], room.pieces[0],
        room.opportunities[0],
    )  # fmt: skip
    play(engine, desk, first, last, NEVER, 1)
    if desk.book["overflow"] != 0:
        return False
    for k in range(last - first):
        values[k] = room.snapshots[k]["total_value"]
        withdrawn[k] = room.snapshots[k]["withdrawn"]
    return True


@kernel
def play_all(engine: int, batch: Batch, first: int, room: Room, values: Floats, withdrawn: Floats) -> int:
    """Play scenarios from `first` on, one a row of `values` and `withdrawn`; return the first that found no room.

    `engine` is the address of `sdengine.days.play_days`. Each one's book, as it stood in the end, is the batch's.
    """
    for k in range(len(values)):
        if not play_one(engine, batch, first + k, room, values[k], withdrawn[k]):
            return first + k
        copy_record(room.book[0], batch.books[first + k])
    return first + len(values)


def rebuild(ground: Ground, cut: Cut, source: Ints, days: Records, bars: Records) -> None:
    """Make the cut's days and bars of a world.

    What bars carry with them is filled in by the kernels that do it for each market: as parts of another kernel they
    would be compiled once more.
    """
    _rebuild(ground, cut, source, bars)
    carry_history(bars)
    find_extremes(days, bars)


@kernel
def _rebuild(ground: Ground, cut: Cut, source: Ints, bars: Records) -> None:
    """Make the bars: the first of each asset as it was, then what the drawn days did to the close."""
    closes = np.zeros(len(cut.columns))
    for k in range(len(cut.rows)):
        t, s = cut.rows[k], source[cut.rows[k]]
        for a in range(len(cut.columns)):
            c, bar = cut.columns[a], bars[k, a]
            bar["dividend"] = 0.0
            if closes[a] > 0.0 and not math.isnan(ground.prices[t, c, LOW]):
                scale = closes[a] * ground.factors[ground.kinds[t], c]
                bar["open"] = scale * ground.steps[s, c, OPEN]
                bar["high"] = scale * ground.steps[s, c, HIGH]
                bar["low"] = scale * ground.steps[s, c, LOW]
                bar["close"] = scale * ground.steps[s, c, CLOSE]
            else:
                bar["open"] = ground.prices[t, c, OPEN]
                bar["high"] = ground.prices[t, c, HIGH]
                bar["low"] = ground.prices[t, c, LOW]
                bar["close"] = ground.prices[t, c, CLOSE]
            if not math.isnan(bar["low"]):
                closes[a] = bar["close"]


@kernel
def compare(returns: Floats, held: Floats) -> tuple[float, float]:
    """Compare daily returns with the twin's: t of the mean difference, difference of Sharpe ratios; 0 for no spread."""
    difference = differences(returns, held)
    spread = deviation(difference)
    t = mean(difference) / spread * math.sqrt(len(returns)) if spread > 0.0 else 0.0
    own, other = deviation(returns), deviation(held)
    ratio = mean(returns) / own if own > 0.0 else 0.0
    return t, ratio - (mean(held) / other if other > 0.0 else 0.0)


@kernel
def measure(
    batch: Batch, first: int, values: Floats, withdrawn: Floats, twin_of: Ints, held: Floats, found: Floats
) -> None:
    """Compare scenarios from `first` on, a row of `values` and `withdrawn` each, with their twins, `found` `[S, 2]`.

    `twin_of` is -1 for twins; they stand before whoever has them, and leave their returns in `held`, a row each.
    """
    for k in range(len(values)):
        s = first + k
        length = batch.windows[s, 1] - batch.windows[s, 0]
        cash = batch.plans[s]["initial_cash"]
        returns = daily_returns(wealth_index(values[k, :length], withdrawn[k, :length], cash))
        if twin_of[s] < 0:
            for t in range(length - 1):
                held[s, t] = returns[t]
        else:
            found[s, 0], found[s, 1] = compare(returns, held[twin_of[s], : length - 1])
