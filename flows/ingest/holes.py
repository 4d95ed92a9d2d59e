"""Sessions of which no whole bar is stored, and when a source is asked for them again.

A session between a ticker's first and last stored bar is a hole if its bar is not there, lacks a price, or was set
aside. Sources fill holes: an evening's null is a bar by morning, a gap is closed within days or weeks. So a hole is
asked for again in the later runs of the night that found it, on each of the next `NIGHTS` nights on which the source
answers, once a night, and then every `DAYS` days. A night is told by its date in UTC; one that lies ahead, which a
wrong clock has written, does not count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from flows.calendars.markets import UNKNOWN
from schemas.columns import PRICES
from warehouse.statements import statement

if TYPE_CHECKING:
    import polars as pl

    from flows.calendars import Sessions
    from warehouse import Warehouse

NIGHTS = 10
DAYS = 30


@dataclass(frozen=True)
class Hole:
    """One session without a bar: when it was first seen, last asked for, and on how many nights after the first."""

    found_on: date
    asked_on: date
    nights: int

    def due(self, tonight: date) -> bool:
        """Whether the source is asked for it again."""
        if self.nights < NIGHTS:
            return self.found_on == tonight or self.asked_on != tonight
        return not tonight - timedelta(days=DAYS) < self.asked_on <= tonight

    def asked(self, tonight: date) -> Hole:
        """Keep the hole after an answer that did not fill it."""
        return self if self.asked_on == tonight else Hole(self.found_on, tonight, self.nights + 1)


def known_holes(warehouse: Warehouse, source: str) -> dict[str, dict[date, Hole]]:
    """Read what a source still owes: ticker -> date -> hole, dates ascending."""
    holes: dict[str, dict[date, Hole]] = defaultdict(dict)
    for ticker, day, *hole in warehouse.rows(statement("ingest/holes"), {"source": source}):
        holes[ticker][day] = Hole(*hole)
    return holes


def missing(bars: pl.DataFrame, sessions: Sessions, first: date, last: date) -> set[date]:
    """List the sessions from first to last without a whole bar; of an unknown calendar, dates of bars without a price.

    Args:
        bars: date, open, high, low, close of what is stored and not set aside.
        sessions: those of the ticker's calendar.
        first: the first date looked at.
        last: the last.
    """
    import polars as pl

    whole = pl.all_horizontal(pl.col(name).is_not_null() for name in PRICES)
    if sessions.calendar == UNKNOWN:
        expected = bars["date"]
    else:
        expected = sessions.frame.filter(pl.col("required"))["date"]
    return set(expected.filter(expected.is_between(first, last))) - set(bars.filter(whole)["date"])


def renewed(known: Mapping[date, Hole], lacking: set[date], first: date, last: date, tonight: date) -> dict[date, Hole]:
    """Keep the holes that an answer about first to last left `found` open; the others there have been filled."""
    outside = {day: hole for day, hole in known.items() if not first <= day <= last}
    inside = {
        day: known[day].asked(tonight) if day in known else Hole(found_on=tonight, asked_on=tonight, nights=0)
        for day in lacking
    }
    return outside | inside


def in_words(days: list[date]) -> str:
    """Sessions that are asked for again, as `plan` names them."""
    if len(days) == 1:
        return f"the session of {days[0]}, of which no bar is stored, is asked for again"
    return f"{len(days)} sessions of {days[0]} to {days[-1]}, of which no bar is stored, are asked for again"
