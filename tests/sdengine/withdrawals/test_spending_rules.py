"""The spending rules, worked by hand; the arithmetic stands beside each number."""

from __future__ import annotations

import math
from datetime import date

import polars as pl
import pytest

from sdengine import run_scenario
from sdengine.withdrawals.spending import constant, guarded, guyton_klinger, percent, vpw

INITIAL_RATE, GROWTH, UPPER, LOWER, ADJUSTMENT = 0.04, 0.03, 0.2, 0.2, 0.1


def test_constant_real_amount() -> None:
    # 1,000 * 1.03 * 1.03
    assert constant(1000.0, 0.03, 2) == pytest.approx(1060.9, rel=1e-14)
    assert constant(1000.0, 0.03, 0) == 1000.0


def test_percent_of_portfolio() -> None:
    assert percent(0.05, 200_000.0) == 10_000.0
    assert percent(0.05, -1.0) == 0.0


@pytest.mark.parametrize(
    ("value", "lost", "years_left", "amount"),
    [
        (1_000_000.0, False, 20.0, 41_200.0),  # 40,000 * 1.03; 4.12 % lies between 3.2 % and 4.8 %
        (950_000.0, True, 20.0, 40_000.0),  # 41,200 / 950,000 = 4.34 % > 4 % after a loss: no growth; 4.21 % is inside
        (1_040_000.0, True, 20.0, 41_200.0),  # 41,200 / 1,040,000 = 3.96 %: a loss alone does not stop the growth
        (700_000.0, True, 20.0, 36_000.0),  # 40,000 / 700,000 = 5.71 % > 4.8 %: cut by a tenth
        (700_000.0, True, 15.0, 40_000.0),  # the same with fifteen years left: no cut
        (1_500_000.0, False, 20.0, 45_320.0),  # 41,200 / 1,500,000 = 2.75 % < 3.2 %: raised by a tenth
        (0.0, True, 20.0, 0.0),
    ],
)
def test_guyton_klinger(value: float, lost: bool, years_left: float, amount: float) -> None:
    found = guyton_klinger(40_000.0, value, lost, years_left, INITIAL_RATE, GROWTH, UPPER, LOWER, ADJUSTMENT)
    assert found == pytest.approx(amount, rel=1e-12)


@pytest.mark.parametrize(("years_left", "published"), [(5.0, 0.215), (4.0, 0.264)])
def test_vpw_against_its_published_table(years_left: float, published: float) -> None:
    # 60 % stocks at 5 %, 40 % bonds at 1.9 %: 3.76 %; the table gives percentages with one decimal
    assert vpw(1.0, years_left, 0.6 * 0.05 + 0.4 * 0.019) == pytest.approx(published, abs=0.0005)


def test_vpw_uses_the_capital_up() -> None:
    # paid at the begin of each year and grown as assumed in between, n payments leave nothing
    capital = 100_000.0
    for years_left in range(10, 0, -1):
        capital = (capital - vpw(capital, float(years_left), 0.03)) * 1.03
    assert capital == pytest.approx(0.0, abs=1e-6)
    assert vpw(900.0, 3.0, 0.0) == 300.0


def test_guardrails_of_a_year() -> None:
    assert guarded(50.0, 100.0, 0.025, 0.05) == 97.5
    assert guarded(120.0, 100.0, 0.025, 0.05) == 105.0
    assert guarded(101.0, 100.0, 0.025, 0.05) == 101.0
    assert guarded(50.0, 100.0, math.nan, math.nan) == 50.0


def month_bars(prices: list[float]) -> pl.DataFrame:
    """One bar on the first of each month from January 2010, all four prices equal."""
    rows = [("A", date(2010 + k // 12, k % 12 + 1, 1), p, p, p, p) for k, p in enumerate(prices)]
    return pl.DataFrame(rows, schema=["ticker", "date", "open", "high", "low", "close"], orient="row")


def due(withdrawal: dict[str, object], prices: list[float]) -> list[float]:
    """Return what was due month by month, for 100 shares held and 100,000 of cash that earns nothing."""
    scenario = {
        "name": "case",
        "portfolio": {"initial_cash": 100_000.0 + 100.0 * prices[0]},
        "assets": [{"ticker": "A", "quantity": 100.0, "variant": "buy_and_hold"}],
        "withdrawal": {"coverage_ratio_min": 0.0, **withdrawal},
    }
    rows = run_scenario(scenario, month_bars(prices)).fills
    return rows.filter(pl.col("action").is_in(["WITHDRAWAL", "SKIP_WITHDRAWAL"]))["price"].to_list()


def test_vanguard_sets_a_year_and_holds_the_next_between_its_bounds() -> None:
    # V in February 2010 is 100,000 + 100 * 1,000 = 200,000: 6 % a year are 1,000 a month, twelve times. A year later V
    # is 100,000 - 12,000 + 100 * 500 = 138,000: 690 a month, held at 1,000 * (1 - 0.025) = 975.
    found = due({"rule": "vanguard", "rate": 0.06}, [1000.0] * 13 + [500.0] * 2)
    assert found == pytest.approx([1000.0] * 12 + [975.0] * 2, rel=1e-12)


def test_guyton_klinger_cuts_after_a_crash() -> None:
    # V in February 2010: 200,000; 6 % a year are 1,000 a month. A year later V = 88,000 + 50,000 = 138,000, and
    # 138,000 + 12,000 taken out < 200,000: a loss; 12,000 / 138,000 = 8.7 % > 6 % * 1.2: cut to 10,800, 900 a month.
    found = due({"rule": "guyton_klinger", "initial_rate": 0.06, "inflation": 0.02}, [1000.0] * 13 + [500.0] * 2)
    assert found == pytest.approx([1000.0] * 12 + [900.0] * 2, rel=1e-12)


def test_vpw_is_paid_in_twelfths_and_grows_as_the_years_run_out() -> None:
    # no assumed return: V / n. 200,000 / 10 / 12 a month; a year later (200,000 - 20,000) / 9 / 12
    flat = {"rule": "vpw", "years": 10, "stock_return": 0.0, "bond_return": 0.0}
    assert due(flat, [1000.0] * 15) == pytest.approx([20_000.0 / 12.0] * 14, rel=1e-12)


def test_four_percent_rule_from_an_initial_rate() -> None:
    # 4 % of 200,000 are 8,000 a year; the second year 3 % more
    found = due({"rule": "constant", "initial_rate": 0.04, "inflation": 0.03}, [1000.0] * 14)
    assert found == pytest.approx([8000.0 / 12.0] * 12 + [8240.0 / 12.0], rel=1e-12)
