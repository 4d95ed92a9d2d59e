"""The day that ages are told from."""

from __future__ import annotations

from datetime import UTC, date, datetime


def today() -> date:
    """Tell the day of UTC."""
    return datetime.now(UTC).date()
