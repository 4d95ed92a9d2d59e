"""Value over time beside what it is compared with, and below it the fall from the high."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sdengine.figures.look import (
    ATH_ONLY,
    AXIS,
    BANK,
    BENCHMARK,
    BUY_AND_HOLD,
    FALL,
    PORTFOLIO,
    Drawing,
    Picture,
    drawn,
    instants,
    shades_of_crises,
    small,
)

COLOURS = {"portfolio": PORTFOLIO, "buy and hold": BUY_AND_HOLD, "ath only": ATH_ONLY, "benchmark": BENCHMARK}


class Curve(NamedTuple):
    """One portfolio over time: `days` [T], `values` [T] in its currency, `falls` [T] from the high, fractions >= 0."""

    days: ArrayLike
    values: ArrayLike
    falls: ArrayLike


@Picture
def value_and_fall(curves: Mapping[str, Curve], bank: ArrayLike) -> Drawing:
    """Draw values (logarithmic) over falls (percent, downwards).

    Args:
        curves: by name, the portfolio first, then what it is compared with: keys of `COLOURS`.
        bank: the portfolio's cash on its days, [T]; where it is not above zero there is nothing to draw.
    """
    traces = []
    for name, curve in curves.items():
        first = name == next(iter(curves))
        line = {"color": COLOURS[name], "width": 2.2 if first else 1.4, "dash": "solid" if first else "dot"}
        days, falls = instants(curve.days), small(-100.0 * np.asarray(curve.falls))
        traces.append(_line(days, small(curve.values), name, line, "%{y:,.0f}"))
        below = _line(days, falls, f"fall of {name}", {"color": FALL, "width": 1.4} if first else line, "%{y:.1f} %")
        shaded = {"fill": "tozeroy", "fillcolor": "rgba(214,69,69,0.15)"} if first else {}
        traces.append(below | LOWER | {"showlegend": False} | shaded)
    own = next(iter(curves.values()))
    cash = small(np.where(np.asarray(bank) > 0.0, bank, np.nan))
    traces.append(_line(instants(own.days), cash, "bank", {"color": BANK, "width": 1.2}, "%{y:,.0f}"))
    days = np.asarray(own.days, "datetime64[D]")
    value = {"type": "log", "title": {"text": "value, logarithmic"}, "domain": [0.361, 1.0], **_scale(curves, cash)}
    fall = {"anchor": "x2", "domain": [0.0, 0.301], "title": {"text": "fall, %"}, "ticksuffix": " %"}
    return drawn(
        traces,
        {"type": "date", "matches": "x2", "showticklabels": False},
        value,
        height=460,
        xaxis2=AXIS | {"type": "date", "anchor": "y2"},
        yaxis2=AXIS | fall,
        **shades_of_crises(days[0].item(), days[-1].item(), rows=("", "2")),
    )


LOWER = {"xaxis": "x2", "yaxis": "y2"}
"""Where the falls are drawn."""


def _line(days: ArrayLike, values: ArrayLike, name: str, line: dict[str, Any], hover: str) -> dict[str, Any]:
    look = {"name": name, "line": line, "hovertemplate": hover}
    return {"type": "scatter", "x": days, "y": values} | look


def _scale(curves: Mapping[str, Curve], cash: NDArray[np.float32]) -> dict[str, Any]:
    """Let the axis begin below what is lowest; nothing where no value is above zero."""
    lowest = [np.min(curve.values) for curve in curves.values()]
    lowest += [np.nanmedian(cash)] if np.isfinite(cash).any() else []  # a bank that runs dry would squeeze all the rest
    above = [value for value in lowest if value > 0.0]
    highest = max(np.max(curve.values) for curve in curves.values())
    return _log_scale(0.6 * min(above), 1.3 * highest) if above else {}


def _log_scale(low: float, high: float) -> dict[str, Any]:
    """Mark 1, 2 and 5 of each power of ten; between less than a power every digit."""
    digits = (1, 2, 5) if high > 8.0 * low else (1, 1.5, 2, 3, 4, 5, 6, 8)
    powers = 10.0 ** np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
    marks = [digit * power for power in powers for digit in digits if low <= digit * power <= high]
    return {
        "range": [float(np.log10(low)), float(np.log10(high))],
        "tickvals": marks,
        "ticktext": [f"{mark:,.12g}" for mark in marks],
    }
