"""What the portfolio was made of over time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from sdengine.figures.look import ASSETS, BANK, empty_figure, instants, small

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def allocation(days: ArrayLike, weights: Mapping[str, ArrayLike], bank: ArrayLike) -> Figure:
    """Draw stacked shares of the portfolio's value in percent.

    Args:
        days: [T].
        weights: by ticker, fractions [T], NaN before the asset was held.
        bank: the share of cash, [T]; below zero on margin.
    """
    from plotly.graph_objects import Scatter

    figure = empty_figure(height=320)
    layers = [(ticker, weight, ASSETS[k % len(ASSETS)]) for k, (ticker, weight) in enumerate(weights.items())]
    for name, weight, colour in [*layers, ("bank", bank, BANK)]:
        figure.add_trace(
            Scatter(
                x=instants(days),
                y=small(100.0 * np.nan_to_num(np.asarray(weight, float))),
                name=name,
                stackgroup="all",
                line={"width": 0.5, "color": colour},
                hovertemplate="%{y:.1f} %",
            )
        )
    figure.update_xaxes(type="date")
    figure.update_yaxes(ticksuffix=" %")
    return figure
