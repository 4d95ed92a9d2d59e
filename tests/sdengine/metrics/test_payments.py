"""Payments month by month: in full, short, nothing; gaps, years, and what the money itself earned. Worked by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from sdengine.metrics import RunMetrics, run_metrics
from sdengine.scenario import Scenario

Month = tuple[date, float, float]
"""A day with a withdrawal: what was due on it, and what was paid."""


def measure(policy: dict[str, Any] | None, months: list[Month], days: list[date], cash: float = 1000.0) -> RunMetrics:
    """Measure a bank that holds no asset: X never enters, what is paid leaves the bank."""
    paid = {day: amount for day, _, amount in months}
    value, values = cash, []
    for day in days:
        value -= paid.get(day, 0.0)
        values.append(value)
    rows = [
        (seq, day, None, "WITHDRAWAL" if amount else "SKIP_WITHDRAWAL", due, -amount, 0.0, 0.0)
        for seq, (day, due, amount) in enumerate(months)
    ]
    names = ["seq", "date", "ticker", "action", "price", "total", "costs", "holdings_after"]
    kinds = {"ticker": pl.String, "date": pl.Date, "action": pl.String}
    tables = {"assets": [{"ticker": "X", "weight": 0.0}], "portfolio": {"initial_cash": cash}}
    parameters = Scenario.from_dict(tables | ({"withdrawal": policy} if policy else {})).parameters()
    lots = {"ticker": pl.String, "lot": pl.Int64, "close_seq": pl.Int64, "opened_by": pl.String, "qty": pl.Float64}
    lots |= {"open_price": pl.Float64, "unit_cost": pl.Float64, "gain": pl.Float64}
    lots |= {"closed_on": pl.Date, "long_term": pl.Boolean}
    return run_metrics(
        parameters,
        pl.DataFrame(
            {
                "date": days,
                "total_value": values,
                "bank": values,
                "nav_value": 0.0,
                "withdrawn": [paid.get(day, 0.0) for day in days],
            }
        ),
        pl.DataFrame(rows, schema=names, schema_overrides=kinds, orient="row"),
        pl.DataFrame(schema=lots),
        pl.DataFrame({"ticker": "X", "date": days, "close": 1.0}),
    )


def firsts(*months: tuple[int, int]) -> list[date]:
    return [date(year, month, 1) for year, month in months]


YEAR_AND_A_BIT = firsts(*((2020, m) for m in range(10, 13)), *((2021, m) for m in range(1, 5)))
HUNDRED = {"monthly_amount": 100.0}


def counts(row: dict[str, Any]) -> tuple[int, ...]:
    return tuple(row[f"months_{kind}"] for kind in ("due", "in_full", "short", "none"))


def test_months_in_full_short_and_none() -> None:
    """November in full, December 159 of 1500, January to March nothing, April in full: due 6, the gap is 3."""
    amounts = [1500.0, 159.0, 0.0, 0.0, 0.0, 1500.0]
    months = [(day, 1500.0, paid) for day, paid in zip(YEAR_AND_A_BIT[1:], amounts, strict=True)]
    measured = measure({"monthly_amount": 1500.0}, months, YEAR_AND_A_BIT, cash=10_000.0)
    run, years = measured.summary, measured.years.rows(named=True)
    assert counts(run) == (6, 2, 1, 3)
    assert run["longest_gap_months"] == 3
    assert (run["withdrawals"], run["withdrawals_due"]) == (3159.0, 9000.0)
    assert run["paid_share"] == pytest.approx(3159 / 9000, rel=1e-12)
    assert (run["worst_year"], run["worst_year_paid_share"]) == (2021, pytest.approx(1500 / 6000))
    assert [(year["year"], year["due"], year["paid"]) for year in years] == [
        (2020, 3000.0, 1659.0),
        (2021, 6000.0, 1500.0),
    ]
    assert [counts(year) for year in years] == [(2, 1, 1, 0), (4, 1, 0, 3)]
    assert [year["paid_share"] for year in years] == [pytest.approx(0.553), 0.25]
    assert [year["final_value"] for year in years] == [8341.0, 6841.0]


def test_a_month_without_a_day_of_business_is_due_and_brings_nothing() -> None:
    """December has days but no day of business; what comes in January pays for January alone."""
    months = [(date(2020, 11, 2), 100.0, 100.0), (date(2021, 1, 1), 100.0, 100.0)]
    days = [date(2020, 10, 1), date(2020, 11, 2), date(2020, 12, 1), date(2021, 1, 1)]
    measured = measure(HUNDRED, months, days)
    assert counts(measured.summary) == (3, 2, 0, 1)
    assert (measured.summary["withdrawals_due"], measured.summary["longest_gap_months"]) == (300.0, 1)
    assert [counts(year) for year in measured.years.rows(named=True)] == [(2, 1, 0, 1), (1, 1, 0, 0)]


def test_the_last_month_is_not_due_before_its_day_has_come() -> None:
    days = [date(2020, 10, 1), date(2020, 11, 2), date(2020, 12, 1)]
    measured = measure(HUNDRED, [(days[1], 100.0, 100.0)], days)
    assert counts(measured.summary) == (1, 1, 0, 0)


def test_a_rate_asks_in_a_lost_month_for_what_the_next_one_asks() -> None:
    """The amounts depend on the value: 10 in November, 8 in January, and so 8 in December, which had no day."""
    days = [date(2020, 10, 1), date(2020, 11, 2), date(2021, 1, 4), date(2021, 3, 30)]
    measured = measure({"rate": 0.12}, [(days[1], 10.0, 10.0), (days[2], 8.0, 4.0)], days)
    # February had no day either; after the last withdrawal it is what that one asked for. March's day may still come
    assert counts(measured.summary) == (4, 1, 1, 2)
    assert measured.summary["withdrawals_due"] == 10.0 + 8.0 + 8.0 + 8.0
    assert [year["due"] for year in measured.years.rows(named=True)] == [18.0, 16.0]


def test_what_depends_on_the_value_is_what_was_asked_for() -> None:
    """7 are paid of the 9 wanted; 5 are paid, and what was wanted is not recorded; 8 are wanted and skipped."""
    days = firsts((2024, 1), (2024, 2), (2024, 3), (2024, 4))
    measured = measure({"rate": 0.04}, [(days[1], 9.0, 7.0), (days[2], 0.0, 5.0), (days[3], 8.0, 0.0)], days)
    assert measured.summary["withdrawals_due"] == 22.0
    assert counts(measured.summary) == (3, 1, 1, 1)


def test_a_constant_amount_grows_in_a_lost_month_as_the_policy_says() -> None:
    """Month 13 is the first at 110: of the fourteen, only the last two were asked for more than 100."""
    days = firsts((2020, 1), (2021, 3))
    measured = measure({"monthly_amount": 100.0, "inflation": 0.1}, [(days[1], 110.0, 110.0)], days)
    assert measured.summary["withdrawals_due"] == pytest.approx(12 * 100 + 2 * 110, rel=1e-12)
    assert [year["due"] for year in measured.years.rows(named=True)] == [1100.0, pytest.approx(100 + 110 + 110)]
    assert counts(measured.summary) == (14, 1, 0, 13)
    assert measured.summary["longest_gap_months"] == 13


def test_a_billionth_that_is_missing_is_no_shortfall() -> None:
    days = firsts((2020, 1), (2020, 2), (2020, 3))
    months = [(days[1], 100.0, 100.0 - 1e-8), (days[2], 100.0, 100.0 - 1e-5)]
    assert counts(measure(HUNDRED, months, days).summary) == (2, 1, 1, 0)


def test_without_a_policy_nothing_is_due() -> None:
    measured = measure(None, [], YEAR_AND_A_BIT)
    run, years = measured.summary, measured.years.rows(named=True)
    assert counts(run) == (None, None, None, None)
    assert (run["longest_gap_months"], run["worst_year"], run["paid_share"]) == (None, None, None)
    assert [(year["due"], year["paid"], year["months_due"]) for year in years] == [(None, 0.0, None)] * 2


def test_a_year_without_a_close_stands_as_the_one_before() -> None:
    days = firsts((2020, 11), (2022, 2))
    years = measure(HUNDRED, [(days[1], 100.0, 100.0)], days).years.rows(named=True)
    assert [(year["year"], year["days"], year["final_value"]) for year in years] == [
        (2020, 1, 1000.0),
        (2021, 0, 1000.0),
        (2022, 1, 900.0),
    ]
    assert [counts(year) for year in years] == [(1, 0, 0, 1), (12, 0, 0, 12), (2, 1, 0, 1)]
