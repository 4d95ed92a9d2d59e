"""The metrics of many runs at once. One run is a batch of one.

Every sum is taken in the order of a run's own rows, so a figure depends on nothing but its run: not on its neighbours
in the batch, nor on threads. What takes one look at each row is done for all runs at once by NumPy; compiled is what
goes from day to day, since compiling is most of a first night.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sdengine.metrics.activity import measure_activity
from sdengine.metrics.arrays import (
    as_frame,
    basket_of,
    closes_of,
    days_of,
    fills_of,
    lots_of,
    settings_of,
    stretches,
    tax_rates_of,
)
from sdengine.metrics.checks import check_fills, check_lots, status_of_days
from sdengine.metrics.contributions import measure_contributions
from sdengine.metrics.holdings import measure_holdings
from sdengine.metrics.incomes import measure_incomes
from sdengine.metrics.lists import list_drawdowns, list_months, list_years, measure_drawdowns
from sdengine.metrics.lots import measure_lots
from sdengine.metrics.parameters import Parameters, asset_columns, tickers_of
from sdengine.metrics.payments import dues_of, measure_payments, policies_of
from sdengine.metrics.portfolio import measure_portfolios
from sdengine.metrics.records import ASSET, MEASURED, REASONS, RUN, Basket, Int64s, Records
from sdengine.metrics.tables import assets_frame, months_frame, rows_frame, runs_frame
from sdengine.metrics.taxes import measure_taxes

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class MetricTables:
    """The metrics of a batch, a frame per table, each with the runs' key as its first column `run`.

    `runs` has no comparison with twins yet: see `compare_with_twins`. `failures` says of each run that could not be
    measured why; it has no rows in any frame.
    """

    runs: pl.DataFrame
    assets: pl.DataFrame
    monthly: pl.DataFrame
    years: pl.DataFrame
    drawdowns: pl.DataFrame
    failures: dict[Any, str]


def batch_metrics(
    parameters: Mapping[Any, Mapping[str, Any]],
    tables: Mapping[str, Any],
    bars: Any,
    *,
    periods_per_year: float | None = None,
) -> MetricTables:
    """Measure many runs.

    Args:
        parameters: the parameters (`Scenario.parameters()`) of each run by its key, a number or a run_id.
        tables: "portfolio_days", "fills", "lots" and, where there are any, "opportunities": polars or Arrow tables with
            the columns of the warehouse's tables, but `run`, the key, in place of run_id. Rows in any order; quickest
            in the order in which they are stored.
        bars: the bars that the runs ran on: ticker, date, close.
        periods_per_year: closes a year for annualisation; by default what each run's calendar shows.
    """
    import polars as pl

    keys = pl.Series("run", list(parameters))
    return _measure(keys, list(parameters.values()), tables, bars, float(periods_per_year or np.nan))


def _measure(
    keys: pl.Series, settings: Sequence[Parameters], tables: Mapping[str, Any], bars: Any, periods: float
) -> MetricTables:
    """Measure the runs of those keys, with `periods` a year (NaN: as observed)."""
    tickers = sorted({ticker for run in settings for ticker in tickers_of(run)})
    basket = basket_of([tickers_of(run) for run in settings], tickers)
    days = days_of(tables["portfolio_days"], keys.to_list())
    fills = fills_of(tables["fills"], keys.to_list(), tickers, basket, days)
    lots = lots_of(tables["lots"], keys.to_list(), tickers, basket)
    policies = policies_of(settings)
    cash, rate = settings_of(settings, "initial_cash"), settings_of(settings, "cash_rate")

    status = status_of_days(days, cash)
    check_fills(status, fills)
    if status.any():
        return _measure_others(status, keys, settings, tables, bars, periods)
    runs, assets = np.zeros(len(keys), RUN), new_assets(basket)
    growth = measure_portfolios(runs, days, cash, rate, periods)
    falls = list_drawdowns(days, growth)
    measure_drawdowns(runs, falls)
    closes = closes_of(bars, tickers)
    measure_contributions(status, runs, assets, days, fills, basket, closes, growth.wealth, cash)
    check_lots(status, lots)
    if status.any():
        return _measure_others(status, keys, settings, tables, bars, periods)
    measure_activity(runs, assets, fills)
    measure_holdings(assets, days, basket, closes)
    measure_incomes(runs, assets, days, fills, basket)
    dues = dues_of(days, fills, policies)
    measure_payments(runs, dues, policies)
    measure_lots(runs, assets, lots)
    measure_taxes(runs, lots, *(tax_rates_of(settings, name) for name in ("short_rate", "long_rate")))

    asset_settings = asset_columns([asset for run in settings for asset in run["assets"]])
    frame = runs_frame(runs, keys, settings, asset_settings)
    return MetricTables(
        frame.with_columns(opportunities=count_rows(tables.get("opportunities"), keys)),
        assets_frame(assets, keys, asset_settings, tickers),
        months_frame(list_months(days, fills, growth), keys),
        rows_frame(list_years(days, fills, growth, dues, policies), keys),
        rows_frame(falls, keys),
        {},
    )


def _measure_others(
    status: Int64s,
    keys: pl.Series,
    settings: Sequence[Parameters],
    tables: Mapping[str, Any],
    bars: Any,
    periods: float,
) -> MetricTables:
    """Say of those runs that cannot be measured why, and measure the others."""
    good = np.flatnonzero(status == MEASURED)
    found = _measure(keys.gather(good), [settings[int(k)] for k in good], tables, bars, periods)
    reasons = {key: REASONS[code] for key, code in zip(keys, status.tolist(), strict=True) if code != MEASURED}
    failures = reasons | found.failures
    return replace(found, failures={key: failures[key] for key in keys if key in failures})


def new_assets(basket: Basket) -> Records:
    """Make a row for each asset of each run, that nothing has been counted towards yet."""
    rows = np.zeros(basket.ticker.size, ASSET)
    rows["run"] = basket.run
    rows["ticker"] = basket.ticker
    rows["position"] = np.arange(rows.size) - basket.start[basket.run] + 1
    return rows


def count_rows(table: Any, keys: pl.Series) -> pl.Series:
    """Count the rows of a table that each run has."""
    import polars as pl

    if table is None:
        return pl.zeros(len(keys), pl.Int64, eager=True)
    owners, lengths = stretches(as_frame(table, ["run"])["run"], keys.to_list())
    return pl.Series(np.bincount(owners, lengths, len(keys) + 1)[: len(keys)].astype(np.int64))
