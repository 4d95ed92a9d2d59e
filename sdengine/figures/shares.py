"""What the portfolio was made of over time."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from sdengine.figures.look import ASSETS, BANK, Drawing, Picture, drawn, instants, small


@Picture
def allocation(days: ArrayLike, weights: Mapping[str, ArrayLike], bank: ArrayLike) -> Drawing:
    """Draw stacked shares of the portfolio's value in percent.

    Args:
        days: [T].
        weights: by ticker, fractions [T], NaN before the asset was held.
        bank: the share of cash, [T]; below zero on margin.
    """
    layers = [(ticker, weight, ASSETS[k % len(ASSETS)]) for k, (ticker, weight) in enumerate(weights.items())]
    x = instants(days)
    traces = [
        {
            "type": "scatter",
            "x": x,
            "y": small(100.0 * np.nan_to_num(np.asarray(weight, float))),
            "name": name,
            "stackgroup": "all",
            "line": {"width": 0.5, "color": colour},
            "hovertemplate": "%{y:.1f} %",
        }
        for name, weight, colour in [*layers, ("bank", bank, BANK)]
    ]
    return drawn(traces, {"type": "date"}, {"ticksuffix": " %"}, height=320)
