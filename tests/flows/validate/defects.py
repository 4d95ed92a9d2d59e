"""The defect of each rule: a quiet market in which one thing is wrong, and how often it is told."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl

from flows.validate.policy import ValidatePolicy
from tests.flows.validate.rules_market import at, change, quiet_bars, scale

DAY, LATE = date(2023, 5, 10), date(2024, 3, 6)
BASE = quiet_bars()


def days_from(day: date, count: int) -> list[date]:
    return BASE.filter(pl.col("date") >= day)["date"].head(count).to_list()


def copied(extra: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([BASE, extra])


def dividends(*skipped: int) -> pl.DataFrame:
    quarters = [date(2022, 1, 20) + timedelta(days=91 * n) for n in range(10)]
    kept = [day for n, day in enumerate(quarters) if n not in skipped]
    return pl.DataFrame({"date": kept, "kind": "dividend", "value": 0.3})


def two_closes() -> pl.DataFrame:
    """All of 2023 swings between two closes, never twice the same bar."""
    swing = pl.when(pl.int_range(pl.len()) % 2 == 0).then(100.0).otherwise(100.5)
    year = pl.col("date").dt.year() == 2023
    level = BASE.filter(pl.col("date") < date(2023, 1, 1))["close"][-1] / 100.0
    after = scale(BASE, pl.col("date") >= date(2024, 1, 1), 1.0)
    flat = {"open": swing, "high": swing + 0.7, "low": swing - 0.7, "close": swing}
    before_2024 = BASE.filter(pl.col("date") < date(2024, 1, 1))["close"][-1]
    rescaled = scale(after, pl.col("date") >= date(2024, 1, 1), 100.0 * level / before_2024)
    return rescaled.with_columns(
        pl.when(year).then(value * level).otherwise(name).alias(name) for name, value in flat.items()
    )


def shifted(days: int) -> pl.DataFrame:
    """Dates of the summer half-years a day early, as midnights of London in UTC are."""
    summer = pl.col("date").dt.month().is_between(4, 10)
    moved = BASE.with_columns(date=pl.when(summer).then(pl.col("date") + timedelta(days=days)).otherwise("date"))
    return moved.unique("date", keep="first", maintain_order=True)


def falling(by: float) -> pl.DataFrame:
    """Let the market fall by a share at the open of each ex-date of `dividends`."""
    count = sum((pl.col("date") >= day).cast(pl.Int32) for day in dividends()["date"])
    return BASE.with_columns(pl.col(name) * (1 - by) ** count for name in ("open", "high", "low", "close"))


def paying(*values: float, every: int = 91) -> pl.DataFrame:
    days = [date(2022, 1, 19) + timedelta(days=every * n) for n in range(len(values))]
    return pl.DataFrame({"date": days, "kind": "dividend", "value": list(values)})


def standing(rows: pl.DataFrame, day: date, word: str) -> pl.DataFrame:
    """Mark what the source left out on a day, as ingest does."""
    return rows.with_columns(standing=pl.when(at(day)).then(pl.lit(word)))


LATE_PAYMENT = dividends()["date"][5]
LENIENT = ValidatePolicy(severities={"stock": {"unknown_calendar": "off"}})

#: rule -> (bars, actions, options of judged, rows that it must name); `also` are rules that see the same defect.
MUTATIONS: dict[str, tuple[pl.DataFrame, pl.DataFrame | None, dict[str, Any], int]] = {
    "missing_price": (change(BASE, DAY, low=None), None, {}, 1),
    "infinite_price": (change(BASE, DAY, high=float("inf")), None, {}, 1),
    "non_positive_price": (change(BASE, DAY, open=0.0), None, {}, 1),
    "high_below_low": (change(BASE, DAY, high=pl.col("low"), low=pl.col("high")), None, {}, 1),
    "open_close_outside": (change(BASE, DAY, close=pl.col("high") * 1.002), None, {}, 1),
    "bad_volume": (change(BASE, DAY, volume=-1.0), None, {}, 1),
    "duplicate_date": (copied(BASE.filter(at(DAY))), None, {}, 1),
    "future_date": (copied(change(BASE.tail(1), BASE["date"][-1], date=date(2024, 7, 1))), None, {}, 1),
    "market_closed": (copied(change(BASE.filter(at(DAY)), DAY, date=date(2023, 5, 13))), None, {}, 1),
    "missing_session": (BASE.filter(~pl.col("date").is_in(days_from(DAY, 3))), None, {}, 3),
    "ticker_reuse": (
        scale(
            quiet_bars("AAA.QQ", tuple(BASE["date"])).filter(
                ~pl.col("date").is_between(date(2022, 9, 1), date(2023, 6, 1))
            ),
            pl.col("date") > DAY,
            3.3,
        ),
        None,
        {"ticker": "AAA.QQ", "policy": LENIENT},  # a market whose sessions nobody knows misses none
        1,
    ),
    "unit_error": (scale(BASE, pl.col("date") >= DAY, 0.01), None, {}, 1),
    "unapplied_split": (scale(BASE, pl.col("date") >= DAY, 0.5), None, {}, 1),
    "level_shift": (scale(BASE, pl.col("date").is_in(days_from(DAY, 4)), 1.7), None, {}, 2),
    "outlier": (change(BASE, DAY, low=pl.col("low") * 0.6), None, {}, 1),
    "stale_run": (
        change(
            BASE,
            days_from(DAY, 6),
            **{name: BASE.filter(at(DAY))[name][0] for name in ("open", "high", "low", "close")},
        ),
        None,
        {},
        6,
    ),
    "zero_volume_run": (change(BASE, days_from(DAY, 12), volume=0.0), None, {}, 12),
    "stub_year": (two_closes(), None, {}, 1),
    "bad_action": (BASE, pl.DataFrame({"date": [DAY], "kind": "dividend", "value": -0.3}), {}, 1),
    "duplicate_action": (BASE, pl.DataFrame({"date": [LATE, LATE], "kind": "dividend", "value": 0.3}), {}, 1),
    "large_dividend": (BASE, pl.DataFrame({"date": [LATE], "kind": "dividend", "value": 30.0}), {}, 1),
    "dividend_gap": (BASE, dividends(4), {}, 1),
    "dividend_end": (BASE, dividends(5, 6, 7, 8, 9), {}, 1),
    "volumes_differ": (copied(change(BASE.filter(at(DAY)), DAY, volume=1.0)), None, {"also": {"duplicate_date"}}, 1),
    "before_market": (copied(change(BASE.filter(at(DAY)), DAY, date=date(24, 5, 10))), None, {}, 1),
    "action_before_market": (BASE, pl.DataFrame({"date": [date(1899, 5, 10)], "kind": "split", "value": 2.0}), {}, 1),
    "dividend_without_bar": (BASE, pl.DataFrame({"date": [date(2024, 3, 9)], "kind": "dividend", "value": 0.3}), {}, 1),
    "odd_dividend": (BASE, paying(*[0.3] * 5, 0.003, *[0.3] * 4), {}, 1),
    "dividend_again": (
        BASE,
        pl.concat([dividends(), pl.DataFrame({"date": [date(2023, 1, 23)], "kind": "dividend", "value": 0.3})]),
        {},
        1,
    ),
    "dividend_unit": (falling(0.03), dividends().with_columns(value=0.02), {}, 10),
    "dividend_income": (BASE, paying(*[4.8] * 29, every=28), {"also": {"dividend_unit", "dividend_end"}}, 19),
    "not_daily": (BASE.gather_every(5), None, {"also": {"missing_session"}}, 1),
    "shifted_dates": (shifted(-1), None, {"also": {"market_closed", "missing_session"}}, 1),
    "weekend_bars": (quiet_bars("BTC-USD"), None, {"also": {"market_closed"}}, 1),
    "unknown_calendar": (BASE, None, {"ticker": "AAA.US"}, 1),
    "yield_not_price": (BASE, None, {"ticker": "^IRX"}, 1),
    "ended_early": (BASE, None, {"outlived": True}, 1),
    "dividends_counted_twice": (BASE, dividends(), {"adjusted": True}, 1),
    "dividend_currency": (
        BASE,
        dividends().with_columns(currency=pl.when(pl.int_range(pl.len()) == 4).then(pl.lit("USD"))),
        {"currency": "GBP"},
        1,
    ),
    "bar_left_out": (standing(BASE, DAY, "rescaled"), None, {}, 1),
    "bar_set_aside": (standing(BASE, DAY, "set_aside"), None, {}, 1),
    "action_left_out": (BASE, standing(dividends(), LATE_PAYMENT, "kept"), {}, 1),
    "action_set_aside": (BASE, standing(paying(0.3), date(2022, 1, 19), "set_aside"), {}, 1),
}
