"""The clock of flows: what everybody asks who needs this instant with its time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime


def utc_now() -> datetime:
    """Read this instant, in UTC, by the one clock that there is: the warehouse's."""
    from warehouse import work  # whoever only wants help needs no warehouse

    return work.utc_now().replace(tzinfo=UTC)


def today() -> date:
    """Tell the day of UTC, from which ages are told."""
    return utc_now().date()
