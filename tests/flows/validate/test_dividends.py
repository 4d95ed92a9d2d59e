"""Dividends held against the payer's own and against the price, on markets made from a formula."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from tests.flows.validate.rules_market import fired, judged, quiet_bars

BASE = quiet_bars()
FIRST = date(2022, 1, 19)
Paid = list[tuple[date, float]]


def quarters(*values: float) -> Paid:
    return [(FIRST + timedelta(days=91 * n), value) for n, value in enumerate(values)]


def events(paid: Paid, *splits: tuple[date, float]) -> pl.DataFrame:
    rows = [(day, "dividend", value) for day, value in paid] + [(day, "split", ratio) for day, ratio in splits]
    return pl.DataFrame(rows, schema={"date": pl.Date, "kind": pl.String, "value": pl.Float64}, orient="row")


def fallen(paid: Paid) -> pl.DataFrame:
    """Let the price fall at each open by what is paid, as a share of the close before."""
    bars = BASE
    for day, value in paid:
        before = bars.filter(pl.col("date") < day)["close"][-1]
        left = pl.when(pl.col("date") >= day).then(1 - value / before).otherwise(1.0)
        bars = bars.with_columns(pl.col(name) * left for name in ("open", "high", "low", "close"))
    return bars


def named(paid: Paid, rule: str, bars: pl.DataFrame | None = None, splits: tuple[tuple[date, float], ...] = ()) -> str:
    found = judged(fallen(paid) if bars is None else bars, events(paid, *splits))
    return found.checks.filter(pl.col("rule") == rule)["detail"].item() or ""


@pytest.mark.parametrize("nth", [0, 1, 5, 8, 9])
@pytest.mark.parametrize("wrong", [0.003, 30.0])
def test_a_hundredth_or_hundredfold_of_the_usual_is_another_unit_wherever_it_stands(nth: int, wrong: float) -> None:
    paid = quarters(*[0.3] * 10)
    paid[nth] = (paid[nth][0], wrong)
    told = named(paid, "odd_dividend", fallen(quarters(*[0.3] * 10)))
    assert told == f"{paid[nth][0]}: pays {wrong} where 0.3 is usual: another unit"


def test_a_special_dividend_by_which_the_price_falls_is_as_told() -> None:
    """30 on a price of about 100, a hundred times the usual; the price opens that much lower."""
    paid = sorted([*quarters(*[0.3] * 10), (date(2023, 3, 1), 30.0)])
    assert fired(judged(fallen(paid), events(paid))) == {}


def test_a_special_dividend_by_which_the_price_does_not_fall_is_told() -> None:
    paid = sorted([*quarters(*[0.3] * 10), (date(2023, 3, 1), 12.0)])
    assert fired(judged(BASE, events(paid))) == {"large_dividend": 1}


def test_capital_gains_of_a_fund_are_its_own() -> None:
    """Each December a multiple of the quarters' dividends is paid with them."""
    paid = quarters(0.15, 0.14, 0.16, 4.2, 0.15, 0.17, 0.13, 1.4, 0.15, 0.16)
    assert fired(judged(fallen(paid), events(paid))) == {}


def test_small_payments_between_the_regular_ones_are_no_hole_and_no_other_unit() -> None:
    """A Spanish company pays a premium of half a cent for voting, between its half-yearly dividends."""
    halves = [(FIRST + timedelta(days=182 * n), 0.5) for n in range(5)]
    paid = sorted([*halves, (date(2022, 6, 1), 0.005), (date(2023, 6, 7), 0.005), (date(2024, 6, 5), 0.005)])
    assert fired(judged(fallen(paid), events(paid))) == {}


def test_a_growing_and_a_cut_dividend_are_no_errors() -> None:
    paid = quarters(*(0.2 * 1.15**n for n in range(7)), 0.1, 0.1, 0.1)
    assert fired(judged(fallen(paid), events(paid))) == {}


def test_dividends_that_were_not_adjusted_for_a_split_are_told() -> None:
    """A 4:1 split; what was paid on old shares is told as it was."""
    split = (date(2023, 3, 1), 4.0)
    paid = quarters(*[1.2] * 5, *[0.3] * 5)
    told = named(paid, "odd_dividend", BASE, (split,))
    assert told.startswith("2022-01-19: pays 1.2 where ")
    assert "not adjusted for a split" in told
    assert fired(judged(BASE, events(paid, split)))["odd_dividend"] == 5
    assert fired(judged(BASE, events(quarters(*[0.3] * 10), split))) == {}


def test_a_payer_whose_every_dividend_is_a_hundredth_is_told_by_its_falls() -> None:
    """The price falls by 2 % each quarter, 0.02 % is told: the market of a trust told in pounds, paid in pence."""
    true = quarters(*[2.0] * 10)
    told = [(day, value / 100) for day, value in true]
    assert named(told, "dividend_unit", fallen(true)).startswith("2022-01-19: pays 0.02 on a price of ")
    assert fired(judged(fallen(true), events(true))) == {}


def test_dividends_taken_out_of_the_prices_are_not_looked_for_in_them() -> None:
    """No price falls by any of them; whether they are counted twice is another question."""
    paid = quarters(*[8.0] * 10)
    assert {"large_dividend", "dividend_unit"} <= set(fired(judged(BASE, events(paid))))
    assert fired(judged(BASE, events(paid), adjusted=True)) == {"dividends_counted_twice": 1}


def test_weekly_payers_are_let_be_and_a_sum_told_on_two_days_is_not() -> None:
    weekly = [(FIRST + timedelta(days=7 * n), 0.2) for n in range(100) if (FIRST + timedelta(days=7 * n)) in days()]
    assert "dividend_again" not in fired(judged(fallen(weekly), events(weekly)))
    twice = sorted([*quarters(*[0.3] * 10), (date(2023, 1, 23), 0.3)])  # 18 January, a Wednesday, and the Monday after
    assert named(twice, "dividend_again") == "2023-01-23: pays 0.3 as on 2023-01-18"


def days() -> set[date]:
    return set(BASE["date"])
