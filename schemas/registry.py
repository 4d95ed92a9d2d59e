"""What every column of `metrics` and `judge` is, as rows of `metrics.definitions`: made from the declarations alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import schemas
from schemas.figures import sign_by_bounds
from schemas.metrics.definitions import Definitions
from schemas.metrics.settings import AssetSettings, RunSettings
from schemas.table import Column, Table, columns_of

SCHEMAS = ("metrics", "judge")
SETTINGS = frozenset(column.name for part in (RunSettings, AssetSettings) for column in columns_of(part))

UNITS = {"DATE": "day", "BOOLEAN": "true or false", "VARCHAR": "word"}
"""Of what is no number."""


def defined_tables() -> tuple[type[Table], ...]:
    """List the tables whose columns are defined: all of `metrics` and `judge` but the definitions themselves."""
    return tuple(t for t in schemas.tables() if t.name.split(".")[0] in SCHEMAS and t is not Definitions)


def definitions() -> Iterator[dict[str, Any]]:
    """Yield the definition of each column, table by table, in order."""
    for table in defined_tables():
        for column in table.columns:
            yield _definition(table, column)


def _definition(table: type[Table], column: Column) -> dict[str, Any]:
    figure = column.figure
    row: dict[str, Any] = dict.fromkeys(Definitions.names())
    row |= {
        "id": f"{table.name}.{column.name}",
        "table_name": table.name,
        "name": column.name,
        "kind": "figure" if figure else "setting" if column.name in SETTINGS else "name",
        "meaning": column.meaning,
        "unit": column.unit or UNITS.get(column.dtype),
    }
    if figure is not None:
        row |= {name: getattr(figure, name) for name in ("formula", "annualised", "flows", "zero", "nothing", "source")}
        row["sign"] = figure.sign or sign_by_bounds(column.ge, column.gt, column.le)
    return row
