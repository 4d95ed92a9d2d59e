"""Dates as the engine counts them, and what a calendar says of each day."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

from sdengine.kernel.records import DAY, Records

EPOCH = date(1970, 1, 1).toordinal()


def ordinal(day: date) -> int:
    """Count the days since 1970-01-01."""
    return day.toordinal() - EPOCH


def date_of(days: int) -> date:
    """Return the date that many days after 1970-01-01."""
    return date.fromordinal(int(days) + EPOCH)


def calendar_of(ordinals: NDArray[np.int32]) -> Records:
    """Make DAY records of those dates, without dividends."""
    stamps = ordinals.astype("datetime64[D]")
    months = stamps.astype("datetime64[M]").astype(np.int64)
    dates = stamps.astype(np.int64) - stamps.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + 1
    days = np.zeros(len(ordinals), DAY)
    days["ordinal"] = ordinals
    days["month"] = months + 1970 * 12
    days["ymd"] = (1970 + months // 12) * 10_000 + (months % 12 + 1) * 100 + dates
    return days
