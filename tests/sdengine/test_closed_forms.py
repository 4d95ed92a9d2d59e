"""Exact answers from algebra, no costs, fractional shares (`sdengine/RULES.md`, "What always holds")."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any

import pytest

from tests.oracle import run_oracle
from tests.oracle.engine_side import run_engine

SIDES = [
    pytest.param(lambda scenario, bars: vars(run_oracle(scenario, bars)), id="oracle"),
    pytest.param(run_engine, id="engine"),
]
LADDERS = [(8, 50.0), (8, 100.0), (4, 25.0), (12, 150.0), (1, 50.0), (20, 200.0)]

H0, P0 = 1000.0, 100.0


def flat(day: int, price: float, ticker: str = "A") -> dict[str, Any]:
    """Return a bar that is one price."""
    today = date(2020, 1, 6) + timedelta(days=day)
    return {"ticker": ticker, "date": today, **dict.fromkeys(("open", "high", "low", "close"), price)}


def ladder(sd_n: float, percent: float, cash: float = 0.0) -> dict[str, Any]:
    """One asset, H0 shares at P0, and `cash` beside it."""
    return {
        "portfolio": {"initial_cash": H0 * P0 + cash, "rebalancing_mode": "simple"},
        "assets": [
            {"ticker": "A", "quantity": H0, "sd_n": sd_n, "profit_sharing_pct": percent, "lot_size": 0},
        ],
    }


def rungs(sd_n: float, steps: list[int]) -> list[dict[str, Any]]:
    """Bars at the entry price and then so many brackets above it each day, a hair beyond, so that limits are met.

    Each bar opens where the one before closed and runs straight to the next rung: fills are at the limits.
    """
    bars, before = [flat(0, P0)], P0
    for day, step in enumerate(steps, start=1):
        beyond = 1 + 1e-9 if step > 0 or before < P0 * 2 ** (step / sd_n) else 1 - 1e-9
        price = P0 * 2 ** (step / sd_n) * beyond
        low, high = min(before, price), max(before, price)
        bars.append(flat(day, before) | {"low": low, "high": high, "close": price})
        before = price
    return bars


@pytest.mark.parametrize("run", SIDES)
@pytest.mark.parametrize(("sd_n", "percent"), LADDERS)
@pytest.mark.parametrize("k", [1, 2, 7, 24])
def test_k_brackets_up(run: Any, sd_n: float, percent: float, k: int) -> None:
    """H*P = H0*P0*(1 + r(1-s))^k and bank = H0*P0 * s/(1-s) * ((1 + r(1-s))^k - 1)."""
    r, s = 2 ** (1 / sd_n) - 1, percent / 100
    for steps in (list(range(1, k + 1)), [k]):  # day by day, and all in one bar
        last = run(ladder(sd_n, percent), rungs(sd_n, steps))["fills"][-1]
        growth = (1 + r * (1 - s)) ** k
        price = P0 * (1 + r) ** k
        assert last["price"] == pytest.approx(price, rel=1e-9)
        assert last["holdings_after"] * price == pytest.approx(H0 * P0 * growth, rel=1e-9)
        bank = H0 * P0 * (s / (1 - s) * (growth - 1) if s != 1 else k * r)
        assert last["bank_after"] == pytest.approx(bank, rel=1e-9)


@pytest.mark.parametrize("run", SIDES)
@pytest.mark.parametrize(("sd_n", "percent"), LADDERS)
def test_one_bracket_down_and_up_again(run: Any, sd_n: float, percent: float) -> None:
    """Gains H*P*r*r*s/(1+r) at P: the volatility alpha of one swing."""
    r, s = 2 ** (1 / sd_n) - 1, percent / 100
    cash = 10 * H0 * P0
    fills = run(ladder(sd_n, percent, cash), rungs(sd_n, [-1, 0]))["fills"]
    assert [row["action"] for row in fills] == ["INITIAL_BUY", "BUY", "SELL"]
    value = fills[-1]["holdings_after"] * P0 + fills[-1]["bank_after"]
    assert value - (H0 * P0 + cash) == pytest.approx(H0 * P0 * r * r * s / (1 + r), rel=1e-7)


@pytest.mark.parametrize("run", SIDES)
@pytest.mark.parametrize(("sd_n", "percent"), LADDERS)
def test_a_step_multiplies_the_holdings(run: Any, sd_n: float, percent: float) -> None:
    """Up: by 1 - rs/(1+r). Down: by 1 + rs. Whatever the order of the steps."""
    r, s = 2 ** (1 / sd_n) - 1, percent / 100
    steps = [1, 2, 1, 0, -1, -2, -1, 0, 1, 0, -1]
    fills = run(ladder(sd_n, percent, 50 * H0 * P0), rungs(sd_n, steps))["fills"][1:]
    expected = H0
    assert len(fills) == len(steps)
    for before, step, row in zip([0, *steps], steps, fills, strict=False):
        expected *= 1 - r * s / (1 + r) if step > before else 1 + r * s
        assert row["holdings_after"] == pytest.approx(expected, rel=1e-12)
        assert row["price"] == pytest.approx(P0 * 2 ** (step / sd_n), rel=1e-12)


GROWTH = [1.05, 0.8, 1.1, 1.3, 0.95, 1.0, 0.7, 1.25, 1.02, 1.15, 0.9, 1.04]


def spending(amount: float) -> dict[str, Any]:
    """All invested, nothing traded, the month's amount raised by selling."""
    return {
        "portfolio": {"initial_cash": H0 * P0},
        "assets": [{"ticker": "A", "quantity": H0, "variant": "buy_and_hold", "lot_size": 0}],
        "withdrawal": {"monthly_amount": amount, "coverage_ratio_min": 0.0, "funding": "pro_rata"},
    }


def monthly_bars(growth: list[float]) -> list[dict[str, Any]]:
    """Return a bar a month: entry, the first withdrawal at the same price, and one after each growth factor."""
    prices = [P0, P0]
    for factor in growth:
        prices.append(prices[-1] * factor)
    first_days = [date(2020 + m // 12, m % 12 + 1, 1) for m in range(len(prices))]
    return [flat(0, price) | {"date": day} for day, price in zip(first_days, prices, strict=True)]


@pytest.mark.parametrize("run", SIDES)
@pytest.mark.parametrize("periods", [1, 5, 12])
def test_the_rate_that_exhausts_the_capital(run: Any, periods: int) -> None:
    """1 / sum(1/G_t, t = 0..N-1): N withdrawals are paid in full and nothing is left."""
    running = [math.prod(GROWTH[:t]) for t in range(periods)]
    amount = H0 * P0 / sum(1 / g for g in running)
    tables = run(spending(amount), monthly_bars(GROWTH[: periods - 1]))
    paid = [day["withdrawn"] for day in tables["portfolio_days"]][1:]
    assert paid == pytest.approx([amount] * periods, rel=1e-9)
    assert tables["portfolio_days"][-1]["total_value"] == pytest.approx(0.0, abs=1e-9 * H0 * P0)


@pytest.mark.parametrize("run", SIDES)
@pytest.mark.parametrize("periods", [1, 5, 12])
def test_the_rate_that_preserves_the_capital(run: Any, periods: int) -> None:
    """(1 - 1/G_N) / sum(1/G_t, t = 0..N-1): after N periods the capital is what it was, for growth that allows it."""
    growth = [max(g, 1.0) for g in GROWTH[:periods]]
    running = [math.prod(growth[:t]) for t in range(periods + 1)]
    amount = H0 * P0 * (1 - 1 / running[periods]) / sum(1 / g for g in running[:periods])
    tables = run(spending(amount), monthly_bars(growth))
    last = tables["portfolio_days"][-1]
    assert last["total_value"] + last["withdrawn"] == pytest.approx(H0 * P0, rel=1e-9)


@pytest.mark.parametrize("run", SIDES)
def test_depletion_stops_at_zero(run: Any) -> None:
    """What is there is paid, and then it is over."""
    tables = run(spending(0.4 * H0 * P0), monthly_bars([1.0] * 4))
    assert [day["withdrawn"] for day in tables["portfolio_days"]] == pytest.approx([0, 4e4, 4e4, 2e4, 0, 0])
    assert tables["portfolio_days"][-1]["total_value"] == 0.0
    assert [row["action"] for row in tables["fills"][-2:]] == ["SKIP_WITHDRAWAL", "SKIP_WITHDRAWAL"]
