"""The ledger as tests read it: what became of the nights of a warehouse."""

from __future__ import annotations

import polars as pl

from warehouse import Warehouse
from warehouse.statements import statement


def last_batches(warehouse: Warehouse, limit: int = 10) -> pl.DataFrame:
    """Read the last batches, newest first."""
    return warehouse.frame(statement("ledger/batches"), {"limit": limit})


def stage_runs(warehouse: Warehouse, batch_id: str) -> pl.DataFrame:
    """Read the receipts of one batch, in the order in which the stages ended, items before their stage's own."""
    order = "order by min(rowid) over (partition by stage, started_at), item nulls last"
    return warehouse.frame(f"select * from ops.stage_runs where batch_id = $batch_id {order}", {"batch_id": batch_id})
