"""Dynamic sd_n: the trigger follows how often an asset opens with a gap.

A gap is `abs(open / previous close - 1) >= gap_threshold`. Once a month, from the last 90 bars: more than 15 % gaps
-> sd_n 12, more than 5 % -> 8, else 6 (more gaps, tighter brackets: the fills at the open capture more of them).
"""

from __future__ import annotations

from sdengine.codes import Variant
from sdengine.coordination.queue import tradable
from sdengine.kernel.compiled import kernel
from sdengine.kernel.pointers import nth
from sdengine.kernel.records import GAP_BARS
from sdengine.kernel.room import Desk
from sdengine.ladder.orders import place_orders

MANY_GAPS, SOME_GAPS = 0.15, 0.05

OBSERVES_GAPS, FOLLOWS_GAPS = 1, 2
"""What a plan's `dynamic` may say beside 0: count gaps only, or let the trigger follow them."""


@kernel
def count_gaps(desk: Desk, a: int) -> int:
    """Gaps among the asset's last 90 bars; -1 where it has had fewer bars."""
    if nth(desk.assets, a)["gap_seen"] < GAP_BARS:
        return -1
    count = 0.0
    for k in range(GAP_BARS):
        count += nth(desk.gaps, a * GAP_BARS + k)["x"]
    return int(count)


@kernel
def sd_n_for(gaps: int) -> float:
    """The sd_n for that many gaps in 90 bars."""
    frequency = gaps / GAP_BARS
    if frequency > MANY_GAPS:
        return 12.0
    return 8.0 if frequency > SOME_GAPS else 6.0


@kernel
def adjust_triggers(desk: Desk) -> None:
    """Set every asset's trigger anew; the anchor stays, the orders are placed anew around it."""
    for a in range(desk.book["assets"]):
        asset = nth(desk.assets, a)
        gaps = count_gaps(desk, a)
        if asset["entered"] == 0 or gaps < 0 or nth(desk.rules, a)["variant"] == Variant.BUY_AND_HOLD:
            continue
        asset["trigger"] = 2.0 ** (1.0 / sd_n_for(gaps)) - 1.0
        place_orders(asset, nth(desk.rules, a), nth(desk.bars, a)["nav_before"])


@kernel
def observe_gaps(desk: Desk) -> None:
    """Remember, for each asset held since an earlier day, whether today's bar opened with a gap."""
    for a in range(desk.book["assets"]):
        asset = nth(desk.assets, a)
        bar = nth(desk.bars, a)
        if not tradable(desk, a):
            continue
        gap = abs(bar["open"] / bar["prev_close"] - 1.0) >= desk.plan["gap_threshold"]
        nth(desk.gaps, a * GAP_BARS + asset["gap_at"])["x"] = 1.0 if gap else 0.0
        asset["gap_at"] = (asset["gap_at"] + 1) % GAP_BARS
        asset["gap_seen"] += 1
