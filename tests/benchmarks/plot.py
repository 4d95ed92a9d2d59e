"""The plot of cost over scenarios, days and assets: `scaling.svg`, beside this file, which the README shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PICTURE = Path(__file__).with_name("scaling.svg")


@dataclass(frozen=True)
class Series:
    """What one way of running takes over one axis, and the exponent of the power law fitted to it."""

    face: str
    axis: str
    sizes: tuple[int, ...]
    seconds: tuple[float, ...]
    exponent: float


def draw(measured: Sequence[Series], path: Path = PICTURE) -> None:
    """Draw a panel for each axis, both scales logarithmic: where cost is linear, the points follow the dotted line."""
    import matplotlib as mpl
    from matplotlib.figure import Figure
    from matplotlib.ticker import NullFormatter, NullLocator

    mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "scaling", "font.size": 9})
    axes = list(dict.fromkeys(series.axis for series in measured))
    figure = Figure(figsize=(9.0, 3.1), layout="constrained")
    for panel, axis in zip(figure.subplots(1, len(axes), squeeze=False)[0], axes, strict=True):
        shown = [series for series in measured if series.axis == axis]
        for series in shown:
            panel.loglog(series.sizes, series.seconds, "o-", label=f"{series.face}: exponent {series.exponent:.2f}")
            linear = [series.seconds[-1] * size / series.sizes[-1] for size in series.sizes]
            panel.loglog(series.sizes, linear, ":", color="0.6", zorder=0)
        panel.set_xticks(shown[0].sizes, [f"{size:,}" for size in shown[0].sizes])
        panel.xaxis.set_minor_locator(NullLocator())
        panel.yaxis.set_minor_formatter(NullFormatter())
        panel.set_xlabel(axis)
        panel.set_ylim(top=5 * max(max(series.seconds) for series in shown))  # room for the legend
        panel.legend(frameon=False, fontsize=8, loc="upper left")
        panel.spines[["top", "right"]].set_visible(False)
    figure.axes[0].set_ylabel("seconds of processor time")
    figure.savefig(path, metadata={"Date": None})
