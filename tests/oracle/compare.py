"""Hold two tables (lists of rows) against each other and say, row by row, where they differ."""

from __future__ import annotations

import math
from typing import Any

Row = dict[str, Any]

RELATIVE = 1e-9


def same(left: Any, right: Any, scale: float) -> bool:
    """Numbers to a billionth of the larger one or of `scale` (a sum that cancels is only good to its parts)."""
    if left is None or right is None or isinstance(left, bool) or isinstance(right, bool):
        return left is right or left == right
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return math.isclose(left, right, rel_tol=RELATIVE, abs_tol=RELATIVE * scale)
    return bool(left == right)


def differences(name: str, left: list[Row], right: list[Row], scale: float = 1.0, money: float = 1.0) -> list[str]:
    """Every difference between two tables, as text; empty when they agree.

    `left` decides which columns count (the expected side may give only some). `scale` is the absolute size below
    which a billionth no longer matters; columns of money use `money` (the initial cash) for it.
    """
    differing = []
    for number, (one, other) in enumerate(zip(left, right, strict=False)):
        for column, value in one.items():
            if column not in other:
                differing.append(f"{name}[{number}]: no column {column}")
                continue
            size = money if column in MONEY else scale
            if not same(value, other[column], size):
                differing.append(f"{name}[{number}].{column}: {value!r} against {other[column]!r} in {one} | {other}")
    if len(left) != len(right):
        row = (left if len(left) > len(right) else right)[min(len(left), len(right))]
        differing.append(f"{name}: {len(left)} rows against {len(right)}, the first without a partner: {row}")
    return differing


MONEY = {"total", "costs", "bank_after", "total_value", "bank", "nav_value", "withdrawn", "gain"}
