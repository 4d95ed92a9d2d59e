"""What a bar carries with it: the last close, and the NAV.

The NAV (the all-time high) of an asset depends on prices alone: from the close of its entry on it is the highest high,
a ratchet that never falls. So it is computed once for a market, not once for each scenario and day.
"""

from __future__ import annotations

import math

import numpy as np

from sdengine.kernel.compiled import kernel
from sdengine.kernel.records import Record, Records
from sdengine.market.measures import premium


@kernel
def carry_bar(bar: Record, last_close: float, nav: float) -> None:
    """Fill in what the bar inherits: closes and NAVs before and after the day. Without a bar both stay as they were."""
    bar["prev_close"] = last_close
    bar["nav_before"] = nav
    if math.isnan(bar["low"]):
        bar["close"] = last_close
        bar["nav"] = nav
    else:
        bar["nav"] = max(nav, bar["high"])


@kernel
def enter_bar_at_close(bar: Record) -> None:
    """Mark the bar at whose close an asset enters: its high does not count."""
    close = bar["close"]
    bar["prev_close"] = close
    bar["nav_before"] = close
    bar["nav"] = close


@kernel
def carry_history(bars: Records) -> None:
    """Carry closes and NAVs through bars `[T, A]`; each asset enters at its first bar, before it both are 0."""
    for a in range(bars.shape[1]):
        entered = False
        close, nav = 0.0, 0.0
        for t in range(bars.shape[0]):
            bar = bars[t, a]
            if not entered and not math.isnan(bar["low"]):
                entered = True
                enter_bar_at_close(bar)
            else:
                carry_bar(bar, close, nav)
            close, nav = bar["close"], bar["nav"]


@kernel
def find_extremes(days: Records, bars: Records) -> None:
    """Count who is absent on each day; find the highest and the lowest premium, and whose they are (see DAY)."""
    seen = np.zeros(bars.shape[1], np.bool_)
    for t in range(bars.shape[0]):
        day = days[t]
        day["dear"], day["cheap"], day["absent"] = 0, 0, 0
        day["highest"], day["lowest"] = -math.inf, math.inf
        for a in range(bars.shape[1]):
            bar = bars[t, a]
            if math.isnan(bar["low"]):
                day["absent"] += 1
                continue
            if seen[a]:
                judged = premium(bar["close"], bar["nav_before"])
                if judged > day["highest"]:
                    day["dear"], day["highest"] = a + 1, judged
                if judged < day["lowest"]:
                    day["cheap"], day["lowest"] = a + 1, judged
            seen[a] = True
