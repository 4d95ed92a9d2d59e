"""Whole lots, commissions, and what the bank can afford."""

from __future__ import annotations

import math

from tests.oracle.settings import Settings


def floor_lots(quantity: float, lot_size: float) -> float:
    """Round down to whole lots, forgiving a billionth of a lot; fractional (lot 0) as it is."""
    if quantity <= 0:
        return 0.0
    return quantity if lot_size == 0 else math.floor(quantity / lot_size + 1e-9) * lot_size


def ceil_lots(quantity: float, lot_size: float) -> float:
    """Round up to whole lots, forgiving a billionth of a lot; fractional (lot 0) as it is."""
    if quantity <= 0:
        return 0.0
    return quantity if lot_size == 0 else math.ceil(quantity / lot_size - 1e-9) * lot_size


def commissions(settings: Settings, qty: float, price: float) -> float:
    """Commissions of one fill: fixed + share of the notional + per share."""
    return settings.commission + settings.commission_share * qty * price + settings.commission_per_share * qty


def buy_price(settings: Settings, price: float) -> float:
    """Slippage worsens every price: a buy pays more."""
    return price * (1 + settings.slippage)


def sell_price(settings: Settings, price: float) -> float:
    """Slippage worsens every price: a sell receives less."""
    return price * (1 - settings.slippage)


def whole_cost(settings: Settings, qty: float, price: float) -> float:
    """Return what a buy takes from the bank."""
    return qty * price + commissions(settings, qty, price)


def brings(settings: Settings, qty: float, price: float) -> bool:
    """Whether a sale at the market's price brings more than it costs."""
    return qty * sell_price(settings, price) > commissions(settings, qty, sell_price(settings, price))


def net_per_share(settings: Settings, close: float) -> float:
    """Return what one more share sold at the close brings, after slippage and commissions that grow with it."""
    return sell_price(settings, close) * (1 - settings.commission_share) - settings.commission_per_share


def cut_to_bank(settings: Settings, bank: float, qty: float, price: float, lot_size: float) -> float:
    """Cut a close's buy to the lots that the bank affords; with margin allowed every buy executes whole."""
    return qty if settings.allow_margin else min(qty, affordable(settings, bank, price, lot_size))


def affordable(settings: Settings, cash: float, price: float, lot_size: float) -> float:
    """Return the largest whole lots whose whole cost fits into `cash`, at a price after slippage."""
    per_share = price * (1 + settings.commission_share) + settings.commission_per_share
    return floor_lots((cash - settings.commission) / per_share, lot_size)
