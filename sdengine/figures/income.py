"""A year of income: what the ladder and the assets brought, what was due, what was paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from sdengine.figures.look import DIVIDENDS, DUE, PAID, SYNTHETIC, empty_figure

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def income_by_year(
    years: ArrayLike, synthetic: ArrayLike, dividends: ArrayLike, due: ArrayLike, paid: ArrayLike
) -> Figure:
    """Draw income as bars and payments as lines, in the portfolio's currency.

    Args:
        years: calendar years, [Y].
        synthetic: synthetic dividends of each, [Y].
        dividends: dividends and interest of each, [Y].
        due: what the policy owed, [Y]; where nothing was ever due, no lines are drawn.
        paid: what was paid of it, [Y].
    """
    from plotly.graph_objects import Bar, Scatter

    figure = empty_figure(barmode="relative", bargap=0.25)
    for name, values, colour in (
        ("synthetic dividends", synthetic, SYNTHETIC),
        ("dividends and interest", dividends, DIVIDENDS),
    ):
        figure.add_trace(Bar(x=np.asarray(years), y=np.asarray(values), name=name, marker_color=colour))
    if np.any(np.asarray(due) > 0.0):
        for name, values, line in (
            ("due", due, {"color": DUE, "dash": "dash", "width": 2}),
            ("paid", paid, {"color": PAID, "width": 2.5}),
        ):
            figure.add_trace(Scatter(x=np.asarray(years), y=np.asarray(values), name=name, line=line))
    figure.update_traces(hovertemplate="%{y:,.0f}")
    figure.update_xaxes(type="category")
    figure.update_yaxes(title_text="a year")
    return figure
