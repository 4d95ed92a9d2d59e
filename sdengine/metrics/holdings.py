"""What each asset was worth in its run, day by day: weights, gains, and a proof that the bars are the run's own."""

from __future__ import annotations

import numpy as np

from sdengine.kernel.compiled import kernel
from sdengine.metrics.records import (
    MEASURED,
    NO_DAY,
    WRONG_BARS,
    Basket,
    Closes,
    Days,
    Fills,
    Floats,
    Int32s,
    Record,
    Records,
)

AGREEMENT = 1e-6
"""How far bank and holdings at the closes may stand from the recorded value, relative to the larger of the two."""


@kernel
def carry_closes(traded: Floats) -> Floats:
    """Carry each ticker's last close on to each day, `[D, K] -> [D, K]`; NaN before its first bar."""
    carried = traded.copy()
    for d in range(1, traded.shape[0]):
        for k in range(traded.shape[1]):
            if np.isnan(carried[d, k]):
                carried[d, k] = carried[d - 1, k]
    return carried


@kernel
def measure_holdings(
    runs: Records, assets: Records, days: Days, fills: Fills, basket: Basket, closes: Closes, tickers: int
) -> None:
    """Fill in each asset's value and mean weight, and its gain at the last close.

    Mean weights are over the closes at which the portfolio was worth something.
    """
    held = np.zeros(tickers)
    for k in range(runs.size):
        if runs["status"][k] != MEASURED:
            continue
        members = basket.ticker[basket.start[k] : basket.stop[k]]
        rows = assets[basket.start[k] : basket.stop[k]]
        held[:] = 0.0
        row = _weigh(rows, members, held, days, fills, closes, k)
        if row < 0:
            runs["status"][k] = WRONG_BARS
            continue
        for a in range(members.size):
            _settle(rows[a], members[a], closes, row, days.total_value[days.stop[k] - 1])


@kernel
def _weigh(rows: Records, members: Int32s, held: Floats, days: Days, fills: Fills, closes: Closes, k: int) -> int:
    """Mean weights of run `k`; the row of `closes` of its last day, or -1 where they don't value it as recorded."""
    f, d, counted = fills.start[k], 0, 0
    for t in range(days.start[k], days.stop[k]):
        while d < closes.ordinal.size and closes.ordinal[d] < days.ordinal[t]:
            d += 1
        if d == closes.ordinal.size or closes.ordinal[d] != days.ordinal[t]:
            return -1
        while f < fills.stop[k] and fills.ordinal[f] <= days.ordinal[t]:
            if fills.ticker[f] >= 0:
                held[fills.ticker[f]] = fills.holdings_after[f]
            f += 1
        value = days.total_value[t]
        worth = days.bank[t]
        size = abs(worth)
        for a in range(members.size):
            if held[members[a]] != 0.0:
                part = held[members[a]] * closes.carried[d, members[a]]
                worth += part
                size += part
                if value > 0.0:
                    rows["mean_weight"][a] += part / value
        if not abs(worth - value) <= AGREEMENT * size:
            return -1
        counted += value > 0.0
    for a in range(members.size):
        rows["mean_weight"][a] = rows["mean_weight"][a] / counted if counted > 0 else np.nan
    return d


@kernel
def _settle(asset: Record, ticker: int, closes: Closes, row: int, total_value: float) -> None:
    """Value one asset at the last close; an asset that never entered has no price and no return."""
    asset["last_close"] = closes.carried[row, ticker]
    asset["last_traded_on"] = NO_DAY
    for d in range(row, -1, -1):
        if not np.isnan(closes.traded[d, ticker]):
            asset["last_traded_on"] = closes.ordinal[d]
            break
    asset["value"] = asset["holdings"] * asset["last_close"] if asset["holdings"] != 0.0 else 0.0
    asset["weight"] = asset["value"] / total_value if total_value > 0.0 else np.nan
    asset["gain"] = asset["value"] + asset["sold"] + asset["dividends"] - asset["bought"] - asset["costs"]
    entered = asset["entered_on"] != NO_DAY
    asset["price_return"] = asset["last_close"] / asset["entry_price"] - 1.0 if entered else np.nan
