"""What rests: how far each asset's close is from its buy and from its sell."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sdengine.figures.look import BUY, BUY_AND_HOLD, SELL, Drawing, Picture, drawn


@Picture
def resting_orders(assets: ArrayLike, buys: ArrayLike, sells: ArrayLike) -> Drawing:
    """Draw a line for each asset, from its buy limit past its last close to its sell limit, in percent of the close.

    Args:
        assets: what they are called, [A], the first on top.
        buys: distances of the buy limits, fractions < 0, [A]; NaN where none rests.
        sells: distances of the sell limits, fractions > 0, [A]; NaN where none rests.
    """
    names = [str(asset) for asset in np.asarray(assets)]
    sides = {"buy": 100.0 * np.asarray(buys, float), "sell": 100.0 * np.asarray(sells, float)}
    low, high = (np.nan_to_num(side) for side in sides.values())
    reach = {
        "type": "scatter",
        "mode": "lines",
        "x": np.stack([low, high, np.full_like(low, np.nan)], axis=1).ravel(),
        "y": np.repeat(names, 3),
        "line": {"color": BUY_AND_HOLD, "width": 2},
        "hoverinfo": "skip",
        "showlegend": False,
    }
    marks = [_marks(name, distances, names) for name, distances in sides.items()]
    closes = {
        "type": "scatter",
        "mode": "markers",
        "x": np.zeros(len(names)),
        "y": names,
        "name": "last close",
        "marker": {"color": BUY_AND_HOLD, "symbol": "line-ns-open", "size": 14, "line": {"width": 2}},
        "hoverinfo": "skip",
    }
    x = {"ticksuffix": " %", "title": {"text": "from the last close"}}
    y = {"type": "category", "range": [len(names) - 0.3, -0.6], "showgrid": False}
    return drawn([reach, *marks, closes], x, y, height=90 + 30 * max(2, len(names)), hovermode="closest")


MARKS = {"buy": (BUY, "triangle-up"), "sell": (SELL, "triangle-down")}


def _marks(name: str, distances: NDArray[np.float64], names: list[str]) -> dict[str, Any]:
    colour, symbol = MARKS[name]
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": distances,
        "y": names,
        "name": name,
        "text": ["" if np.isnan(one) else f"{one:+.1f} %" for one in distances],
        "textposition": "bottom center",
        "cliponaxis": False,
        "marker": {"color": colour, "symbol": symbol, "size": 12},
        "hovertemplate": f"{name} %{{y}} at %{{x:+.1f}} %<extra></extra>",
    }
