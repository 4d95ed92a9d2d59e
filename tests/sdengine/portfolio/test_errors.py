"""A wrong caller is told what was given and what is allowed, and nothing has changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sdengine import Portfolio, WithdrawalPolicy
from tests.sdengine.portfolio.portfolio_case import bar, day, flat, state


def held() -> Portfolio:
    portfolio = Portfolio(100_000, "rebalancing")
    portfolio.add_asset("A", "", 10, 100.0, target=0.6, date=day(0))
    portfolio.process_day(day(5), {"A": flat(100)})
    return portfolio


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Portfolio(0), "initial_cash"),
        (lambda: Portfolio(-5), "initial_cash"),
        (lambda: Portfolio(100, "rebalance"), "rebalancing_mode"),
        (lambda: Portfolio(100, slipage_bps=5), "unknown option 'slipage_bps'; did you mean 'slippage_bps'?"),
        (lambda: Portfolio(100, tax={}), "unknown option 'tax'; did you mean 'taxes'?"),
        (lambda: Portfolio(100, path="up"), "path"),
        (lambda: Portfolio(100, commission=-1), "commission"),
        (lambda: Portfolio(100, start=day(0)), "unknown option 'start'"),
        (lambda: Portfolio(100, taxes={"short_rate": 2.0, "long_rate": 0.1}), "short_rate"),
        (lambda: WithdrawalPolicy(-1.0), "monthly_amount"),
        (lambda: WithdrawalPolicy(100.0, funding="loan"), "funding"),
        (lambda: WithdrawalPolicy(100.0, inflations=0.1), "inflations"),
    ],
)
def test_impossible_portfolios(make: Callable[[], Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence.replace("?", r"\?")):
        make()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"ticker": "A"}, "ticker 'A' is in the portfolio already"),
        ({"initial_price": 0.0}, "initial_price of B is 0.0; allowed: a finite price above 0"),
        ({"initial_price": float("nan")}, "initial_price of B is nan"),
        ({"initial_qty": -1.0}, "quantity"),
        ({"sd_n": 0}, "sd_n"),
        ({"profit_sharing_pct": 201}, "profit_sharing_pct"),
        ({"variant": "half"}, "variant"),
        ({"lot_size": -1}, "lot_size"),
        ({"band": (0.5, 0.2)}, "band"),
        ({"target": 0.5}, "target 0.5 of B makes the targets add up to 1.1; allowed: at most 1"),
        ({"date": day(4)}, "date 2024-01-05 of the purchase of B is before 2024-01-06, the last day processed"),
    ],
)
def test_impossible_assets_change_nothing(given: dict[str, Any], sentence: str) -> None:
    portfolio = held()
    before = state(portfolio)
    asset = {"ticker": "B", "asset_class": "", "initial_qty": 1, "initial_price": 10.0} | given
    with pytest.raises(ValueError, match=sentence):
        portfolio.add_asset(**asset)
    assert state(portfolio) == before
    assert list(portfolio.assets) == ["A"]
    portfolio.add_asset("B", "", 1, 10.0, target=0.4)
    assert portfolio.bank == 100_000 - 1000 - 10 or portfolio.transaction_history[-1].bank_after == portfolio.bank


@pytest.mark.parametrize(
    ("number", "market", "sentence"),
    [
        (5, {"A": flat(100)}, "date 2024-01-06 is not after 2024-01-06, the last day processed"),
        (4, {"A": flat(100)}, "date 2024-01-05 is not after 2024-01-06"),
        (6, {}, "no bar on 2024-01-07 for any of A"),
        (6, {"Z": flat(1)}, "no bar on 2024-01-07 for any of A"),
        (6, {"A": bar(100, 100, 100, 0)}, "close of A is 0"),
        (6, {"A": bar(100, float("nan"), 100, 100)}, "high of A is nan"),
        (6, {"A": {"open": 1.0, "high": 1.0, "low": 1.0}}, "close of A is None; allowed: a finite price above 0"),
        (6, {"A": bar(100, 90, 110, 100)}, "high 90.0 of A is below low 110.0; allowed: low <= high"),
    ],
)
def test_impossible_days_change_nothing(number: int, market: Any, sentence: str) -> None:
    portfolio = held()
    before = state(portfolio)
    with pytest.raises(ValueError, match=sentence):
        portfolio.process_day(day(number), market)
    assert state(portfolio) == before
    portfolio.process_day(day(6), {"A": flat(101)})
    assert portfolio.daily_snapshots[-1].date == day(6)


def test_a_day_before_the_first_purchase() -> None:
    portfolio = Portfolio(1000)
    portfolio.add_asset("A", "", 1, 100.0, date=day(3))
    with pytest.raises(ValueError, match="date 2024-01-02 is before 2024-01-04, the first purchase"):
        portfolio.process_day(day(1), {"A": flat(100)})


def test_a_portfolio_without_assets_has_no_day() -> None:
    with pytest.raises(ValueError, match="no bar on 2024-01-01 for any of no assets"):
        Portfolio(1000).process_day(day(0), {"A": flat(1)})


def test_sd_n_of_an_unknown_ticker() -> None:
    with pytest.raises(ValueError, match="no asset 'B'; there are: A"):
        held().optimize_sd_n_by_gap_frequency("B")
