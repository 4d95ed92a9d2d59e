"""The parameters of a scenario, read into plain objects with the defaults of `sdengine/RULES.md`.

The oracle takes either a whole `Scenario.parameters()` dictionary or a scenario written by hand with only the keys
that matter; what is absent has its default here, written down a second time on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

Table = dict[str, Any]


@dataclass
class AssetSettings:
    ticker: str
    weight: float | None
    value: float | None
    quantity: float | None
    sd_n: float
    profit_sharing: float
    variant: str
    lot_size: float
    target: float | None
    band: tuple[float, float] | None


@dataclass
class Settings:
    initial_cash: float
    mode: str
    path: str
    requote: str
    seed: int
    signal_price: str
    cash_rate: float
    margin_rate: float
    allow_margin: bool
    partial_buys: bool
    slippage: float
    commission: float
    commission_share: float
    commission_per_share: float
    lot_method: str
    start: date | None
    end: date | None
    assets: list[AssetSettings] = field(default_factory=list)
    withdrawal: Table | None = None
    taxes: Table | None = None
    rebalancing: Table = field(default_factory=dict)
    arbitrage: Table = field(default_factory=dict)
    dynamic_sd_n: Table | None = None


def as_date(value: Any) -> date | None:
    """Return a date, or its ISO text, or nothing."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def given(table: Table, key: str, default: Any) -> Any:
    """Return the value under `key`; absent and null both mean the default."""
    value = table.get(key)
    return default if value is None else value


def read_asset(table: Table) -> AssetSettings:
    """One entry of `assets`. `buyback_enabled = false` is another name for the variant ath_only."""
    variant = given(table, "variant", "full" if given(table, "buyback_enabled", True) else "ath_only")
    band = table.get("band")
    return AssetSettings(
        ticker=table["ticker"],
        weight=table.get("weight"),
        value=table.get("value"),
        quantity=table.get("quantity"),
        sd_n=given(table, "sd_n", 8),
        profit_sharing=given(table, "profit_sharing_pct", 50.0) / 100,
        variant=variant,
        lot_size=given(table, "lot_size", 1.0),
        target=table.get("target"),
        band=None if band is None else (band[0], band[1]),
    )


def read_settings(parameters: Table) -> Settings:
    """Return the whole scenario."""
    portfolio = parameters.get("portfolio") or {}
    return Settings(
        initial_cash=given(portfolio, "initial_cash", 100_000.0),
        mode=given(portfolio, "rebalancing_mode", "nav_opportunistic"),
        path=given(portfolio, "path", "nearest"),
        requote=given(portfolio, "requote", "at_once"),
        seed=given(portfolio, "seed", 1),
        signal_price=given(portfolio, "signal_price", "close"),
        cash_rate=given(portfolio, "cash_rate", 0.0),
        margin_rate=given(portfolio, "margin_rate", 0.0),
        allow_margin=given(portfolio, "allow_margin", False),
        partial_buys=given(portfolio, "on_insufficient_cash", "skip") == "partial",
        slippage=given(portfolio, "slippage_bps", 0.0) / 1e4,
        commission=given(portfolio, "commission", 0.0),
        commission_share=given(portfolio, "commission_bps", 0.0) / 1e4,
        commission_per_share=given(portfolio, "commission_per_share", 0.0),
        lot_method=given(portfolio, "lot_method", "lifo"),
        start=as_date(portfolio.get("start")),
        end=as_date(portfolio.get("end")),
        assets=[read_asset(table) for table in parameters["assets"]],
        withdrawal=parameters.get("withdrawal"),
        taxes=parameters.get("taxes"),
        rebalancing=parameters.get("rebalancing") or {},
        arbitrage=parameters.get("arbitrage") or {},
        dynamic_sd_n=parameters.get("dynamic_sd_n"),
    )
