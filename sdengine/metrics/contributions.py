"""What each asset, and the bank, contributed to a run's return and to its deepest fall: parts that sum to the whole.

A day's gain of an asset is what it is worth at the close, less what it was worth at the close before, with what its
fills brought or cost; the bank's is interest less taxes. Together they are what the portfolio gained on the day before
withdrawals, and each is taken in units of the wealth index, as that moved on the day. So over all days the parts sum to
the total return, and between peak and trough, over the height of the peak, to the deepest drawdown.
"""

from __future__ import annotations

import numpy as np

from sdengine.kernel.compiled import kernel
from sdengine.metrics.activity import INTEREST, TAX, is_purchase
from sdengine.metrics.records import (
    CASH_ROW,
    MEASURED,
    NO_DAY,
    Basket,
    Closes,
    Days,
    Fills,
    Floats,
    Int32s,
    Int64s,
    Record,
    Records,
)


@kernel
def measure_contributions(
    runs: Records,
    assets: Records,
    days: Days,
    fills: Fills,
    basket: Basket,
    closes: Closes,
    index: Floats,
    initial_cash: Floats,
    tickers: int,
) -> None:
    """Fill in what each asset and the bank contributed to the total return and to the deepest drawdown."""
    place = np.zeros(tickers, np.int64)
    for k in range(runs.size):
        if runs["status"][k] != MEASURED:
            continue
        members = basket.ticker[basket.start[k] : basket.stop[k]]
        rows = assets[basket.start[k] : basket.stop[k]]
        for a in range(members.size):
            place[members[a]] = a
        units, fall = units_of(days, index, k, initial_cash[k]), fall_of(runs[k], days, index, k)
        _walk(runs[k], rows, members, place, days, fills, closes, units, fall, k)


@kernel
def units_of(days: Days, index: Floats, k: int, initial: float) -> Floats:
    """Compute how much of the wealth index a unit of cash was on each day of run `k`, `[T]`.

    The index over the value, both at the close before; 0 once the portfolio is over (see `wealth_index`). A day that
    leaves less than nothing takes the index to 0 and not below: its gains and losses count in proportion.
    """
    first, beyond = days.start[k], days.stop[k]
    units = np.zeros(beyond - first)
    level, value = 1.0, initial
    for t in range(first, beyond):
        if not value > 0.0:
            break
        before = days.total_value[t] + days.withdrawn[t]
        units[t - first] = level / value if before > 0.0 else level / (value - before)
        level, value = index[t], days.total_value[t] if before > 0.0 else 0.0
    return units


@kernel
def fall_of(run: Record, days: Days, index: Floats, k: int) -> tuple[int, int, float]:
    """Find the deepest drawdown of run `k`: its first falling day, the day after its trough, the index at its peak.

    It begins on the day after the peak, or on the very first where the initial capital was the peak.
    """
    first = days.start[k]
    if run["max_drawdown_peak_on"] == NO_DAY:
        return 0, 0, 1.0
    t = first
    while days.ordinal[t] < run["max_drawdown_peak_on"]:
        t += 1
    begin, peak = t - first + 1, index[t]
    if t == first and index[t] < 1.0:
        begin, peak = 0, 1.0
    while days.ordinal[t] < run["max_drawdown_trough_on"]:
        t += 1
    return begin, t - first + 1, peak


@kernel
def _walk(
    run: Record,
    rows: Records,
    members: Int32s,
    place: Int64s,
    days: Days,
    fills: Fills,
    closes: Closes,
    units: Floats,
    fall: tuple[int, int, float],
    k: int,
) -> None:
    """Take the days of run `k` in turn; `rows` are those of its assets, `members` their tickers."""
    begin, end, peak = fall
    held, worth, gains = np.zeros(members.size), np.zeros(members.size), np.zeros(members.size)
    f, d = fills.start[k], 0
    for day in range(units.size):
        t = days.start[k] + day
        while closes.ordinal[d] < days.ordinal[t]:
            d += 1
        gains[:] = 0.0
        of_bank = 0.0
        while f < fills.stop[k] and fills.ordinal[f] <= days.ordinal[t]:
            if fills.ticker[f] == CASH_ROW:
                of_bank += fills.total[f] if fills.action[f] in (INTEREST, TAX) else 0.0
            else:
                a = place[fills.ticker[f]]
                gains[a] += (-fills.total[f] if is_purchase(fills.action[f]) else fills.total[f]) - fills.costs[f]
                held[a] = fills.holdings_after[f]
            f += 1
        falls = units[day] / peak if begin <= day < end else 0.0
        run["bank_return_contribution"] += units[day] * of_bank
        run["bank_drawdown_contribution"] -= falls * of_bank
        for a in range(members.size):
            now = held[a] * closes.carried[d, members[a]] if held[a] != 0.0 else 0.0
            gain = gains[a] + now - worth[a]
            worth[a] = now
            rows["return_contribution"][a] += units[day] * gain
            rows["drawdown_contribution"][a] -= falls * gain
