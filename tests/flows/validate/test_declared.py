"""Jumps held against what is declared for their day, and against the time in which they happen."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests.flows.validate.rules_market import fired, judged, quiet_bars, scale

BASE = quiet_bars()
DAY = date(2023, 5, 10)
AFTER = pl.col("date") >= DAY


def told(*rows: tuple[date, str, float]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"date": pl.Date, "kind": pl.String, "value": pl.Float64}, orient="row")


def before() -> float:
    close: float = BASE.filter(pl.col("date") < DAY)["close"][-1]
    return close


@pytest.mark.parametrize("share", [0.2, 0.25, 1 / 3, 0.5, 0.53])
def test_a_fall_by_what_is_paid_is_no_split(share: float) -> None:
    fall = scale(BASE, AFTER, 1 - share)
    assert fired(judged(fall, told((DAY, "dividend", share * before())))).keys() <= {"dividend_end"}
    assert "unapplied_split" in fired(judged(fall)) or share == 0.53


def test_a_special_dividend_with_a_merger_of_shares_is_neither() -> None:
    """Seven shares become 3.3, and half the price is paid: adjusted prices fall by what is paid alone."""
    fall = scale(BASE, AFTER, 0.47)
    found = judged(fall, told((DAY, "dividend", 0.53 * before()), (DAY, "split", 3.3 / 7)))
    assert fired(found).keys() <= {"dividend_end"}


def test_a_dividend_explains_no_fall_that_is_far_larger() -> None:
    found = judged(scale(BASE, AFTER, 0.5), told((DAY, "dividend", 0.5)))
    assert "unapplied_split" in fired(found)


def wilder(bars: pl.DataFrame, times: float) -> pl.DataFrame:
    """Make every day's move and range of the market so many times as large."""
    logs = bars.select("date", "volume", *(pl.col(n).log().alias(n) for n in ("open", "high", "low", "close")))
    first = logs["close"][0]
    return logs.with_columns(((pl.col(n) - first) * times + first).exp() for n in ("open", "high", "low", "close"))


def test_a_fall_on_results_of_a_share_that_moves_much_is_no_split() -> None:
    """-20 % overnight is as 5:4 would have it; but four usual days of this share make it, and no volume is known."""
    wild = wilder(BASE, 5.0).with_columns(volume=pl.lit(None, dtype=pl.Float64))
    fallen = scale(wild, AFTER, 0.8)
    assert "unapplied_split" not in fired(judged(fallen))
    assert "unapplied_split" in fired(judged(scale(BASE, AFTER, 0.8)))


def test_a_crash_in_which_prices_jump_back_and_forth_is_no_level_that_came_back() -> None:
    """A fund of utilities in March 2020, retold: -11, +12, -10, +12 % in a row after a quiet month."""
    days = BASE.filter(AFTER)["date"].to_list()
    bars, steps = BASE, {2: 0.94, 3: 1.06, 4: 0.93, 5: 0.89, 6: 1.12, 7: 0.90, 8: 1.12, 9: 0.95, 10: 0.94, 11: 1.08}
    for nth, step in steps.items():
        bars = scale(bars, pl.col("date") >= days[nth], step)
    assert set(fired(judged(bars))) <= {"outlier"}


def test_a_level_that_comes_back_in_quiet_times_is_told() -> None:
    days = BASE.filter(AFTER)["date"].head(4).to_list()
    assert "level_shift" in fired(judged(scale(BASE, pl.col("date").is_in(days), 1.2)))


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ([(DAY, "split", 4.0)], "a split is declared for the day: prices that should be adjusted to it are as traded"),
        ([], "like a split that was not applied"),
        ([(date(2023, 9, 1), "split", 4.0)], "like a split that was not applied"),
    ],
)
def test_a_split_that_is_declared_and_not_applied_says_how_to_say_so(
    declared: list[tuple[date, str, float]], said: str
) -> None:
    found = judged(scale(BASE, AFTER, 0.25), told(*declared))
    (detail,) = found.checks.filter(pl.col("rule") == "unapplied_split")["detail"]
    assert said in detail
    assert ("`adjusted = false` in files.toml" in detail) == ("declared for the day" in said)
