"""What was reached and not done: distinct orders a year, by asset or reason."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from sdengine.figures.look import ASSETS, Drawing, Picture, drawn


@Picture
def skipped_by_year(years: ArrayLike, counts: Mapping[str, ArrayLike]) -> Drawing:
    """Draw stacked bars: `counts` by name, [Y] each, over `years` [Y]."""
    traces = [
        {
            "type": "bar", "x": np.asarray(years), "y": np.asarray(values), "name": name,
            "marker": {"color": ASSETS[k % len(ASSETS)]},
        }
        for k, (name, values) in enumerate(counts.items())
    ]  # fmt: skip
    y = {"title": {"text": "orders a year"}, "rangemode": "tozero"}
    return drawn(traces, {"type": "category"}, y, height=300, barmode="stack", bargap=0.25)
