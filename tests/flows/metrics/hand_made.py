"""Runs made by hand in a warehouse, and what the stage has written of them."""

from __future__ import annotations

from typing import Any

import polars as pl

import schemas
from schemas.canonical import canonical_json
from tests.sdengine.metrics import metrics_case as case
from warehouse import Warehouse

RUN, HOLD, CLIMB = "000000000000000a", "000000000000000b", "000000000000000c"
LISTS = ("metrics.runs", "metrics.assets", "metrics.monthly", "metrics.years", "metrics.drawdowns")


def add_run(warehouse: Warehouse, run_id: str, scenario: str, role: str = "scenario", **changes: Any) -> None:
    """Store the run worked by hand under that run_id; `growth` multiplies its last value by way of the bank."""
    growth = changes.pop("growth", 1.0)
    days = case.portfolio_days()
    last = 935.0 * growth - 935.0
    days = days.with_columns(
        pl.when(pl.col("date") == case.DAYS[3]).then(pl.col(name) + last).otherwise(pl.col(name)).alias(name)
        for name in ("total_value", "bank")
    )
    fills = case.fills().with_columns(nav_premium=pl.lit(0.0), anchor=pl.lit(1.0))
    lots = case.lots().with_columns(
        opened_on=pl.lit(case.DAYS[0]),
        closed_on=pl.when(pl.col("gain").is_null()).then(None).otherwise(pl.lit(case.DAYS[2])),
        closed_by=pl.when(pl.col("gain").is_null()).then(None).otherwise(pl.lit("SELL")),
        close_price=pl.when(pl.col("gain").is_null()).then(None).otherwise(108.0),
        long_term=pl.when(pl.col("gain").is_null()).then(None).otherwise(pl.lit(False)),
    )
    row = {
        "run_id": run_id,
        "scenario": scenario,
        "role": role,
        "parameters": canonical_json(case.PARAMETERS),
        "engine": "e",
        "data": "{}",
        "first_date": case.DAYS[0],
        "last_date": case.DAYS[3],
        "status": "done",
        "error": None,
        "buy_and_hold_twin": None,
        "ath_only_twin": None,
        "sweep": None,
        "asked": True,
        "keep": "all",
    } | changes
    table = schemas.table("backtest.runs")
    warehouse.append(table.name, pl.DataFrame([row], schema=table.polars_schema()))
    if row["status"] == "done":
        for name, frame in (("portfolio_days", days), ("fills", fills), ("lots", lots)):
            declared = schemas.table(f"backtest.{name}")
            warehouse.append(declared.name, declared.conform(frame.with_columns(run_id=pl.lit(run_id))))


def add_family(warehouse: Warehouse) -> None:
    """Store a scenario and its two twins, which ended 10 % and 20 % lower."""
    add_run(warehouse, RUN, "mine", buy_and_hold_twin=HOLD, ath_only_twin=CLIMB, sweep="mine of all")
    add_run(warehouse, HOLD, "buy_and_hold~1", "twin", growth=0.9)
    add_run(warehouse, CLIMB, "ath_only~1", "twin", growth=0.8)


def contents(warehouse: Warehouse) -> dict[str, pl.DataFrame]:
    return {name: warehouse.read(name) for name in LISTS}
