"""The design's own usage example, and every name, field and method that it gives."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterator
from datetime import date

import pytest

import sdengine
from sdengine import (
    ArbitrageOpportunity,
    Asset,
    BuybackLot,
    Portfolio,
    PortfolioDayResult,
    PortfolioPerformance,
    PortfolioSnapshot,
    PortfolioTransaction,
    SyntheticDividendAlgorithm,
    WithdrawalPolicy,
    calculate_trigger,
)
from tests.sdengine.portfolio.portfolio_case import Market, bar, day, flat

R8 = 2 ** (1 / 8) - 1
DAYS: dict[date, Market] = {
    day(0): {"NVDA": flat(100), "BTC-USD": flat(50), "SPY": flat(500), "GLD": flat(200)},
    # one bracket up for NVDA: 100 -> 109.05; one bracket down for BTC: 50 -> 45.85, which the overdrawn bank cannot pay
    day(1): {"NVDA": bar(100, 110, 100, 110), "BTC-USD": bar(50, 50, 45, 46), "SPY": flat(500), "GLD": flat(200)},
}


@pytest.fixture
def date_range() -> Iterator[date]:
    return iter(DAYS)


def fetch_market_data(date: date) -> Market:
    return DAYS[date]


def test_the_usage_example_as_written(date_range: Iterator[date], capsys: pytest.CaptureFixture[str]) -> None:
    # Create portfolio
    portfolio = Portfolio(initial_cash=400_000, rebalancing_mode="nav_opportunistic")

    # Add assets; 100,000 + 50,000 leave 250,000, which 500,000 of SPY overdraw
    with pytest.warns(UserWarning, match="overdraws the bank") as warned:  # noqa: PT031  as the design writes it
        portfolio.add_asset("NVDA", "growth_stocks", 1000, 100.0, sd_n=8)
        portfolio.add_asset("BTC-USD", "crypto", 1000, 50.0, sd_n=8)
        portfolio.add_asset("SPY", "indices", 1000, 500.0, sd_n=12)
        portfolio.add_asset("GLD", "commodities", 1000, 200.0, sd_n=12)
    assert ["1,000 SPY" in str(w.message) for w in warned] == [True, False]
    assert [f"{-250_000:,.2f}" in str(warned[0].message), f"{-450_000:,.2f}" in str(warned[1].message)] == [True, True]
    assert warned[0].filename == __file__

    # Run backtest
    for date in date_range:  # noqa: F402  as the design writes it
        market_data = fetch_market_data(date)
        result = portfolio.process_day(date, market_data)

        print(f"{date}: {len(result.transactions)} transactions, portfolio value: ${result.snapshot.total_value:,.0f}")

    # Get performance
    perf = portfolio.get_portfolio_performance()
    print(f"Total return: {perf.total_return:.2%}")
    print(f"Dividends generated: ${perf.total_dividends:,.0f}")
    print(f"Max drawdown: {perf.max_drawdown:.2%}")

    # floor(1000 * r * 0.5 / (1 + r)) = floor(41.498) = 41 shares at 100 * (1 + r) = 109.0508: 4,471.08
    # 959 * 110 + 1000 * 46 + 700,000 - 450,000 + 4,471.08 = 405,961.08
    assert capsys.readouterr().out.splitlines() == [
        "2024-01-01: 0 transactions, portfolio value: $400,000",
        "2024-01-02: 2 transactions, portfolio value: $405,961",
        "Total return: 1.49%",
        "Dividends generated: $4,471",
        "Max drawdown: 0.00%",
    ]
    skipped = portfolio.transaction_history[-1]
    assert (skipped.action, skipped.ticker, skipped.total) == ("SKIP_BUY", "BTC-USD", 0.0)
    assert skipped.price == pytest.approx(50 / (1 + R8))
    assert skipped.bank_after == portfolio.bank < 0.0


def test_what_the_example_leaves_can_be_read_everywhere() -> None:
    portfolio = Portfolio(400_000)
    portfolio.add_asset("NVDA", "a class", 1000, 100.0)
    portfolio.add_asset("BTC-USD", "a class", 1000, 50.0)
    with pytest.warns(UserWarning, match="overdraws"):
        portfolio.add_asset("SPY", "a class", 1000, 500.0)
    with pytest.warns(UserWarning, match="overdraws"):
        portfolio.add_asset("GLD", "a class", 1000, 200.0)
    for today, market in DAYS.items():
        portfolio.process_day(today, market)
    limit = 100 * (1 + R8)
    nvda = portfolio.assets["NVDA"]
    assert (nvda.ticker, nvda.asset_class, nvda.holdings, nvda.nav) == ("NVDA", "a class", 959.0, 110.0)
    assert nvda.anchor == limit
    assert nvda.total_dividends_generated == portfolio.total_dividends_generated == pytest.approx(41 * limit)
    assert (nvda.total_invested, nvda.transaction_count, nvda.buyback_stack) == (0.0, 1, [])
    assert nvda.get_market_value(10.0) == 9590.0
    assert nvda.get_nav_value() == 959 * 110.0
    assert nvda.get_nav_premium(99.0) == pytest.approx(-0.1)
    assert nvda.last_bar_on == day(1)
    assert portfolio.initial_capital == 400_000
    assert portfolio.bank == pytest.approx(-450_000 + 41 * limit)
    assert portfolio.get_portfolio_nav() == 959 * 110.0 + 50_000 + 500_000 + 200_000
    assert portfolio.get_portfolio_market_value({"NVDA": 1.0, "GLD": 2.0}) == portfolio.bank + 959 + 2000
    assert portfolio.peak_portfolio_value == portfolio.daily_snapshots[-1].total_value
    assert portfolio.total_withdrawals == 0.0
    assert portfolio.withdrawal_policy is None
    bought, *_, sold, skipped = portfolio.transaction_history
    assert dataclasses.astuple(bought) == (day(0), "NVDA", "INITIAL_BUY", 1000, 100.0, 100_000, 300_000, 0.0, 0.0)
    assert (sold.action, sold.qty, sold.price, sold.total) == ("SELL", 41.0, limit, 41 * limit)
    assert sold.nav_premium == pytest.approx(R8)
    assert skipped.nav_premium == pytest.approx(1 / (1 + R8) - 1)
    snapshot = portfolio.daily_snapshots[-1]
    assert snapshot.asset_values["NVDA"] == 959 * 110.0
    assert snapshot.asset_navs["NVDA"] == 959 * 110.0
    assert snapshot.holdings["BTC-USD"] == 1000.0
    assert snapshot.nav_premiums == {"NVDA": 0.1, "BTC-USD": pytest.approx(-0.08), "SPY": 0.0, "GLD": 0.0}


def test_bought_lots_stand_in_the_buyback_stack() -> None:
    portfolio = Portfolio(100_000)
    portfolio.add_asset("A", "", 100, 100.0, sd_n=1, date=day(0))
    portfolio.process_day(day(1), {"A": bar(100, 100, 50, 60)})
    assert portfolio.assets["A"].buyback_stack == [BuybackLot(day(1), 50.0, 50.0)]


FIELDS = {
    PortfolioTransaction: ("date", "ticker", "action", "qty", "price", "total", "bank_after", "nav_premium"),
    PortfolioSnapshot: ("date", "total_value", "bank", "asset_values", "asset_navs", "holdings", "nav_premiums"),
    PortfolioDayResult: ("date", "transactions", "snapshot"),
    PortfolioPerformance: (
        "total_return", "total_value", "bank_balance", "max_drawdown", "total_dividends", "total_withdrawals",
        "sharpe_ratio",
    ),
    ArbitrageOpportunity: ("sell_ticker", "buy_ticker", "spread"),
}  # fmt: skip

PARAMETERS = {
    Portfolio: ("initial_cash", "rebalancing_mode", "withdrawal_policy"),
    Portfolio.add_asset: (
        "ticker", "asset_class", "initial_qty", "initial_price", "sd_n", "profit_sharing_pct", "buyback_enabled",
        "variant", "lot_size", "target", "band", "date",
    ),
    Portfolio.process_day: ("current_date", "market_data"),
    Asset.process_day: ("date", "ohlc", "available_cash"),
    SyntheticDividendAlgorithm: ("rebalance_size_pct", "profit_sharing_pct", "buyback_enabled"),
    SyntheticDividendAlgorithm.on_day: ("date", "open_price", "high", "low", "close", "holdings", "bank"),
    WithdrawalPolicy: ("monthly_amount", "coverage_ratio_min"),
    WithdrawalPolicy.calculate_withdrawal: ("portfolio", "current_date"),
}  # fmt: skip


@pytest.mark.parametrize("record", FIELDS, ids=lambda record: record.__name__)
def test_fields_in_the_order_of_the_design(record: type) -> None:
    assert tuple(field.name for field in dataclasses.fields(record))[: len(FIELDS[record])] == FIELDS[record]


@pytest.mark.parametrize("called", PARAMETERS, ids=lambda called: called.__qualname__)
def test_parameters_in_the_order_of_the_design(called: type) -> None:
    names = [name for name in inspect.signature(called).parameters if name not in ("self", "options")]
    assert tuple(names)[: len(PARAMETERS[called])] == PARAMETERS[called]


def test_defaults_are_those_of_the_design() -> None:
    defaults = {name: p.default for name, p in inspect.signature(Portfolio.add_asset).parameters.items()}
    assert (defaults["sd_n"], defaults["profit_sharing_pct"], defaults["buyback_enabled"]) == (8, 50.0, True)
    assert inspect.signature(Portfolio).parameters["rebalancing_mode"].default == "nav_opportunistic"
    assert PortfolioPerformance() == Portfolio(1.0).get_portfolio_performance()
    assert WithdrawalPolicy(100.0).coverage_ratio_min == 1.0


def test_every_public_name_can_be_imported_and_has_a_docstring() -> None:
    for name in sdengine.__all__:
        assert getattr(sdengine, name).__doc__, name


def test_triggers_of_the_design() -> None:
    assert calculate_trigger(8) == pytest.approx(0.0905, abs=5e-5)
    assert (1 + calculate_trigger(12)) ** 12 == pytest.approx(2.0)
    algorithm = SyntheticDividendAlgorithm(calculate_trigger(8), 50.0, buyback_enabled=False)
    assert (algorithm.variant, algorithm.rebalance_size_pct) == ("ath_only", calculate_trigger(8))
