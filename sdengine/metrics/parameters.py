"""A run's parameters as columns: what people filter and sort by. Every setting that a sweep can vary has one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

Parameters = Mapping[str, Any]


def _columns(table: str, before: str, *keys: str) -> dict[str, tuple[str, ...]]:
    """Name columns after the keys of a table, and of the table itself where the key alone would not tell."""
    return {f"{before}{key}": (f"{table}.{key}",) for key in keys}


OF_THE_RUN: dict[str, tuple[str, ...]] = {
    "initial_cash": ("portfolio.initial_cash",),
    **_columns("portfolio", "window_", "start", "end"),
    **_columns("portfolio", "", "rebalancing_mode", "path", "requote", "seed", "signal_price", "cash_rate"),
    **_columns("portfolio", "", "margin_rate", "allow_margin", "on_insufficient_cash", "slippage_bps"),
    **_columns("portfolio", "", "commission", "commission_bps", "commission_per_share", "lot_method"),
    **_columns("rebalancing", "rebalancing_", "drift", "calendar", "signals"),
    **_columns("arbitrage", "arbitrage_", "threshold", "fraction", "cooldown_days"),
    **_columns("dynamic_sd_n", "dynamic_sd_n_", "gap_threshold"),
    **_columns("taxes", "tax_", "short_rate", "long_rate"),
    **_columns("withdrawal", "withdrawal_", "rule", "monthly_amount"),
    "withdrawal_rate": ("withdrawal.rate", "withdrawal.initial_rate"),
    **_columns("withdrawal", "withdrawal_", "inflation", "funding", "floor", "ceiling", "upper_guardrail"),
    **_columns("withdrawal", "withdrawal_", "lower_guardrail", "adjustment", "inflation_cap", "years"),
    **_columns("withdrawal", "withdrawal_", "stock_share", "stock_return", "bond_return"),
    **_columns("withdrawal", "", "coverage_ratio_min"),
}
"""Columns of metrics.runs, and the keys of a scenario of which the first that is set gives each its value."""

OF_EACH_ASSET = {
    "asset_class": "asset_class",
    "sd_n": "sd_n",
    "profit_sharing_pct": "profit_sharing_pct",
    "variant": "variant",
    "lot_size": "lot_size",
    "initial_weight": "weight",
    "initial_value": "value",
    "initial_quantity": "quantity",
    "target": "target",
    "band_min": "band",
    "band_max": "band",
}
"""Columns of metrics.assets with an asset's keys; in metrics.runs they stand where all assets of a run agree."""

DAYS = ("window_start", "window_end")
"""Columns whose values the parameters write as ISO dates."""

RUN_COLUMNS = ("tickers", "assets", *OF_THE_RUN, *OF_EACH_ASSET)
"""The columns that `flatten` gives."""

ASSET_COLUMNS = tuple(OF_EACH_ASSET)
"""The columns that `flatten_asset` gives."""

_PLACES = {column: [tuple(key.split(".")) for key in keys] for column, keys in OF_THE_RUN.items()}
_TABLES = {table for places in _PLACES.values() for table, _ in places}


def tickers_of(parameters: Parameters) -> list[str]:
    """List the run's tickers in order of adding."""
    return [asset["ticker"] for asset in parameters["assets"]]


def flatten(parameters: Parameters, assets: Mapping[str, Sequence[Any]] | None = None) -> dict[str, Any]:
    """Lay out the parameter columns of one run; `assets`: the `asset_columns` of its assets, if they are at hand."""
    assets = assets or asset_columns(parameters["assets"])
    columns: dict[str, Any] = {"tickers": " ".join(tickers_of(parameters)), "assets": len(parameters["assets"])}
    tables = {table: parameters.get(table) or {} for table in _TABLES}  # one that is switched off has no values
    for column, places in _PLACES.items():
        value = None
        for table, key in places:
            value = tables[table].get(key) if value is None else value
        columns[column] = value
    for column in DAYS:
        columns[column] = date.fromisoformat(columns[column]) if columns[column] else None
    return columns | {column: _shared(values) for column, values in assets.items()}


def flatten_asset(asset: Parameters) -> dict[str, Any]:
    """Lay out the parameter columns of one asset; no class and no band are None."""
    return {column: value for column, (value,) in asset_columns([asset]).items()}


def asset_columns(assets: Sequence[Parameters]) -> dict[str, list[Any]]:
    """Lay out the parameter columns of many assets: to go through them column by column takes a third of the time."""
    columns = {column: [asset.get(key) for asset in assets] for column, key in OF_EACH_ASSET.items()}
    bands = [band or (None, None) for band in columns["band_min"]]
    columns["asset_class"] = [name or None for name in columns["asset_class"]]
    return columns | {"band_min": [low for low, _ in bands], "band_max": [high for _, high in bands]}


def _shared(values: Sequence[Any]) -> Any:
    """Find the value that all assets have, or None where they differ."""
    return values[0] if values.count(values[0]) == len(values) else None
