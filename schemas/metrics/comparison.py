"""A run beside its twins and its benchmark. What is null has no such run to be compared with."""

from __future__ import annotations

from dataclasses import replace

from schemas.columns import Column, number, text
from schemas.figures import BY_PERIODS, BY_ROOT, MORE, NO_DENOMINATOR, TIME_WEIGHTED, Figure
from schemas.metrics.falls import Falls
from schemas.metrics.growth import Growth
from schemas.metrics.income import Payments
from schemas.metrics.kinds import YEARLY, ratio
from schemas.metrics.risk import Risk


def _same(column: Column, name: str, of: str, meaning: str) -> Column:
    """Repeat a figure of the other run."""
    assert column.figure is not None
    figure = replace(column.figure, formula=f"{name} of {of}", nothing="no such run, or none of it")
    return column.of(meaning=meaning, nullable=True, figure=figure)


def _difference(meaning: str, of: Column, formula: str) -> Column:
    """Declare what a figure is above the other run's."""
    assert of.figure is not None
    figure = Figure(formula, MORE, of.figure.annualised, TIME_WEIGHTED, nothing="no such run")
    return number(meaning, unit=of.unit, nullable=True, figure=figure)


FIGURES = {
    "return": ("total_return", Growth.total_return, "Total return of the {}"),
    "cagr": ("cagr", Growth.cagr, "Growth a year of the {}"),
    "volatility": ("volatility", Risk.volatility, "Volatility of the {}"),
    "sharpe": ("sharpe", Risk.sharpe, "Sharpe ratio of the {}"),
    "max_drawdown": ("max_drawdown", Falls.max_drawdown, "Deepest drawdown of the {}"),
    "withdrawals": ("withdrawals", Payments.withdrawals, "Cash that the {} took out"),
}
"""What is repeated of the other run's: how its name ends here, its name there, its column, what it means."""


def _repeated(who: str, whose: str, *ends: str) -> dict[str, Column]:
    """Repeat some of the `FIGURES` of the other run, under its own name."""
    figures = {end: FIGURES[end] for end in ends}
    return {f"{who}_{end}": _same(of, name, whose, says.format(whose)) for end, (name, of, says) in figures.items()}


def _above(who: str, whose: str, before: str = "") -> dict[str, Column]:
    """Declare what a run has more than the other: total return, and growth a year."""
    ours, growth = f"Total return less that of the {whose}", f"Growth a year less that of the {whose}"
    return {
        f"{before}excess_return": _difference(ours, Growth.total_return, f"total_return - {who}_return"),
        f"{before}excess_cagr": _difference(growth, Growth.cagr, f"cagr - {who}_cagr"),
    }


_NO_DAYS = "no such run, or fewer than two returns in common"
_NO_SPREAD = "no such run, fewer than two returns in common, or no dispersion"


def _beside(formula: str, nothing: str, source: str, **more: str) -> Figure:
    return Figure(formula, flows=TIME_WEIGHTED, nothing=nothing, source=source, **more)


def _beta(whose: str) -> Column:
    return ratio(
        f"How much of the {whose}'s daily returns the run goes along with",
        _beside("cov(r, b) / var(b)", _NO_SPREAD, "Sharpe 1964; empyrical, quantstats", zero=NO_DENOMINATOR),
    )


def _alpha(whose: str) -> Column:
    figure = _beside(
        "(mean(r - f) - beta * mean(b - f)) * p", _NO_SPREAD, "Jensen 1968; quantstats", sign=MORE,
        annualised=BY_PERIODS,
    )  # fmt: skip
    return number(
        f"Mean return a year above what its beta to the {whose} explains", unit=YEARLY, nullable=True, figure=figure
    )


def _correlation(whose: str) -> Column:
    return ratio(
        f"Correlation of the daily returns with those of the {whose}",
        _beside("corr(r, b)", _NO_SPREAD, "pandas, scipy", sign="from -1 to 1"),
    )


def _tracking_error(whose: str) -> Column:
    figure = _beside("sd(r - b) * sqrt(p)", _NO_DAYS, "Grinold and Kahn 1999", annualised=BY_ROOT)
    return number(
        f"Standard deviation of the daily differences to the {whose}, annualised",
        unit=YEARLY, ge=0, nullable=True, figure=figure,
    )  # fmt: skip


def _information_ratio(whose: str) -> Column:
    return ratio(
        f"Mean daily difference to the {whose} over its standard deviation, annualised",
        _beside(
            "mean(r - b) / sd(r - b) * sqrt(p)", _NO_SPREAD, "Grinold and Kahn 1999; empyrical, quantstats", sign=MORE,
            annualised=BY_ROOT, zero=NO_DENOMINATOR,
        ),
    )  # fmt: skip


def _capture(whose: str, days: str, sign: str) -> Column:
    return ratio(
        f"Growth a day over that of the {whose}, on the days on which that {days}",
        _beside(
            f"g(r) / g(b) over days with b {sign} 0, g(x) = prod(1 + x) ** (1 / their number) - 1",
            f"no such run, or no day on which it {days}", "empyrical up_capture, down_capture, period yearly",
        ),
    )  # fmt: skip


def _daily(who: str, whose: str) -> dict[str, Column]:
    """Declare what a run is day by day beside the other."""
    return {
        f"{who}_beta": _beta(whose),
        f"{who}_alpha": _alpha(whose),
        f"{who}_correlation": _correlation(whose),
        f"{who}_tracking_error": _tracking_error(whose),
        f"{who}_information_ratio": _information_ratio(whose),
        f"{who}_up_capture": _capture(whose, "gained", ">"),
        f"{who}_down_capture": _capture(whose, "lost", "<"),
    }


BUY_AND_HOLD = {
    "buy_and_hold_twin": text("Run of the same portfolio that never trades", nullable=True),
    **_repeated("buy_and_hold", "buy_and_hold twin", *FIGURES),
    **_above("buy_and_hold", "buy_and_hold twin"),
    **_daily("buy_and_hold", "buy_and_hold twin"),
}
"""The same portfolio that never trades."""
ATH_ONLY = {
    "ath_only_twin": text("Run of the same portfolio that sells only at new highs and never buys", nullable=True),
    **_repeated("ath_only", "ath_only twin", "return", "cagr", "max_drawdown", "withdrawals"),
}
"""The same portfolio that sells at new highs alone."""
BENCHMARK = {
    "benchmark": text("What else the scenario is compared with; null for nothing", nullable=True),
    "benchmark_twin": text("Run that buys the benchmark with the same cash and holds it", nullable=True),
    "benchmark_reason": text("Why there is no such run; null where there is, or none is asked for", nullable=True),
    **_repeated("benchmark", "benchmark", *FIGURES),
    **_above("benchmark", "benchmark", "benchmark_"),
    **_daily("benchmark", "benchmark"),
    "paid_unlike": text(
        "Which of buy_and_hold, ath_only and benchmark took out another sum than the run, so that they compare with it "
        "only in part; null for none",
        nullable=True,
    ),
}
"""What else a scenario names."""
