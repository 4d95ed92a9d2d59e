"""The sixteen figures of one retirement, from its months.

Amounts are in money of the start ("real"): prices rise once a year, as amounts do, so that a constant real amount is
constant. What was paid in year y (from 0) is divided by the prices at its start, a value after k payments by those at
the start of year k // 12.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sdengine.history.simulate import Batch
from sdengine.kernel.compiled import kernel
from sdengine.kernel.records import Record
from sdengine.kernel.room import Room
from sdengine.kernel.tolerance import SLACK
from sdengine.retirement.door import (
    NO_ROOM,
    Life,
    Prices,
    Trial,
    is_short,
    left_over,
    live,
    note_held,
    set_rate,
)
from sdengine.statistics.risk import deviation
from sdengine.withdrawals.amount import MONTHS

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

VALUE, INCOME = 0, 1
"""What is kept of each year."""

FIGURES = (
    "asked_real", "paid_real", "paid_share", "months_short", "longest_short", "deepest_short", "failed_on",
    "depleted_on", "final_value_real", "lowest_value_real", "first_income_real", "lowest_income_ratio",
    "income_change_sd", "cuts", "years_below_floor", "floor_shortfall_real",
)  # fmt: skip
"""In the order of a row. Days are ordinals; NaN: does not exist."""
(
    ASKED, PAID, SHARE, SHORT, LONGEST, DEEPEST, FAILED, DEPLETED, FINAL, LOWEST, FIRST_INCOME, LOWEST_INCOME,
    CHANGE, CUTS, BELOW, SHORTFALL,
) = range(len(FIGURES))  # fmt: skip

DEEP_CUT = 0.1
"""A year whose real income is lower by more than this share than the year before is a cut."""


@kernel
def measure(life: Life, months: int, levels: Floats, cash: float, final: float, floor: float, row: Floats) -> None:
    """Fill in the row of one retirement.

    `levels`: prices at the start of each year; `final`: what is left, cash; `floor`: real cash a year, NaN for none.
    """
    row[:] = 0.0
    row[FAILED], row[DEPLETED], row[LOWEST] = math.nan, math.nan, math.inf
    in_a_row = 0
    for m in range(months):
        asked, paid = life.asked[m], life.paid[m]
        row[ASKED] += asked / levels[m // MONTHS]
        row[PAID] += paid / levels[m // MONTHS]
        in_a_row = in_a_row + 1 if is_short(asked, paid) else 0
        if in_a_row > 0:
            row[SHORT] += 1
            row[LONGEST] = max(row[LONGEST], in_a_row)
            row[DEEPEST] = max(row[DEEPEST], 1.0 - paid / asked)
            if math.isnan(row[FAILED]):
                row[FAILED] = life.day[m]
        before_the_end = m < months - 1 or in_a_row > 0
        if not life.worth[m] > SLACK * cash and before_the_end and math.isnan(row[DEPLETED]):
            row[DEPLETED] = life.day[m]
        row[LOWEST] = min(row[LOWEST], life.worth[m] / levels[(m + 1) // MONTHS])
    row[SHARE] = row[PAID] / row[ASKED] if row[ASKED] > 0.0 else 1.0
    row[FINAL] = final / levels[months // MONTHS]
    _measure_years(life, months // MONTHS, levels, floor, row)


@kernel
def income(life: Life, year: int, levels: Floats) -> float:
    """Return what was paid in a year (0 is the first), real cash."""
    return life.paid[year * MONTHS : (year + 1) * MONTHS].sum() / levels[year]


@kernel
def _measure_years(life: Life, years: int, levels: Floats, floor: float, row: Floats) -> None:
    changes, count, before, lowest = np.empty(years), 0, math.nan, math.inf
    for y in range(years):
        paid = income(life, y, levels)
        if before > 0.0:  # after a year of nothing there is no change to speak of
            changes[count] = paid / before - 1.0
            row[CUTS] += 1.0 if changes[count] < -DEEP_CUT - SLACK else 0.0
            count += 1
        if floor - paid > SLACK * floor:
            row[BELOW] += 1
            row[SHORTFALL] += floor - paid
        lowest, before = min(lowest, paid), paid
    row[FIRST_INCOME] = income(life, 0, levels)
    row[LOWEST_INCOME] = lowest / row[FIRST_INCOME] if row[FIRST_INCOME] > 0.0 else math.nan
    row[CHANGE] = deviation(changes[:count])
    if math.isnan(floor):
        row[BELOW], row[SHORTFALL] = math.nan, math.nan


class Kept(NamedTuple):
    """What is kept of lives: of scenarios as they are the first three, of rates that are tried the last."""

    rows: Floats  # [S, 16]
    yearly: Singles  # [S, years + 1, 2]: real value at each year's end, what was paid in it; NaN behind the end
    ends: Ints  # [S]: the day of the last payment
    held: Flags  # [R, 2]: see `note_held`


@kernel
def live_all(
    engine: int, batch: Batch, first: int, room: Room, trial: Trial, months: Ints, prices: Prices, floor: float,
    life: Life, kept: Kept,
) -> int:  # fmt: skip
    """Live the scenarios from `first` on, each its `months`, or one with each of the rates from `first` on.

    `engine` is the address of `sdengine.days.play_days`. Return the first that found no room.
    """
    count = len(trial.rates) if len(trial.rates) > 0 else len(months)
    for k in range(first, count):
        tried = len(trial.rates) > 0
        s = trial.s if tried else k
        plan = batch.plans[s]
        if tried:
            set_rate(plan, trial.field, trial.rates[k])
        done = live(engine, batch, s, room, months[s], prices, tried, life)
        if done == NO_ROOM:
            return k
        if tried:
            level = prices.levels[months[s] // MONTHS]
            note_held(plan, room.book[0], life, done, months[s], level, kept.held[k])
        else:
            _keep(plan, room.book[0], life, done, months[s], prices.levels, floor, kept, s)
    return count


@kernel
def _keep(
    plan: Record, book: Record, life: Life, done: int, months: int, levels: Floats, floor: float, kept: Kept, s: int
) -> None:
    if done < months:
        raise AssertionError("the days ended before the last payment was due")
    cash = plan["initial_cash"]
    measure(life, done, levels, cash, left_over(plan, book), floor, kept.rows[s])
    kept.ends[s] = life.day[done - 1]
    kept.yearly[s] = math.nan
    kept.yearly[s, 0, VALUE] = cash
    for y in range(done // MONTHS):
        kept.yearly[s, y + 1, VALUE] = life.worth[(y + 1) * MONTHS - 1] / levels[y + 1]
        kept.yearly[s, y + 1, INCOME] = income(life, y, levels)
