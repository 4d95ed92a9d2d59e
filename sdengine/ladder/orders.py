"""The two resting orders of one asset (`sdengine/RULES.md`, "The algorithm, one asset")."""

from __future__ import annotations

import math

from sdengine.codes import Variant
from sdengine.kernel.compiled import inlined
from sdengine.kernel.records import Record
from sdengine.ladder.brackets import buy_limit, buy_quantity, sell_limit, sell_quantity
from sdengine.market.costs import brings, sell_price


@inlined
def place_orders(plan: Record, asset: Record, rule: Record, nav: float) -> None:
    """Place both orders anew around the asset's anchor, for its holdings and trigger; `nav` is its all-time high.

    An order that rounds to nothing does not rest, nor does a sell that would cost more than it brings at its limit:
    the limit becomes -inf (buy) or +inf (sell), which no price reaches. A sell never exceeds the holdings. The
    `ath_sell` variant sells no lower than the NAV.
    """
    anchor, trigger, holdings = asset["anchor"], asset["trigger"], asset["holdings"]

    asset["buy_limit"] = -math.inf
    asset["buy_qty"] = 0.0
    if buys(rule["variant"]):
        qty = buy_quantity(holdings, trigger, rule["share"], rule["lot_size"])
        if qty > 0.0:
            asset["buy_limit"] = buy_limit(anchor, trigger)
            asset["buy_qty"] = qty

    asset["sell_limit"] = math.inf
    asset["sell_qty"] = 0.0
    if sells(rule["variant"]):
        qty = sell_quantity(holdings, trigger, rule["share"], rule["lot_size"])
        if qty > 0.0:
            limit = sell_limit(anchor, trigger)
            if sells_at_nav(rule["variant"]):
                limit = max(limit, nav)
            if brings(plan, qty, sell_price(plan, limit)):
                asset["sell_limit"] = limit
                asset["sell_qty"] = qty


@inlined
def buys(variant: int) -> bool:
    """Return whether a buy rests."""
    if variant == Variant.ATH_ONLY or variant == Variant.BUY_AND_HOLD:
        return False
    return variant == Variant.FULL or variant == Variant.ATH_SELL


@inlined
def sells(variant: int) -> bool:
    """Return whether a sell rests."""
    if variant == Variant.BUY_AND_HOLD:
        return False
    return variant == Variant.FULL or variant == Variant.ATH_ONLY or variant == Variant.ATH_SELL


@inlined
def sells_at_nav(variant: int) -> bool:
    """Return whether the sell rests no lower than the all-time high."""
    if variant == Variant.FULL or variant == Variant.ATH_ONLY or variant == Variant.BUY_AND_HOLD:
        return False
    return variant == Variant.ATH_SELL
