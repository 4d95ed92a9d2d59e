"""How a value may go on: bands between quantiles, year by year, beside the middle of what it is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from sdengine.figures.look import BENCHMARK, BUY_AND_HOLD, PORTFOLIO, empty_figure

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

COLOURS = {"buy and hold": BUY_AND_HOLD, "benchmark": BENCHMARK}
BANDS = {(0.05, 0.95): "rgba(53,120,229,0.14)", (0.25, 0.75): "rgba(53,120,229,0.24)"}
"""The portfolio's colour, the wider band the paler."""
MIDDLE = 0.5


def fan_by_year(years: ArrayLike, values: Mapping[float, ArrayLike], beside: Mapping[str, ArrayLike]) -> Figure:
    """Draw the bands of values over years.

    Args:
        years: since the start, [Y].
        values: quantile, a fraction -> value, [Y]: those of `BANDS` and the middle.
        beside: what the portfolio is compared with, keys of `COLOURS` -> its median, [Y].
    """
    from plotly.graph_objects import Scatter

    figure = empty_figure(height=360)
    x = np.asarray(years).tolist()
    for (low, high), colour in BANDS.items():
        edge = {"mode": "lines", "line": {"color": colour, "width": 0}, "name": f"{100 * (high - low):.0f} of 100"}
        top = {"hovertemplate": "up to %{y:,.0f}", "showlegend": False}
        band = {"hovertemplate": "from %{y:,.0f}", "fill": "tonexty", "fillcolor": colour}
        figure.add_trace(Scatter(x=x, y=_whole(values[high]), **edge, **top))
        figure.add_trace(Scatter(x=x, y=_whole(values[low]), **edge, **band))
    line = {"color": PORTFOLIO, "width": 2.2}
    said = {"hovertemplate": "%{y:,.0f}"}
    figure.add_trace(Scatter(x=x, y=_whole(values[MIDDLE]), line=line, name="this portfolio, median", **said))
    for name, median in beside.items():
        line = {"color": COLOURS[name], "width": 1.4, "dash": "dot"}
        figure.add_trace(Scatter(x=x, y=_whole(median), line=line, name=f"{name}, median", **said))
    figure.update_xaxes(title_text="years since the start")
    figure.update_yaxes(title_text="value, in money of the start", rangemode="tozero")
    return figure


def _whole(values: ArrayLike) -> list[float]:
    return [round(float(value)) for value in np.asarray(values, float)]
