"""How a value may go on: bands between quantiles, year by year, beside the middle of what it is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from sdengine.figures.look import BENCHMARK, BUY_AND_HOLD, PORTFOLIO, Drawing, Picture, drawn

COLOURS = {"buy and hold": BUY_AND_HOLD, "benchmark": BENCHMARK}
BANDS = {(0.05, 0.95): "rgba(53,120,229,0.14)", (0.25, 0.75): "rgba(53,120,229,0.24)"}
"""The portfolio's colour, the wider band the paler."""
MIDDLE = 0.5


@Picture
def fan_by_year(years: ArrayLike, values: Mapping[float, ArrayLike], beside: Mapping[str, ArrayLike]) -> Drawing:
    """Draw the bands of values over years.

    Args:
        years: since the start, [Y].
        values: quantile, a fraction -> value, [Y]: those of `BANDS` and the middle.
        beside: what the portfolio is compared with, keys of `COLOURS` -> its median, [Y].
    """
    x = np.asarray(years).tolist()
    traces = []
    for (low, high), colour in BANDS.items():
        edge = _line(x, values[high], f"{100 * (high - low):.0f} of 100", {"color": colour, "width": 0}, "up to ")
        filled = _line(x, values[low], edge["name"], edge["line"], "from ")
        band = {"mode": "lines", "fill": "tonexty", "fillcolor": colour}
        traces += [edge | {"mode": "lines", "showlegend": False}, filled | band]
    traces.append(_line(x, values[MIDDLE], "this portfolio, median", {"color": PORTFOLIO, "width": 2.2}))
    for name, median in beside.items():
        traces.append(_line(x, median, f"{name}, median", {"color": COLOURS[name], "width": 1.4, "dash": "dot"}))
    y = {"title": {"text": "value, in money of the start"}, "rangemode": "tozero"}
    return drawn(traces, {"title": {"text": "years since the start"}}, y, height=360)


def _line(x: list[Any], values: ArrayLike, name: str, line: dict[str, Any], hover: str = "") -> dict[str, Any]:
    figures = {"type": "scatter", "x": x, "y": _whole(values)}
    return figures | {"name": name, "line": line, "hovertemplate": f"{hover}%{{y:,.0f}}"}


def _whole(values: ArrayLike) -> list[float]:
    return [round(float(value)) for value in np.asarray(values, float)]
