"""A run's parameters as columns: what people filter and sort by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Parameters = Mapping[str, Any]

PORTFOLIO = (
    "initial_cash",
    "rebalancing_mode",
    "path",
    "signal_price",
    "cash_rate",
    "margin_rate",
    "allow_margin",
    "on_insufficient_cash",
    "slippage_bps",
    "commission",
    "commission_bps",
    "commission_per_share",
    "lot_method",
)
"""Keys of the portfolio table that become columns of the same name."""

OF_EACH_ASSET = ("sd_n", "profit_sharing_pct", "variant", "lot_size")
"""Keys of an asset: columns of metrics.assets, and of metrics.runs where all assets of a run agree."""

WITHDRAWAL = {
    "withdrawal_rule": ("rule",),
    "withdrawal_monthly_amount": ("monthly_amount",),
    "withdrawal_rate": ("rate", "initial_rate"),
    "withdrawal_funding": ("funding",),
    "coverage_ratio_min": ("coverage_ratio_min",),
}
"""Columns, and the keys of the withdrawal table of which the first that is set gives each its value."""

RUN_COLUMNS = ("tickers", "assets", *PORTFOLIO, *OF_EACH_ASSET, *WITHDRAWAL)
"""The columns that `flatten` gives."""

ASSET_COLUMNS = ("asset_class", *OF_EACH_ASSET)
"""The columns that `flatten_assets` gives."""


def tickers_of(parameters: Parameters) -> list[str]:
    """The run's tickers in order of adding."""
    return [asset["ticker"] for asset in parameters["assets"]]


def shared(assets: Sequence[Parameters], key: str) -> Any:
    """The value that all assets have, or None where they differ."""
    first = assets[0][key]
    return first if all(asset[key] == first for asset in assets) else None


def flatten(parameters: Parameters) -> dict[str, Any]:
    """The parameter columns of one run."""
    assets, withdrawal = parameters["assets"], parameters.get("withdrawal") or {}
    columns: dict[str, Any] = {"tickers": " ".join(tickers_of(parameters)), "assets": len(assets)}
    columns |= {key: parameters["portfolio"][key] for key in PORTFOLIO}
    columns |= {key: shared(assets, key) for key in OF_EACH_ASSET}
    for column, keys in WITHDRAWAL.items():
        given = [withdrawal[key] for key in keys if withdrawal.get(key) is not None]
        columns[column] = given[0] if given else None
    return columns


def flatten_assets(parameters: Parameters) -> list[dict[str, Any]]:
    """The parameter columns of each asset of one run, in order of adding."""
    return [
        {"asset_class": asset.get("asset_class") or None, **{key: asset[key] for key in OF_EACH_ASSET}}
        for asset in parameters["assets"]
    ]
