"""What all pictures share: one colour for one meaning, axes, and the shades of the falls that everybody remembers.

Colours stand out on white and on black alike (3:1 at least); text and grid take those of the page, see `THEMES`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import update_wrapper
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, ParamSpec

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

PORTFOLIO = "#3578e5"
BUY_AND_HOLD = "#8a8f98"
ATH_ONLY = "#a56bd6"
BENCHMARK = "#d9822b"
BANK = "#1a9c96"
FALL = "#d64545"
SYNTHETIC = "#c99700"
DIVIDENDS = "#7a9e2f"
DUE = "#8a8f98"
PAID = "#2f9e5b"
BUY = "#2f9e5b"
SELL = "#c99700"
ASSETS = ("#3578e5", "#d9822b", "#2f9e5b", "#a56bd6", "#d64545", "#1a9c96", "#c99700", "#c2558f", "#7a9e2f", "#6f7bd6")
"""In the order of adding; a portfolio of more assets begins again."""

LITTLE_TO_MUCH = [[0.0, "#b2382e"], [0.5, "#e9c46a"], [1.0, "#2f9e5b"]]
"""From nothing paid to all of it."""
LOSS_TO_GAIN = [[0.0, "#e58f88"], [0.5, "#f1f2f4"], [1.0, "#8fb6f0"]]
ON_CELLS = "#1f2328"
"""From a loss to a gain, around nothing; and the figures on it, by day and by night."""

THEMES = {"light": {"text": "#1f2328", "grid": "#e3e6ea"}, "dark": {"text": "#e6e8eb", "grid": "#333940"}}
"""Text and grid by what the reader's system is set to; the page puts them in."""

CRISES = (
    ("2000", date(2000, 3, 24), date(2002, 10, 9)),
    ("2008", date(2007, 10, 9), date(2009, 3, 9)),
    ("2020", date(2020, 2, 19), date(2020, 3, 23)),
    ("2022", date(2022, 1, 3), date(2022, 10, 12)),
)
"""From the high to the low of the S&P 500 at closes."""


def need_plotly() -> None:
    """Say what to install where the library that draws is not there; ImportError."""
    from importlib.util import find_spec

    if find_spec("plotly") is None:
        raise ImportError("pictures are drawn by plotly, which is not installed here: pip install plotly")


class Drawing(NamedTuple):
    """What Plotly's script needs to draw: traces and a layout, with arrays in them."""

    data: list[dict[str, Any]]
    layout: dict[str, Any]


P = ParamSpec("P")


class Picture(Generic[P]):
    """A function from arrays to a Plotly figure. `drawing` gives the same without Plotly's Python library.

    That looks at each property of a figure, which takes twenty times as long as all the rest: it is for whoever goes on
    with the figure, and the pages do without.
    """

    def __init__(self, drawing: Callable[P, Drawing]) -> None:
        self.drawing = drawing
        update_wrapper(self, drawing)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Figure:
        """Make the figure."""
        from plotly.graph_objects import Figure

        return Figure(self.drawing(*args, **kwargs)._asdict())


def drawn(
    traces: list[dict[str, Any]], x: dict[str, Any], y: dict[str, Any], *, height: int = 340, **layout: Any
) -> Drawing:
    """Lay out traces in the house's look: what is said of the axes, and more of the layout."""
    given = {
        "template": {},
        "height": height,
        "margin": {"l": 56, "r": 16, "t": 16, "b": 40},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": "system-ui, sans-serif", "size": 13, "color": THEMES["light"]["text"]},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0.0},
        "hovermode": "x unified",
        "xaxis": AXIS | x,
        "yaxis": AXIS | y,
    }
    return Drawing(traces, given | layout)


AXIS = {"gridcolor": THEMES["light"]["grid"], "zeroline": False, "automargin": True}
"""What all axes share."""


def instants(days: ArrayLike) -> NDArray[np.float64]:
    """Turn days into milliseconds since 1970, as Plotly's axes of dates read numbers: a third of the size of text."""
    return np.asarray(days, "datetime64[D]").astype("datetime64[ms]").astype(np.float64)


def small(values: ArrayLike) -> NDArray[np.float32]:
    """Halve the size of what is drawn: seven digits are more than a screen shows."""
    return np.asarray(values, np.float32)


def shades_of_crises(first: date, last: date, rows: Sequence[str]) -> dict[str, Any]:
    """Shade the falls of the market that lie in the window in each row ("" is the first), and write the year above.

    Returns:
        `shapes` and `annotations` of a layout.
    """
    inside = [
        (name, max(high, first).isoformat(), min(low, last).isoformat())
        for name, high, low in CRISES
        if high < last and low > first
    ]
    shapes = [
        {
            "type": "rect", "x0": begun, "x1": ended, "xref": f"x{row}", "y0": 0, "y1": 1, "yref": f"y{row} domain",
            "fillcolor": "rgba(138,143,152,0.18)", "line": {"width": 0}, "layer": "below",
        }
        for _, begun, ended in inside
        for row in rows
    ]  # fmt: skip
    years = [
        {
            "text": name, "x": begun, "xref": "x", "xanchor": "left", "y": 1, "yref": "y domain", "yanchor": "top",
            "showarrow": False, "font": {"size": 11},
        }
        for name, begun, _ in inside
    ]  # fmt: skip
    return {"shapes": shapes, "annotations": years}
