"""A day as a caller gives it, read or refused in our words."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

MIDNIGHT = dt.time(0)


def day_of(value: Any, what: str) -> dt.date:
    """Return a day as a plain date; a datetime, a Timestamp or a datetime64 is its day where it is midnight.

    Raises TypeError for what is no date, ValueError for a time within the day and for NaT.
    """
    if isinstance(value, np.datetime64):
        value = None if np.isnat(value) else value.astype("datetime64[us]").item()
    if isinstance(value, dt.datetime):
        if value != value:  # pandas' NaT
            raise ValueError(f"{what} is {value!r}; allowed: a date")
        if value.time() != MIDNIGHT:
            raise ValueError(f"{what} is {value}, a time within the day; allowed: a date, or its midnight")
        return dt.date(value.year, value.month, value.day)
    if isinstance(value, dt.date):
        return value
    raise TypeError(f"{what} is {value!r}; allowed: a date")
