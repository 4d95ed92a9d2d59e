"""The two resting orders of one asset."""

from __future__ import annotations

import math

from sdengine.codes import Variant
from sdengine.kernel.compiled import inlined
from sdengine.kernel.records import Record
from sdengine.ladder.brackets import floor_lots


@inlined
def place_orders(asset: Record, rule: Record, nav: float) -> None:
    """Place both orders anew around the asset's anchor, for its holdings and trigger; `nav` is its all-time high.

    An order that rounds to nothing does not rest: its limit becomes -inf (buy) or +inf (sell), which no price
    reaches. A sell never exceeds the holdings. The `ath_sell` variant sells no lower than the NAV.
    """
    anchor = asset["anchor"]
    trigger = asset["trigger"]
    holdings = asset["holdings"]
    variant = rule["variant"]
    bracket_qty = trigger * holdings * rule["share"]

    asset["buy_limit"] = -math.inf
    asset["buy_qty"] = 0.0
    if variant == Variant.FULL or variant == Variant.ATH_SELL:
        qty = floor_lots(bracket_qty, rule["lot_size"])
        if qty > 0.0:
            asset["buy_limit"] = anchor / (1.0 + trigger)
            asset["buy_qty"] = qty

    asset["sell_limit"] = math.inf
    asset["sell_qty"] = 0.0
    if variant != Variant.BUY_AND_HOLD:
        qty = min(floor_lots(bracket_qty / (1.0 + trigger), rule["lot_size"]), holdings)
        if qty > 0.0:
            limit = anchor * (1.0 + trigger)
            if variant == Variant.ATH_SELL:
                limit = max(limit, nav)
            asset["sell_limit"] = limit
            asset["sell_qty"] = qty
