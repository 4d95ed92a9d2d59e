"""Runs at the edge: one bar, nothing moves, everything lost, debt, and runs that cannot be measured."""

from __future__ import annotations

import copy
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from sdengine.metrics import RunMetrics, run_metrics
from sdengine.scenario import Scenario
from tests.sdengine.metrics import metrics_case as case

START = date(2024, 1, 1)


def held(
    closes: list[float], bank: list[float], shares: float = 1.0, withdrawn: list[float] | None = None, **parts: Any
) -> RunMetrics:
    """Hold one asset from the first day on; the run starts with 100 and pays `bank` its cash."""
    dates = [START + timedelta(days=t) for t in range(len(closes))]
    parameters = Scenario.from_dict(
        {"name": "held", "portfolio": {"initial_cash": 100.0}, "assets": [{"ticker": "X"}], **parts}
    ).parameters()
    days = pl.DataFrame(
        {
            "date": dates,
            "total_value": [cash + shares * close for cash, close in zip(bank, closes, strict=True)],
            "bank": bank,
            "nav_value": [shares * max(closes[: t + 1]) for t in range(len(closes))],
            "withdrawn": withdrawn or [0.0] * len(closes),
        }
    )
    fills = case.fills().head(1).with_columns(date=START, price=closes[0], total=shares * closes[0], costs=0.0)
    fills = fills.with_columns(holdings_after=pl.lit(shares))
    lots = case.lots().tail(1).with_columns(ticker=pl.lit("X"), qty=pl.lit(shares))
    bars = pl.DataFrame({"ticker": ["X"] * len(closes), "date": dates, "close": closes})
    return run_metrics(parameters, days, fills, lots, bars)


def test_one_close_has_a_value_and_no_statistics() -> None:
    measured = held([60.0], [40.0])
    summary = measured.summary
    assert (summary["days"], summary["years"], summary["total_return"], summary["max_drawdown"]) == (1, 0.0, 0.0, 0.0)
    missing = {name for name, figure in summary.items() if figure is None}
    assert missing >= {"cagr", "periods_per_year", "volatility", "sharpe", "sortino", "calmar", "coverage"}
    assert missing >= {"value_at_risk", "expected_shortfall", "best_day", "worst_day", "gaining_days", "turnover"}
    assert missing >= {"synthetic_dividend_yield", "max_drawdown_peak_on", "depleted_on", "withdrawals_due"}
    assert measured.monthly.height == 1
    assert measured.drawdowns.height == 0


def test_a_value_that_never_moves_has_no_ratio() -> None:
    summary = held([60.0] * 5, [40.0] * 5).summary
    assert (summary["total_return"], summary["cagr"], summary["volatility"], summary["max_drawdown"]) == (0, 0, 0, 0)
    assert (summary["sharpe"], summary["sortino"], summary["calmar"]) == (None, None, None)
    assert (summary["ulcer_index"], summary["drawdowns"], summary["exposure"]) == (0, 0, pytest.approx(0.6))


def test_a_total_loss_is_minus_one_for_good() -> None:
    # 3 shares on a debt of 200: 100, then 3 * 60 - 200 < 0, then a price that would make it 40 again
    measured = held([100.0, 60.0, 80.0], [-200.0] * 3, shares=3.0)
    summary = measured.summary
    assert (summary["total_return"], summary["cagr"], summary["max_drawdown"]) == (-1.0, -1.0, 1.0)
    assert (summary["final_value"], summary["depleted_on"]) == (40.0, START + timedelta(days=1))
    assert (summary["worst_day"], summary["best_day"], summary["max_drawdown_recovered_on"]) == (-1.0, 0.0, None)
    assert (summary["days_negative_bank"], summary["lowest_bank"]) == (3, -200.0)
    # exposure over the two closes with value: 300 / 100 and 240 / 40
    assert summary["exposure"] == pytest.approx((3.0 + 6.0) / 2)
    assert measured.monthly["total_return"].to_list() == [-1.0]


def test_emptied_by_withdrawals_keeps_its_return() -> None:
    # 100 of cash and no shares worth speaking of; 10 % interest, then all is taken out
    summary = held(
        [1e-9] * 3, [100.0, 110.0, 0.0], shares=0.0, withdrawn=[0.0, 0.0, 110.0], withdrawal={"monthly_amount": 110.0}
    ).summary
    assert summary["total_return"] == pytest.approx(0.1)
    assert (summary["depleted_on"], summary["withdrawals"], summary["final_value"]) == (date(2024, 1, 3), 110.0, 0.0)
    assert summary["max_drawdown"] == 0.0


def test_the_risk_free_rate_is_the_cash_rate() -> None:
    values = [60.0, 61.0, 60.5, 62.0]
    plain = held(values, [40.0] * 4).summary
    dear = held(values, [40.0] * 4, portfolio={"initial_cash": 100.0, "cash_rate": 0.05}).summary
    # daily closes: 365.25 a year, so a day's rate is 1.05 ** (1 / 365.25) - 1
    lowered = (1.05 ** (1 / 365.25) - 1) * 365.25 / plain["volatility"]
    assert dear["sharpe"] == pytest.approx(plain["sharpe"] - lowered, rel=1e-12)
    assert dear["volatility"] == plain["volatility"]


@pytest.mark.parametrize(
    ("policy", "rows", "due"),
    [
        # 13 months after the start: 12 at 100 and one at 110, where that one's day of business has come
        ({"monthly_amount": 100.0, "inflation": 0.1}, [("WITHDRAWAL", 110.0, -110.0)], 1310.0),
        ({"monthly_amount": 100.0, "inflation": 0.1}, [], 1200.0),
        ({"monthly_amount": 0.0}, [], None),
    ],
)
def test_coverage(policy: dict[str, Any], rows: list[tuple[str, float, float]], due: float | None) -> None:
    dates = [START, date(2025, 2, 3)]
    parameters = Scenario.from_dict(
        {"name": "p", "portfolio": {"initial_cash": 100.0}, "assets": [{"ticker": "X"}], "withdrawal": policy}
    ).parameters()
    days = case.portfolio_days().head(2).with_columns(date=pl.Series(dates), total_value=1.0, bank=1.0)
    entry = case.fills().clear()
    sell = [(0, "X", "SELL", 0.0, 1.0, 655.0, 0.0, 1.0, 0.0, dates[1])]
    cash = [
        (i, None, action, 0.0, price, total, 0.0, 1.0, 0.0, dates[1]) for i, (action, price, total) in enumerate(rows)
    ]
    fills = pl.concat([entry, pl.DataFrame(sell + cash, schema=entry.schema, orient="row")])
    bars = pl.DataFrame({"ticker": ["X", "X"], "date": dates, "close": [1.0, 1.0]})
    summary = run_metrics(parameters, days, fills, case.lots().clear(), bars).summary
    assert summary["withdrawals_due"] == (pytest.approx(due) if due else 0.0)
    assert summary["coverage"] == (pytest.approx(655.0 / due) if due else None)


def broken(change: str) -> dict[str, Any]:
    """Break one thing of the case by hand."""
    given: dict[str, Any] = {**case.tables(), "bars": case.bars(), "parameters": copy.deepcopy(case.PARAMETERS)}
    days, fills, lots = given["portfolio_days"], given["fills"], given["lots"]
    changes: dict[str, dict[str, Any]] = {
        "no days": {"portfolio_days": days.clear()},
        "not finite": {"portfolio_days": days.with_columns(bank=pl.Series([498.0, None, 521.0, 419.0]))},
        "a day twice": {"portfolio_days": pl.concat([days, days.tail(1)])},
        "fills out of time": {"fills": fills.with_columns(seq=9 - pl.col("seq"))},
        "stranger's fill": {"fills": fills.with_columns(ticker=pl.col("ticker").replace("Y", "Z"))},
        "stranger's lot": {"lots": lots.with_columns(ticker=pl.col("ticker").replace("Y", "Z"))},
        "other bars": {"bars": case.bars().with_columns(close=pl.col("close") * 1.001)},
        "a day without bars": {"bars": case.bars().filter(pl.col("date") != case.DAYS[2])},
    }
    if change == "no capital":
        given["parameters"]["portfolio"]["initial_cash"] = 0.0
    return given | changes.get(change, {})


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("no days", "no portfolio days"),
        ("no capital", "initial cash is not above zero"),
        ("not finite", "not a finite number"),
        ("a day twice", "a day stands twice"),
        ("fills out of time", "not in order of date"),
        ("stranger's fill", "not among the run's assets"),
        ("stranger's lot", "not among the run's assets"),
        ("other bars", "they have changed since, run it again"),
        ("a day without bars", "they have changed since, run it again"),
    ],
)
def test_what_cannot_be_measured_says_why(change: str, reason: str) -> None:
    given = broken(change)
    with pytest.raises(ValueError, match=reason):
        run_metrics(given["parameters"], given["portfolio_days"], given["fills"], given["lots"], given["bars"])
