"""The floor: the ladder alone in one tight loop, which knows nothing of lots, costs, policies or missing bars.

It computes what the engine does with `path = "low_first"` and `requote = "nightly"`, to the cent; what the engine takes
longer is the price of all that it can and records.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sdengine.kernel.compiled import njit
from tests.benchmarks.workloads import Floats, Planes


def cheapest_first(high: Floats, close: Floats) -> NDArray[np.int64]:
    """Assets of each day `[T, A]` by the close's premium to the all-time high before: depends on prices alone."""
    highs = high.copy()
    highs[0] = close[0]
    nav = np.maximum.accumulate(highs, axis=0)
    before = np.vstack([nav[:1], nav[:-1]])
    return np.argsort((close - before) / before, axis=1, kind="stable")


@njit(cache=True, nogil=True, error_model="numpy")  # as a kernel, but its file is none of the engine's
def bare_loop(
    prices: Planes,
    order: NDArray[np.int64],
    triggers: Floats,
    shares: Floats,
    cash: float,
    weight: float,
    values: Floats,
    fills: Floats,
) -> int:
    """Fill `values` `[S, T]` and `fills` (quantity, sold below 0; price) `[N, 2]`; return how many fills."""
    opens, highs, lows, closes = prices
    days, assets = opens.shape
    held, buy, sell, anchor = np.empty(assets), np.empty(assets), np.empty(assets), np.empty(assets)
    later, limit = np.zeros(assets), np.empty(assets)  # what is still to be bought of an asset that sold at the open
    count = 0
    for s in range(len(triggers)):
        r, share, bank = triggers[s], shares[s], cash
        for a in range(assets):
            anchor[a] = closes[0, a]
            held[a] = np.floor(weight * cash / closes[0, a] + 1e-9)
            bank -= held[a] * closes[0, a]
            buy[a], sell[a] = anchor[a] / (1.0 + r), anchor[a] * (1.0 + r)
        values[s, 0] = cash
        for t in range(1, days):
            reached = False
            total = bank
            for a in range(assets):
                reached |= (lows[t, a] <= buy[a]) | (highs[t, a] >= sell[a])
                total += held[a] * closes[t, a]
            if not reached:
                values[s, t] = total
                continue
            for a in range(assets):  # sells first
                # of two, the buy is judged first, unless the bar opens at the sell
                if highs[t, a] >= sell[a] and (lows[t, a] > buy[a] or opens[t, a] >= sell[a]):
                    later[a] = np.floor(r * held[a] * share + 1e-9) if lows[t, a] <= buy[a] else 0.0
                    limit[a] = buy[a]
                    qty = min(np.floor(r * held[a] * share / (1.0 + r) + 1e-9), held[a])
                    if qty > 0.0:
                        price = max(opens[t, a], sell[a])
                        bank += qty * price
                        held[a] -= qty
                        fills[count, 0], fills[count, 1] = -qty, price
                        count += 1
                        anchor[a] = sell[a]
                        buy[a], sell[a] = anchor[a] / (1.0 + r), -anchor[a] * (1.0 + r)
            for k in range(assets):  # then buys, the cheapest first
                a = order[t, k]
                if sell[a] < 0.0:
                    sell[a] = -sell[a]  # sold today: what rests now waits for tomorrow
                    if later[a] > 0.0 and bank >= later[a] * limit[a]:
                        bank -= later[a] * limit[a]
                        held[a] += later[a]
                        fills[count, 0], fills[count, 1] = later[a], limit[a]
                        count += 1
                        anchor[a] = limit[a]
                        buy[a], sell[a] = anchor[a] / (1.0 + r), anchor[a] * (1.0 + r)
                elif lows[t, a] <= buy[a]:
                    qty = np.floor(r * held[a] * share + 1e-9)
                    rests, rested = sell[a], min(np.floor(r * held[a] * share / (1.0 + r) + 1e-9), held[a])
                    price = min(opens[t, a], buy[a])
                    if qty > 0.0 and bank >= qty * price:
                        bank -= qty * price
                        held[a] += qty
                        fills[count, 0], fills[count, 1] = qty, price
                        count += 1
                        anchor[a] = buy[a]
                        buy[a], sell[a] = anchor[a] / (1.0 + r), anchor[a] * (1.0 + r)
                    if highs[t, a] >= rests and rested > 0.0:
                        price = max(opens[t, a], rests)
                        bank += rested * price
                        held[a] -= rested
                        fills[count, 0], fills[count, 1] = -rested, price
                        count += 1
                        anchor[a] = rests
                        buy[a], sell[a] = anchor[a] / (1.0 + r), anchor[a] * (1.0 + r)
            total = bank
            for a in range(assets):
                total += held[a] * closes[t, a]
            values[s, t] = total
    return count
