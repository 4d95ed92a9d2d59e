"""Which runs can be measured, and what is wrong with the others."""

from __future__ import annotations

import numpy as np

from sdengine.metrics.records import (
    NO_CAPITAL,
    NO_DAYS,
    NOT_FINITE,
    STRANGER,
    UNSORTED,
    WRONG_TICKER,
    Days,
    Fills,
    Floats,
    Int64s,
    Lots,
)


def status_of_days(days: Days, initial_cash: Floats) -> Int64s:
    """Tell of each run whether its days can be measured at all."""
    status = np.zeros(days.start.size, np.int64)
    finite = np.isfinite(days.total_value) & np.isfinite(days.bank) & np.isfinite(days.withdrawn)
    twice = _same_run(days.run) & (np.diff(days.ordinal, prepend=0) <= 0)
    _note(status, days.run, np.where(finite, UNSORTED * twice, NOT_FINITE))
    status[~(np.isfinite(initial_cash) & (initial_cash > 0.0))] = NO_CAPITAL
    status[days.start == days.stop] = NO_DAYS
    return status


def check_fills(status: Int64s, fills: Fills) -> None:
    """Note whose fills are not in order, or name an asset that the run does not have."""
    backwards = _same_run(fills.run) & (np.diff(fills.ordinal, prepend=0) < 0)
    _note(status, fills.run, np.where(backwards, UNSORTED, WRONG_TICKER * (fills.asset == STRANGER)))


def check_lots(status: Int64s, lots: Lots) -> None:
    """Note whose lots name an asset that the run does not have."""
    _note(status, lots.run, WRONG_TICKER * (lots.asset == STRANGER))


def _same_run(run: Int64s) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell of each row whether the one before belongs to the same run."""
    return np.diff(run, prepend=-1) == 0


def _note(status: Int64s, run: Int64s, faults: Int64s) -> None:
    """Keep each run's first fault, unless one is known already."""
    rows = np.flatnonzero(faults)[::-1]
    rows = rows[status[run[rows]] == 0]
    status[run[rows]] = faults[rows]
