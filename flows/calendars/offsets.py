"""What `exchange_calendars` needs to count days under pandas 3.1, which no longer asks its offsets in Python.

pandas 3.1 steps through a range of business days in compiled code: by a mask of one week, or by a method that a class
written in Python cannot override under its old name. The package's offsets that have several weeks (Indian Saturdays,
Tel Aviv before 2026, Moscow) or an Orthodox Easter (Athens, Bucharest) are then passed over in silence, or fail. Both
kinds still know which days are theirs; here they are told to say so under the name that is asked for now.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any


@cache
def mend_offsets() -> None:
    """Let the package's own offsets step through days again; once a process, and harmless where nothing is wrong."""
    from exchange_calendars.pandas_extensions.offsets import CompositeCustomBusinessDay, OrthodoxEaster

    CompositeCustomBusinessDay._supports_daily_offset_mask = False
    CompositeCustomBusinessDay._add_datetime = _next_business_day
    OrthodoxEaster._add_datetime = OrthodoxEaster._apply


def _next_business_day(offset: Any, moment: Any) -> Any:
    """Find the first day after `moment` that is on the offset (pandas asks for steps of one day)."""
    step = timedelta(days=1)
    moment += step
    while not offset.is_on_offset(moment):
        moment += step
    return moment
