"""A sell that does not rest since it would cost more than it brings.

`sdengine/RULES.md`, "The algorithm, one asset".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from sdengine.scenario import Scenario


class CostlySell(NamedTuple):
    """What such a sell would be."""

    qty: float
    limit: float
    proceeds: float
    costs: float


def costly_sell(scenario: Scenario, ticker: str, holdings: float, anchor: float, nav: float) -> CostlySell | None:
    """Return the sell that would rest if it did not cost more than it brings; None where that is not why none rests.

    Also None where sd_n follows the gaps: the bracket is not known then.
    """
    from sdengine.codes import Variant, code
    from sdengine.ladder.brackets import sell_limit, sell_quantity
    from sdengine.ladder.orders import sells, sells_at_nav
    from sdengine.ladder.trigger import calculate_trigger
    from sdengine.market.costs import costs_of, sell_price

    asset = next(asset for asset in scenario.assets if asset.ticker == ticker)
    variant, trigger = int(code(Variant, asset.variant)), calculate_trigger(asset.sd_n)
    if scenario.dynamic_sd_n is not None or not sells(variant):
        return None
    qty = float(sell_quantity(holdings, trigger, asset.profit_sharing_pct / 100.0, asset.lot_size))
    limit = float(sell_limit(anchor, trigger))
    limit = max(limit, nav) if sells_at_nav(variant) else limit
    plan = plan_without_path(scenario)
    price = float(sell_price(plan, limit))
    costs = float(costs_of(plan, qty, price))
    return CostlySell(qty, limit, qty * price, costs) if qty > 0.0 and qty * price <= costs else None


def plan_without_path(scenario: Scenario) -> Any:
    """Return the scenario's costs as the engine reads them; its path does not matter, and `random` would be drawn."""
    from sdengine.history.plans import plan_of

    portfolio = scenario.portfolio.model_copy(update={"path": "nearest"})
    return plan_of(scenario.model_copy(update={"portfolio": portfolio}))[0]
