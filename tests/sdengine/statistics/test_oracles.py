"""Every figure of a run's returns, as the metrics stage fills its row, beside other people's libraries, to 1e-9."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import polars as pl
import pytest

from schemas.metrics.falls import Falls
from schemas.metrics.growth import Growth, Periods
from schemas.metrics.risk import Risk, Shape, Tails
from schemas.table import columns_of
from sdengine.metrics.arrays import days_of
from sdengine.metrics.beside import BESIDE, Pairs, compare_days
from sdengine.metrics.lists import list_drawdowns, measure_drawdowns
from sdengine.metrics.portfolio import measure_portfolios
from sdengine.metrics.records import RUN
from tests.sdengine.statistics.oracles import ONE_OR_NONE, ORACLES, Past

CASH, CASH_RATE = 1000.0, 0.03


@cache
def past(seed: int) -> Past:
    """Two years and a half of a run that goes along with another, the first day's costs included."""
    rng = np.random.default_rng(seed)
    dates = pd.bdate_range("2019-07-15", periods=640)
    market = rng.standard_t(4, 640) * 0.008 + 0.0004
    own = 0.7 * market + rng.normal(0.0002, 0.004, 640)
    market[0], own[0] = 0.0, -0.002
    years = (dates[-1] - dates[0]).days / 365.25
    return Past(dates, np.cumprod(1.0 + own), np.cumprod(1.0 + market), 639 / years, CASH_RATE)


@cache
def figures(seed: int) -> dict[str, float]:
    """Measure the run, and compare it with the other, by the code of the metrics stage."""
    given = past(seed)
    table = pl.concat(
        pl.DataFrame({
            "run": run, "date": given.dates.date.tolist(), "total_value": CASH * index, "bank": 0.0, "nav_value": 0.0,
            "withdrawn": 0.0,
        })
        for run, index in enumerate((given.index, given.others))
    )  # fmt: skip
    days, runs = days_of(table, [0, 1]), np.zeros(2, RUN)
    cash, rates = np.full(2, CASH), np.full(2, CASH_RATE)
    measure_drawdowns(runs, list_drawdowns(days, measure_portfolios(runs, days, cash, rates, np.nan)))
    beside = compare_days(days, Pairs(np.array([0]), np.array([1]), cash, rates))
    return {name: float(row[name]) for row in (runs[0], beside[0]) for name in row.dtype.names}


@pytest.mark.parametrize(("figure", "library"), [(name, library) for name, of in ORACLES.items() for library in of])
def test_agrees_with_a_library(figure: str, library: str) -> None:
    for seed in range(3):
        assert figures(seed)[figure] == pytest.approx(float(ORACLES[figure][library](past(seed))), rel=1e-9, abs=1e-12)


def test_every_figure_of_returns_has_two_libraries_or_a_reason() -> None:
    parts = (Growth, Risk, Falls, Tails, Shape, Periods)
    measured = {column.name for part in parts for column in columns_of(part) if column.dtype != "DATE"}
    listed = set(ORACLES) | set(ONE_OR_NONE)
    assert listed == measured | set(BESIDE.names or ())
    assert not set(ORACLES) & set(ONE_OR_NONE)
    assert all(len(of) >= 2 for of in ORACLES.values())
