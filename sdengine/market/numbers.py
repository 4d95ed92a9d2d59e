"""A number as a caller gives it, read or refused in our words."""

from __future__ import annotations

from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np


def number_of(value: Any, what: str, allowed: str = "a number") -> float:
    """Return a number of Python, NumPy or decimal as a float; ValueError for text, truth values and all else."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, Real | Decimal):
        raise ValueError(f"{what} is {shown(value)}; allowed: {allowed}")
    try:
        return float(value)
    except (ValueError, OverflowError):  # a signalling NaN, an integer beyond all floats
        raise ValueError(f"{what} is {shown(value)}; allowed: {allowed}") from None


def is_nothing(value: Any) -> bool:
    """Tell whether a value stands for none: None, or a NaN of Python, NumPy or decimal."""
    if isinstance(value, Decimal):
        return value.is_nan()
    return value is None or (isinstance(value, Real) and bool(value != value))


def shown(value: Any) -> str:
    """Write a value for a sentence: its first line, cut when long."""
    lines = repr(value).splitlines() or [""]
    text = lines[0] + (" ..." if len(lines) > 1 else "")
    return text if len(text) <= 80 else text[:77] + "..."
