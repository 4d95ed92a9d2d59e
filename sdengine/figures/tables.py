"""Heat maps: monthly returns, and a sweep over two of its keys."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from sdengine.figures.look import LOSS_TO_GAIN, ON_CELLS, Drawing, Picture, drawn

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@Picture
def monthly_returns(years: ArrayLike, returns: ArrayLike) -> Drawing:
    """Draw a row a year, a column a month. `returns` are fractions, [Y, 12]; NaN where there is no month."""
    return _heat_map(MONTHS, years, returns, "%{x} %{y}: %{z:.1f} %", bar="%", x={}, y={})


@Picture
def sweep_map(columns: ArrayLike, rows: ArrayLike, figures: ArrayLike, *, names: tuple[str, str], of: str) -> Drawing:
    """Draw a figure of a sweep's members over two of its keys.

    Args:
        columns: values of the key along, [C].
        rows: values of the key down, [R].
        figures: fractions, [R, C]; NaN where there is no member.
        names: both keys.
        of: what the figure is, for whoever points at it.
    """
    hover = f"{names[0]} %{{x}}, {names[1]} %{{y}}: {of} %{{z:.1f}} %"
    x, y = {"title": {"text": names[0]}}, {"title": {"text": names[1], "standoff": 8}}
    return _heat_map(columns, rows, figures, hover, bar=f"{of}, %", x=x, y=y)


def _heat_map(
    columns: Any, rows: Any, figures: ArrayLike, hover: str, *, bar: str, x: dict[str, Any], y: dict[str, Any]
) -> Drawing:
    percent = np.round(100.0 * np.asarray(figures, float), 1)
    reach = float(np.nanmax(np.abs(percent))) if np.isfinite(percent).any() else 1.0
    cells = {
        "type": "heatmap",
        "x": [str(name) for name in np.asarray(columns)],
        "y": [str(name) for name in np.asarray(rows)],
        "z": percent,
        "zmid": 0,
        "zmin": -reach,
        "zmax": reach,
        "colorscale": LOSS_TO_GAIN,
        "xgap": 2,
        "ygap": 2,
        "texttemplate": "%{z:.1f}",
        "textfont": {"size": 11, "color": ON_CELLS},
        "colorbar": {"title": {"text": bar}},
        "hovertemplate": f"{hover}<extra></extra>",
    }
    plain = {"type": "category", "showgrid": False}
    height = 110 + 26 * max(4, len(percent))
    return drawn([cells], plain | x, plain | {"autorange": "reversed"} | y, height=height, hovermode="closest")
