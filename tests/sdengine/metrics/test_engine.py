"""Metrics of runs that the engine made: the books balance, and other ways to the same figures agree."""

from __future__ import annotations

from typing import Any

import empyrical
import numpy as np
import polars as pl
import pytest

from sdengine import Scenario, ScenarioResult, run_scenario, run_scenarios
from sdengine.metrics import RunMetrics, batch_metrics, run_metrics

TICKERS = ("A", "B", "C")
DATES = pl.date_range(pl.date(2015, 1, 1), pl.date(2017, 12, 31), eager=True)


def make_bars() -> pl.DataFrame:
    """Draw three random walks with gaps, dividends and three years of daily bars; C has none on weekends."""
    random = np.random.default_rng(3)
    frames = []
    for ticker in TICKERS:
        close = 100 * np.exp(np.cumsum(random.normal(0, 0.02, len(DATES))))
        opening = close * np.exp(random.normal(0, 0.01, len(DATES)))
        frame = pl.DataFrame({"date": DATES, "open": opening, "close": close}).with_columns(
            ticker=pl.lit(ticker),
            high=pl.max_horizontal("open", "close") * 1.01,
            low=pl.min_horizontal("open", "close") * 0.99,
            dividend=pl.when(pl.int_range(pl.len()) % 90 == 5).then(0.3).otherwise(0.0),
        )
        frames.append(frame if ticker != "C" else frame.filter(pl.col("date").dt.weekday() < 6))
    return pl.concat(frames)


BARS = make_bars()


def scenario(**parts: Any) -> Scenario:
    return Scenario.from_dict(
        {"name": "s", "assets": [{"ticker": ticker, "weight": 0.3} for ticker in TICKERS], **parts}
    )


SCENARIOS = {
    "plain": scenario(),
    "everything": scenario(
        portfolio={
            "commission": 1.0,
            "slippage_bps": 5.0,
            "cash_rate": 0.02,
            "margin_rate": 0.05,
            "allow_margin": True,
            "lot_method": "hifo",
        },
        taxes={"short_rate": 0.3, "long_rate": 0.2},
        withdrawal={"monthly_amount": 500.0, "coverage_ratio_min": 0.0},
    ),
    "funded": scenario(
        portfolio={"commission_bps": 3.0},
        withdrawal={"rate": 0.3, "funding": "pro_rata", "coverage_ratio_min": 0.0},
    ),
    "rebalanced": scenario(
        portfolio={"rebalancing_mode": "rebalancing"}, assets=[{"ticker": t, "target": 0.3} for t in TICKERS]
    ),
    "arbitrage": scenario(arbitrage={"fraction": 0.2, "threshold": 0.1}),
}


@pytest.fixture(scope="module", params=SCENARIOS)
def run(request: pytest.FixtureRequest) -> tuple[ScenarioResult, RunMetrics]:
    asked = SCENARIOS[request.param]
    result = run_scenario(asked, BARS)
    tables = (result.portfolio_days, result.fills, result.lots)
    return result, run_metrics(asked.parameters(), *tables, BARS, opportunities=result.opportunities)


def test_gains_of_assets_interest_and_taxes_are_the_gain_of_the_portfolio(run: Any) -> None:
    _, measured = run
    s = measured.summary
    gained = s["final_value"] - s["initial_cash"] + s["withdrawals"]
    assert measured.assets["gain"].sum() + s["interest"] - s["taxes"] == pytest.approx(gained, abs=1e-6)


def test_gains_of_lots_and_dividends_are_the_gain_of_the_asset(run: Any) -> None:
    assets = run[1].assets
    parts = assets["realised_gain"] + assets["unrealised_gain"] + assets["dividends"]
    assert parts.to_list() == pytest.approx(assets["gain"].to_list(), abs=1e-6)


def test_months_add_up(run: Any) -> None:
    summary, monthly = run[1].summary, run[1].monthly
    for name in ("synthetic_dividends", "dividends", "interest", "withdrawals", "costs", "taxes", "fills"):
        assert monthly[name].sum() == pytest.approx(summary[name], abs=1e-6), name
    assert monthly["days"].sum() == summary["days"]
    assert (1 + monthly["total_return"]).product() - 1 == pytest.approx(summary["total_return"], abs=1e-9)
    assert monthly["deepest_drawdown"].max() == summary["max_drawdown"]


def test_drawdowns_hold_the_deepest_and_the_longest(run: Any) -> None:
    summary, drawdowns = run[1].summary, run[1].drawdowns
    deepest = drawdowns.filter(pl.col("rank") == 1).row(0, named=True)
    assert (deepest["depth"], deepest["trough_on"]) == (summary["max_drawdown"], summary["max_drawdown_trough_on"])
    assert drawdowns["days"].max() == summary["longest_drawdown_days"]
    assert sorted(drawdowns["rank"]) == list(range(1, drawdowns.height + 1))


def test_mean_weights_are_those_of_the_asset_days(run: Any) -> None:
    result, measured = run
    sums = result.asset_days.group_by("ticker").agg(pl.col("weight").sum()).sort("ticker")
    means = (sums["weight"] / result.portfolio_days.height).to_list()
    assert measured.assets.sort("ticker")["mean_weight"].to_list() == pytest.approx(means, abs=1e-12)
    assert sum(means) == pytest.approx(measured.summary["exposure"], abs=1e-12)


def test_counts_are_those_of_the_history(run: Any) -> None:
    result, measured = run
    counts = dict(result.fills["action"].value_counts().iter_rows())
    assert measured.summary["buys"] == counts.get("BUY", 0)
    assert measured.summary["sells"] == counts.get("SELL", 0)
    assert measured.summary["skipped_buys"] == counts.get("SKIP_BUY", 0)
    assert measured.summary["opportunities"] == result.opportunities.height
    sells = result.fills.filter(pl.col("action") == "SELL")["total"].sum()
    assert measured.summary["synthetic_dividends"] == pytest.approx(sells, rel=1e-12)


def test_empyrical_finds_the_same_in_the_days(run: Any) -> None:
    """From values and withdrawals alone, in numpy."""
    result, measured = run
    s, days = measured.summary, result.portfolio_days
    value, out = days["total_value"].to_numpy(), days["withdrawn"].to_numpy()
    returns = (value[1:] + out[1:]) / value[:-1] - 1
    entry = (value[0] + out[0]) / s["initial_cash"] - 1
    periods = (days.height - 1) / ((days["date"][-1] - days["date"][0]).days / 365.25)
    year = {"annualization": periods}
    rate = (1 + s["cash_rate"]) ** (1 / periods) - 1
    assert s["volatility"] == pytest.approx(empyrical.annual_volatility(returns, **year), rel=1e-9)
    assert s["sharpe"] == pytest.approx(empyrical.sharpe_ratio(returns, rate, **year), rel=1e-9)
    assert s["sortino"] == pytest.approx(empyrical.sortino_ratio(returns, rate, **year), rel=1e-9)
    assert s["value_at_risk"] == pytest.approx(-empyrical.value_at_risk(returns), rel=1e-9)
    whole = np.concatenate([[entry], returns])
    assert s["total_return"] == pytest.approx(empyrical.cum_returns_final(whole), rel=1e-9, abs=1e-12)
    assert s["max_drawdown"] == pytest.approx(-empyrical.max_drawdown(whole), rel=1e-9)


def test_chunks_of_the_engine_give_the_same_bits_as_single_runs() -> None:
    asked = list(SCENARIOS.values())
    seen = set()
    for chunk in run_scenarios(asked, BARS):
        measured = batch_metrics({p: asked[p].parameters() for p in chunk.positions}, chunk.tables, BARS)
        assert measured.failures == {}
        for row in measured.runs.iter_rows(named=True):
            position = row.pop("run")
            assert row == run_scenario(asked[position], BARS).metrics
            seen.add(position)
    assert seen == set(range(len(asked)))
