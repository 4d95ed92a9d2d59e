"""The bars of an asset before a portfolio bought it, as `add_asset` takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sdengine.kernel.records import GAP_BARS
from sdengine.market.past import Floats, gaps_of

NEEDED = ("open", "close")


def gaps_before(history: Any, ticker: str) -> Floats:
    """Return the gaps ``[GAP_BARS]`` of bars up to a purchase, NaN in front (`sdengine/RULES.md`, "Dynamic sd_n").

    `history`: None, a frame with the columns open and close, or mappings of both, oldest first. Raises ValueError for a
    price that is not finite and above 0.
    """
    if history is None:
        return np.full(GAP_BARS, np.nan)
    if hasattr(history, "collect"):  # a lazy frame
        history = history.collect()
    if hasattr(history, "columns"):
        prices = {name: list(history[name]) if name in history.columns else [] for name in NEEDED}
    elif isinstance(history, Sequence) and all(isinstance(bar, Mapping) for bar in history):
        prices = {name: [bar.get(name) for bar in history] for name in NEEDED}
    else:
        raise ValueError(f"history of {ticker} is {history!r:.80}; allowed: a frame or mappings of open and close")
    count = len(history)
    values = np.full((len(NEEDED), count), np.nan)
    for k, name in enumerate(NEEDED):
        given = prices[name]
        if len(given) != count:
            raise ValueError(f"history of {ticker} has no column {name}; allowed: open and close of each bar")
        for at, price in enumerate(given):
            if isinstance(price, bool) or not isinstance(price, (int, float, np.number)) or not 0.0 < price < np.inf:
                raise ValueError(f"history of {ticker}: {name} {at} is {price!r}; allowed: a finite price above 0")
            values[k, at] = price
    gaps = np.full(GAP_BARS, np.nan)
    if count > 1:
        found = gaps_of(values[0], values[1])
        gaps[GAP_BARS - len(found) :] = found
    return gaps
