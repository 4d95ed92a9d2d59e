"""Laying tables over each other: asset defaults under assets, a base scenario under its heir."""

from collections.abc import Mapping
from typing import Any

from sdengine.scenario.asset import ALTERNATIVES
from sdengine.scenario.benchmark import CHOICES
from sdengine.scenario.retire import ALTERNATIVES as RETIRE
from sdengine.scenario.withdrawal import AMOUNTS, COMMON

Table = Mapping[str, Any]
GROUPS: dict[str, tuple[tuple[str, ...], ...]] = {
    "asset_defaults": ALTERNATIVES,
    "benchmark": (CHOICES,),
    "retire": RETIRE,
}
"""The alternatives among the keys of a table that has some."""
NOT_INHERITED = frozenset({"name", "description", "sweep", "extends"})


def lay_over(own: Table, under: Table, groups: tuple[tuple[str, ...], ...] = ()) -> dict[str, Any]:
    """Let keys of `own` win; of a group of alternatives, one key in `own` puts aside all of that group in `under`."""
    for group in groups:
        if not own.keys().isdisjoint(group):
            under = {key: value for key, value in under.items() if key not in group}
    return {**under, **own}


def apply_defaults(data: Table) -> dict[str, Any]:
    """Merge `asset_defaults` into every asset; an asset's own keys win. Anything malformed is left for validation."""
    defaults = data.get("asset_defaults")
    rest = {key: value for key, value in data.items() if key != "asset_defaults"}
    if not isinstance(defaults, Mapping):
        return dict(data) if "asset_defaults" in data else rest
    assets = rest.get("assets")
    if isinstance(assets, list | tuple):
        rest["assets"] = [
            lay_over(asset, defaults, ALTERNATIVES) if isinstance(asset, Mapping) else asset for asset in assets
        ]
    return rest


def inherit_from(base: Table, own: Table) -> dict[str, Any]:
    """Lay a whole scenario over its base, table by table.

    The heir's `assets` say which assets there are, and in which order; one that the base has too keeps the base's
    settings where the heir is silent. Name, description, sweep and extends are never inherited.
    """
    merged = {key: value for key, value in base.items() if key not in NOT_INHERITED}
    for key, value in own.items():
        merged[key] = _inherit_value(key, merged.get(key), value)
    return merged


def _inherit_value(key: str, under: Any, own: Any) -> Any:
    if key == "assets" and isinstance(under, list) and isinstance(own, list):
        return _inherit_assets(under, own)
    if not isinstance(under, Mapping) or not isinstance(own, Mapping):
        return own
    if key == "withdrawal":
        return lay_over_withdrawal(own, under)
    return lay_over(own, under, GROUPS.get(key, ()))


def lay_over_withdrawal(own: Table, under: Table) -> dict[str, Any]:
    """Do as `lay_over`; another rule keeps only what all rules share, another kind of amount replaces the amount."""
    if own.get("rule", under.get("rule")) != under.get("rule"):
        under = {key: value for key, value in under.items() if key in COMMON}
    return lay_over(own, under, (AMOUNTS,))


def by_ticker(assets: Any) -> dict[str, Table]:
    """Index the asset tables that have a ticker by it; anything malformed is left out."""
    tables = [asset for asset in assets if isinstance(asset, Mapping)] if isinstance(assets, list) else []
    return {asset["ticker"]: asset for asset in tables if isinstance(asset.get("ticker"), str)}


def _inherit_assets(under: list[Any], own: list[Any]) -> list[Any]:
    known = by_ticker(under)
    return [
        lay_over(asset, known[asset["ticker"]], ALTERNATIVES)
        if isinstance(asset, Mapping) and isinstance(asset.get("ticker"), str) and asset["ticker"] in known
        else asset
        for asset in own
    ]
