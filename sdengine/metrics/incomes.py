"""Whether the incomes of a portfolio's assets come together: correlations of their monthly synthetic dividends."""

from __future__ import annotations

import numpy as np

from sdengine.codes import Action
from sdengine.kernel.compiled import kernel
from sdengine.metrics.groups import ratio, sums
from sdengine.metrics.records import Basket, Days, Fills, Floats, Int64s, Records
from sdengine.statistics.beside import differences
from sdengine.statistics.correlation import correlation, mean_correlation


def measure_incomes(runs: Records, assets: Records, days: Days, fills: Fills, basket: Basket) -> None:
    """Fill in each asset's share of the run's synthetic dividends and how it goes with the others'.

    `income_correlation` of an asset: its months' synthetic dividends against those of all others together; of a run:
    the mean over its pairs of assets. Every calendar month from the first day's to the last day's counts, with 0 where
    nothing was sold. NaN where one side never varies.
    """
    since = days.month[days.start].astype(np.int64)
    months = days.month[days.stop - 1] - since + 1
    stop = np.cumsum(months[basket.run])  # each asset's months, one after the other
    start = stop - months[basket.run]
    sold = np.flatnonzero((fills.action == Action.SELL) & (fills.asset >= 0))
    asset, run = fills.asset[sold], fills.run[sold]
    month = days.month[np.minimum(fills.day[sold], days.stop[run] - 1)] - since[run]
    incomes = sums(fills.total[sold], start[asset] + month, int(stop[-1]) if stop.size else 0)
    _correlate(runs, assets, basket.start, basket.stop, months, incomes)
    assets["synthetic_dividend_share"] = ratio(assets["synthetic_dividends"], runs["synthetic_dividends"][basket.run])


@kernel
def _correlate(runs: Records, assets: Records, start: Int64s, stop: Int64s, months: Int64s, incomes: Floats) -> None:
    """Fill in the correlations of each run's assets, whose incomes of each month stand one after the other."""
    place = 0
    for k in range(runs.size):
        own = incomes[place : place + (stop[k] - start[k]) * months[k]].reshape((stop[k] - start[k], months[k]))
        place += own.size
        runs[k]["income_correlation"] = mean_correlation(own)
        of_all = np.zeros(months[k])
        for a in range(own.shape[0]):
            for m in range(own.shape[1]):
                of_all[m] += own[a, m]
        for a in range(own.shape[0]):
            assets[start[k] + a]["income_correlation"] = correlation(own[a], differences(of_all, own[a]))
