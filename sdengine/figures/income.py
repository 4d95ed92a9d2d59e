"""A year of income: what the ladder and the assets brought, what was due, what was paid."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from sdengine.figures.look import DIVIDENDS, DUE, PAID, SYNTHETIC, Drawing, Picture, drawn


@Picture
def income_by_year(
    years: ArrayLike, synthetic: ArrayLike, dividends: ArrayLike, due: ArrayLike, paid: ArrayLike
) -> Drawing:
    """Draw income as bars and payments as lines, in the portfolio's currency.

    Args:
        years: calendar years, [Y].
        synthetic: synthetic dividends of each, [Y].
        dividends: dividends and interest of each, [Y].
        due: what the policy owed, [Y]; where nothing was ever due, no lines are drawn.
        paid: what was paid of it, [Y].
    """
    x, hover = np.asarray(years), {"hovertemplate": "%{y:,.0f}"}
    traces = [
        {"type": "bar", "x": x, "y": np.asarray(values), "name": name, "marker": {"color": colour}} | hover
        for name, values, colour in (
            ("synthetic dividends", synthetic, SYNTHETIC),
            ("dividends and interest", dividends, DIVIDENDS),
        )
    ]
    if np.any(np.asarray(due) > 0.0):
        traces += [
            {"type": "scatter", "x": x, "y": np.asarray(values), "name": name, "line": line} | hover
            for name, values, line in (
                ("due", due, {"color": DUE, "dash": "dash", "width": 2}),
                ("paid", paid, {"color": PAID, "width": 2.5}),
            )
        ]
    y = {"title": {"text": "a year"}}
    return drawn(traces, {"type": "category"}, y, barmode="relative", bargap=0.25)
