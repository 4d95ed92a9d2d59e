"""The view over fills and bars against values worked by hand (see `books`), and against the engine's own arrays."""

import numpy as np
import polars as pl
import pytest

from sdengine import run_scenario
from sdengine.scenario import Scenario
from tests.warehouse import books
from tests.warehouse.books import D1, D2, D3, D4
from warehouse import Warehouse


def test_the_days_of_the_hand_made_books(warehouse: Warehouse) -> None:
    expected = [
        # date, ticker, holdings, close, value, weight, nav, nav_premium, anchor
        (D1, "A", 5.0, 100.0, 500.0, 500 / 999, 100.0, 0.0, 100.0),  # the day's high of 105 does not count at entry
        (D2, "A", 4.0, 108.0, 432.0, 432 / 1039, 110.0, 0.08, 109.0),  # premium to the 100 of the day before
        (D3, "A", 4.0, 108.0, 432.0, 432 / 1038, 110.0, 108 / 110 - 1, 109.0),  # no bar: the last close stands
        (D3, "B", 10.0, 20.0, 200.0, 200 / 1038, 20.0, 0.0, 20.0),
        (D4, "A", 4.0, 101.0, 404.0, 404 / 1014, 110.0, 101 / 110 - 1, 109.0),
        (D4, "B", 10.0, 21.0, 210.0, 210 / 1014, 22.0, 0.05, 20.0),
    ]
    found = warehouse.rows("select * exclude (run_id) from backtest.asset_days order by date, ticker")
    assert [row[:2] for row in found] == [row[:2] for row in expected]
    assert [list(row[2:]) for row in found] == [pytest.approx(list(row[2:]), rel=1e-12) for row in expected]


def test_values_and_highs_add_up_to_the_portfolio(warehouse: Warehouse) -> None:
    sums = warehouse.rows(
        "select date, sum(value), sum(holdings * nav) from backtest.asset_days group by date order by date"
    )
    days = books.portfolio_days()
    assert [row[1] for row in sums] == pytest.approx((days["total_value"] - days["bank"]).to_list())
    assert [row[2] for row in sums] == pytest.approx(days["nav_value"].to_list())


def test_a_bar_before_the_entry_or_of_another_run_counts_for_nothing(warehouse: Warehouse) -> None:
    early = books.bars().filter(pl.col("date") == D3).with_columns(date=pl.lit(D1), high=pl.lit(99.0))
    warehouse.append("clean.bars", early)
    warehouse.append("backtest.fills", books.fills(books.TWIN).with_columns(holdings_after=pl.lit(77.0)))
    found = warehouse.rows(f"select nav from backtest.asset_days where ticker = 'B' and run_id = '{books.RUN}'")
    assert sorted(found) == [(20.0,), (22.0,)]


def test_the_view_is_what_the_engine_says(warehouse: Warehouse) -> None:
    rng = np.random.default_rng(4)
    parts = []
    for ticker, first in (("STOCK", 0), ("LATE", 60), ("COIN", 0)):
        close = 50 * np.exp(np.cumsum(rng.normal(0, 0.03, 200)))
        opening = close * np.exp(rng.normal(0, 0.01, 200))
        days = pl.date_range(pl.date(2021, 1, 1), pl.date(2021, 7, 19), eager=True)
        one = pl.DataFrame(
            {
                "ticker": [ticker] * 200,
                "date": days,
                "open": opening,
                "high": np.maximum(opening, close) * 1.01,
                "low": np.minimum(opening, close) * 0.99,
                "close": close,
            }
        )[first:]
        parts.append(one if ticker == "COIN" else one.filter(pl.col("date").dt.weekday() < 6))
    bars = pl.concat(parts)
    scenario = Scenario.model_validate(
        {"name": "three", "assets": [{"ticker": name, "lot_size": 0.01} for name in ("STOCK", "LATE", "COIN")]}
    )
    result = run_scenario(scenario, bars)
    assert result.fills.height > 20, "a run that hardly trades proves little"

    named = pl.lit(books.TWIN).alias("run_id")
    more = {"volume": pl.lit(None, pl.Float64), "split_factor": pl.lit(1.0), "source": pl.lit("made")}
    warehouse.append("clean.bars", bars.with_columns(**more))
    for name in ("fills", "portfolio_days"):
        rows = getattr(result, name).select(named, pl.all())
        warehouse.append(f"backtest.{name}", rows)
    view = warehouse.frame(
        "select * exclude (run_id) from backtest.asset_days where run_id = ? order by date, ticker", [books.TWIN]
    )
    expected = result.asset_days.sort("date", "ticker").select(view.columns)
    assert view.select("date", "ticker").equals(expected.select("date", "ticker"))
    for column in view.columns[2:]:
        assert np.allclose(view[column].to_numpy(), expected[column].to_numpy(), rtol=1e-12, atol=1e-12), column
