"""Dynamic sd_n looks back on bars before the window (`sdengine/RULES.md`, "Dynamic sd_n")."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from sdengine import Portfolio
from tests.oracle.agreement import disagreements
from tests.oracle.engine_side import run_engine

FIRST = date(2023, 10, 1)
START = FIRST + timedelta(days=89)
"""The 90th day, the 29th of December: 89 bars before it."""


def bars(gaps: int, days: int = 95) -> list[dict[str, Any]]:
    """Return a price of 100 that opens 5 % above on so many days, from the third on, and is back at the close."""
    rows = []
    for k in range(days):
        opened = 105.0 if 2 <= k < gaps + 2 else 100.0
        day = FIRST + timedelta(days=k)
        prices = {"open": opened, "high": opened, "low": 100.0, "close": 100.0, "dividend": 0.0}
        rows.append({"ticker": "A", "date": day, **prices})
    return rows


def scenario(start: date) -> dict[str, Any]:
    asset = {"ticker": "A", "quantity": 1000.0, "sd_n": 10, "variant": "full"}
    return {"portfolio": {"start": start}, "assets": [asset], "dynamic_sd_n": {"gap_threshold": 0.02}}


def buy_limit(start: date, gaps: int) -> float:
    """Where the buy rests in the end; its bracket tells sd_n."""
    orders = run_engine(scenario(start), bars(gaps))["orders"]
    return float(next(row["limit_price"] for row in orders if row["side"] == "buy"))


def bracket(sd_n: float) -> float:
    """Return the limit one bracket below 100."""
    return float(100.0 / 2.0 ** (1.0 / sd_n))


@pytest.mark.parametrize(("gaps", "sd_n"), [(0, 6), (4, 6), (5, 8), (13, 8), (14, 12), (40, 12)])
def test_ninety_gaps_up_to_the_first_of_january_decide(gaps: int, sd_n: float) -> None:
    """5 of 90 are 5.6 %, 14 are 15.6 %. The bars from October to the 31st of December are 92, their gaps 91."""
    assert buy_limit(START, gaps) == pytest.approx(bracket(sd_n), rel=1e-12)


def test_ninety_bars_have_one_gap_too_few() -> None:
    """From the 3rd of October to the 31st of December there are 90 bars: 89 gaps, and nothing changes."""
    later = [bar for bar in bars(40) if bar["date"] >= date(2023, 10, 3)]
    orders = run_engine(scenario(START), later)["orders"]
    assert orders[0]["limit_price"] == pytest.approx(bracket(10), rel=1e-12)
    with_one_more = [bar for bar in bars(40) if bar["date"] >= date(2023, 10, 2)]
    assert run_engine(scenario(START), with_one_more)["orders"][0]["limit_price"] == pytest.approx(
        bracket(12), rel=1e-12
    )


@pytest.mark.parametrize("gaps", [0, 5, 40])
def test_the_oracle_and_a_portfolio_with_history_agree(gaps: int) -> None:
    rows = bars(gaps)
    assert disagreements(scenario(START), rows) == []
    portfolio = Portfolio(100_000.0, gap_threshold=0.02)
    past = [row for row in rows if row["date"] <= START]
    portfolio.add_asset("A", "", 1000.0, 100.0, sd_n=10, date=START, history=past)
    for row in rows:
        if row["date"] > START:
            portfolio.process_day(row["date"], {"A": row})
    assert portfolio.orders()[0][2] == buy_limit(START, gaps)


def test_a_portfolio_without_history_knows_nothing_of_it() -> None:
    portfolio = Portfolio(100_000.0, gap_threshold=0.02)
    portfolio.add_asset("A", "", 1000.0, 100.0, sd_n=10, date=START)
    for row in bars(40):
        if row["date"] > START:
            portfolio.process_day(row["date"], {"A": row})
    assert portfolio.orders()[0][2] == pytest.approx(bracket(10), rel=1e-12)


@pytest.mark.parametrize(
    ("history", "says"),
    [
        ([{"open": 100.0}], "close 0 is None"),
        ([{"open": "x", "close": 1.0}], "open 0 is 'x'"),
        ([{"open": 1.0, "close": float("nan")}], "close 0 is nan"),
        ("yes", "allowed: a frame or mappings"),
    ],
)
def test_a_history_that_cannot_be_read_is_refused(history: Any, says: str) -> None:
    portfolio = Portfolio(100_000.0)
    with pytest.raises(ValueError, match=says):
        portfolio.add_asset("A", "", 10.0, 100.0, history=history)
    assert not portfolio.assets
