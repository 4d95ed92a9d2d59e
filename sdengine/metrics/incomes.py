"""Whether the incomes of a portfolio's assets come together: correlations of their monthly synthetic dividends."""

from __future__ import annotations

import numpy as np

from sdengine.kernel.compiled import kernel
from sdengine.metrics.activity import SELL
from sdengine.metrics.records import MEASURED, Basket, Days, Fills, Floats, Int64s, Record, Records
from sdengine.statistics.correlation import correlation, mean_correlation


@kernel
def measure_incomes(runs: Records, assets: Records, days: Days, fills: Fills, basket: Basket, tickers: int) -> None:
    """Fill in each asset's share of the run's synthetic dividends and how it goes with the others'.

    `income_correlation` of an asset: its months' synthetic dividends against those of all others together; of a run:
    the mean over its pairs of assets. Every calendar month from the first day's to the last day's counts, with 0 where
    nothing was sold. NaN where one side never varies.
    """
    place = np.empty(tickers, np.int64)
    for k in range(runs.size):
        if runs["status"][k] != MEASURED:
            continue
        first, beyond = basket.start[k], basket.stop[k]
        for a in range(first, beyond):
            place[basket.ticker[a]] = a - first
        incomes = _by_month(days, fills, place, beyond - first, k)
        runs["income_correlation"][k] = mean_correlation(incomes)
        of_all = np.zeros(incomes.shape[1])
        for a in range(incomes.shape[0]):
            of_all += incomes[a]
        for a in range(incomes.shape[0]):
            _settle(assets[first + a], incomes[a], of_all, runs["synthetic_dividends"][k])


@kernel
def _by_month(days: Days, fills: Fills, place: Int64s, assets: int, k: int) -> Floats:
    """Sum the synthetic dividends of run `k` by asset and calendar month, `[A, M]`."""
    t = days.start[k]
    since = days.month[t]
    incomes = np.zeros((assets, days.month[days.stop[k] - 1] - since + 1))
    for f in range(fills.start[k], fills.stop[k]):
        if fills.action[f] != SELL:
            continue
        while t < days.stop[k] - 1 and days.ordinal[t] < fills.ordinal[f]:
            t += 1
        incomes[place[fills.ticker[f]], days.month[t] - since] += fills.total[f]
    return incomes


@kernel
def _settle(asset: Record, income: Floats, of_all: Floats, total: float) -> None:
    asset["synthetic_dividend_share"] = asset["synthetic_dividends"] / total if total > 0.0 else np.nan
    asset["income_correlation"] = correlation(income, of_all - income)
