"""The engine without its records: whole histories of which a few figures are kept, one world at a time.

Each day is `sdengine.day.step_day`, as in a run that is recorded. What it records is forgotten after the day, so that
everything stays in the processor's cache; lots, which later days look at, stay.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sdengine.coordination.dynamic import FOLLOWS_GAPS, recall_gaps
from sdengine.day import step_day
from sdengine.history.simulate import Batch, reset
from sdengine.judging.worlds import CLOSE, HIGH, LOW, OPEN, Ground
from sdengine.kernel.compiled import inlined, kernel
from sdengine.kernel.pointers import nth
from sdengine.kernel.records import Records
from sdengine.kernel.room import Desk, Room
from sdengine.market.carry import carry_history, find_extremes
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


@inlined
def begin(batch: Batch, s: int, room: Room) -> None:
    """Make the room scenario `s`'s portfolio, with its cash alone."""
    plan = batch.plans[s]
    reset(room, plan)
    if plan["dynamic"] == FOLLOWS_GAPS:
        recall_gaps(room, plan["gap_threshold"], batch.gaps)


@inlined
def pass_day(desk: Desk, t: int) -> None:
    """Play day `t` of the market on whose first day the desk stands, and forget what it recorded."""
    book = desk.book
    today = Desk(
        desk.plan, desk.rules, nth(desk.day, t), nth(desk.bars, t * book["assets"]), book, desk.assets,
        desk.lots, desk.gaps, desk.amounts, desk.fills, desk.snapshot, desk.pieces, desk.opportunities,
    )  # fmt: skip
    step_day(today)
    book["fills"] = 0
    book["pieces"] = 0
    book["opportunities"] = 0


@inlined
def check_branches(desk: Desk) -> None:
    """Raise AssertionError where a code came to a dispatch that has no branch for it."""
    if desk.book["fault"] != 0:
        raise AssertionError("a code came to a dispatch without a branch for it (see sdengine.kernel.room.no_branch)")


@kernel
def play(batch: Batch, s: int, room: Room, values: Floats, withdrawn: Floats) -> bool:
    """Run scenario `s`, keep each day's total value and what was withdrawn; False where the room was too small."""
    window = batch.windows[s]
    begin(batch, s, room)
    # made here, since a kernel cannot return records
    desk = Desk(
        batch.plans[s], batch.rules[s, 0], batch.days[0], batch.bars[0, 0], room.book[0], room.assets[0],
        room.lots[0, 0], room.gaps[0, 0], room.amounts[0], room.fills[0], room.snapshots[0], room.pieces[0],
        room.opportunities[0],
    )  # fmt: skip
    book = desk.book
    for t in range(window[0], window[1]):
        pass_day(desk, t)
        if book["overflow"] != 0:
            return False
        values[t - window[0]] = book["total_value"]
        withdrawn[t - window[0]] = book["withdrawn_today"]
    check_branches(desk)
    return True


@kernel
def play_all(batch: Batch, first: int, room: Room, values: Floats, withdrawn: Floats) -> int:
    """Play scenarios from `first` on, one a row of `values` and `withdrawn`; return the first that found no room.

    Each one's book, as it stood in the end, is the batch's. Whoever judges runs measures what this leaves: the engine
    is compiled once for all of them.
    """
    for k in range(len(values)):
        if not play(batch, first + k, room, values[k], withdrawn[k]):
            return first + k
        batch.books[first + k] = room.book[0]
    return first + len(values)


@kernel
def rebuild(ground: Ground, cut: Cut, source: Ints, days: Records, bars: Records) -> None:
    """Make the cut's bars of a world: the first of each asset as it was, then what the drawn days did to the close."""
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
    carry_history(bars)
    find_extremes(days, bars)


@kernel
def compare(returns: Floats, held: Floats) -> tuple[float, float]:
    """Compare daily returns with the twin's: t of the mean difference, difference of Sharpe ratios; 0 for no spread."""
    difference = returns - held
    spread = deviation(difference)
    t = mean(difference) / spread * np.sqrt(len(returns)) if spread > 0.0 else 0.0
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
