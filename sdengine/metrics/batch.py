"""The metrics of many runs at once. One run is a batch of one.

Every sum is taken in the order of a run's own rows by one compiled loop, so a figure depends on nothing but its run:
not on its neighbours in the batch, nor on threads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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
    tax_rates_of,
)
from sdengine.metrics.contributions import measure_contributions
from sdengine.metrics.holdings import measure_holdings
from sdengine.metrics.incomes import measure_incomes
from sdengine.metrics.lists import list_drawdowns, list_months, list_years, rank_drawdowns
from sdengine.metrics.lots import measure_lots
from sdengine.metrics.parameters import flatten_asset, tickers_of
from sdengine.metrics.payments import measure_payments, policies_of
from sdengine.metrics.portfolio import measure_portfolios
from sdengine.metrics.records import ASSET, MEASURED, NO_DAY, REASONS, RUN, Basket, Records
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

    keys, settings = list(parameters), list(parameters.values())
    named = pl.Series("run", keys)
    tickers = sorted({ticker for run in settings for ticker in tickers_of(run)})
    days = days_of(tables["portfolio_days"], keys)
    fills = fills_of(tables["fills"], keys, tickers)
    lots = lots_of(tables["lots"], keys, tickers)
    basket = basket_of([tickers_of(run) for run in settings], tickers)
    closes = closes_of(bars, tickers)
    policies = policies_of(settings)
    cash, rate = settings_of(settings, "initial_cash"), settings_of(settings, "cash_rate")

    run_rows, asset_rows = np.zeros(len(keys), RUN), new_assets(basket)
    index, drawdowns = measure_portfolios(run_rows, days, cash, rate, float(periods_per_year or np.nan))
    measure_activity(run_rows, asset_rows, fills, basket, len(tickers))
    measure_holdings(run_rows, asset_rows, days, fills, basket, closes, len(tickers))
    measure_contributions(run_rows, asset_rows, days, fills, basket, closes, index, cash, len(tickers))
    measure_incomes(run_rows, asset_rows, days, fills, basket, len(tickers))
    measure_payments(run_rows, days, fills, policies, cash)
    measure_lots(run_rows, asset_rows, lots, basket, len(tickers))
    measure_taxes(run_rows, lots, *(tax_rates_of(settings, name) for name in ("short_rate", "long_rate")))
    months = list_months(run_rows, days, fills, index, drawdowns)
    years = list_years(run_rows, days, fills, index, policies)
    falls = list_drawdowns(run_rows, days, drawdowns)
    rank_drawdowns(falls)

    good = np.flatnonzero(run_rows["status"] == MEASURED)
    measured = [settings[k] for k in good]
    assets = [[flatten_asset(asset) for asset in run["assets"]] for run in measured]
    frame = runs_frame(run_rows[good], named.gather(good), measured, assets)
    return MetricTables(
        frame.with_columns(opportunities=count_rows(tables.get("opportunities"), frame["run"])),
        assets_frame(asset_rows[np.isin(asset_rows["run"], good)], named, assets, tickers),
        months_frame(months, named),
        rows_frame(years, named),
        rows_frame(falls, named),
        {keys[k]: REASONS[int(run_rows["status"][k])] for k in np.flatnonzero(run_rows["status"] != MEASURED)},
    )


def new_assets(basket: Basket) -> Records:
    """Make a row for each asset of each run, that nothing has been counted towards yet."""
    rows = np.zeros(basket.ticker.size, ASSET)
    counts = basket.stop - basket.start
    rows["run"] = np.repeat(np.arange(counts.size), counts)
    rows["ticker"] = basket.ticker
    rows["position"] = np.arange(rows.size) - np.repeat(basket.start, counts) + 1
    rows["entered_on"] = NO_DAY
    rows["entry_price"] = np.nan
    return rows


def count_rows(table: Any, keys: pl.Series) -> pl.Series:
    """Count the rows of a table that each run has."""
    import polars as pl

    if table is None:
        return pl.zeros(len(keys), pl.Int64, eager=True)
    counts = as_frame(table, ["run"])["run"].cast(keys.dtype).value_counts(name="rows")
    counted = keys.to_frame("run").join(counts, on="run", how="left", maintain_order="left")
    return counted["rows"].fill_null(0).cast(pl.Int64)
