"""A scenario's twin, from the words of `sdengine/RULES.md`, "Twins", alone: no setting is tidied away."""

from __future__ import annotations

from typing import Any


def twin_of(scenario: dict[str, Any], variant: str) -> dict[str, Any]:
    """Put every asset on the variant; what was to be withdrawn is paid whatever covers it, out of all that is held.

    A buy and hold has nothing else that trades: no targets, no bands, no arbitrage.
    """

    def on_variant(asset: dict[str, Any]) -> dict[str, Any]:
        return {k: v for k, v in asset.items() if k != "buyback_enabled"} | {"variant": variant}

    twin = {**scenario, "assets": [on_variant(asset) for asset in scenario["assets"]]}
    if scenario.get("withdrawal"):
        twin["withdrawal"] = {**scenario["withdrawal"], "coverage_ratio_min": 0.0, "funding": "pro_rata"}
    if variant == "buy_and_hold":
        twin["portfolio"] = {**scenario.get("portfolio", {}), "rebalancing_mode": "simple"}
        twin["arbitrage"] = {"fraction": 0.0}
        twin["dynamic_sd_n"] = None
    return twin
