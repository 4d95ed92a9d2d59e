"""Drawn futures: whole weeks of the past in another order, the same whoever plays them and wherever."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from sdengine import run_scenario
from sdengine.market.bars import BarStore
from sdengine.retirement.cast import cast_of, drawn_of
from sdengine.retirement.drawn import Drawn, Paths, Teller, live_paths, slices
from sdengine.retirement.futures import calendar_after, draw
from sdengine.retirement.policy import plans_asked
from sdengine.retirement.remade import one_path
from sdengine.retirement.span import span_of
from sdengine.retirement.terms import Cpi, Expected, StudyError, Terms
from sdengine.retirement.weeks import weeks_of
from sdengine.scenario import Scenario
from tests.sdengine.retirement.pasts import MONDAY, ladder, past

TERMS = Terms(years=(2,), rates=(0.05,), inflation=0.02, paths=12, block_weeks=4.0, seed=3)
WITH_COIN = ("S0", "S1", "COIN")


def drawn(scenario: Scenario, bars: pl.DataFrame, terms: Terms = TERMS) -> Drawn:
    plans = plans_asked(scenario, terms)
    return drawn_of(cast_of(scenario, plans, BarStore(bars), terms.cpi), terms, 0.02)


@pytest.fixture(scope="module")
def bars() -> pl.DataFrame:
    return past(80, coin=True)


@pytest.fixture(scope="module")
def mixed(bars: pl.DataFrame) -> Drawn:
    return drawn(ladder(WITH_COIN), bars)


def test_a_path_is_the_same_alone_and_among_all_whatever_the_threads(mixed: Drawn) -> None:
    """Also from a task that went through pickle, as it does on its way to another machine."""
    figures, years = live_paths(Paths(mixed, 0, 12))
    alone, alone_years = live_paths(pickle.loads(pickle.dumps(Paths(mixed, 7, 8))))
    np.testing.assert_array_equal(alone[0][0], figures[0][7])
    np.testing.assert_array_equal(alone_years[0][0], years[0][7])
    with ThreadPoolExecutor(3) as pool:
        parts = list(pool.map(live_paths, [Paths(mixed, first, last) for first, last in slices(12, 5)]))
    np.testing.assert_array_equal(np.concatenate([part[0][0] for part in parts]), figures[0])
    assert len({tuple(row) for row in figures[0][:, 0]}) == 12  # and no two are alike


def test_weekends_stay_the_coin_s(mixed: Drawn) -> None:
    """Every whole week has the coin on seven days, and two on which it is alone but for holidays."""
    teller = Teller(mixed, mixed.groups[0])
    batch, _ = teller.tell(4)
    days = batch.windows[0, 1]
    there = ~np.isnan(batch.bars["low"][:days])
    ordinals = batch.days["ordinal"][:days].astype(np.int64)
    weekday = (ordinals + 3) % 7
    assert there[:, 2].all()
    assert set(np.diff(ordinals)) == {1}
    assert not there[weekday >= 5, :2].any()
    alone = ~there[:, 0]
    holidays = alone & (weekday < 5)
    weeks = (ordinals - ordinals[0] + weekday[0]) // 7
    for week in range(1, weeks[-1]):
        assert (alone & ~holidays)[weeks == week].sum() == 2
    # three holidays in 80 weeks: as often in the future, about
    assert 0 < holidays.sum() < 15


def test_a_week_is_a_week_of_the_past(bars: pl.DataFrame, mixed: Drawn) -> None:
    """Each day of a future does to the close before what all assets did together on one day of the same weekday."""
    batch, _ = Teller(mixed, mixed.groups[0]).tell(2)
    taken = draw(mixed.seed, 2, len(mixed.calendar.days) // 7, mixed.mean_weeks, mixed.groups[0].weeks.count)
    first_week = MONDAY.toordinal() + 7  # the first week has a day without a close before
    tables = {name: frame for (name,), frame in bars.partition_by("ticker", as_dict=True).items()}
    for t in (1, 50, 333):
        ordinal = int(batch.days["ordinal"][t])
        day = date.fromordinal(ordinal + date(1970, 1, 1).toordinal())
        week = (ordinal - int(mixed.calendar.days["ordinal"][0])) // 7
        source = date.fromordinal(first_week + 7 * int(taken[week]) + day.weekday())
        for a, ticker in enumerate(WITH_COIN):
            rows = tables[ticker].filter(pl.col("date") <= source).tail(2)
            bar = batch.bars[t, a]
            if rows["date"][-1] != source:
                assert np.isnan(bar["low"])
                continue
            for name in ("open", "high", "low", "close", "dividend"):
                ratio = rows[name][1] / rows["close"][0]
                assert bar[name] == pytest.approx(batch.bars[t - 1, a]["close"] * ratio, rel=1e-12, abs=1e-12)


def test_the_engine_s_run_of_a_remade_path_is_the_path(bars: pl.DataFrame) -> None:
    """`run_scenario` on the bars of `one_path`, with everything on, pays and leaves what the study says."""
    scenario = ladder(
        ("S0", "COIN"),
        portfolio={"cash_rate": 0.02, "commission": 1.0, "rebalancing_mode": "simple"},
        arbitrage={"threshold": 0.1, "fraction": 0.1},
        dynamic_sd_n={"gap_threshold": 0.005},
        taxes={"short_rate": 0.3, "long_rate": 0.15},
    )
    remade = one_path(scenario, bars, TERMS, 5)
    result = run_scenario(remade.scenario, remade.bars)
    assert result.fills["action"].is_in(["ARBITRAGE_SELL", "SELL", "FUNDING_SELL"]).any()
    paid = result.portfolio_days.filter(pl.col("withdrawn") > 0).head(24)
    months = remade.months
    assert paid["date"].to_list() == months["date"].to_list()
    assert paid["withdrawn"].to_list() == months["paid"].to_list()
    assert paid["total_value"].to_list() == months["value"].to_list()
    # 5 % of a million a year in twelve parts; 2 % more in the second year, which is the same real
    assert months["asked"].to_list() == pytest.approx([50_000 / 12] * 12 + [51_000 / 12] * 12, rel=1e-12)
    assert months["asked_real"].to_list() == pytest.approx([50_000 / 12] * 24, rel=1e-12)


def test_a_longer_horizon_begins_as_the_shorter_one_does(bars: pl.DataFrame) -> None:
    short = one_path(ladder(("S0",)), bars, TERMS, 1).bars
    long = one_path(ladder(("S0",)), bars, Terms(years=(3,), rates=(0.05,), block_weeks=4.0, seed=3), 1).bars
    assert short.equals(long.head(len(short)))


def test_dates_are_whole_months_from_a_weekday_on() -> None:
    """A past that ends on Thursday, 30 July 2015: August begins on a Saturday, so on the 3rd; until August 2016."""
    last = (date(2015, 7, 30) - date(1970, 1, 1)).days
    calendar = calendar_after(last, 12)
    days = calendar.days["ymd"]
    assert days[calendar.first] == 20150803
    assert days[0] == 20150803  # a Monday
    assert days[-1] >= 20160831
    assert len(days) % 7 == 0


@pytest.mark.parametrize("mean", [1.0, 12.0, 52.0])
def test_blocks_are_as_long_as_asked_on_average(mean: float) -> None:
    """A block ends with probability 1 / mean; over 20,000 weeks within a tenth. Of any week each is as likely."""
    taken = draw(1, 0, 20_000, mean, 400)
    breaks = (np.diff(taken) % 400 != 1).sum() + 1
    assert len(taken) / breaks == pytest.approx(mean, rel=0.1)
    assert np.bincount(taken, minlength=400).min() > 0


def test_longer_blocks_keep_what_follows_what() -> None:
    """Weeks of 3 % up and 3 % down in turn: alone in any order they spread far, in longer blocks they cancel out.

    Blocks of a week make a walk of 104 steps of 3 %, a deviation of 0.03 * sqrt(104) = 0.31 in two years.
    """
    weeks = 80
    steps = np.tile(np.repeat([0.03, -0.03], 5) / 5.0, weeks // 2)
    days = [MONDAY + timedelta(days=k) for k in range(7 * weeks) if k % 7 < 5]
    closes = 50.0 * np.exp(np.cumsum(steps))
    bars = pl.DataFrame({"ticker": "S0", "date": days} | dict.fromkeys(("open", "high", "low", "close"), closes))
    found = []
    for length in (1.0, 12.0, 52.0, 104.0):
        terms = Terms(years=(2,), rates=(0.05,), block_weeks=length, seed=3)
        teller = Teller(future := drawn(ladder(("S0",)), bars, terms), future.groups[0])
        ends = []
        for path in range(200):
            batch, _ = teller.tell(path)
            ends.append(float(np.log(batch.bars["close"][batch.windows[0, 1] - 1, 0] / closes[-1])))
        found.append(float(np.std(ends)))
    assert found[0] == pytest.approx(0.31, rel=0.15)
    assert found[1] < found[0] / 2.0
    assert found[3] < found[2] < found[1]


@pytest.mark.parametrize(("expected", "growth"), [("none", 0.0), (0.07, 0.07), ("as_it_was", None)])
def test_the_expected_return_is_as_asked(bars: pl.DataFrame, expected: Expected | float, growth: float | None) -> None:
    """Over the past's weeks each asset, dividends included, grows by that much a year; its days move as they did."""
    weeks = weeks_of(span_of(WITH_COIN, BarStore(bars), None, None, None), None)
    moved = weeks.expecting(expected)
    years = 7 * weeks.count / 365.25
    for a in range(3):
        total = np.log(moved.steps[:, a, 3] + moved.steps[:, a, 4])
        grown = float(np.exp(np.nansum(total) / years) - 1.0)
        if growth is None:
            assert moved is weeks
        else:
            assert grown == pytest.approx(growth, abs=1e-12)
        scale = moved.steps[:, a, :4] / weeks.steps[:, a, :4]
        assert np.nanmax(scale) == pytest.approx(np.nanmin(scale), rel=1e-14)


def test_consumer_prices_go_with_the_weeks(bars: pl.DataFrame) -> None:
    """Prices that rise by the same share every day rise so in any order: levels of 1.03 a year, about."""
    months = [date(2014, 12, 1), *(date(2015 + k // 12, k % 12 + 1, 1) for k in range(24))]
    level = [100.0 * 1.03 ** ((day - months[0]).days / 365.25) for day in months]
    scenario = ladder(("S0",))
    terms = Terms(years=(2,), rates=(0.05,), cpi=Cpi.of(months, level), block_weeks=4.0)
    asked = one_path(scenario, bars, terms, 0).months["asked"]
    assert asked[0] == pytest.approx(50_000 / 12)
    assert asked[23] / asked[0] == pytest.approx(1.03, abs=2e-4)  # a year of 365 or 366 days, of 365.25


def test_too_short_or_broken_off_pasts_are_refused() -> None:
    store = BarStore(past(30, shares=1))
    with pytest.raises(StudyError, match="the past has 29 whole weeks in common; allowed: 52 or more"):
        weeks_of(span_of(("S0",), store, None, None, None), None)
    bars = past(80, shares=2).filter((pl.col("ticker") == "S0") | (pl.col("date") < date(2016, 1, 4)))
    with pytest.raises(StudyError, match="S1 has no bars after 2016-01-01, the others go on to 2016-07-15"):
        span_of(("S0", "S1"), BarStore(bars), None, None, None)


def test_the_common_span_is_what_all_have() -> None:
    bars = past(80, shares=2).filter((pl.col("ticker") == "S0") | (pl.col("date") >= date(2015, 2, 4)))
    span = span_of(("S0", "S1"), BarStore(bars), None, None, None)
    assert span.dates == (date(2015, 2, 4), date(2016, 7, 15))
    assert span.cut == ("the past begins with S1, on 2015-02-04",)
    weeks = weeks_of(span, None)
    # the week of 4 February has days before it; those from the 9th on are whole
    assert weeks.monday == (date(2015, 2, 9) - date(1970, 1, 1)).days
    assert weeks.count == 75
