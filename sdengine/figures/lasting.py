"""Would it have lasted? The share of what was due that was paid, for each year of each start."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from sdengine.figures.look import LITTLE_TO_MUCH, empty_figure

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def paid_by_start(starts: ArrayLike, years: ArrayLike, shares: ArrayLike) -> Figure:
    """Draw a heat map, a row for each start.

    Args:
        starts: what the rows are called, [S].
        years: calendar years, [Y].
        shares: paid of what was due, 0 to 1, [S, Y]; NaN where the run had not begun or nothing was due.
    """
    from plotly.graph_objects import Heatmap

    shares = np.asarray(shares, float)
    figure = empty_figure(height=90 + 30 * max(3, len(shares)), hovermode="closest")
    figure.add_trace(
        Heatmap(
            x=[str(year) for year in np.asarray(years)],
            y=[str(start) for start in np.asarray(starts)],
            z=np.round(100.0 * shares, 1),
            zmin=0,
            zmax=100,
            colorscale=LITTLE_TO_MUCH,
            xgap=2,
            ygap=2,
            colorbar={"title": "paid, %"},
            hovertemplate="begun %{y}, in %{x}: %{z:.0f} % of what was due<extra></extra>",
        )
    )
    figure.update_xaxes(type="category", showgrid=False)
    figure.update_yaxes(type="category", autorange="reversed", showgrid=False, title_text="begun", title_standoff=8)
    return figure
