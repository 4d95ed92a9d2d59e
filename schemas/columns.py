"""The kinds of column that tables share, by what they measure, and the few columns that stand in many tables."""

from __future__ import annotations

from typing import Any

from schemas.names import TICKER_PATTERN
from schemas.table import Column, Rule, Table

__all__ = [
    "BATCH_ID",
    "DATE",
    "PRICES",
    "RUN_ID",
    "TICKER",
    "Column",
    "Rule",
    "Table",
    "day",
    "flag",
    "fraction",
    "integer",
    "money",
    "number",
    "price",
    "quantity",
    "seconds",
    "text",
    "timestamp",
    "whole",
]

PRICES = ("open", "high", "low", "close")
"""The prices of a bar, as every table and frame of bars calls them."""


def text(meaning: str, **rules: Any) -> Column:
    """Declare characters; `isin` and `matches` narrow them."""
    return Column("VARCHAR", meaning, **rules)


def day(meaning: str, **rules: Any) -> Column:
    """Declare a calendar date, of the exchange's own session."""
    return Column("DATE", meaning, **rules)


def timestamp(meaning: str, **rules: Any) -> Column:
    """Declare an instant in UTC, to the microsecond, stored without a zone."""
    return Column("TIMESTAMP", meaning, "UTC", **rules)


def number(meaning: str, *, unit: str, **rules: Any) -> Column:
    """Declare a real number in a unit of its own."""
    return Column("DOUBLE", meaning, unit, **rules)


def price(meaning: str, **rules: Any) -> Column:
    """Declare money per share, above zero unless said otherwise."""
    return Column("DOUBLE", meaning, "money per share", **{"gt": 0, **rules})


def money(meaning: str, **rules: Any) -> Column:
    """Declare an amount in the portfolio's currency; the sign is part of the meaning."""
    return Column("DOUBLE", meaning, "money", **rules)


def quantity(meaning: str, **rules: Any) -> Column:
    """Declare a number of shares, never negative."""
    return Column("DOUBLE", meaning, "shares", **{"ge": 0, **rules})


def fraction(meaning: str, **rules: Any) -> Column:
    """Declare a share or a rate: 0.05 is five percent."""
    return Column("DOUBLE", meaning, "fraction", **rules)


def seconds(meaning: str, **rules: Any) -> Column:
    """Declare a duration."""
    return Column("DOUBLE", meaning, "seconds", **{"ge": 0, **rules})


def whole(meaning: str, *, unit: str = "count", **rules: Any) -> Column:
    """Declare a whole number of 64 bits, a count unless said otherwise."""
    return Column("BIGINT", meaning, unit, **rules)


def integer(meaning: str, *, unit: str = "count", **rules: Any) -> Column:
    """Declare a whole number of 32 bits, for columns of large tables."""
    return Column("INTEGER", meaning, unit, **rules)


def flag(meaning: str, **rules: Any) -> Column:
    """Declare something that is true or false."""
    return Column("BOOLEAN", meaning, **rules)


RUN_ID = text("The run: fingerprint of parameters, data and engine", matches="[0-9a-f]{16}")
BATCH_ID = text("The batch: one call of the pipeline, named by its start")
TICKER = text("The asset's symbol, as the source spells it", matches=TICKER_PATTERN)
DATE = day("Trading day of the bar")
