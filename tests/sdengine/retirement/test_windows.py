"""Rolling windows: each month's first bar is a run of its own; horizons that do not fit are refused."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from sdengine import run_scenario
from sdengine.market.bars import BarStore
from sdengine.retirement import figures as f
from sdengine.retirement.cast import cast_of, past_of
from sdengine.retirement.policy import plans_asked
from sdengine.retirement.span import span_of
from sdengine.retirement.terms import Cpi, HorizonTooLong, Terms
from sdengine.retirement.windows import Lives, check_horizon, live_windows, starts_of
from sdengine.scenario import Scenario
from tests.sdengine.retirement.pasts import MONDAY, ladder, past

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TERMS = Terms(years=(1,), rates=(0.06,), inflation=0.03)


def month(day: date) -> int:
    return 12 * day.year + day.month - 1


@pytest.fixture(scope="module")
def bars() -> pl.DataFrame:
    return past(160, shares=2, coin=True, drift=-0.0002)


def played(scenario: Scenario, bars: pl.DataFrame, terms: Terms, starts: tuple[int, ...]) -> tuple[Floats, Ints]:
    cast = cast_of(scenario, plans_asked(scenario, terms), BarStore(bars), terms.cpi)
    figures, _, days = live_windows(Lives(past_of(cast, terms, 0.03, starts), 0, len(starts)))
    return figures[0], days[0]


def test_a_window_is_a_run_from_its_first_bar_to_its_last_payment(bars: pl.DataFrame) -> None:
    """Entries, anchors and all-time highs begin there: `run_scenario` between the same dates pays and leaves as much.

    Two starts: in April 2015, and in February 2016, which begins on a Monday.
    """
    scenario = ladder(("S0", "COIN"), taxes={"short_rate": 0.3, "long_rate": 0.15})
    starts = (month(date(2015, 4, 1)), month(date(2016, 2, 1)))
    figures, days = played(scenario, bars, TERMS, starts)
    plan = plans_asked(scenario, TERMS)[0].scenario
    for k, first in enumerate((date(2015, 4, 1), date(2016, 2, 1))):
        last = date(1970, 1, 1) + timedelta(days=int(days[k, 0, 1]))
        window = plan.portfolio.model_copy(update={"start": first, "end": last})
        result = run_scenario(plan.model_copy(update={"portfolio": window}), bars)
        paid = result.portfolio_days.filter(pl.col("withdrawn") > 0)
        assert paid.height == 12
        assert paid["date"][-1] == last
        assert figures[k, 0, f.PAID] == pytest.approx(paid["withdrawn"].sum(), rel=1e-12)
        net = result.metrics["final_value_net"]
        assert figures[k, 0, f.FINAL] == pytest.approx(net / 1.03, rel=1e-12)


def test_prices_of_a_window_are_those_of_its_own_months(bars: pl.DataFrame) -> None:
    """A cpi of 100, and of 110 from 2017 on: who retires in 2016 for two years is asked for 10 % more in the second.

    24 months of 5,000, real; the first twelve are 5,000 cash, the others 5,500.
    """
    months = [date(2014 + k // 12, k % 12 + 1, 1) for k in range(60)]
    cpi = Cpi.of(months, [100.0 if day.year < 2017 else 110.0 for day in months])
    terms = Terms(years=(2,), rates=(0.06,), cpi=cpi)
    figures, _ = played(ladder(("S0",)), bars, terms, (month(date(2016, 1, 1)),))
    assert figures[0, 0, f.ASKED] == pytest.approx(24 * 5_000, rel=1e-12)
    assert figures[0, 0, f.FIRST_INCOME] == pytest.approx(60_000, rel=1e-12)
    # without the rise the same start leaves more: 12 * 500 were not taken, and what is left is not divided by 1.1
    flat = Terms(years=(2,), rates=(0.06,), inflation=0.0)
    cast = cast_of(ladder(("S0",)), plans_asked(ladder(("S0",)), flat), BarStore(bars), None)
    other = live_windows(Lives(past_of(cast, flat, 0.0, (month(date(2016, 1, 1)),)), 0, 1))[0][0]
    assert other[0, 0, f.FINAL] > figures[0, 0, f.FINAL] * 1.1


def test_starts_are_each_month_that_the_horizon_follows(bars: pl.DataFrame) -> None:
    """160 weeks from 5 January 2015 on end on Sunday, 28 January 2018: 13 starts for two years, 25 for one."""
    span = span_of(("S0", "COIN"), BarStore(bars), None, None, None)
    assert span.dates == (MONDAY, date(2018, 1, 26))
    assert starts_of(span, 2) == tuple(range(month(MONDAY), month(date(2016, 1, 1)) + 1))
    assert len(starts_of(span, 1)) == 25
    # until the 5th: nobody knows whether that month's payment has come
    early = span_of(("S0",), BarStore(bars), date(2015, 1, 9), date(2017, 6, 5), None)
    assert starts_of(early, 1)[0] == month(date(2015, 2, 1))
    assert starts_of(early, 1)[-1] == month(date(2016, 5, 1))


def test_a_horizon_over_half_of_the_past_is_refused(bars: pl.DataFrame) -> None:
    span = span_of(("S0",), BarStore(bars), None, None, None)
    check_horizon(span, 1)
    with pytest.raises(
        HorizonTooLong, match=r"2 years are more than half of the 3\.1 years .* allowed: at most 1, or drawn"
    ):
        check_horizon(span, 2)
