"""What was reached and not done: distinct orders a year, by asset or reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from sdengine.figures.look import ASSETS, empty_figure

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def skipped_by_year(years: ArrayLike, counts: Mapping[str, ArrayLike]) -> Figure:
    """Draw stacked bars: `counts` by name, [Y] each, over `years` [Y]."""
    from plotly.graph_objects import Bar

    figure = empty_figure(barmode="stack", bargap=0.25, height=300)
    for k, (name, values) in enumerate(counts.items()):
        figure.add_trace(
            Bar(x=np.asarray(years), y=np.asarray(values), name=name, marker_color=ASSETS[k % len(ASSETS)])
        )
    figure.update_xaxes(type="category")
    figure.update_yaxes(title_text="orders a year", rangemode="tozero")
    return figure
