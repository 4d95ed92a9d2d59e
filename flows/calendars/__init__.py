"""When markets trade: which calendar a ticker keeps (`markets`), and the sessions of each calendar (`sessions`)."""

from __future__ import annotations

from flows.calendars.markets import KINDS, Market, market_of
from flows.calendars.sessions import CalendarError, Calendars, Sessions

__all__ = ["KINDS", "CalendarError", "Calendars", "Market", "Sessions", "market_of"]
