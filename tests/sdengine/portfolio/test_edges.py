"""The object face at its edges: what Python has is taken rightly or refused in our words, and nothing is half done."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl
import pytest

from sdengine import Portfolio, WithdrawalPolicy, run_scenario
from tests.sdengine.portfolio.edges import FOREIGN, held, refused
from tests.sdengine.portfolio.portfolio_case import day, flat

pandas = pytest.importorskip("pandas", reason="yfinance brings pandas, which the engine does not need")


def paying(dividend: Any) -> dict[str, Any]:
    return flat(100) | {"dividend": dividend}


@pytest.mark.parametrize("nothing", [None, math.nan, np.float64("nan"), np.float32("nan"), Decimal("NaN"), 0, 0.0])
def test_no_dividend_is_none(nothing: Any) -> None:
    portfolio = held()
    portfolio.process_day(day(1), {"A": paying(nothing)})
    assert portfolio.bank == 10_000


@pytest.mark.parametrize("half", [0.5, np.float64(0.5), np.float32(0.5), Decimal("0.5")])
def test_a_dividend_is_a_number_of_any_kind(half: Any) -> None:
    portfolio = held()
    portfolio.process_day(day(1), {"A": paying(half)})
    assert portfolio.bank == 10_050  # 100 shares


@pytest.mark.parametrize("wrong", [math.inf, -math.inf, -1, -0.01, "0.5", True, b"1", [0.5], pandas.NA])
def test_other_dividends_are_refused(wrong: Any) -> None:
    refused(held(), lambda p: p.process_day(day(1), {"A": paying(wrong)}), "dividend of A is .*; allowed: ")


@pytest.mark.parametrize(
    "row",
    [
        flat(100),
        {name: np.float32(100) for name in flat(100)},
        {name: Decimal(100) for name in flat(100)},
        dict.fromkeys(flat(100), 100),
        pandas.Series(flat(100)),
        pandas.DataFrame([flat(100) | {"dividend": math.nan}]).iloc[0],
    ],
    ids=["float", "float32", "Decimal", "int", "Series", "row"],
)
def test_a_bar_is_any_mapping_of_numbers(row: Any) -> None:
    portfolio = held()
    assert portfolio.process_day(day(1), {"A": row}).snapshot.total_value == 20_000


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (None, "the bar of A is None; allowed: a mapping of open, high, low, close"),
        (100.0, "the bar of A is 100.0; allowed: a mapping"),
        ([100.0] * 4, r"the bar of A is \[.*\]; allowed: a mapping"),
        (flat(100) | {"close": "100"}, "close of A is '100'; allowed: a finite price above 0"),
        (flat(100) | {"close": True}, "close of A is True; allowed: a finite price above 0"),
        (flat(100) | {"close": None}, "close of A is None; allowed: a finite price above 0"),
        (flat(100) | {"open": 125.0}, "open 125.0 of A is outside of low 100.0 to high 100.0; allowed: low <= open"),
        (flat(100) | {"close": 80.0}, "close 80.0 of A is outside of low 100.0 to high 100.0; allowed: low <= close"),
        (flat(100) | {"high": Decimal("sNaN")}, "high of A is .*; allowed: a finite price above 0"),
        (flat(100) | {"high": 10**400}, "high of A is .*; allowed: a finite price above 0"),
        (pl.DataFrame([flat(100)]), "the bar of A is|open of A is .*; allowed: "),
        (pandas.DataFrame([flat(100)]), "open of A is .*; allowed: a finite price above 0"),
    ],
)
def test_other_bars_are_refused(row: Any, sentence: str) -> None:
    refused(held(), lambda p: p.process_day(day(1), {"A": row}), sentence)


@pytest.mark.parametrize("market", [None, 5, [("A", flat(100))], pl.DataFrame([flat(100)]), "A"])
def test_other_markets_are_refused(market: Any) -> None:
    refused(
        held(), lambda p: p.process_day(day(1), market), "market_data is a .*; allowed: a mapping of tickers to bars"
    )


@pytest.mark.parametrize(
    "second",
    [
        date(2024, 1, 2),
        datetime(2024, 1, 2),
        pandas.Timestamp("2024-01-02"),
        pandas.Timestamp("2024-01-02", tz="America/New_York"),
        np.datetime64("2024-01-02"),
        np.datetime64("2024-01-02T00:00:00", "ns"),
    ],
)
def test_a_day_is_a_date_however_it_is_written(second: Any) -> None:
    portfolio = held()
    assert portfolio.process_day(second, {"A": flat(100)}).date == date(2024, 1, 2)
    assert type(portfolio.daily_snapshots[-1].date) is date
    refused(portfolio, lambda p: p.process_day(second, {"A": flat(100)}), "is not after 2024-01-02, the last day")


@pytest.mark.parametrize(
    "wrong",
    [
        "2024-01-02",
        None,
        20240102,
        1704153600.0,
        pandas.NaT,
        np.datetime64("NaT"),
        datetime(2024, 1, 2, 9, 30),
        np.datetime64("2024-01-02T09:30"),
    ],
)
def test_what_is_no_day_is_named(wrong: Any) -> None:
    refused(held(), lambda p: p.process_day(wrong, {"A": flat(100)}), "date is .*; allowed: a date")
    if wrong is not None:
        refused(
            held(), lambda p: p.add_asset("B", "", 1, 1.0, date=wrong), "date of the purchase of B is .*allowed: a date"
        )


def test_two_times_of_one_day_are_one_day() -> None:
    portfolio = held()
    portfolio.process_day(datetime(2024, 1, 2), {"A": flat(100)})
    refused(portfolio, lambda p: p.process_day(pandas.Timestamp("2024-01-02"), {"A": flat(100)}), "is not after")


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Portfolio("100"), 'initial_cash` is "100"; allowed: a number above 0'),
        (lambda: Portfolio(math.nan), "initial_cash` is nan; allowed: a number above 0"),
        (lambda: Portfolio(None), "initial_cash is None"),
        (lambda: Portfolio(100, 5), "rebalancing_mode` is 5; allowed: simple, nav_opportunistic"),
        (lambda: Portfolio(100, withdrawal_policy=500.0), "withdrawal_policy is 500.0; allowed: a WithdrawalPolicy"),
        (lambda: Portfolio(100, commission="1"), 'commission` is "1"; allowed: a number 0 or more'),
        (lambda: Portfolio(100, taxes=0.3), "taxes is 0.3; allowed: a mapping of short_rate and long_rate"),
        (lambda: Portfolio(100, taxes={"short": 0.3}), "unknown key `short`"),
        (lambda: Portfolio(100, drifts=0.1), "unknown option 'drifts'; did you mean 'drift'?"),
        (lambda: WithdrawalPolicy("500"), 'monthly_amount` is "500"; allowed: a number'),
        (lambda: WithdrawalPolicy(500, coverage_ratio_min=None, rule="percents"), 'rule` is "percents"; allowed: '),
        (lambda: WithdrawalPolicy(500, inflations=0.1), "unknown key `inflations`; did you mean `inflation`?"),
    ],
)
def test_wrong_settings_are_told_in_our_words(make: Callable[[], Any], sentence: str) -> None:
    with pytest.raises((ValueError, TypeError), match=sentence.replace("?", r"\?")) as refusal:
        make()
    assert not any(word in str(refusal.value) for word in FOREIGN), str(refusal.value)


def test_numbers_of_any_kind_are_numbers() -> None:
    portfolio = Portfolio(Decimal("20000"), commission=np.float32(1.0), cooldown_days=np.int64(5))
    assert portfolio.initial_capital == 20_000
    assert WithdrawalPolicy(Decimal("500")).monthly_amount == 500.0


def test_a_mode_is_refused_what_it_needs() -> None:
    portfolio = Portfolio(1000, "rebalancing")
    refused(portfolio, lambda p: p.add_asset("A", "", 1, 1.0), "A.target` is missing; the rebalancing_mode rebalancing")
    portfolio = Portfolio(1000, "hybrid")
    refused(portfolio, lambda p: p.add_asset("A", "", 1, 1.0), "A.band` is missing; the rebalancing_mode hybrid needs")
    portfolio.add_asset("A", "", 1, 1.0, band=(0.6, 0.9))
    refused(
        portfolio, lambda p: p.add_asset("B", "", 1, 1.0, band=(0.5, 0.9)), "smallest weights of all bands sum to 1.1"
    )


def test_selling_what_is_overweight_needs_a_target() -> None:
    policy = {"monthly_amount": 100.0, "funding": "overweight"}
    portfolio = held(withdrawal_policy=WithdrawalPolicy(**policy))
    sentence = "funding` is overweight, which sells what is above its target, and no asset has a `target`"
    refused(portfolio, lambda p: p.process_day(day(1), {"A": flat(100)}), sentence)
    bars = pl.DataFrame({"ticker": ["A"], "date": [day(0)], **{name: [1.0] for name in flat(1)}})
    with pytest.raises(ValueError, match=sentence):
        run_scenario({"assets": [{"ticker": "A", "weight": 0.5}], "withdrawal": policy}, bars)


def test_performance_counts_from_the_purchase_as_a_run_does() -> None:
    """100 shares at 100 beside 10,000 in cash: 20,000, 21,000, 19,900, 21,000, and no order is reached."""
    closes = [100.0, 110.0, 99.0, 110.0]
    portfolio = Portfolio(20_000, "simple")
    portfolio.add_asset("A", "", 100, closes[0], date=day(0), variant="buy_and_hold")
    for number, close in enumerate(closes[1:], 1):
        portfolio.process_day(day(number), {"A": flat(close)})
    days = [day(number) for number in range(4)]
    bars = pl.DataFrame({"ticker": ["A"] * 4, "date": days, **dict.fromkeys(flat(1), closes)})
    asset = {"ticker": "A", "quantity": 100.0, "variant": "buy_and_hold"}
    run = run_scenario({"portfolio": {"initial_cash": 20_000, "rebalancing_mode": "simple"}, "assets": [asset]}, bars)
    returns = np.array([21_000 / 20_000, 19_900 / 21_000, 21_000 / 19_900]) - 1
    by_hand = returns.mean() / returns.std(ddof=1) * math.sqrt(365.25)  # three intervals in three days
    found = portfolio.get_portfolio_performance()
    assert found.sharpe_ratio == pytest.approx(by_hand, rel=1e-12)
    assert found.sharpe_ratio == pytest.approx(run.metrics["sharpe"], rel=1e-12)
    assert found.total_return == pytest.approx(run.metrics["total_return"], rel=1e-12) == pytest.approx(0.05)
    assert found.max_drawdown == pytest.approx(run.metrics["max_drawdown"], rel=1e-12)


def test_an_undated_purchase_counts_no_day_of_its_own() -> None:
    dated, undated = held(), Portfolio(20_000)
    undated.add_asset("A", "", 100, 100.0)
    for portfolio in (dated, undated):
        for number, close in enumerate((104.0, 99.0, 102.0), 1):
            portfolio.process_day(day(number), {"A": flat(close)})
    ratios = [portfolio.get_portfolio_performance().sharpe_ratio for portfolio in (dated, undated)]
    assert ratios[0] == pytest.approx(ratios[1], rel=1e-12)  # three returns either way, a day apart


def test_a_late_listing_that_overdraws_is_told_by_a_run_too() -> None:
    """A takes half of the cash at once, B, which lists on the third day, three quarters of the initial cash."""
    days = [day(0) + timedelta(days=number) for number in range(4)]
    tickers = ["A"] * 4 + ["B"] * 2
    bars = pl.DataFrame({"ticker": tickers, "date": [*days, *days[2:]], **{name: [10.0] * 6 for name in flat(1)}})
    assets = [{"ticker": "A", "weight": 0.5}, {"ticker": "B", "weight": 0.5, "sd_n": 8}]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run_scenario({"portfolio": {"initial_cash": 1000}, "assets": assets}, bars)
    assets[1] = {"ticker": "B", "quantity": 75.0}
    with pytest.warns(UserWarning, match=r"buying 75 B at 10.00 overdraws the bank to -250.00"):
        run_scenario({"portfolio": {"initial_cash": 1000}, "assets": assets}, bars)
