"""How far each asset, and the portfolio as a whole, stand from their all-time highs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from sdengine.figures.look import ASSETS, BUY, PORTFOLIO, SELL, empty_figure, instants, small

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


class Premium(NamedTuple):
    """Distance to the all-time high over time: `days` [T], `premiums` [T], fractions, 0 at the high and below it < 0.

    `fills` are days and sides ("buy", "sell") of its trades, drawn where the premium stood on that day.
    """

    days: ArrayLike
    premiums: ArrayLike
    fills: tuple[ArrayLike, ArrayLike] = ((), ())


def nav_premiums(assets: Mapping[str, Premium], portfolio: Premium) -> Figure:
    """Draw a line for each asset with its trades as marks, and the portfolio's own as the thick one, in percent."""
    from plotly.graph_objects import Scatter

    figure = empty_figure(height=380, hovermode="closest")
    for k, (ticker, premium) in enumerate(assets.items()):
        days, height = instants(premium.days), 100.0 * np.asarray(premium.premiums, float)
        line = {"color": ASSETS[k % len(ASSETS)], "width": 1.2}
        figure.add_trace(Scatter(x=days, y=small(height), name=ticker, line=line, hovertemplate="%{y:.1f} %"))
        when, sides = instants(premium.fills[0]), np.asarray(premium.fills[1])
        for side, colour, symbol in (("buy", BUY, "triangle-up"), ("sell", SELL, "triangle-down")):
            at = when[sides == side] if when.size else when
            if at.size:
                figure.add_trace(
                    Scatter(
                        x=at,
                        y=small(np.interp(at, days, height)),
                        mode="markers",
                        name=f"{ticker} {side}s",
                        showlegend=False,
                        marker={"color": colour, "symbol": symbol, "size": 6, "opacity": 0.7},
                        hovertemplate=f"{side} %{{x|%Y-%m-%d}}",
                    )
                )
    figure.add_trace(
        Scatter(
            x=instants(portfolio.days),
            y=small(100.0 * np.asarray(portfolio.premiums, float)),
            name="portfolio",
            line={"color": PORTFOLIO, "width": 2.6},
            hovertemplate="%{y:.1f} %",
        )
    )
    figure.update_xaxes(type="date")
    figure.update_yaxes(ticksuffix=" %", title_text="from the high before")
    return figure
