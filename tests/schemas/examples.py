"""A row of any table that obeys its declaration, for tests that need one and then spoil it."""

import datetime

import polars as pl

from schemas.table import Column, Table

DAY = datetime.date(2024, 1, 2)
INSTANT = datetime.datetime(2024, 1, 2, 3, 4, 5)
FILLERS = {"DATE": DAY, "TIMESTAMP": INSTANT, "BIGINT": 1, "INTEGER": 1, "BOOLEAN": True}


def a_good_value(column: Column) -> object:
    if column.isin:
        return column.isin[0]
    if column.matches:
        return "0123456789abcdef"
    if column.dtype == "DOUBLE":
        low = max((bound for bound in (column.ge, column.gt) if bound is not None), default=0.0)
        high = min((bound for bound in (column.le, column.lt) if bound is not None), default=low + 1)
        return (low + high) / 2
    return FILLERS.get(column.dtype, "words")


def a_good_row(table: type[Table]) -> pl.DataFrame:
    """Make a row that obeys the rules of single columns; those over several columns are given by hand below."""
    values = {column.name: a_good_value(column) for column in table.columns}
    values |= {"error": None} if table.name in ("backtest.runs",) else {}
    return pl.DataFrame([values], schema=table.polars_schema())
