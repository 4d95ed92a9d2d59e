"""Would it have lasted? The share of what was due that was paid, for each year of each start."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from sdengine.figures.look import LITTLE_TO_MUCH, Drawing, Picture, drawn


@Picture
def paid_by_start(starts: ArrayLike, years: ArrayLike, shares: ArrayLike) -> Drawing:
    """Draw a heat map, a row for each start.

    Args:
        starts: what the rows are called, [S].
        years: calendar years, [Y].
        shares: paid of what was due, 0 to 1, [S, Y]; NaN where the run had not begun or nothing was due.
    """
    shares = np.asarray(shares, float)
    cells = {
        "type": "heatmap",
        "x": [str(year) for year in np.asarray(years)],
        "y": [str(start) for start in np.asarray(starts)],
        "z": np.round(100.0 * shares, 1),
        "zmin": 0,
        "zmax": 100,
        "colorscale": LITTLE_TO_MUCH,
        "xgap": 2,
        "ygap": 2,
        "colorbar": {"title": {"text": "paid, %"}},
        "hovertemplate": "begun %{y}, in %{x}: %{z:.0f} % of what was due<extra></extra>",
    }
    x = {"type": "category", "showgrid": False}
    y = x | {"autorange": "reversed", "title": {"text": "begun", "standoff": 8}}
    return drawn([cells], x, y, height=90 + 30 * max(3, len(shares)), hovermode="closest")
