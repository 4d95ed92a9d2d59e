"""What each asset was worth in its run day by day: weights, contributions, and a proof that the bars are the run's own.

What an asset, and the bank, contributed to a run's return and to its deepest fall are parts that sum to the whole. A
day's gain of an asset is what it is worth at the close, less what it was worth at the close before, with what its
fills brought or cost; the bank's is interest less taxes. Together they are what the portfolio gained on the day before
withdrawals, and each is taken in units of the wealth index, as that moved on the day. So over all days the parts sum to
the total return, and between peak and trough, over the height of the peak, to the deepest drawdown.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sdengine.codes import Action
from sdengine.kernel.compiled import kernel
from sdengine.metrics.activity import BUYS, is_any
from sdengine.metrics.arrays import place_of
from sdengine.metrics.groups import counts, ratio
from sdengine.metrics.records import (
    NO_DAY,
    WRONG_BARS,
    Basket,
    Closes,
    Days,
    Fills,
    Floats,
    Int64s,
    Records,
    layout,
)

AGREEMENT = 1e-6
"""How far bank and holdings at the closes may stand from the recorded value, relative to the larger of the two."""

STATE = layout("", "held worth brought")
"""An asset as it stands on a day: shares, their worth at the close before, and what today's fills brought or cost."""

OF_BANK = np.array([Action.INTEREST, Action.TAX])


class Fall(NamedTuple):
    """The deepest drawdown of each run, from its first falling day to its trough; without one there are no such days.

    It begins on the day after the peak, or on the very first where the initial capital was the peak.
    """

    first: Int64s  # [R], a place among all days
    beyond: Int64s  # [R]
    peak: Floats  # [R], of the wealth index


def measure_contributions(
    status: Int64s,
    runs: Records,
    assets: Records,
    days: Days,
    fills: Fills,
    basket: Basket,
    closes: Closes,
    index: Floats,
    initial_cash: Floats,
) -> None:
    """Fill in each asset's mean weight, and what assets and bank contributed to total return and deepest drawdown.

    Mean weights are over the closes at which the portfolio was worth something. Runs whose bars do not value them as
    they were recorded are told so.
    """
    own = np.where(is_any(fills, BUYS), -fills.total, fills.total) - fills.costs
    brought = np.where(fills.asset < 0, np.where(is_any(fills, OF_BANK), fills.total, 0.0), own)
    fall, states = fall_of(runs, days, index), np.zeros(assets.size, STATE)
    _walk(status, runs, assets, states, days, fills, brought, basket, closes, index, initial_cash, fall)
    counted = counts(days.run, runs.size, days.total_value > 0.0)
    assets["mean_weight"] = ratio(assets["mean_weight"], counted[basket.run].astype(np.float64))


def fall_of(runs: Records, days: Days, index: Floats) -> Fall:
    """Find the deepest drawdown of each run."""
    first, beyond, peak = days.start.copy(), days.start.copy(), np.ones(runs.size)
    fell = np.flatnonzero(runs["max_drawdown_peak_on"] != NO_DAY)
    top = place_of(days, fell, runs["max_drawdown_peak_on"][fell])
    from_start = (top == days.start[fell]) & (index[top] < 1.0)
    first[fell] = np.where(from_start, top, top + 1)
    beyond[fell] = place_of(days, fell, runs["max_drawdown_trough_on"][fell]) + 1
    peak[fell] = np.where(from_start, 1.0, index[top])
    return Fall(first, beyond, peak)


@kernel
def _walk(
    status: Int64s,
    runs: Records,
    assets: Records,
    states: Records,
    days: Days,
    fills: Fills,
    brought: Floats,
    basket: Basket,
    closes: Closes,
    index: Floats,
    initial_cash: Floats,
    fall: Fall,
) -> None:
    """Take the days of each run in turn, on each the fills up to it, then all assets.

    A unit is how much of the wealth index a unit of cash is: the index over the value, both at the close before; 0 once
    the portfolio is over (see `wealth_index`). A day that leaves less than nothing takes the index to 0 and not below:
    its gains and losses count in proportion.
    """
    for k in range(runs.size):
        row = runs[k]
        f, d, level, value = fills.start[k], 0, 1.0, initial_cash[k]
        for t in range(days.start[k], days.stop[k]):
            while d < closes.ordinal.size and closes.ordinal[d] < days.ordinal[t]:
                d += 1
            if d == closes.ordinal.size or closes.ordinal[d] != days.ordinal[t]:
                status[k] = WRONG_BARS
                break
            of_bank = 0.0
            while f < fills.stop[k] and fills.day[f] <= t:
                if fills.asset[f] < 0:
                    of_bank += brought[f]
                else:
                    states[fills.asset[f]]["brought"] += brought[f]
                    states[fills.asset[f]]["held"] = fills.holdings_after[f]
                f += 1
            before, unit = days.total_value[t] + days.withdrawn[t], 0.0
            if value > 0.0:  # else the portfolio is over
                unit = level / value if before > 0.0 else level / (value - before)
                level, value = index[t], days.total_value[t] if before > 0.0 else 0.0
            falls = unit / fall.peak[k] if fall.first[k] <= t < fall.beyond[k] else 0.0
            row["bank_return_contribution"] += unit * of_bank
            row["bank_drawdown_contribution"] -= falls * of_bank
            total = days.bank[t]
            size = abs(total)
            for a in range(basket.start[k], basket.stop[k]):
                asset, state, now = assets[a], states[a], 0.0
                if state["held"] != 0.0:
                    now = state["held"] * closes.close[d, basket.ticker[a]]
                    total += now
                    size += now
                    if days.total_value[t] > 0.0:
                        asset["mean_weight"] += now / days.total_value[t]
                gain = state["brought"] + now - state["worth"]
                state["worth"], state["brought"] = now, 0.0
                asset["return_contribution"] += unit * gain
                asset["drawdown_contribution"] -= falls * gain
            if not abs(total - days.total_value[t]) <= AGREEMENT * size:
                status[k] = WRONG_BARS
                break
