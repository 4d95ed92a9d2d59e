"""Every setting that a sweep can vary is a column of the metrics: its members differ by more than their names."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from schemas import table
from sdengine.metrics.parameters import ASSET_COLUMNS, OF_EACH_ASSET, OF_THE_RUN, RUN_COLUMNS, flatten, flatten_asset
from sdengine.scenario import Scenario
from sdengine.scenario.schema import TABLES, known_keys
from tests.sdengine.metrics.every_setting import EVERYTHING

LEFT_OUT = {
    "ticker": "the columns `tickers` and metrics.assets.ticker",
    "buyback_enabled": "another way to write the variant",
}
"""Keys of an asset that are no column of their own, and where to look instead."""

BY_HAND = {
    "tickers": "A B",
    "assets": 2,
    "initial_cash": 5000.0,
    "window_start": date(2004, 8, 19),
    "window_end": None,
    "asset_class": "shares",
    "initial_weight": None,  # of A alone
    "initial_value": None,  # of B alone
    "initial_quantity": None,
    "sd_n": 8.0,
    "target": 0.3,
    "band_min": 0.1,
    "band_max": None,  # 0.4 and 0.5 differ
    "rebalancing_mode": "hybrid",
    "slippage_bps": 2.0,
    "rebalancing_drift": 0.1,
    "rebalancing_calendar": "quarter",
    "rebalancing_signals": False,
    "arbitrage_threshold": 0.2,
    "arbitrage_fraction": 0.5,
    "arbitrage_cooldown_days": 7,
    "dynamic_sd_n_gap_threshold": 0.03,
    "tax_short_rate": 0.35,
    "tax_long_rate": 0.15,
    "withdrawal_rule": "guyton_klinger",
    "withdrawal_monthly_amount": None,
    "withdrawal_rate": 0.05,
    "withdrawal_inflation": 0.02,
    "withdrawal_funding": "bank",
    "withdrawal_floor": None,
    "withdrawal_upper_guardrail": 0.2,  # those of the rule that the file leaves open
    "withdrawal_lower_guardrail": 0.2,
    "withdrawal_adjustment": 0.1,
    "withdrawal_inflation_cap": 0.06,
    "withdrawal_years": 25,
    "withdrawal_stock_share": None,
    "coverage_ratio_min": 1.0,
}


def test_every_setting_that_can_be_swept_is_a_column() -> None:
    tables = [name for name in TABLES if name not in ("assets", "asset_defaults")]
    settings = {f"{name}.{key}" for name in tables for key in known_keys((name,))}
    assert {key for keys in OF_THE_RUN.values() for key in keys} == settings
    assert set(OF_EACH_ASSET.values()) == set(known_keys(("assets", 0))) - set(LEFT_OUT)
    assert set(known_keys(("asset_defaults",))) <= set(known_keys(("assets", 0)))


def test_every_setting_stands_in_the_tables() -> None:
    assert set(RUN_COLUMNS) <= set(table("metrics.runs").names())
    assert set(ASSET_COLUMNS) <= set(table("metrics.assets").names())


@pytest.mark.parametrize(("column", "expected"), BY_HAND.items())
def test_a_setting_of_the_run(column: str, expected: Any) -> None:
    assert flatten(EVERYTHING)[column] == expected


def test_settings_of_each_asset() -> None:
    first, second = (flatten_asset(asset) for asset in EVERYTHING["assets"])
    assert (first["initial_weight"], first["initial_value"], first["band_max"]) == (0.25, None, 0.4)
    assert (second["initial_weight"], second["initial_value"], second["band_max"]) == (None, 500.0, 0.5)


def test_policies_that_are_switched_off_are_null() -> None:
    columns = flatten(Scenario.from_dict({"assets": [{"ticker": "A"}]}).parameters())
    of_policies = ("withdrawal_", "tax_", "dynamic_sd_n_", "coverage_", "window_", "band_")
    assert {columns[name] for name in columns if name.startswith(of_policies)} == {None}
    assert (columns["asset_class"], columns["target"], columns["initial_weight"]) == (None, None, 1.0)
