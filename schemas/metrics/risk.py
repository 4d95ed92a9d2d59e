"""Risk of the daily returns, reward for it, and their shape."""

from __future__ import annotations

from schemas.columns import whole
from schemas.figures import (
    BY_ROOT,
    GAIN,
    LOSS,
    NO_DENOMINATOR,
    TIME_WEIGHTED,
    TWO_CLOSES,
    TWO_RETURNS,
    Figure,
)
from schemas.metrics.growth import NOT_MEASURED
from schemas.metrics.kinds import rate, ratio, share

_NO_SPREAD = "fewer than two returns, or no dispersion"
_NO_SHORTFALL = "fewer than two returns, or none fell short"
_NO_LOSS = "no return below 0"


def _of_returns(formula: str, nothing: str, source: str = "", **more: str) -> Figure:
    return Figure(formula, flows=TIME_WEIGHTED, nothing=nothing, **({"source": source} if source else {}), **more)


class Risk:
    """Dispersion, and what was earned for it."""

    volatility = rate(
        "Standard deviation of the daily returns, annualised",
        _of_returns("sd(r) * sqrt(p)", TWO_RETURNS, "empyrical, skfolio", annualised=BY_ROOT),
        ge=0,
    )
    downside_volatility = rate(
        "Root mean square of the daily returns below cash_rate, annualised",
        _of_returns("sqrt(mean(min(r - f, 0) ** 2) * p)", TWO_RETURNS, "Sortino and Price 1994", annualised=BY_ROOT),
        ge=0,
    )
    sharpe = ratio(
        "Mean daily return above cash_rate over the standard deviation, annualised",
        _of_returns(
            "mean(r - f) / sd(r) * sqrt(p)", _NO_SPREAD, "Sharpe 1994", sign=GAIN, annualised=BY_ROOT,
            zero=NO_DENOMINATOR,
        ),
    )  # fmt: skip
    sortino = ratio(
        "Mean daily return above cash_rate over the downside deviation, annualised",
        _of_returns(
            "mean(r - f) / sqrt(mean(min(r - f, 0) ** 2)) * sqrt(p)", _NO_SHORTFALL, "Sortino and Price 1994",
            sign=GAIN, annualised=BY_ROOT, zero=NO_DENOMINATOR,
        ),
    )  # fmt: skip
    omega = ratio(
        "Daily gains above cash_rate over the shortfalls below it",
        _of_returns(
            "sum(max(r - f, 0)) / sum(max(f - r, 0))", _NO_SHORTFALL, "Keating and Shadwick 2002", zero=NO_DENOMINATOR
        ),
        ge=0,
    )
    profit_factor = ratio(
        "Sum of the daily gains over the sum of the daily losses",
        _of_returns("sum(max(r, 0)) / sum(max(-r, 0))", _NO_LOSS, "quantstats", zero=NO_DENOMINATOR),
        ge=0,
    )
    payoff_ratio = ratio(
        "Mean daily gain over mean daily loss",
        _of_returns("mean(r where r > 0) / -mean(r where r < 0)", "no gain or no loss", "quantstats"),
        ge=0,
    )
    common_sense_ratio = ratio(
        "Profit factor times tail ratio",
        _of_returns("profit_factor * tail_ratio", "one of them is null", "quantstats"),
        ge=0,
    )
    gain_to_pain = ratio(
        "Sum of the months' returns over that of the months that lost",
        _of_returns(
            "sum(m) / -sum(min(m, 0)), m the months' returns", "no month lost", "Schwager 2012", sign=GAIN,
            zero=NO_DENOMINATOR,
        ),
    )  # fmt: skip


class Tails:
    """What the bad days cost."""

    value_at_risk = share(
        "Loss that one day in twenty exceeded",
        _of_returns("-quantile(r, 0.05), linear between neighbours", TWO_CLOSES, "empyrical", sign=LOSS),
    )
    expected_shortfall = share(
        "Mean loss of the worst twentieth of days",
        _of_returns(
            "-mean(the floor(0.05 * (N - 1)) + 1 lowest of N r)", TWO_CLOSES, "empyrical conditional_value_at_risk",
            sign=LOSS,
        ),
    )  # fmt: skip
    tail_ratio = ratio(
        "The 95 % quantile of the daily returns over the 5 % quantile, both without sign",
        _of_returns(
            "abs(quantile(r, 0.95)) / abs(quantile(r, 0.05))", "fewer than two closes, or the 5 % quantile is 0",
            "empyrical, quantstats", zero=NO_DENOMINATOR,
        ),
        ge=0,
    )  # fmt: skip


class Shape:
    """How the daily returns are spread, and how they follow each other."""

    skewness = ratio(
        "Skewness of the daily returns: below 0 the long tail is that of losses",
        _of_returns(
            "adjusted third moment: sqrt(N (N - 1)) / (N - 2) * m3 / m2 ** 1.5",
            "fewer than three returns, or no dispersion", "Joanes and Gill 1998 (G1); pandas, scipy",
            sign="below 0: losses have the long tail",
        ),
    )  # fmt: skip
    kurtosis = ratio(
        "Excess kurtosis of the daily returns: above 0 extremes are more frequent than in the normal law",
        _of_returns(
            "adjusted: (N - 1) / ((N - 2) (N - 3)) * ((N + 1) (m4 / m2 ** 2 - 3) + 6)",
            "fewer than four returns, or no dispersion", "Joanes and Gill 1998 (G2); pandas, scipy",
            sign="above 0: fat tails",
        ),
    )  # fmt: skip
    autocorrelation = ratio(
        "Correlation of a day's return with the next day's",
        _of_returns(
            "corr(r[t], r[t+1])",
            "fewer than three returns, or no dispersion",
            "pandas autocorr",
            sign="above 0: days go on as the day before",
        ),
    )
    stability = ratio(
        "How straight the growth was: R squared of log(I) against the number of the close",
        _of_returns("corr(log(I), t) ** 2, from the second close on", "fewer than three closes, a flat or lost value",
                    "empyrical stability_of_timeseries"),
        ge=0,
    )  # fmt: skip
    gaining_streak = whole(
        "Most daily returns above zero in a row",
        unit="closes",
        ge=0,
        nullable=True,
        figure=_of_returns("longest run of r > 0", NOT_MEASURED, "quantstats", zero="a day at 0 ends it"),
    )
    losing_streak = whole(
        "Most daily returns below zero in a row",
        unit="closes",
        ge=0,
        nullable=True,
        figure=_of_returns("longest run of r < 0", NOT_MEASURED, "quantstats", zero="a day at 0 ends it"),
    )
