"""What each run and each of its assets did, and what it brought: sums over the transaction history, in its order."""

from __future__ import annotations

import numpy as np

from sdengine.codes import Action
from sdengine.metrics.arrays import UNKNOWN
from sdengine.metrics.groups import Chosen, counts, ratio, sums
from sdengine.metrics.records import NO_DAY, Fills, Int64s, Records

BUYS = np.array([Action.INITIAL_BUY, Action.BUY, Action.REBALANCE_BUY, Action.ARBITRAGE_BUY])
"""What adds shares."""
SALES = np.array([Action.SELL, Action.REBALANCE_SELL, Action.ARBITRAGE_SELL, Action.FUNDING_SELL])
"""What gives shares away for cash."""
COUNTED = {
    "buys": Action.BUY,
    "sells": Action.SELL,
    "skipped_buys": Action.SKIP_BUY,
    "skipped_bands": Action.SKIP_BAND,
    "skipped_withdrawals": Action.SKIP_WITHDRAWAL,
}
"""Which action a field counts."""
ADDED = {"synthetic_dividends": Action.SELL, "dividends": Action.DIVIDEND, "interest": Action.INTEREST}
"""What that brought by which action a field adds up."""


def measure_activity(runs: Records, assets: Records, fills: Fills) -> None:
    """Fill in what each run and asset traded and earned.

    Turnover is half of all that was bought and sold after the entries, a year, over the mean value; NaN where no time
    passed or the mean value is not above zero.
    """
    add_history(runs, fills.run, fills)
    traded = is_any(fills, BUYS[BUYS != Action.INITIAL_BUY]) | is_any(fills, SALES)
    value_years = runs["mean_value"] * runs["years"]
    runs["turnover"] = ratio(sums(fills.total, fills.run, runs.size, traded), 2.0 * value_years)
    runs["synthetic_dividend_yield"] = ratio(runs["synthetic_dividends"], value_years)

    own = fills.asset >= 0
    place = np.where(own, fills.asset, assets.size)
    bought, sold = own & is_any(fills, BUYS), own & is_any(fills, SALES)
    add_history(assets, place, fills)
    assets["bought"] = sums(fills.total, place, assets.size, bought)
    assets["sold"] = sums(fills.total, place, assets.size, sold)
    moved = np.flatnonzero(bought | sold)
    assets["holdings"][fills.asset[moved]] = fills.holdings_after[moved]  # the last one stays
    entries = np.flatnonzero(own & (fills.action == Action.INITIAL_BUY))[::-1]  # the first one stays
    assets["entered_on"], assets["entry_price"] = NO_DAY, np.nan
    assets["entered_on"][fills.asset[entries]] = fills.ordinal[entries]
    assets["entry_price"][fills.asset[entries]] = fills.price[entries]


def is_any(fills: Fills, actions: Int64s) -> Chosen:
    """Tell which rows record one of those actions."""
    return np.isin(np.arange(UNKNOWN + 1), actions)[fills.action]


def add_history(rows: Records, place: Int64s, fills: Fills) -> None:
    """Count each fill towards the row at its `place`: costs, incomes, taxes and numbers, as far as rows have them."""
    names, shape = rows.dtype.names or (), (rows.size, UNKNOWN + 1)
    cell = place * shape[1] + fills.action
    number = counts(cell, rows.size * shape[1]).reshape(shape)
    total = sums(fills.total, cell, rows.size * shape[1]).reshape(shape)
    for name in COUNTED.keys() & names:
        rows[name] = number[:, COUNTED[name]]
    for name in ADDED.keys() & names:
        rows[name] = total[:, ADDED[name]]
    if "taxes" in names:
        rows["taxes"] = 0.0 - total[:, Action.TAX]
    rows["fills"] = number[:, BUYS].sum(axis=1) + number[:, SALES].sum(axis=1)
    rows["costs"] = sums(fills.costs, place, rows.size, fills.costs != 0.0)
