"""How the asset stood: position, bank, resting orders, the bar and its path. Pure wording."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.results.costly import costly_sell
from flows.results.explain.figures import money, number, percent, price, shares
from schemas.columns import PRICES

if TYPE_CHECKING:
    from flows.results.explain.facts import Facts, Row
    from flows.results.explain.replay import Orders, Replay

CHANGED = (
    "the engine has changed since this run was computed and no longer leads to these positions, "
    "so the limits are left out; `sdengine run` computes the run anew"
)


def position(row: Row, portfolio: Row | None) -> str:
    """`612 shares, anchor 98.12, NAV (its all-time high) 131.00, bank 12,345.67`."""
    bank = "" if portfolio is None else f", bank {money(portfolio['bank'])}"
    return (
        f"{shares(row['holdings'])}, anchor {price(row['anchor'])}, NAV (its all-time high) {price(row['nav'])}{bank}"
    )


def resting(facts: Facts, orders: Orders | None, held: Row) -> str:
    """Both orders, or why one does not rest; `held` is the asset's position then."""
    if orders is None:
        return CHANGED
    if not orders:
        return f"none rests: {_why_none(facts, 'buy', held)}"
    parts = []
    for side in ("buy", "sell"):
        if side in orders:
            limit, qty = orders[side]
            parts.append(f"{side} {number(qty)} at {price(limit)}")
        else:
            parts.append(f"no {side} ({_why_none(facts, side, held)})")
    return ", ".join(parts)


def _why_none(facts: Facts, side: str, held: Row) -> str:
    from sdengine.codes import Variant, code

    settings, scenario = facts.settings, facts.scenario
    if scenario.portfolio.rebalancing_mode == "rebalancing" and not scenario.rebalancing.signals:
        return "rebalancing.signals = false silences the algorithm"
    if settings.variant == "buy_and_hold" or (settings.variant == "ath_only" and side == "buy"):
        return f"{settings.variant} {code(Variant, settings.variant).meaning}"
    if held["holdings"] == 0.0:
        return "no share is held"
    if side == "sell":
        sell = costly_sell(scenario, facts.ticker, held["holdings"], held["anchor"], held["nav"])
        if sell is not None:
            sale = f"{number(sell.qty)} at {price(sell.limit)}"
            return f"{sale} would bring {money(sell.proceeds)} and cost {money(sell.costs)}"
        if scenario.dynamic_sd_n is not None:
            return f"it would cost more than it brings, or rounds down to no lot of {number(settings.lot_size)}"
    return f"its quantity rounds down to no lot of {number(settings.lot_size)}"


def bar(row: Row, premium: float | None) -> str:
    """Tell the four prices, and where the close stands to the NAV."""
    prices = ", ".join(f"{name} {price(row[name])}" for name in PRICES)
    return prices + (
        "" if premium is None else f"; premium of the close {percent(premium)} (to the NAV before the day)"
    )


def path(scenario: Any, prices: list[float] | None) -> str:
    """Tell the order of the four prices by the scenario's path."""
    from sdengine.codes import Path, Requote, code

    way, requote = scenario.portfolio.path, code(Requote, scenario.portfolio.requote)
    walked = "" if prices is None else f"{' → '.join(map(price, prices))}, "
    laid = f"; orders are laid anew {requote.meaning}" if requote == Requote.NIGHTLY else ""
    return f"{walked}by {way}: {code(Path, way).meaning}{laid}"


def nothing(facts: Facts, replayed: Replay) -> str:
    """Why no order of the asset filled or was skipped on a day on which it has a bar."""
    before = replayed.before
    if before is None:
        return f"no order of {facts.ticker} was reached; {CHANGED}"
    if not before:
        return "nothing: no order rested"
    if facts.placed_anew:
        return "nothing: the bar reached neither order"
    assert facts.bar is not None
    sides = []
    if "buy" in before:
        sides.append(f"the low {price(facts.bar['low'])} stayed above the buy at {price(before['buy'][0])}")
    if "sell" in before:
        sides.append(f"the high {price(facts.bar['high'])} stayed below the sell at {price(before['sell'][0])}")
    between = "nothing: the bar stayed between the two limits: " if len(sides) == 2 else "nothing: "
    return between + " and ".join(sides)
