"""Worlds: the past's dates, whole weeks, the same assets on a day, and nothing to gain on any."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from sdengine.judging.worlds import NOTHING_DRAWN, Past, past_of
from sdengine.market.bars import BarStore, Market
from tests.sdengine.judging.markets import MONDAY, calendars, noise

TICKERS = ("COIN", "LATE", "SHARE")


def laid_out(frame: pl.DataFrame, tickers: tuple[str, ...]) -> tuple[Market, Past]:
    market = BarStore(frame).market(tickers)
    return market, past_of(market.days, market.bars)


MARKET, PAST = laid_out(calendars(), TICKERS)
QUOTED = ~np.isnan(MARKET.bars["low"])
DATES = [date(1970, 1, 1) + timedelta(days=int(day)) for day in MARKET.days["ordinal"]]


def test_a_day_stands_for_one_of_its_weekday_on_which_the_same_trade() -> None:
    first = QUOTED.argmax(axis=0)
    for world in range(10):
        source = PAST.draw(1, world, 2.0)
        for t, s in enumerate(source):
            if s == NOTHING_DRAWN:
                assert t == 0  # only the coin is there, at its first bar
                continue
            assert DATES[s].weekday() == DATES[t].weekday()
            listed = t > first
            assert (QUOTED[s] == QUOTED[t])[listed].all()
            assert (s > first)[listed & QUOTED[t]].all()


def test_weeks_stay_whole() -> None:
    source = PAST.draw(3, 0, 4.0)
    weeks = [(day - MONDAY).days // 7 for day in DATES]
    whole = 0
    for week in range(30, 59):
        days = [t for t in range(len(DATES)) if weeks[t] == week and QUOTED[t].all() == (DATES[t].weekday() < 5)]
        whole += len({weeks[source[t]] for t in days}) == 1
    assert whole > 20  # but where a holiday of the drawn week is made up for by the next


def test_blocks_are_as_long_as_asked() -> None:
    market, past = laid_out(noise(1, days=1000, assets=1), ("T0",))
    follows = 0
    for world in range(50):
        source = past.draw(2, world, 4.0)
        mondays = source[5::5] // 5
        follows += int(((mondays[1:] == mondays[:-1] + 1) | (mondays[1:] < mondays[:-1] - 190)).sum())
    # 50 worlds of 198 steps between weeks, three of four lead on: 0.75, known to 0.0044
    assert follows / (50 * (len(market.days) // 5 - 2)) == pytest.approx(0.75, abs=0.02)


def test_no_price_moves_on_average_on_any_day() -> None:
    ground, count = PAST.ground, 600
    total, seen = np.zeros((len(DATES), 3)), 0
    for world in range(count):
        source = PAST.draw(5, world, 1.0)
        moved = ground.steps[source][:, :, 3] * ground.factors[ground.kinds]
        total += np.where(np.isnan(moved), 0.0, moved)
        seen += 1
    step = total / seen - 1.0
    drawn = ground.kinds != NOTHING_DRAWN
    listed = (np.arange(len(DATES))[:, None] > QUOTED.argmax(axis=0)) & QUOTED & drawn[:, None]
    # each day's mean is known to 0.03 / sqrt(600) = 0.0012; the mean over all days far better
    assert np.abs(step[listed]).max() < 6 * 0.0012
    assert abs(step[listed].mean()) < 0.0003


def test_a_price_that_rose_is_still_fair_after_another_was_listed_late() -> None:
    """What comes before the listing stands for nothing after it, and takes no mean off it."""
    frame = noise(3, days=500, assets=2)
    rising = pl.when((pl.col("ticker") == "T0") & (pl.int_range(pl.len()).over("ticker") >= 250))
    factor = rising.then(1.01 ** (pl.int_range(pl.len()).over("ticker") - 250)).otherwise(1.0)
    frame = frame.with_columns(pl.col("open", "high", "low", "close") * factor)
    frame = frame.filter((pl.col("ticker") == "T0") | (pl.int_range(pl.len()).over("ticker") >= 250))
    market, past = laid_out(frame, ("T0", "T1"))
    late = np.flatnonzero(~np.isnan(market.bars["low"][:, 1]))[1:]
    moved = [
        (past.ground.steps[source][late, 0, 3] * past.ground.factors[past.ground.kinds[late], 0]).mean()
        for source in (past.draw(1, world, 2.0) for world in range(200))
    ]
    assert np.mean(moved) == pytest.approx(1.0, abs=0.0005)  # undivided, it would be 1.01


def test_a_world_depends_on_seed_and_number_alone() -> None:
    assert (PAST.draw(1, 7, 2.0) == PAST.draw(1, 7, 2.0)).all()
    assert (PAST.draw(1, 8, 2.0) != PAST.draw(1, 7, 2.0)).any()
    assert (PAST.draw(2, 7, 2.0) != PAST.draw(1, 7, 2.0)).any()
