"""DuckDB and SQL: the work file, its tables, its ledger, the published file.

`open_results` reads what `sdengine run` has published.

Importing this package is cheap: DuckDB loads when a file is opened, polars when a frame is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from warehouse.errors import (
    AuditFailed,
    BadRequest,
    NoResults,
    QueryRefused,
    StorageDamaged,
    StorageFailed,
    WarehouseDiffers,
    WarehouseError,
    WarehouseLocked,
    WarehouseNewer,
)
from warehouse.where import Window

if TYPE_CHECKING:
    from warehouse.results import Results, open_results
    from warehouse.work import Warehouse

__all__ = [
    "AuditFailed",
    "BadRequest",
    "NoResults",
    "QueryRefused",
    "Results",
    "StorageDamaged",
    "StorageFailed",
    "Warehouse",
    "WarehouseDiffers",
    "WarehouseError",
    "WarehouseLocked",
    "WarehouseNewer",
    "Window",
    "open_results",
]

_LAZY = {"Results": "warehouse.results", "Warehouse": "warehouse.work", "open_results": "warehouse.results"}


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'warehouse' has no attribute {name!r}")
