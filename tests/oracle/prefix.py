"""Cut a run's tables at a day: what a run that knew no later bar must have written (no look-ahead)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from tests.oracle.agreement import DUST

Row = dict[str, Any]


def until(rows: list[Row], day: date) -> list[Row]:
    """Return the rows of a table with a date, up to and with `day`."""
    return [row for row in rows if row["date"] <= day]


def lots_until(lots: list[Row], day: date) -> tuple[list[Row], dict[int, float]]:
    """Return the pieces that were sold by `day`, and what of each lot was open at its close.

    A piece that a later day sold was part of the open rest then.
    """
    sold = [row for row in lots if row["closed_on"] is not None and row["closed_on"] <= day]
    still_open: dict[int, float] = defaultdict(float)
    whole: dict[int, float] = defaultdict(float)
    for row in lots:
        if row["opened_on"] <= day:
            whole[row["lot"]] += row["qty"]
            if row["closed_on"] is None or row["closed_on"] > day:
                still_open[row["lot"]] += row["qty"]
    return sold, {lot: qty for lot, qty in still_open.items() if qty > DUST * whole[lot]}
