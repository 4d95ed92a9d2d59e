"""How far and how long a run stood below its highest value. A drawdown is a fraction, 0 or more."""

from __future__ import annotations

from schemas.columns import day, fraction, whole
from schemas.figures import GAIN, NO_DENOMINATOR, TIME_WEIGHTED, Figure
from schemas.metrics.growth import NOT_MEASURED
from schemas.metrics.kinds import ratio, share

_NO_FALL = "no drawdown, or no time has passed"


def _of_falls(formula: str, nothing: str = "never null", source: str = "ours", **more: str) -> Figure:
    return Figure(formula, flows=TIME_WEIGHTED, nothing=nothing, source=source, **more)


class Falls:
    """Depths and days of drawdowns; the initial capital is the first peak."""

    calmar = ratio(
        "Growth a year over the deepest drawdown",
        _of_falls("cagr / max_drawdown", _NO_FALL, "Young 1991", sign=GAIN, zero=NO_DENOMINATOR),
    )
    max_drawdown = fraction(
        "Deepest fall below the highest value so far, the initial capital included",
        ge=0,
        le=1,
        figure=_of_falls("max(d), d[t] = 1 - I[t] / max(1, I until t)", source="empyrical, ffn, with the sign turned"),
    )
    max_drawdown_peak_on = day(
        "Last close at the high before the deepest drawdown",
        nullable=True,
        figure=_of_falls("date of the peak of max_drawdown", "no drawdown"),
    )
    max_drawdown_trough_on = day(
        "First close at the bottom of the deepest drawdown",
        nullable=True,
        figure=_of_falls("first date with d = max_drawdown", "no drawdown"),
    )
    max_drawdown_recovered_on = day(
        "First close back at that high; null if not by the last day",
        nullable=True,
        figure=_of_falls("first date after it with d = 0", "no drawdown, or not by the last day"),
    )
    longest_drawdown_days = whole(
        "Calendar days of the longest drawdown, from peak to recovery or last day",
        unit="days",
        ge=0,
        figure=_of_falls("max(days of each drawdown)"),
    )
    current_drawdown = fraction("Drawdown at the last close", ge=0, le=1, figure=_of_falls("d at the last close"))
    drawdowns = whole("Number of drawdowns", ge=0, figure=_of_falls("number of stretches of closes with d > 0"))
    ulcer_index = fraction(
        "Root mean square of the drawdowns at all closes",
        ge=0,
        le=1,
        figure=_of_falls("sqrt(mean(d ** 2))", source="Martin and McCann 1989"),
    )
    mean_drawdown = share(
        "Mean of the drawdowns at all closes (pain index)",
        _of_falls("mean(d)", NOT_MEASURED, "Becker; skfolio average_drawdown"),
        ge=0,
        le=1,
    )
    time_under_water = share(
        "Share of the closes below the highest value so far",
        _of_falls("mean(d > 0)", NOT_MEASURED, zero="0: every close was a high"),
        ge=0,
        le=1,
    )
    martin_ratio = ratio(
        "Growth a year above cash_rate over the Ulcer index",
        _of_falls(
            "(cagr - cash_rate) / ulcer_index", _NO_FALL, "Martin and McCann 1989", sign=GAIN, zero=NO_DENOMINATOR
        ),
    )
    recovery_factor = ratio(
        "Total return over the deepest drawdown",
        _of_falls("total_return / max_drawdown", "no drawdown", sign=GAIN, zero=NO_DENOMINATOR),
    )
