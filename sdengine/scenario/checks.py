"""Checks that no single table can make: between assets, and between assets and mode."""

from collections.abc import Sequence

from sdengine.kernel.tolerance import SUM_EXCESS
from sdengine.scenario.asset import AssetSettings
from sdengine.scenario.errors import Location
from sdengine.scenario.portfolio import NEEDS

Finding = tuple[Location, str]


def cross_check(mode: str, assets: Sequence[AssetSettings], funding: str | None = None) -> list[Finding]:
    """List everything that is wrong between the assets, or between them and the mode or the funding of withdrawals."""
    return [*_tickers(assets), *_sums(assets), *_mode(mode, assets), *check_funding(funding, assets)]


def check_funding(funding: str | None, assets: Sequence[AssetSettings]) -> list[Finding]:
    """List what a funding lacks without which it would sell nothing."""
    if funding != "overweight" or any(asset.target is not None for asset in assets):
        return []
    text = "`{key}` is overweight, which sells what is above its target, and no asset has a `target`; give one"
    return [(("withdrawal", "funding"), text)]


def _tickers(assets: Sequence[AssetSettings]) -> list[Finding]:
    seen: set[str] = set()
    findings: list[Finding] = []
    for position, asset in enumerate(assets):
        if asset.ticker in seen:
            findings.append((("assets", position, "ticker"), f"the asset {asset.ticker} is given twice; allowed: once"))
        seen.add(asset.ticker)
    return findings


def _sums(assets: Sequence[AssetSettings]) -> list[Finding]:
    findings: list[Finding] = []
    for key in ("weight", "target"):
        total = sum(getattr(asset, key) or 0.0 for asset in assets)
        if total > 1 + SUM_EXCESS:
            findings.append((("assets",), f"the {key}s of `assets` sum to {total:.6g}; allowed: at most 1"))
    smallest = sum(asset.band[0] for asset in assets if asset.band is not None)
    if smallest > 1 + SUM_EXCESS:
        findings.append((("assets",), f"the smallest weights of all bands sum to {smallest:.6g}; allowed: at most 1"))
    return findings


def _mode(mode: str, assets: Sequence[AssetSettings]) -> list[Finding]:
    needs = NEEDS[mode]
    if needs is None:
        return []
    return [
        (("assets", position, needs), f"`{{key}}` is missing; the rebalancing_mode {mode} needs it on every asset")
        for position, asset in enumerate(assets)
        if getattr(asset, needs) is None
    ]
