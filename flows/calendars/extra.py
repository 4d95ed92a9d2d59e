"""Special sessions that exchanges held and `exchange_calendars` does not list.

India: the hour of trading on the evening of Diwali (Muhurat), on a holiday or at a weekend, and sessions held on a
Saturday or Sunday for the budget or to try the recovery site; as the two exchanges announced them.
"""

from __future__ import annotations

from datetime import date

_MUHURAT = (
    "2003-10-25", "2006-10-21", "2009-10-17", "2013-11-03", "2014-10-23", "2015-11-11", "2016-10-30", "2017-10-19",
    "2018-11-07", "2019-10-27", "2020-11-14", "2021-11-04", "2022-10-24", "2023-11-12", "2024-11-01", "2025-10-21",
    "2026-11-08",
)  # fmt: skip
_WEEKENDS = (
    "2012-01-07", "2012-03-03", "2012-09-08", "2014-03-22", "2015-02-28", "2020-02-01", "2024-03-02", "2024-05-18",
    "2026-02-01",
)  # fmt: skip

#: Calendar -> dates on which it may have a bar; sorted.
EXTRA: dict[str, tuple[date, ...]] = {"XBOM": tuple(sorted(map(date.fromisoformat, (*_MUHURAT, *_WEEKENDS))))}
