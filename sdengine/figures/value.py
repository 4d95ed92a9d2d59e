"""Value over time beside what it is compared with, and below it the fall from the high."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from numpy.typing import ArrayLike

from sdengine.figures.look import (
    ATH_ONLY,
    BANK,
    BENCHMARK,
    BUY_AND_HOLD,
    FALL,
    PORTFOLIO,
    empty_figure,
    instants,
    shade_crises,
    small,
)

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

COLOURS = {"portfolio": PORTFOLIO, "buy and hold": BUY_AND_HOLD, "ath only": ATH_ONLY, "benchmark": BENCHMARK}


class Curve(NamedTuple):
    """One portfolio over time: `days` [T], `values` [T] in its currency, `falls` [T] from the high, fractions >= 0."""

    days: ArrayLike
    values: ArrayLike
    falls: ArrayLike


def value_and_fall(curves: Mapping[str, Curve], bank: ArrayLike) -> Figure:
    """Draw values (logarithmic) over falls (percent, downwards).

    Args:
        curves: by name, the portfolio first, then what it is compared with: keys of `COLOURS`.
        bank: the portfolio's cash on its days, [T]; where it is not above zero there is nothing to draw.
    """
    import numpy as np
    from plotly.graph_objects import Scatter

    figure = empty_figure(height=460, rows=2)
    for name, curve in curves.items():
        first = name == next(iter(curves))
        line = {"color": COLOURS[name], "width": 2.2 if first else 1.4, "dash": "solid" if first else "dot"}
        days = instants(curve.days)
        figure.add_trace(
            Scatter(x=days, y=small(curve.values), name=name, line=line, hovertemplate="%{y:,.0f}"), row=1, col=1
        )
        fall = {"color": FALL, "width": 1.4} if first else line
        figure.add_trace(
            Scatter(
                x=days,
                y=small(-100.0 * np.asarray(curve.falls)),
                name=f"fall of {name}",
                line=fall,
                fill="tozeroy" if first else "none",
                fillcolor="rgba(214,69,69,0.15)",
                showlegend=False,
                hovertemplate="%{y:.1f} %",
            ),
            row=2,
            col=1,
        )
    own = next(iter(curves.values()))
    cash = small(np.where(np.asarray(bank) > 0.0, bank, np.nan))
    line = {"color": BANK, "width": 1.2}
    figure.add_trace(
        Scatter(x=instants(own.days), y=cash, name="bank", line=line, hovertemplate="%{y:,.0f}"), row=1, col=1
    )
    days = np.asarray(own.days, "datetime64[D]")
    shade_crises(figure, days[0].item(), days[-1].item())
    figure.update_xaxes(type="date")
    lowest = [np.min(curve.values) for curve in curves.values()]
    lowest += [np.nanmedian(cash)] if np.isfinite(cash).any() else []  # a bank that runs dry would squeeze all the rest
    above = [value for value in lowest if value > 0.0]
    highest = max(np.max(curve.values) for curve in curves.values())
    span = [0.6 * min(above), 1.3 * highest] if above else None
    figure.update_yaxes(
        type="log", title_text="value, logarithmic", row=1, col=1, **(_log_scale(*span) if span else {})
    )
    figure.update_yaxes(title_text="fall, %", ticksuffix=" %", row=2, col=1)
    return figure


def _log_scale(low: float, high: float) -> dict[str, Any]:
    """Mark 1, 2 and 5 of each power of ten; between less than a power every digit."""
    import numpy as np

    digits = (1, 2, 5) if high > 8.0 * low else (1, 1.5, 2, 3, 4, 5, 6, 8)
    powers = 10.0 ** np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
    marks = [digit * power for power in powers for digit in digits if low <= digit * power <= high]
    return {
        "range": [np.log10(low), np.log10(high)],
        "tickvals": marks,
        "ticktext": [f"{mark:,.12g}" for mark in marks],
    }
