"""Two resting orders around an anchor (`sdengine/RULES.md`, "The algorithm, one asset")."""

from __future__ import annotations

from dataclasses import dataclass

from tests.oracle.costs import brings, floor_lots
from tests.oracle.settings import Settings
from tests.oracle.state import Asset


@dataclass
class Order:
    side: str
    limit: float
    qty: float


def trigger(sd_n: float) -> float:
    """Bracket spacing: sd_n brackets double the price."""
    return float(2 ** (1 / sd_n) - 1)


def signals_on(settings: Settings) -> bool:
    """`signals = false` silences the algorithm, in the rebalancing mode that the switch belongs to."""
    silenced = settings.mode == "rebalancing" and settings.rebalancing.get("signals") is False
    return not silenced


def buy_order(asset: Asset) -> Order | None:
    """Return the resting buy, or None where the variant never buys or the quantity rounds to nothing."""
    if asset.settings.variant not in ("full", "ath_sell"):
        return None
    r, s = trigger(asset.sd_n), asset.settings.profit_sharing
    qty = floor_lots(r * asset.holdings * s, asset.settings.lot_size)
    return Order("buy", asset.anchor / (1 + r), qty) if qty > 0 else None


def sell_order(settings: Settings, asset: Asset) -> Order | None:
    """Return the resting sell, in lots and never more than is held; none that costs more than it brings."""
    if asset.settings.variant == "buy_and_hold":
        return None
    r, s = trigger(asset.sd_n), asset.settings.profit_sharing
    limit = asset.anchor * (1 + r)
    if asset.settings.variant == "ath_sell":
        limit = max(limit, asset.nav)
    qty = min(floor_lots(r * asset.holdings * s / (1 + r), asset.settings.lot_size), asset.holdings)
    return Order("sell", limit, qty) if qty > 0 and brings(settings, qty, limit) else None
