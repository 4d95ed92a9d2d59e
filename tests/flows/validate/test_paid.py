"""Dividends reach a bar on which they can be paid, and are paid once."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests.flows.validate.rules_market import change, fired, judged, quiet_bars

BASE = quiet_bars()
DAY, NEXT = date(2024, 5, 8), date(2024, 5, 9)
SATURDAY, MONDAY = date(2024, 5, 11), date(2024, 5, 13)


def told(*rows: tuple[date, str, float]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"date": pl.Date, "kind": pl.String, "value": pl.Float64}, orient="row")


@pytest.mark.parametrize(
    ("bars", "why"),
    [
        (change(BASE, DAY, close=None), "missing_price"),
        (change(BASE, DAY, high=95.0, low=97.0), "high_below_low"),
        (BASE.filter(pl.col("date") != DAY), "missing_session"),
    ],
)
def test_a_dividend_without_a_trusted_bar_is_paid_at_the_next(bars: pl.DataFrame, why: str) -> None:
    found = judged(bars, told((DAY, "dividend", 0.3)))
    assert fired(found) == {why: 1, "dividend_without_bar": 1}
    assert found.actions.select("date", "value").rows() == [(NEXT, 0.3)]
    detail = found.checks.filter(pl.col("rule") == "dividend_without_bar")["detail"].item()
    assert detail == "2024-05-08: 0.3 has no trusted bar on its date, and is paid on 2024-05-09"


def test_a_dividend_of_a_saturday_is_paid_on_monday_with_that_of_monday() -> None:
    found = judged(BASE, told((SATURDAY, "dividend", 0.25), (MONDAY, "dividend", 0.5)))
    assert found.actions.select("date", "value").rows() == [(MONDAY, 0.75)]


def test_a_dividend_whose_bar_is_yet_to_come_waits() -> None:
    early = BASE.filter(pl.col("date") <= DAY)
    found = judged(early, told((NEXT, "dividend", 0.3)))
    assert found.actions.select("date", "value").rows() == [(NEXT, 0.3)]
    assert fired(found) == {}


def test_dividends_of_before_the_first_bar_are_not_heaped_on_it() -> None:
    old = told(*((date(2020 + n // 4, 1 + 3 * (n % 4), 6), "dividend", 0.3) for n in range(8)))
    found = judged(BASE, old)
    assert found.actions["date"].max() < BASE["date"][0]
    assert "dividend_without_bar" not in fired(found)


def test_a_dividend_of_old_shares_that_is_paid_after_the_split_is_paid_in_new_ones() -> None:
    """Worked by hand: 1.0 on the old share of before a 4:1 split is 0.25 on each of today's."""
    as_traded = BASE.with_columns(
        pl.when(pl.col("date") < NEXT).then(pl.col(name) * 4).otherwise(name).alias(name)
        for name in ("open", "high", "low", "close")
    )
    events = told((DAY, "dividend", 1.0), (NEXT, "split", 4.0))
    found = judged(as_traded.filter(pl.col("date") != DAY), events, adjustment="none")
    assert found.actions.filter(pl.col("kind") == "dividend").select("date", "value").rows() == [(NEXT, 0.25)]


def test_the_same_dividend_told_twice_within_float_noise_is_one() -> None:
    found = judged(BASE, told((DAY, "dividend", 0.23999999463558197), (DAY, "dividend", 0.24)))
    assert found.actions["value"].to_list() == [0.24]
    assert fired(found) == {"duplicate_action": 1}


def test_two_dividends_of_a_day_that_differ_are_both_paid() -> None:
    found = judged(BASE, told((DAY, "dividend", 0.24), (DAY, "dividend", 0.25)))
    assert found.actions["value"].to_list() == [pytest.approx(0.49)]


def test_two_splits_within_noise_are_one() -> None:
    """4:3 as a fraction and as a file with four decimals wrote it."""
    found = judged(BASE, told((DAY, "split", 4 / 3), (DAY, "split", 1.3333)))
    assert found.actions["value"].to_list() == [1.3333]
    assert found.bars["split_factor"].max() == 1.3333


def test_tickers_with_equal_dividends_on_one_day_are_not_confused() -> None:
    from flows.validate.examination import examine
    from flows.validate.policy import ValidatePolicy
    from tests.flows.validate.rules_market import group_for, raw

    events = told((DAY, "dividend", 0.3))
    bars, actions = (pl.concat([raw(frame, ticker) for ticker in ("AAA", "BBB")]) for frame in (BASE, events))
    found = examine(bars, actions, group_for("AAA"), ValidatePolicy())
    assert found.actions.select("ticker", "value").rows() == [("AAA", 0.3), ("BBB", 0.3)]
