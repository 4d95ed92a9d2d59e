"""A drawn future: the past's weeks in another order, laid out as bars from the month after the past on."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sdengine.judging.draws import uniforms
from sdengine.judging.worlds import CLOSE, HIGH, LOW, OPEN, THURSDAY, WEEK, wander
from sdengine.kernel.compiled import kernel
from sdengine.kernel.pointers import copy_record
from sdengine.kernel.records import Record, Records
from sdengine.market.calendar import calendar_of
from sdengine.market.carry import carry_bar, enter_bar_at_close, find_extremes
from sdengine.retirement.weeks import DIVIDEND

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Calendar(NamedTuple):
    """The dates that a future may have: whole weeks, the entry on day `first` of them, until `months` later."""

    days: Records  # [N * 7] of DAY
    first: int


def calendar_after(last: int, months: int) -> Calendar:
    """Make the calendar after the past's last day (ordinal): the first weekday of the next month, and whole months."""
    month = np.datetime64(last, "D").astype("datetime64[M]") + 1
    entry = np.busday_offset(month.astype("datetime64[D]"), 0, roll="forward").astype(np.int64)
    beyond = (month + months + 1).astype("datetime64[D]").astype(np.int64)
    first = int((entry + THURSDAY) % WEEK)
    monday = int(entry) - first
    count = -(-(int(beyond) - monday) // WEEK) * WEEK
    return Calendar(calendar_of(np.arange(monday, monday + count, dtype=np.int32)), first)


class Ground(NamedTuple):
    """What a group's futures are filled from, see `Weeks`; `extremes`: somebody asks for the highest premium."""

    steps: Floats
    closes: Floats
    extremes: bool


def draw(seed: int, path: int, weeks: int, mean_weeks: float, past: int) -> Ints:
    """Draw which of the `past` weeks stands for each of `weeks`: stationary blocks around the end.

    It depends on `seed` and `path` alone, and a longer future begins as the shorter one does.
    """
    drawn = uniforms(seed, path, 2 * weeks)
    regime = np.zeros(weeks, np.int64)
    return wander(drawn[::2].copy(), drawn[1::2].copy(), 1.0 / mean_weeks, regime, np.array([past], np.int64))


def fill(ground: Ground, taken: Ints, calendar: Calendar, days: Records, bars: Records) -> int:
    """Make the days and bars of a future; return how many days it has. Dates on which nobody has a bar are none."""
    count = _fill(ground, taken, calendar, days, bars)
    if ground.extremes:
        find_extremes(days[:count], bars[:count])
    return int(count)


@kernel
def _fill(ground: Ground, taken: Ints, calendar: Calendar, days: Records, bars: Records) -> int:
    """Make them, but for what a day tells of all its premiums."""
    assets = bars.shape[1]
    copy_record(calendar.days[calendar.first], days[0])
    for a in range(assets):
        bar, close = bars[0, a], ground.closes[a]
        bar["open"], bar["high"], bar["low"], bar["close"], bar["dividend"] = close, close, close, close, 0.0
        enter_bar_at_close(bar)
    t = 1
    for date in range(calendar.first + 1, len(calendar.days)):
        source = taken[date // WEEK] * WEEK + date % WEEK
        absent, pays = 0, 0
        for a in range(assets):
            if math.isnan(ground.steps[source, a, LOW]):
                absent += 1
            elif ground.steps[source, a, DIVIDEND] != 0.0:
                pays = 1
        if absent == assets:
            continue
        copy_record(calendar.days[date], days[t])
        days[t]["absent"], days[t]["pays"] = absent, pays
        for a in range(assets):
            _step(ground.steps[source, a], bars[t - 1, a], bars[t, a])
        t += 1
    return t


@kernel
def _step(step: Floats, before: Record, bar: Record) -> None:
    """Make a bar of what it did to the close before; without one (NaN) it has no price of its own."""
    close = before["close"]
    bar["open"] = close * step[OPEN]
    bar["high"] = close * step[HIGH]
    bar["low"] = close * step[LOW]
    bar["close"] = close * step[CLOSE]
    bar["dividend"] = 0.0 if math.isnan(step[LOW]) else close * step[DIVIDEND]
    carry_bar(bar, close, before["nav"])


@kernel
def price_levels(rises: Floats, taken: Ints, calendar: Calendar, levels: Floats) -> None:
    """Fill in consumer prices at the start of each year of a future, 1 at its first day."""
    total, year = 0.0, 1
    start = calendar.days[calendar.first]["month"]
    levels[0] = 1.0
    for date in range(calendar.first + 1, len(calendar.days)):
        total += rises[taken[date // WEEK] * WEEK + date % WEEK]
        if year < len(levels) and calendar.days[date]["month"] == start + 12 * year:
            levels[year] = math.exp(total)
            year += 1
