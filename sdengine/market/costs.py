"""What a fill costs: slippage in its price, commissions beside it, and how much the bank affords.

`sdengine/RULES.md`, "Costs".

Slippage worsens every fill price. Commissions of a fill are
``commission + commission_bps / 10,000 * quantity * price + commission_per_share * quantity``; they come out of the
bank, count in a buy's whole cost, and are summed apart.
"""

from __future__ import annotations

from sdengine.kernel.compiled import inlined, kernel
from sdengine.kernel.records import Record
from sdengine.kernel.tolerance import DUST
from sdengine.market.measures import floor_lots


@inlined
def buy_price(plan: Record, price: float) -> float:
    """Return what a share bought at the market's `price` costs, before commissions."""
    return price * (1.0 + plan["slippage"])


@inlined
def sell_price(plan: Record, price: float) -> float:
    """Return what a share sold at the market's `price` brings, before commissions."""
    return price * (1.0 - plan["slippage"])


@inlined
def costs_of(plan: Record, qty: float, price: float) -> float:
    """Return the commissions of one fill at fill price `price`, >= 0."""
    return plan["commission"] + plan["commission_rate"] * qty * price + plan["commission_per_share"] * qty


@inlined
def brings(plan: Record, qty: float, price: float) -> bool:
    """Return whether a sale at fill price `price` brings more than it costs: another is not made."""
    return qty * price > costs_of(plan, qty, price)


@kernel
def affordable(plan: Record, cash: float, price: float, lot_size: float) -> float:
    """Return the most whole lots whose whole cost at fill price `price` does not exceed `cash`; 0 if not even one."""
    cash = cash - plan["commission"]
    unit = price * (1.0 + plan["commission_rate"]) + plan["commission_per_share"]
    if cash <= 0.0 or unit <= 0.0:
        return 0.0
    qty = floor_lots(cash / unit, lot_size)
    # rounding to lots may have gone up by a hair: the bank must never fall below zero
    if lot_size > 0.0 and qty * unit > cash * (1.0 + DUST):
        qty -= lot_size
    return max(qty, 0.0)
