"""Rates by closed forms: by hand, from a public table, by another library, and by the engine itself."""

from __future__ import annotations

import csv
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.typing import NDArray

from sdengine.market.bars import BarStore
from sdengine.retirement.door import MONTHLY_AMOUNT, Prices
from sdengine.retirement.rates import KEPT, PAID, halve
from sdengine.retirement.span import span_of
from sdengine.retirement.stage import Stage
from sdengine.retirement.windows import PastGroup, starts_of, window
from tests.flows.data_shared import SHARED, needs_shared
from tests.sdengine.retirement.closed_forms import perpetual_rate, safe_rate
from tests.sdengine.retirement.pasts import holder, months

Floats = NDArray[np.float64]


def test_by_hand() -> None:
    """1 becomes 1.1, then 1.21 by 10 % twice. Payments at the ends: 1 / (1/1.1 + 1/1.21) = 1.21 / 2.1.

    At the starts: 1 / (1 + 1/1.1) = 1.1 / 2.1. As much is left: (1 - 1/1.21) * 1.21 / 2.1 = 0.21 / 2.1 = 10 %.
    """
    growth = np.array([1.1, 1.21])
    assert safe_rate(growth) == pytest.approx(1.21 / 2.1, rel=1e-14)
    assert safe_rate(growth, at_start=True) == pytest.approx(1.1 / 2.1, rel=1e-14)
    assert perpetual_rate(growth) == pytest.approx(0.1, rel=1e-14)
    # half of it left: (1 - 0.5/1.21) * 1.21 / 2.1 = 0.71 / 2.1
    assert perpetual_rate(growth, kept=0.5) == pytest.approx(0.71 / 2.1, rel=1e-14)


def real_years(stocks: float) -> tuple[list[int], Floats]:
    """Real returns of stocks and bonds of the United States, rebalanced yearly: 1871 to 2013."""
    with (SHARED / "annual" / "us_1871.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    level = np.array([float(row["cpi"]) for row in rows])
    share = np.array([float(row["growth"]) + float(row["dividends"]) for row in rows])
    bond = np.array([float(row["fixed_income"]) for row in rows])
    grown: Floats = (1.0 + stocks * share + (1.0 - stocks) * bond)[:-1] * level[:-1] / level[1:]
    return [int(row["year"]) for row in rows[:-1]], grown


@needs_shared
@pytest.mark.parametrize(("stocks", "worst", "held"), [(0.75, 0.03893, 113), (0.5, 0.04019, 114)])
def test_the_known_table_of_thirty_years(stocks: float, worst: float, held: int) -> None:
    """SAFEMAX of all 114 windows of 30 years, payments at each year's start: public figures, as issue 17 has them."""
    years, grown = real_years(stocks)
    rates = np.array([safe_rate(grown[k : k + 30].cumprod(), at_start=True) for k in range(len(grown) - 29)])
    assert len(rates) == 114
    assert years[int(rates.argmin())] == 1966
    assert rates.min() == pytest.approx(worst, abs=5e-6)
    assert (rates >= 0.04).sum() == held  # 113 of 114 are 99.1 %


def monthly(seed: int, count: int) -> Floats:
    """Growth of one unit over months, from 1 on."""
    steps = np.random.default_rng(seed).normal(0.005, 0.04, count)
    return np.exp(np.concatenate([[0.0], np.cumsum(steps)]))


@pytest.mark.parametrize("rises", [0.0, 0.03])
def test_the_engine_agrees_with_the_closed_form(rises: float) -> None:
    """One asset, held in fractions, payments at each month's end: the engine's rates are the closed form's to 1e-9.

    An amount that grows by 3 % each year is a constant one in prices that do; what is left is real as well.
    """
    years, growth = 3, monthly(2, 72)
    # asked in prices of each payment's own year, so that growth is deflated by the year's level
    levels = (1.0 + rises) ** np.arange(years + 1.0)
    scenario = holder(monthly_amount=1.0, inflation=rises)
    store = BarStore(months(growth))
    span = span_of(("M",), store, None, None, None)
    group = PastGroup(span.market, span.first, (scenario,), (12 * years,))
    stage = Stage(group.scenarios, group.months)
    for at, start in enumerate(starts_of(span, years)[:20:6]):
        own = growth[at * 6 + 1 : at * 6 + 1 + 12 * years] / growth[at * 6]
        real = own / np.repeat(levels[:-1], 12)
        # the last value is held against the prices at the horizon, a year's level later than the last payment's
        kept = levels[-1] / levels[-2]
        expected = {PAID: safe_rate(real), KEPT: perpetual_rate(real, kept=kept)}
        market = window(group, start, 12 * years)
        batch = stage.on(market.days, market.bars, market.gaps)
        for which, rate in expected.items():
            cell = np.array([0.0, 1.0])
            found = halve(stage, batch, 0, Prices(levels, False), MONTHLY_AMOUNT, cell, which, times=50)
            if rate < 0.0:  # even without any payment less is left
                assert found < 1e-12
            else:
                assert found / 12.0 == pytest.approx(rate, rel=1e-9)


def test_okama_has_the_same_months() -> None:
    """The engine's value after each of 36 payments of 4,000 is okama's wealth index, and so is it at the safe rate.

    okama's arithmetic takes a series of monthly returns; its portfolios, which it fetches, are not needed.
    """
    from tests.sdengine.judging.oracle_library import library

    library("okama")
    strategies = library("okama.portfolios.cashflow_strategies")
    arithmetic = library("okama.portfolios.dcf_calculations")
    pandas = library("pandas")
    growth = monthly(3, 36)
    returns = pandas.Series(
        growth[1:] / growth[:-1] - 1.0, index=pandas.period_range("2000-02", periods=36, freq="M"), name="M"
    )
    parent = SimpleNamespace(dcf=SimpleNamespace(discount_rate=0.0, cashflow_parameters=None), symbol="M")
    store = BarStore(months(growth))
    span = span_of(("M",), store, None, None, None)
    safe = safe_rate(growth[1:])
    for amount in (4_000.0, safe * 1_000_000.0):
        strategy = strategies.IndexationStrategy(
            parent, frequency="month", initial_investment=1_000_000.0, amount=-amount, indexation=0.0
        )
        theirs = arithmetic.get_wealth_indexes_fv_with_cashflow(returns, "M", None, strategy, "backtest")
        group = PastGroup(span.market, span.first, (holder(monthly_amount=amount),), (36,))
        stage = Stage(group.scenarios, group.months)
        market = window(group, int(span.market.days["month"][0]), 36)
        batch = stage.on(market.days, market.bars, market.gaps)
        ours = stage.months_of(batch, 0, Prices(np.ones(4), False))
        np.testing.assert_allclose(ours.worth, theirs.to_numpy()[1:], rtol=1e-9, atol=1e-3)
    assert theirs.iloc[-1] == pytest.approx(0.0, abs=1e-3)  # of a million
