"""Heat maps: monthly returns, and a sweep over two of its keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from sdengine.figures.look import LOSS_TO_GAIN, ON_CELLS, empty_figure

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def monthly_returns(years: ArrayLike, returns: ArrayLike) -> Figure:
    """Draw a row a year, a column a month. `returns` are fractions, [Y, 12]; NaN where there is no month."""
    return _heat_map(MONTHS, years, returns, "%{x} %{y}: %{z:.1f} %", bar="%", digits=1)


def sweep_map(columns: ArrayLike, rows: ArrayLike, figures: ArrayLike, *, names: tuple[str, str], of: str) -> Figure:
    """Draw a figure of a sweep's members over two of its keys.

    Args:
        columns: values of the key along, [C].
        rows: values of the key down, [R].
        figures: fractions, [R, C]; NaN where there is no member.
        names: both keys.
        of: what the figure is, for whoever points at it.
    """
    hover = f"{names[0]} %{{x}}, {names[1]} %{{y}}: {of} %{{z:.1f}} %"
    figure = _heat_map(columns, rows, figures, hover, bar=f"{of}, %", digits=1)
    figure.update_xaxes(title_text=names[0])
    figure.update_yaxes(title_text=names[1], title_standoff=8)
    return figure


def _heat_map(columns: Any, rows: Any, figures: ArrayLike, hover: str, *, bar: str, digits: int) -> Figure:
    from plotly.graph_objects import Heatmap

    percent = np.round(100.0 * np.asarray(figures, float), digits)
    reach = float(np.nanmax(np.abs(percent))) if np.isfinite(percent).any() else 1.0
    figure = empty_figure(height=110 + 26 * max(4, len(percent)), hovermode="closest")
    figure.add_trace(
        Heatmap(
            x=[str(name) for name in np.asarray(columns)],
            y=[str(name) for name in np.asarray(rows)],
            z=percent,
            zmid=0,
            zmin=-reach,
            zmax=reach,
            colorscale=LOSS_TO_GAIN,
            xgap=2,
            ygap=2,
            texttemplate="%{z:.1f}",
            textfont={"size": 11, "color": ON_CELLS},
            colorbar={"title": bar},
            hovertemplate=f"{hover}<extra></extra>",
        )
    )
    figure.update_xaxes(type="category", showgrid=False)
    figure.update_yaxes(type="category", autorange="reversed", showgrid=False)
    return figure
