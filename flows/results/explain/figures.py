"""Figures as text: at least five digits of a price, whole cents of money, no zeros behind a quantity."""

from __future__ import annotations

from math import floor, log10


def price(value: float) -> str:
    """At least five digits and two decimals."""
    decimals = max(2, 4 - floor(log10(value))) if value > 0.0 else 2
    return f"{value:,.{decimals}f}"


def money(value: float) -> str:
    """Whole cents."""
    return f"{value:,.2f}"


def change(value: float) -> str:
    """Whole cents with their sign."""
    return f"{value:+,.2f}"


def shares(qty: float) -> str:
    """`1 share`, `27 shares`, `0.00012 shares`."""
    return f"{number(qty)} share{'' if qty == 1.0 else 's'}"


def number(qty: float) -> str:
    """Write a quantity to eight decimals, without zeros behind."""
    text = f"{qty:,.8f}".rstrip("0").rstrip(".")
    return text if text != "-0" else "0"


def share(fraction: float) -> str:
    """Write a part of a whole as a percentage."""
    return f"{100.0 * fraction:.2f} %"


def percent(fraction: float) -> str:
    """Write a fraction as a percentage with its sign."""
    return f"{100.0 * fraction:+.2f} %"
