"""Each run beside its buy and hold twin and its benchmark, day by day: beta, alpha, captures and their like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sdengine.kernel.compiled import kernel
from sdengine.metrics.arrays import days_of, frozen
from sdengine.metrics.checks import status_of_days
from sdengine.metrics.records import MEASURED, Days, Floats, Int64s, Records, layout
from sdengine.metrics.tables import frame_of
from sdengine.statistics.annual import observed_periods, period_rate, years_between
from sdengine.statistics.beside import alpha, beta, capture, information_ratio, tracking_error
from sdengine.statistics.correlation import correlation
from sdengine.statistics.returns import daily_returns, wealth_index

if TYPE_CHECKING:
    import polars as pl

OTHERS = ("buy_and_hold", "benchmark")
"""What runs are compared with day by day; their names stand before those of the figures."""

BESIDE = layout("", "beta alpha correlation tracking_error information_ratio up_capture down_capture")
DAILY = tuple(f"{other}_{name}" for other in OTHERS for name in BESIDE.names or ())
"""The columns that `compare_daily` gives."""


class Pairs(NamedTuple):
    """Who stands beside whom: places among the runs, and a rate and periods a year of the first."""

    run: Int64s
    other: Int64s
    cash: Floats  # of all runs, not of pairs
    cash_rate: Floats


def compare_daily(
    parameters: Mapping[Any, Mapping[str, Any]], portfolio_days: Any, others: Mapping[str, Mapping[Any, Any]]
) -> pl.DataFrame:
    """Compare runs with others over the days that both have; a row a run, null where there is nobody to compare with.

    Args:
        parameters: of each run by its key, those that are compared with among them.
        portfolio_days: the days of all, as `batch_metrics` takes them.
        others: for each of `OTHERS` the key of a run's other, by the run's key.

    Returns:
        `run` and `DAILY`, a row for each key that has another, in the order of `parameters`.
    """
    import polars as pl

    keys = list(parameters)
    place = {key: k for k, key in enumerate(keys)}
    days = days_of(portfolio_days, keys)
    cash, rates = (
        frozen([run["portfolio"][name] for run in parameters.values()], np.float64)
        for name in ("initial_cash", "cash_rate")
    )
    sound = status_of_days(days, cash) == MEASURED
    compared = [key for key in keys if any(key in others.get(name, {}) for name in OTHERS)]
    runs = np.array([place[key] for key in compared], np.int64)
    frames = [pl.DataFrame({"run": pl.Series("run", compared, pl.Series(keys).dtype if keys else pl.Int64)})]
    for name in OTHERS:
        of = np.array([place.get(others.get(name, {}).get(key), -1) for key in compared], np.int64)
        there = np.flatnonzero((of >= 0) & sound[runs] & sound[of])
        rows = np.full(len(compared), np.nan, BESIDE)
        rows[there] = compare_days(days, Pairs(runs[there], of[there], cash, rates))
        frames.append(frame_of(rows).select(pl.all().name.prefix(f"{name}_")))
    return pl.concat(frames, how="horizontal")


def compare_days(days: Days, pairs: Pairs) -> Records:
    """Compare each pair, over the days that both have."""
    rows = np.zeros(pairs.run.size, BESIDE)
    _compare(rows, days, pairs)
    return rows


@kernel
def _compare(rows: Records, days: Days, pairs: Pairs) -> None:
    """Fill in each pair's row."""
    for i in range(rows.size):
        k, other = pairs.run[i], pairs.other[i]
        own, held, first, last = common_growth(days, k, other, pairs.cash[k], pairs.cash[other])
        periods = observed_periods(own.size, years_between(first, last))
        rate = period_rate(pairs.cash_rate[k], periods)
        returns, others = daily_returns(own), daily_returns(held)
        row = rows[i]
        row["beta"] = beta(returns, others)
        row["alpha"] = alpha(returns, others, periods, rate)
        row["correlation"] = correlation(returns, others) if returns.size > 1 else np.nan
        row["tracking_error"] = tracking_error(returns, others, periods)
        row["information_ratio"] = information_ratio(returns, others, periods)
        row["up_capture"] = capture(returns, others, 1.0)
        row["down_capture"] = capture(returns, others, -1.0)


@kernel
def common_growth(days: Days, k: int, other: int, cash: float, other_cash: float) -> tuple[Floats, Floats, int, int]:
    """Find both runs' wealth indices on the days that both have, and the first and last ordinal of these."""
    a, b = days.start[k], days.start[other]
    first, second = days.stop[k] - a, days.stop[other] - b
    index = wealth_index(days.total_value[a : a + first], days.withdrawn[a : a + first], cash)
    held = wealth_index(days.total_value[b : b + second], days.withdrawn[b : b + second], other_cash)
    mine, theirs = np.empty(min(first, second)), np.empty(min(first, second))
    count, t, u, since, until = 0, 0, 0, 0, 0
    while t < first and u < second:
        if days.ordinal[a + t] < days.ordinal[b + u]:
            t += 1
        elif days.ordinal[a + t] > days.ordinal[b + u]:
            u += 1
        else:
            mine[count], theirs[count] = index[t], held[u]
            until = days.ordinal[a + t]
            since = until if count == 0 else since
            count, t, u = count + 1, t + 1, u + 1
    return mine[:count], theirs[:count], since, until
