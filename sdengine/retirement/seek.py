"""Seeking rates over all windows, or over drawn futures: which tasks that takes, and what they say together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sdengine.retirement.cast import Role
from sdengine.retirement.door import INITIAL_RATE, MONTHLY_AMOUNT, RATE
from sdengine.retirement.drawn import Drawn, Rates, narrow_paths, slices, try_paths
from sdengine.retirement.policy import NEVER_FAIL, RATE_OF
from sdengine.retirement.rates import KEPT, PAID, PILOT, Sought, cells, deciding, grid, monotone, tops
from sdengine.retirement.windows import Past, PastRates, try_windows

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

Spread = Callable[[Callable[[Any], Any], Sequence[Any]], Iterable[Any]]
"""A `map`: what calls a function on each of some tasks, and gives the answers in the order of the tasks."""

FIELDS = {"monthly_amount": MONTHLY_AMOUNT, "initial_rate": INITIAL_RATE, "rate": RATE}
STARTS_A_TASK, PATHS_A_TASK = 24, 125


def field_of(role: Role) -> int | None:
    """Return what of the role's plan a rate sets; None for rules without a rate."""
    name = RATE_OF.get(role.plan.policy.rule)
    return None if name is None else FIELDS[name]


def _ends(role: Role, held: Flags) -> Floats:
    """Make the role's grid from pilots; one that never fails is held against what it leaves."""
    return grid(tops(role.plan.years), held[:, :, KEPT if role.plan.policy.rule in NEVER_FAIL else PAID])


def seek_in_windows(past: Past, role: Role, field: int, spread: Spread) -> tuple[Sought, Sought]:
    """Find every window's own safe and perpetual rate."""
    count = len(past.starts)

    def over(cases: Iterable[tuple[int, int]], rates: Floats, refine: bool) -> list[Any]:
        tasks = [PastRates(past, role.group, role.s, field, first, last, rates, refine) for first, last in cases]
        return [np.concatenate(part) for part in zip(*spread(try_windows, tasks), strict=True)]

    pilots = ((k, k + 1) for k in np.unique(np.linspace(0, count - 1, PILOT).astype(int)).tolist())
    rates = _ends(role, over(pilots, tops(role.plan.years), False)[0])
    held, values = over(slices(count, STARTS_A_TASK), rates, True)
    return _sought(held, PAID, values[:, PAID], rates), _sought(held, KEPT, values[:, KEPT], rates)


def seek_in_futures(drawn: Drawn, paths: int, role: Role, field: int, spread: Spread) -> tuple[Sought, Sought]:
    """Find the safe and perpetual rates of the first `paths` futures; only those that decide are narrowed down."""

    def over(chosen: Sequence[int], rates: Floats) -> Flags:
        tasks = [
            Rates(drawn, role.group, role.s, field, tuple(chosen[first:last]), rates, PAID)
            for first, last in slices(len(chosen), PATHS_A_TASK)
        ]
        return np.concatenate(list(spread(try_paths, tasks)))

    rates = _ends(role, over(range(min(paths, PILOT)), tops(role.plan.years)))
    held = over(range(paths), rates)
    sought = []
    for which in (PAID, KEPT):
        at = cells(held[:, :, which])
        values = np.where(at < 0, np.nan, rates[at])
        chosen = np.flatnonzero(deciding(at) & (at >= 0) & (at < len(rates) - 1))
        tasks = [
            Rates(
                drawn, role.group, role.s, field, tuple(chosen[first:last].tolist()),
                np.column_stack([rates[at], rates[np.minimum(at + 1, len(rates) - 1)]])[chosen[first:last]], which,
            )
            for first, last in slices(len(chosen), PATHS_A_TASK)
        ]  # fmt: skip
        values[chosen] = np.fromiter(chain.from_iterable(spread(narrow_paths, tasks)), float, len(chosen))
        sought.append(_sought(held, which, values, rates))
    return sought[PAID], sought[KEPT]


def _sought(held: Flags, which: int, values: Floats, rates: Floats) -> Sought:
    return Sought(values, monotone(held[:, :, which]), float(rates[-1]))
