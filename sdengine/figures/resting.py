"""What rests: how far each asset's close is from its buy and from its sell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from sdengine.figures.look import BUY, BUY_AND_HOLD, SELL, empty_figure

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def resting_orders(assets: ArrayLike, buys: ArrayLike, sells: ArrayLike) -> Figure:
    """Draw a line for each asset, from its buy limit past its last close to its sell limit, in percent of the close.

    Args:
        assets: what they are called, [A], the first on top.
        buys: distances of the buy limits, fractions < 0, [A]; NaN where none rests.
        sells: distances of the sell limits, fractions > 0, [A]; NaN where none rests.
    """
    from plotly.graph_objects import Scatter

    names = [str(asset) for asset in np.asarray(assets)]
    sides = {"buy": 100.0 * np.asarray(buys, float), "sell": 100.0 * np.asarray(sells, float)}
    figure = empty_figure(height=90 + 30 * max(2, len(names)), hovermode="closest")
    low, high = (np.nan_to_num(side) for side in sides.values())
    figure.add_trace(
        Scatter(
            x=np.stack([low, high, np.full_like(low, np.nan)], axis=1).ravel(),
            y=np.repeat(names, 3),
            mode="lines",
            line={"color": BUY_AND_HOLD, "width": 2},
            hoverinfo="skip",
            showlegend=False,
        )
    )
    marks = {"buy": (BUY, "triangle-up"), "sell": (SELL, "triangle-down")}
    for name, distances in sides.items():
        colour, symbol = marks[name]
        figure.add_trace(
            Scatter(
                x=distances,
                y=names,
                mode="markers+text",
                name=name,
                text=["" if np.isnan(one) else f"{one:+.1f} %" for one in distances],
                textposition="bottom center",
                cliponaxis=False,
                marker={"color": colour, "symbol": symbol, "size": 12},
                hovertemplate=f"{name} %{{y}} at %{{x:+.1f}} %<extra></extra>",
            )
        )
    figure.add_trace(
        Scatter(
            x=np.zeros(len(names)),
            y=names,
            mode="markers",
            name="last close",
            marker={"color": BUY_AND_HOLD, "symbol": "line-ns-open", "size": 14, "line": {"width": 2}},
            hoverinfo="skip",
        )
    )
    figure.update_xaxes(ticksuffix=" %", title_text="from the last close")
    figure.update_yaxes(type="category", range=[len(names) - 0.3, -0.6], showgrid=False)
    return figure
