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


def _return_of(whose: str) -> Column:
    return _same(Growth.total_return, "total_return", whose, f"Total return of the {whose}")


def _growth_of(whose: str) -> Column:
    return _same(Growth.cagr, "cagr", whose, f"Growth a year of the {whose}")


def _volatility_of(whose: str) -> Column:
    return _same(Risk.volatility, "volatility", whose, f"Volatility of the {whose}")


def _sharpe_of(whose: str) -> Column:
    return _same(Risk.sharpe, "sharpe", whose, f"Sharpe ratio of the {whose}")


def _fall_of(whose: str) -> Column:
    return _same(Falls.max_drawdown, "max_drawdown", whose, f"Deepest drawdown of the {whose}")


def _paid_of(whose: str) -> Column:
    return _same(Payments.withdrawals, "withdrawals", whose, f"Cash that the {whose} took out")


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


class BuyAndHold:
    """The same portfolio that never trades."""

    buy_and_hold_twin = text("Run of the same portfolio that never trades", nullable=True)
    buy_and_hold_return = _return_of("buy_and_hold twin")
    buy_and_hold_cagr = _growth_of("buy_and_hold twin")
    buy_and_hold_volatility = _volatility_of("buy_and_hold twin")
    buy_and_hold_sharpe = _sharpe_of("buy_and_hold twin")
    buy_and_hold_max_drawdown = _fall_of("buy_and_hold twin")
    buy_and_hold_withdrawals = _paid_of("buy_and_hold twin")
    excess_return = _difference(
        "Total return less that of the buy_and_hold twin", Growth.total_return, "total_return - buy_and_hold_return"
    )
    excess_cagr = _difference(
        "Growth a year less that of the buy_and_hold twin", Growth.cagr, "cagr - buy_and_hold_cagr"
    )
    buy_and_hold_beta = _beta("buy_and_hold twin")
    buy_and_hold_alpha = _alpha("buy_and_hold twin")
    buy_and_hold_correlation = _correlation("buy_and_hold twin")
    buy_and_hold_tracking_error = _tracking_error("buy_and_hold twin")
    buy_and_hold_information_ratio = _information_ratio("buy_and_hold twin")
    buy_and_hold_up_capture = _capture("buy_and_hold twin", "gained", ">")
    buy_and_hold_down_capture = _capture("buy_and_hold twin", "lost", "<")


class AthOnly:
    """The same portfolio that sells at new highs alone."""

    ath_only_twin = text("Run of the same portfolio that sells only at new highs and never buys", nullable=True)
    ath_only_return = _return_of("ath_only twin")
    ath_only_cagr = _growth_of("ath_only twin")
    ath_only_max_drawdown = _fall_of("ath_only twin")
    ath_only_withdrawals = _paid_of("ath_only twin")


class Benchmark:
    """What else a scenario names."""

    benchmark = text("What else the scenario is compared with; null for nothing", nullable=True)
    benchmark_twin = text("Run that buys the benchmark with the same cash and holds it", nullable=True)
    benchmark_reason = text("Why there is no such run; null where there is, or none is asked for", nullable=True)
    benchmark_return = _return_of("benchmark")
    benchmark_cagr = _growth_of("benchmark")
    benchmark_volatility = _volatility_of("benchmark")
    benchmark_sharpe = _sharpe_of("benchmark")
    benchmark_max_drawdown = _fall_of("benchmark")
    benchmark_withdrawals = _paid_of("benchmark")
    benchmark_excess_return = _difference(
        "Total return less that of the benchmark", Growth.total_return, "total_return - benchmark_return"
    )
    benchmark_excess_cagr = _difference(
        "Growth a year less that of the benchmark", Growth.cagr, "cagr - benchmark_cagr"
    )
    benchmark_beta = _beta("benchmark")
    benchmark_alpha = _alpha("benchmark")
    benchmark_correlation = _correlation("benchmark")
    benchmark_tracking_error = _tracking_error("benchmark")
    benchmark_information_ratio = _information_ratio("benchmark")
    benchmark_up_capture = _capture("benchmark", "gained", ">")
    benchmark_down_capture = _capture("benchmark", "lost", "<")
    paid_unlike = text(
        "Which of buy_and_hold, ath_only and benchmark took out another sum than the run, so that they compare with it "
        "only in part; null for none",
        nullable=True,
    )
