"""Checks that no single table can make: between assets, between assets and mode, and against the data."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from sdengine.scenario.asset import Asset
from sdengine.scenario.budgets import TOLERANCE
from sdengine.scenario.errors import Location, Problem

if TYPE_CHECKING:
    from sdengine.scenario.model import Scenario

Finding = tuple[Location, str]


def cross_check(mode: str, assets: Sequence[Asset]) -> list[Finding]:
    """Everything that is wrong between the assets, or between them and the mode."""
    return [*_tickers(assets), *_sums(assets), *_mode(mode, assets)]


def _tickers(assets: Sequence[Asset]) -> list[Finding]:
    seen: set[str] = set()
    findings: list[Finding] = []
    for position, asset in enumerate(assets):
        if asset.ticker in seen:
            findings.append((("assets", position, "ticker"), f"the asset {asset.ticker} is given twice; allowed: once"))
        seen.add(asset.ticker)
    return findings


def _sums(assets: Sequence[Asset]) -> list[Finding]:
    findings: list[Finding] = []
    for key in ("weight", "target"):
        total = sum(getattr(asset, key) or 0.0 for asset in assets)
        if total > 1 + TOLERANCE:
            findings.append((("assets",), f"the {key}s of `assets` sum to {total:.6g}; allowed: at most 1"))
    smallest = sum(asset.band[0] for asset in assets if asset.band is not None)
    if smallest > 1 + TOLERANCE:
        findings.append((("assets",), f"the smallest weights of all bands sum to {smallest:.6g}; allowed: at most 1"))
    return findings


def _mode(mode: str, assets: Sequence[Asset]) -> list[Finding]:
    needs = {"rebalancing": "target", "hybrid": "band"}.get(mode)
    if needs is None:
        return []
    return [
        (("assets", position, needs), f"`{{key}}` is missing; the rebalancing_mode {mode} needs it on every asset")
        for position, asset in enumerate(assets)
        if getattr(asset, needs) is None
    ]


def check_against(scenario: "Scenario", coverage: Mapping[str, tuple[date, date]]) -> list[Problem]:
    """Compare a scenario with the data: `coverage` maps each ticker that has bars to its first and last date.

    Returns one problem per asset whose ticker is unknown or has no bar in the scenario's window; none when all is well.
    """
    from sdengine.words import did_you_mean, first_few

    problems = []
    start, end = scenario.portfolio.start or date.min, scenario.portfolio.end or date.max
    for asset in scenario.assets:
        key = f"assets.{asset.ticker}"
        if asset.ticker not in coverage:
            hint = (
                did_you_mean(asset.ticker, coverage)
                or f"; there are bars of: {first_few(sorted(coverage), 10) or 'nothing'}"
            )
            problems.append(Problem(key, f"`{key}`: there are no bars of the ticker {asset.ticker}{hint}"))
            continue
        first, last = coverage[asset.ticker]
        if last < start or first > end:
            window = f"{scenario.portfolio.start or 'the first bar'} to {scenario.portfolio.end or 'the last bar'}"
            text = f"`{key}` has no bar in the window {window}; its bars run from {first} to {last}"
            problems.append(Problem(key, text))
    return problems
