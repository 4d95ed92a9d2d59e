"""Dynamic sd_n: the trigger follows how often an asset opens with a gap (`sdengine/RULES.md`, "Dynamic sd_n").

A gap is `abs(open / previous close - 1) >= gap_threshold`. Once a month, from the last 90 bars: more than 15 % gaps
-> sd_n 12, more than 5 % -> 8, else 6 (more gaps, tighter brackets: the fills at the open capture more of them).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sdengine.coordination.queue import tradable
from sdengine.kernel.compiled import inlined, kernel
from sdengine.kernel.pointers import nth
from sdengine.kernel.records import GAP_BARS
from sdengine.kernel.room import Desk, Room, asset_of, bar_of, rule_of
from sdengine.ladder.orders import place_orders, sells
from sdengine.ladder.trigger import trigger_of

Floats = NDArray[np.float64]

MANY_GAPS, SOME_GAPS = 0.15, 0.05

OBSERVES_GAPS, FOLLOWS_GAPS = 1, 2
"""What a plan's `dynamic` may say beside 0: count gaps only, or let the trigger follow them."""


@kernel
def count_gaps(desk: Desk, a: int) -> int:
    """Count the gaps among the asset's last 90 bars; -1 where it has had fewer bars."""
    if asset_of(desk, a)["gap_seen"] < GAP_BARS:
        return -1
    count = 0.0
    for k in range(GAP_BARS):
        count += nth(desk.gaps, a * GAP_BARS + k)["x"]
    return int(count)


@kernel
def sd_n_for(gaps: int) -> float:
    """Return the sd_n for that many gaps in 90 bars."""
    frequency = gaps / GAP_BARS
    if frequency > MANY_GAPS:
        return 12.0
    return 8.0 if frequency > SOME_GAPS else 6.0


@kernel
def adjust_triggers(desk: Desk) -> None:
    """Set every asset's trigger anew; the anchor stays, the orders are placed anew around it."""
    for a in range(desk.book["assets"]):
        asset = asset_of(desk, a)
        gaps = count_gaps(desk, a)
        if asset["entered"] == 0 or gaps < 0 or not sells(rule_of(desk, a)["variant"]):
            continue
        asset["trigger"] = trigger_of(sd_n_for(gaps))
        place_orders(desk.plan, asset, rule_of(desk, a), bar_of(desk, a)["nav_before"])


@kernel
def recall_gaps(room: Room, threshold: float, gaps: Floats) -> None:
    """Let each asset remember how its bars up to the entry opened: gaps ``[A, GAP_BARS]``, NaN before the first."""
    for a in range(gaps.shape[0]):
        asset = room.assets[a]
        for k in range(gaps.shape[1]):
            if not math.isnan(gaps[a, k]):
                room.gaps[a, asset["gap_at"]]["x"] = 1.0 if gaps[a, k] >= threshold else 0.0
                asset["gap_at"] = (asset["gap_at"] + 1) % GAP_BARS
                asset["gap_seen"] += 1


@inlined
def observe_gaps(desk: Desk) -> None:
    """Remember, for each asset held since an earlier day, whether today's bar opened with a gap."""
    for a in range(desk.book["assets"]):
        asset = asset_of(desk, a)
        bar = bar_of(desk, a)
        if not tradable(desk, a):
            continue
        gap = abs(bar["open"] / bar["prev_close"] - 1.0) >= desk.plan["gap_threshold"]
        nth(desk.gaps, a * GAP_BARS + asset["gap_at"])["x"] = 1.0 if gap else 0.0
        asset["gap_at"] = (asset["gap_at"] + 1) % GAP_BARS
        asset["gap_seen"] += 1
