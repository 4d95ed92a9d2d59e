"""The clock of flows: what everybody asks who needs this instant with its time zone."""

from __future__ import annotations

from datetime import UTC, datetime

from warehouse import work


def utc_now() -> datetime:
    """Read this instant, in UTC, by the one clock that there is: the warehouse's."""
    return work.utc_now().replace(tzinfo=UTC)
