"""How far each asset, and the portfolio as a whole, stand from their all-time highs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from sdengine.figures.look import ASSETS, BUY, PORTFOLIO, SELL, Drawing, Picture, drawn, instants, small


class Premium(NamedTuple):
    """Distance to the all-time high over time: `days` [T], `premiums` [T], fractions, 0 at the high and below it < 0.

    `fills` are days and sides ("buy", "sell") of its trades, drawn where the premium stood on that day.
    """

    days: ArrayLike
    premiums: ArrayLike
    fills: tuple[ArrayLike, ArrayLike] = ((), ())


@Picture
def nav_premiums(assets: Mapping[str, Premium], portfolio: Premium) -> Drawing:
    """Draw a line for each asset with its trades as marks, and the portfolio's own as the thick one, in percent."""
    traces = []
    for k, (ticker, premium) in enumerate(assets.items()):
        days, height = instants(premium.days), 100.0 * np.asarray(premium.premiums, float)
        traces.append(_line(days, height, ticker, {"color": ASSETS[k % len(ASSETS)], "width": 1.2}))
        when, sides = instants(premium.fills[0]), np.asarray(premium.fills[1])
        for side, marker in MARKS.items():
            at = when[sides == side] if when.size else when
            if at.size:
                traces.append(
                    {
                        "type": "scatter", "mode": "markers", "x": at, "y": small(np.interp(at, days, height)),
                        "name": f"{ticker} {side}s", "showlegend": False, "marker": marker,
                        "hovertemplate": f"{side} %{{x|%Y-%m-%d}}",
                    }
                )  # fmt: skip
    own = 100.0 * np.asarray(portfolio.premiums, float)
    traces.append(_line(instants(portfolio.days), own, "portfolio", {"color": PORTFOLIO, "width": 2.6}))
    y = {"ticksuffix": " %", "title": {"text": "from the high before"}}
    return drawn(traces, {"type": "date"}, y, height=380, hovermode="closest")


MARKS = {
    "buy": {"color": BUY, "symbol": "triangle-up", "size": 6, "opacity": 0.7},
    "sell": {"color": SELL, "symbol": "triangle-down", "size": 6, "opacity": 0.7},
}


def _line(days: ArrayLike, height: ArrayLike, name: str, line: dict[str, Any]) -> dict[str, Any]:
    look = {"name": name, "line": line, "hovertemplate": "%{y:.1f} %"}
    return {"type": "scatter", "x": days, "y": small(height)} | look
