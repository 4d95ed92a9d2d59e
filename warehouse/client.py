"""DuckDB's client, loaded when it is taken from here: the compiled part alone, where no table comes in or goes out.

The package around it, by which statements are written in Python and tables of other libraries are read and made, takes
0.08 s, as much as all else that a question needs. It adds itself to the compiled part, and so to open connections.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

__all__ = ["duckdb", "take_tables"]


def __getattr__(name: str) -> Any:
    if name != "duckdb":
        raise AttributeError(f"module 'warehouse.client' has no attribute {name!r}")
    try:
        return import_module("_duckdb")
    except ImportError:  # a version that calls it otherwise
        return import_module("duckdb")


def take_tables() -> None:
    """Bring the package: to be called before a connection is handed a frame or an Arrow table, or asked for one."""
    import_module("duckdb")
