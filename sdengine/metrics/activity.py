"""What each run and each of its assets did, and what it brought: sums over the transaction history, in its order.

Rows are handed on as numbers: a call that is handed the arrays instead costs thirty times as much.
"""

from __future__ import annotations

import numpy as np

from sdengine.codes import Action
from sdengine.kernel.compiled import kernel
from sdengine.metrics.records import (
    CASH_ROW,
    MEASURED,
    NO_DAY,
    UNSORTED,
    WRONG_TICKER,
    Basket,
    Fills,
    Int64s,
    Record,
    Records,
)

INITIAL_BUY, BUY, SELL = int(Action.INITIAL_BUY), int(Action.BUY), int(Action.SELL)
SKIP_BUY, SKIP_BAND, SKIP_WITHDRAWAL = int(Action.SKIP_BUY), int(Action.SKIP_BAND), int(Action.SKIP_WITHDRAWAL)
DIVIDEND, INTEREST, TAX, WITHDRAWAL = (
    int(Action.DIVIDEND),
    int(Action.INTEREST),
    int(Action.TAX),
    int(Action.WITHDRAWAL),
)
REBALANCE_BUY, ARBITRAGE_BUY = int(Action.REBALANCE_BUY), int(Action.ARBITRAGE_BUY)
REBALANCE_SELL, ARBITRAGE_SELL = int(Action.REBALANCE_SELL), int(Action.ARBITRAGE_SELL)
FUNDING_SELL = int(Action.FUNDING_SELL)


@kernel
def is_purchase(action: int) -> bool:
    """Tell whether the row added shares."""
    return action in (INITIAL_BUY, BUY, REBALANCE_BUY, ARBITRAGE_BUY)


@kernel
def is_sale(action: int) -> bool:
    """Tell whether the row gave shares away for cash."""
    return action in (SELL, REBALANCE_SELL, ARBITRAGE_SELL, FUNDING_SELL)


@kernel
def add_to_asset(
    asset: Record, action: int, total: float, costs: float, price: float, holdings_after: float, ordinal: int
) -> None:
    """Count one row of the history towards its asset."""
    asset["costs"] += costs
    if is_purchase(action) or is_sale(action):
        asset["fills"] += 1
        asset["holdings"] = holdings_after
    if is_purchase(action):
        asset["bought"] += total
    if is_sale(action):
        asset["sold"] += total
    if action == INITIAL_BUY and asset["entered_on"] == NO_DAY:
        asset["entered_on"] = ordinal
        asset["entry_price"] = price
    if action == SELL:
        asset["synthetic_dividends"] += total
    if action == DIVIDEND:
        asset["dividends"] += total
    asset["buys"] += action == BUY
    asset["sells"] += action == SELL
    asset["skipped_buys"] += action == SKIP_BUY
    asset["skipped_bands"] += action == SKIP_BAND


@kernel
def add_to_run(run: Record, action: int, total: float, costs: float) -> float:
    """Count one row of the history towards its run; return what it traded after the entries."""
    run["costs"] += costs
    traded = is_purchase(action) or is_sale(action)
    run["fills"] += traded
    run["buys"] += action == BUY
    run["sells"] += action == SELL
    run["skipped_buys"] += action == SKIP_BUY
    run["skipped_bands"] += action == SKIP_BAND
    run["skipped_withdrawals"] += action == SKIP_WITHDRAWAL
    if action == SELL:
        run["synthetic_dividends"] += total
    elif action == DIVIDEND:
        run["dividends"] += total
    elif action == INTEREST:
        run["interest"] += total
    elif action == TAX:
        run["taxes"] -= total
    return total if traded and action != INITIAL_BUY else 0.0


@kernel
def measure_activity(runs: Records, assets: Records, fills: Fills, basket: Basket, tickers: int) -> None:
    """Fill in what each run and asset traded and earned.

    Turnover is half of all that was bought and sold after the entries, a year, over the mean value; NaN where no time
    passed or the mean value is not above zero.
    """
    place = np.empty(tickers, np.int64)
    for k in range(runs.size):
        if runs["status"][k] != MEASURED:
            continue
        runs["status"][k] = _walk(runs[k], assets, fills, k, _places(place, basket, k))
        mean_value, years = runs["mean_value"][k], runs["years"][k]
        if not (mean_value > 0.0 and years > 0.0):
            runs["turnover"][k] = np.nan
            runs["synthetic_dividend_yield"][k] = np.nan
        else:
            runs["turnover"][k] /= 2.0 * mean_value * years
            runs["synthetic_dividend_yield"][k] = runs["synthetic_dividends"][k] / (mean_value * years)


@kernel
def _places(place: Int64s, basket: Basket, k: int) -> Int64s:
    """Find the row of the asset table of each ticker in run `k`, -1 where the run doesn't have it."""
    place[:] = -1
    for a in range(basket.start[k], basket.stop[k]):
        place[basket.ticker[a]] = a
    return place


@kernel
def _walk(run: Record, assets: Records, fills: Fills, k: int, place: Int64s) -> int:
    """Sum the history of run `k`; `turnover` holds cash as yet."""
    traded = 0.0
    for f in range(fills.start[k], fills.stop[k]):
        if f > fills.start[k] and fills.ordinal[f] < fills.ordinal[f - 1]:
            return UNSORTED
        action, total, costs, price = fills.action[f], fills.total[f], fills.costs[f], fills.price[f]
        traded += add_to_run(run, action, total, costs)
        if fills.ticker[f] == CASH_ROW:
            continue
        if fills.ticker[f] < 0 or place[fills.ticker[f]] < 0:
            return WRONG_TICKER
        asset = assets[place[fills.ticker[f]]]
        add_to_asset(asset, action, total, costs, price, fills.holdings_after[f], fills.ordinal[f])
    run["turnover"] = traded
    return MEASURED
