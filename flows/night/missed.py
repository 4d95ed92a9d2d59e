"""Whether a night that was due has been carried out, as the ledger and what is published tell it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from enum import Enum

from flows.night.opening import warehouse_for
from flows.night.request import Request
from flows.stages import METRICS
from warehouse.errors import WarehouseLocked
from warehouse.results import published_batches
from warehouse.statements import statement

CATCH_UP = "catch-up"
"""What a night that catches up is called in the ledger."""


class Due(Enum):
    """What became of a night that was due.

    CARRIED_OUT  what it brought is published; or it was caught up once, and what came of that has been told
    MISSED       it never began, or died, or published nothing
    NEVER        there has been no night at all
    UNKNOWN      somebody is at work on the warehouse
    """

    CARRIED_OUT = "carried out"
    MISSED = "missed"
    NEVER = "never"
    UNKNOWN = "unknown"


def look_back(request: Request, due: datetime, now: datetime) -> Due:
    """Tell what became of the night that was due at `due`; both instants have a time zone."""
    if not (request.settings.warehouse / "work.duckdb").exists():
        return Due.NEVER
    try:
        with warehouse_for(replace(request, verb="schedule", wait=0.0)) as warehouse:
            if warehouse.ledger.last_batch() is None:
                return Due.NEVER
            asked = {
                "due": due.astimezone(UTC).replace(tzinfo=None),
                "now": now.astimezone(UTC).replace(tzinfo=None),
                "published": next(reversed(published_batches(warehouse.results_path)), None),
                "catch_up": CATCH_UP,
                "whole": METRICS,
                "stages": len(request.stages),
            }
            return Due.CARRIED_OUT if warehouse.rows(statement("night/carried_out"), asked) else Due.MISSED
    except WarehouseLocked:
        return Due.UNKNOWN
