"""The day that ages are told from."""

from __future__ import annotations

from datetime import date


def today() -> date:
    """Tell the day of UTC."""
    from flows.clock import utc_now  # whoever only wants help needs no warehouse

    return utc_now().date()
