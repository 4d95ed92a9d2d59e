"""W3 in vectorbt, the fastest Python peer: a flexible order function, one bank per parameter set.

Not a dependency: where it is not installed, its benchmark is skipped. One order an asset and bar, so it leaves out the
rare second fill of a bar that reaches both orders. Where a buy finds no cash, it is rejected, as in the engine.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tests.benchmarks.workloads import Floats, Planes


def ladder(
    prices: Planes, order: NDArray[np.int64], triggers: Floats, shares: Floats, cash: float, weight: float
) -> Callable[[], tuple[int, Floats]]:
    """Make a call that runs all sets and returns the number of fills and the daily values `[T, S]`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        vbt = import_module("vectorbt")
        order_nb, order_nothing_nb = vbt.portfolio.nb.order_nb, vbt.portfolio.nb.order_nothing_nb

    days, assets = prices[0].shape
    sets = len(triggers)

    @njit
    def place(limits: Any, col: int, anchor: float, r: float) -> None:
        limits[0, col] = anchor / (1.0 + r)
        limits[1, col] = anchor * (1.0 + r)

    @njit
    def line_up(c: Any, prices: Any, order: Any, limits: Any, queue: Any) -> None:
        """Who trades today: whose sell is reached, then whose buy is, the cheapest first. Buys as -1 - asset."""
        length = 0
        for a in range(c.group_len):
            col = c.from_col + a
            if prices[1][c.i, a] >= limits[1, col] and prices[2][c.i, a] > limits[0, col]:
                queue[length] = a
                length += 1
        for k in range(c.group_len):
            a = order[c.i, k]
            if prices[2][c.i, a] <= limits[0, c.from_col + a]:
                queue[length] = -1 - a
                length += 1
        queue[-2], queue[-1] = 0, length

    @njit
    def trade(
        c: Any, prices: Any, order: Any, triggers: Any, shares: Any, limits: Any, queue: Any, budget: float
    ) -> tuple[int, Any]:
        """Be called again and again in a segment until it returns the column -1."""
        opened, close = prices[0], prices[3]
        r, share = triggers[c.group], shares[c.group]
        if c.i == 0:
            if c.call_idx == c.group_len:
                return -1, order_nothing_nb()
            col = c.from_col + c.call_idx
            place(limits, col, close[0, c.call_idx], r)
            return col, order_nb(np.floor(budget / close[0, c.call_idx] + 1e-9), close[0, c.call_idx])
        if c.call_idx == 0:
            line_up(c, prices, order, limits, queue)
        while queue[-2] < queue[-1]:
            a = queue[queue[-2]]
            queue[-2] += 1
            buys = a < 0
            a = -1 - a if buys else a
            col = c.from_col + a
            bracket = r * c.last_position[col] * share
            if buys:
                limit = limits[0, col]
                qty, price = np.floor(bracket + 1e-9), min(opened[c.i, a], limit)
                if c.last_cash[c.group] < qty * price:
                    continue
            else:
                limit = limits[1, col]
                qty, price = min(np.floor(bracket / (1.0 + r) + 1e-9), c.last_position[col]), max(opened[c.i, a], limit)
            if qty > 0.0:
                place(limits, col, limit, r)
                return col, order_nb(qty if buys else -qty, price)
        return -1, order_nothing_nb()

    tiled = np.tile(prices[3], (1, sets))

    def run() -> tuple[int, Floats]:
        queue = np.zeros(assets + 2, np.int64)
        limits = np.tile(np.array([[-np.inf], [np.inf]]), (1, sets * assets))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            portfolio = vbt.Portfolio.from_order_func(
                tiled,
                trade,
                prices,
                order,
                triggers,
                shares,
                limits,
                queue,
                weight * cash,
                flexible=True,
                init_cash=cash,
                cash_sharing=True,
                group_by=np.repeat(np.arange(sets), assets),
                fill_pos_record=False,
                max_orders=sets * days * assets // 4,
            )
            return len(portfolio.order_records) - sets * assets, np.asarray(portfolio.value())

    return run
