"""Bars in any frame that people have: the same run, or a sentence of ours, and never a figure that is wrong."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from sdengine import run_scenario
from sdengine.market.given import BarsError

pandas = pytest.importorskip("pandas", reason="yfinance brings pandas, which the engine does not need")

DAYS = [date(2024, 1, 1) + timedelta(days=k) for k in range(4)]
CLOSES = [100.0, 110.0, 99.0, 110.0]
SCENARIO = {"assets": [{"ticker": "A", "weight": 0.5, "sd_n": 8}], "portfolio": {"initial_cash": 10_000}}
FRAME = pl.DataFrame(
    {
        "ticker": ["A"] * 4,
        "date": DAYS,
        **dict.fromkeys(("open", "high", "low", "close"), CLOSES),
        "dividend": [0.0, 0.5, 0.0, 0.0],
    }
)


def at(hour: int, zone: str | None = None) -> pl.Expr:
    moment = pl.col("date").cast(pl.Datetime("us")) + pl.duration(hours=hour)
    return moment.dt.replace_time_zone(zone)


def as_written(name: str, value: Any, row: int = 2) -> dict[str, list[Any]]:
    """Give the frame as columns, one cell being another value."""
    columns = {key: list(values) for key, values in FRAME.to_dict(as_series=False).items()}
    columns[name][row] = value
    return columns


@pytest.mark.parametrize(
    "given",
    [
        FRAME,
        FRAME.lazy(),
        FRAME.sample(fraction=1.0, shuffle=True, seed=1),
        FRAME.with_columns(at(0)),
        FRAME.with_columns(at(0).cast(pl.Datetime("ns"))),
        FRAME.with_columns(at(0).cast(pl.Datetime("ms"))),
        FRAME.with_columns(at(0, "America/New_York")),
        FRAME.with_columns(at(0, "Asia/Tokyo").cast(pl.Datetime("ns", "Asia/Tokyo"))),
        FRAME.with_columns(pl.col("ticker").cast(pl.Categorical)),
        FRAME.with_columns(pl.col("close", "dividend").cast(pl.Decimal(18, 4)), pl.col("open").cast(pl.Int32)),
        FRAME.with_columns(dividend=pl.when(pl.col("dividend") > 0).then("dividend")),
        FRAME.with_columns(dividend=pl.when(pl.col("dividend") > 0).then("dividend").otherwise(math.nan)),
        FRAME.to_arrow(),
        FRAME.to_dict(as_series=False),
        FRAME.to_pandas(),
        FRAME.to_pandas().set_index("date"),
        FRAME.to_pandas().assign(date=pandas.to_datetime(FRAME["date"].to_list())),
        FRAME.to_pandas().assign(date=pandas.to_datetime(FRAME["date"].to_list())).set_index(["ticker", "date"]),
    ],
)
def test_the_same_bars_make_the_same_run(given: Any) -> None:
    usual, other = run_scenario(SCENARIO, FRAME), run_scenario(SCENARIO, given)
    assert other.fills.equals(usual.fills)
    assert other.portfolio_days.equals(usual.portfolio_days)
    # 50 shares at 100 are held on 2 January: 25.00 of dividends
    assert usual.fills.filter(pl.col("action") == "DIVIDEND")["total"].to_list() == [25.0]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (FRAME.with_columns(at(16)), r"a date of A is 2024-01-01 16:00:00, which is not midnight; allowed: dates"),
        (FRAME.with_columns(at(5, "UTC")), r"a date of A is 2024-01-01 05:00:00, which is not midnight"),
        (FRAME.with_columns(pl.col("date").cast(pl.String)), r"the column date is of type String; allowed: dates"),
        (FRAME.with_columns(date=pl.lit(20240101)), r"the column date is of type Int32; allowed: dates"),
        (as_written("date", None), r"a date of A is missing; allowed: dates"),
        (as_written("ticker", None), r"the column ticker is empty in row 2; allowed: text"),
        (FRAME.with_columns(ticker=pl.lit(7)), r"the column ticker is of type Int32; allowed: text"),
        (FRAME.with_columns(pl.col("close").cast(pl.String)), r"the column close is of type String; allowed: numbers"),
        (FRAME.with_columns(close=pl.lit(True)), r"the column close is of type Boolean; allowed: numbers"),
        (FRAME.drop("close"), r"bars lack the columns close; needed: ticker, date, open, high, low, close"),
        (as_written("close", None), r"bar of A on 2024-01-03: close is nan; allowed: a finite price above 0"),
        (as_written("close", math.nan), r"close is nan; allowed: a finite price above 0"),
        (as_written("open", math.inf), r"open is inf; allowed: a finite price above 0"),
        (as_written("low", -1.0), r"low is -1.0; allowed: a finite price above 0"),
        (as_written("dividend", math.inf), r"dividend is inf; allowed: cash per share, or none"),
        (as_written("dividend", -0.5), r"dividend is -0.5; allowed: cash per share, or none"),
        (as_written("open", 125.0), r"open 125.0 is outside of low 99.0 to high 99.0; allowed: low <= open <= high"),
        (as_written("close", 80.0), r"close 80.0 is outside of low 99.0 to high 99.0; allowed: low <= close <= high"),
        (as_written("low", 120.0), r"high 99.0 is below low 120.0; allowed: low <= high"),
        (as_written("date", DAYS[1]), r"bar of A on 2024-01-02 stands there twice; allowed: one bar per ticker"),
        ([1, 2, 3], r"the bars are a list; allowed: a polars, pandas or Arrow frame, or a mapping of columns"),
        (None, r"the bars are a NoneType; allowed: a polars, pandas or Arrow frame"),
        ({"ticker": ["A"], "date": DAYS}, r"the bars are no frame \(.*\); allowed: a polars, pandas or Arrow frame"),
        (FRAME.to_pandas()["close"], r"the bars are a Series; allowed: a polars, pandas or Arrow frame"),
        (FRAME.to_pandas().assign(close=["x"] * 4), r"the column close is of type String; allowed: numbers"),
        (FRAME.to_pandas().assign(close=[Decimal(1), "x", 2, 3]), r"the bars are no frame|the column close is of type"),
        (FRAME.to_pandas().assign(date=[datetime(2024, 1, 1, 9, 30)] * 4), r"09:30:00, which is not midnight"),
    ],
)
def test_other_bars_are_refused_in_a_sentence(given: Any, sentence: str) -> None:
    with pytest.raises(BarsError, match=sentence) as refusal:
        run_scenario(SCENARIO, given)
    assert not any(word in str(refusal.value) for word in ("ufunc", "pydantic", "https://", "Traceback"))


@pytest.mark.parametrize("part", ["open", "close"])
@pytest.mark.parametrize("place", [lambda bar: bar["high"] * (1 + 5e-10), lambda bar: bar["low"] * (1 - 5e-10)])
def test_the_noise_of_adjusted_prices_is_no_fault(part: str, place: Callable[[dict[str, float]], float]) -> None:
    bars = as_written("high", 100.0)
    bars["low"][2] = 98.0
    bars[part][2] = place({"high": 100.0, "low": 98.0})
    assert run_scenario(SCENARIO, bars).portfolio_days.height == 4
