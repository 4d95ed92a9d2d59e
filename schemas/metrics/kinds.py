"""The kinds of figure that the tables of metrics share, each with how it is computed."""

from __future__ import annotations

from typing import Any

from schemas.columns import Column, fraction, money, number, whole
from schemas.figures import FLOW, Figure

YEARLY = "fraction a year"


def rate(meaning: str, figure: Figure, **rules: Any) -> Column:
    """Declare a rate a year."""
    return number(meaning, unit=YEARLY, nullable=True, figure=figure, **rules)


def ratio(meaning: str, figure: Figure, *, unit: str = "ratio", **rules: Any) -> Column:
    """Declare a plain number of which there may be none."""
    return number(meaning, unit=unit, nullable=True, figure=figure, **rules)


def share(meaning: str, figure: Figure, **rules: Any) -> Column:
    """Declare a fraction of which there may be none."""
    return fraction(meaning, nullable=True, figure=figure, **rules)


def total(meaning: str, of: str, *, flows: str = FLOW, sign: str = "", **rules: Any) -> Column:
    """Declare a sum of money over the rows of a history, 0 where there are none."""
    return money(meaning, figure=Figure(f"sum of {of}", sign=sign, flows=flows), **rules)


def count(meaning: str, of: str, **rules: Any) -> Column:
    """Declare how many there are."""
    return whole(meaning, ge=0, figure=Figure(f"number of {of}"), **rules)
