"""Split adjustment, worked by hand: a 2:1 on the 4th and a 3:1 on the 10th, so factors 6 before the 4th, 3 before the
10th, 1 from then on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.validate.adjust import adjust_actions, adjust_bars, effective_splits, with_split_factor

DAYS = [date(2020, 2, day) for day in (3, 4, 7, 10, 11)]
SPLITS = [(date(2020, 2, 4), 2.0), (date(2020, 2, 10), 3.0)]


def bars(adjustment: str = "none", days: Sequence[date] = DAYS, ticker: str = "T") -> pl.DataFrame:
    prices = dict.fromkeys(("open", "high", "low", "close"), 60.0)
    return pl.DataFrame({"ticker": ticker, "date": days}).with_columns(
        **{name: pl.lit(price) for name, price in prices.items()}, volume=pl.lit(100.0), adjustment=pl.lit(adjustment)
    )


def actions(rows: Sequence[tuple[date, str, float]], adjustment: str = "none", ticker: str = "T") -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema={"date": pl.Date, "kind": pl.String, "value": pl.Float64}, orient="row")
    return frame.with_columns(ticker=pl.lit(ticker), adjustment=pl.lit(adjustment))


def splits(rows: Sequence[tuple[date, float]] = SPLITS) -> pl.DataFrame:
    return actions([(day, "split", ratio) for day, ratio in rows])


def test_as_traded_prices_are_divided_by_all_later_splits_and_volume_multiplied() -> None:
    adjusted = adjust_bars(bars(), effective_splits(bars(), splits()))
    assert adjusted["split_factor"].to_list() == [6, 3, 3, 1, 1]
    for name in ("open", "high", "low", "close"):
        assert adjusted[name].to_list() == [10, 20, 20, 60, 60]
    assert adjusted["volume"].to_list() == [600, 300, 300, 100, 100]


def test_what_the_source_has_split_adjusted_stays_and_still_tells_the_price_of_the_day() -> None:
    adjusted = adjust_bars(bars("split"), effective_splits(bars(), splits()))
    assert adjusted["close"].to_list() == [60] * 5
    assert adjusted["volume"].to_list() == [100] * 5
    assert (adjusted["close"] * adjusted["split_factor"]).to_list() == [360, 180, 180, 60, 60]


def test_dividends_follow_the_shares_they_were_paid_on() -> None:
    paid = actions([(day, "dividend", 6.0) for day in DAYS])
    assert adjust_actions(paid, effective_splits(bars(), splits()))["value"].to_list() == [1, 2, 2, 6, 6]


def test_dividends_of_a_split_adjusted_source_stay() -> None:
    paid = actions([(DAYS[0], "dividend", 6.0)], "split")
    assert adjust_actions(paid, effective_splits(bars(), splits()))["value"].to_list() == [6]


def test_a_splits_own_ratio_stays() -> None:
    assert adjust_actions(splits(), effective_splits(bars(), splits()))["value"].to_list() == [2, 3]


def test_a_split_that_no_bar_has_reached_waits() -> None:
    early = bars(days=DAYS[:3])
    assert adjust_bars(early, effective_splits(early, splits()))["split_factor"].to_list() == [2, 1, 1]


def test_a_reverse_split_raises_the_past() -> None:
    reverse = splits([(DAYS[3], 0.05)])
    assert adjust_bars(bars(), effective_splits(bars(), reverse))["close"].to_list() == pytest.approx(
        [1200] * 3 + [60] * 2
    )


def test_tickers_do_not_mix_and_order_is_kept() -> None:
    both = pl.concat([bars(ticker="U"), bars()]).reverse()
    adjusted = with_split_factor(both, effective_splits(both, splits()))
    assert adjusted.select(both.columns).equals(both)
    assert adjusted.filter(pl.col("ticker") == "U")["split_factor"].to_list() == [1] * 5
    assert adjusted.filter(pl.col("ticker") == "T")["split_factor"].to_list() == [1, 1, 3, 3, 6]


def test_nulls_stay_null() -> None:
    holed = bars().with_columns(close=pl.lit(None, dtype=pl.Float64), volume=pl.lit(None, dtype=pl.Float64))
    adjusted = adjust_bars(holed, effective_splits(holed, splits()))
    assert adjusted["close"].null_count() == adjusted["volume"].null_count() == 5


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.sampled_from([0.05, 0.5, 2.0, 3.0, 7.0, 20.0])),
        max_size=6,
        unique_by=lambda s: s[0],
    )
)
def test_factors_agree_with_a_plain_loop(events: list[tuple[int, float]]) -> None:
    start = date(2020, 1, 1)
    days = [start + timedelta(n) for n in range(40)]
    rows = bars(days=days)
    found = with_split_factor(
        rows, effective_splits(rows, splits([(start + timedelta(n), ratio) for n, ratio in events]))
    )
    for n, factor in enumerate(found["split_factor"]):
        expected = 1.0
        for day, ratio in events:
            if n < day <= 39:
                expected *= ratio
        assert factor == pytest.approx(expected, rel=1e-12)
