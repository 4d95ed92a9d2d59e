"""Each figure by other people's libraries: two of them where two define the same.

`Past` is what they are given. The libraries of the extra `oracles` (ffn, quantstats, skfolio) are imported when a
figure is asked of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import empyrical
import numpy as np
import pandas as pd
from scipy import optimize, stats

from tests.sdengine.judging.oracle_library import library


@dataclass(frozen=True)
class Past:
    """Days, their wealth index (1 the moment before the first), returns from the second day on, those of another."""

    dates: pd.DatetimeIndex
    index: np.ndarray
    others: np.ndarray
    periods: float
    cash_rate: float

    @property
    def returns(self) -> pd.Series:
        return pd.Series(self.index[1:] / self.index[:-1] - 1.0, self.dates[1:])

    @property
    def prices(self) -> pd.Series:
        return pd.Series(self.index, self.dates)

    @property
    def whole(self) -> pd.Series:
        """Returns with that of the first day, against the initial capital."""
        return pd.Series(np.diff(self.index, prepend=1.0) / np.concatenate([[1.0], self.index[:-1]]), self.dates)

    @property
    def other(self) -> pd.Series:
        return pd.Series(self.others[1:] / self.others[:-1] - 1.0, self.dates[1:])

    @property
    def rate(self) -> float:
        return float((1.0 + self.cash_rate) ** (1.0 / self.periods) - 1.0)

    @property
    def years(self) -> float:
        return (self.dates[-1] - self.dates[0]).days / 365.25

    def by(self, rule: str) -> pd.Series:
        """Compound returns by month ("ME") or year ("YE")."""
        return (1.0 + self.whole).resample(rule).prod() - 1.0

    @property
    def falls(self) -> pd.Series:
        return 1.0 - self.prices / self.prices.cummax().clip(lower=1.0)


def quantstats(name: str, *given: Any, **more: Any) -> float:
    return float(getattr(library("quantstats.stats"), name)(*given, **more))


def skfolio(name: str, *given: Any) -> float:
    return float(getattr(library("skfolio.measures"), name)(*given))


def skfolio_falls(past: Past) -> Any:
    return library("skfolio.measures").get_drawdowns(past.whole.to_numpy(), compounded=True)


def ffn(name: str, *given: Any, **more: Any) -> float:
    return float(getattr(library("ffn.core"), name)(*given, **more))


def from_one(past: Past) -> pd.Series:
    """Prices with the initial capital a day before."""
    return pd.concat([pd.Series([1.0], [past.dates[0] - pd.Timedelta(days=1)]), past.prices])


Oracle = Callable[[Past], float]
ORACLES: dict[str, dict[str, Oracle]] = {
    "total_return": {
        "empyrical": lambda p: empyrical.cum_returns_final(p.whole),
        "ffn": lambda p: ffn("calc_total_return", from_one(p)),
    },
    "cagr": {
        "empyrical": lambda p: empyrical.annual_return(p.whole, annualization=len(p.whole) / p.years),
        "numpy": lambda p: np.exp(np.log(p.index[-1]) / p.years) - 1.0,
    },
    "volatility": {
        "empyrical": lambda p: empyrical.annual_volatility(p.returns, annualization=p.periods),
        "skfolio": lambda p: skfolio("standard_deviation", p.returns.to_numpy()) * p.periods**0.5,
        "pandas": lambda p: p.returns.std() * p.periods**0.5,
    },
    "downside_volatility": {
        "empyrical": lambda p: empyrical.downside_risk(p.returns, p.rate, annualization=p.periods),
        "pandas": lambda p: ((p.returns - p.rate).clip(upper=0.0) ** 2).mean() ** 0.5 * p.periods**0.5,
    },
    "sharpe": {
        "empyrical": lambda p: empyrical.sharpe_ratio(p.returns, risk_free=p.rate, annualization=p.periods),
        "quantstats": lambda p: quantstats("sharpe", p.returns, rf=p.cash_rate, periods=p.periods),
        "pandas": lambda p: (p.returns - p.rate).mean() / p.returns.std() * p.periods**0.5,
    },
    "sortino": {
        "empyrical": lambda p: empyrical.sortino_ratio(p.returns, required_return=p.rate, annualization=p.periods),
        "quantstats": lambda p: quantstats("sortino", p.returns, rf=p.cash_rate, periods=p.periods),
    },
    "omega": {
        "empyrical": lambda p: empyrical.omega_ratio(p.returns, risk_free=p.rate),
        "quantstats": lambda p: quantstats("omega", p.returns - p.rate),
    },
    "profit_factor": {
        "empyrical": lambda p: empyrical.omega_ratio(p.returns),
        "quantstats": lambda p: quantstats("profit_factor", p.returns),
    },
    "payoff_ratio": {
        "quantstats": lambda p: quantstats("payoff_ratio", p.returns),
        "pandas": lambda p: p.returns[p.returns > 0].mean() / -p.returns[p.returns < 0].mean(),
    },
    "common_sense_ratio": {
        "quantstats": lambda p: quantstats("common_sense_ratio", p.returns),
        "empyrical": lambda p: empyrical.omega_ratio(p.returns) * empyrical.tail_ratio(p.returns),
    },
    "gain_to_pain": {
        "quantstats": lambda p: quantstats("gain_to_pain_ratio", p.by("ME"), resolution="ME"),
        "pandas": lambda p: p.by("ME").sum() / -p.by("ME").clip(upper=0.0).sum(),
    },
    "value_at_risk": {
        "empyrical": lambda p: -empyrical.value_at_risk(p.returns),
        "pandas": lambda p: -p.returns.quantile(0.05),
    },
    "expected_shortfall": {
        "empyrical": lambda p: -empyrical.conditional_value_at_risk(p.returns),
        "pandas": lambda p: -p.returns.nsmallest(int(0.05 * (len(p.returns) - 1)) + 1).mean(),
    },
    "tail_ratio": {
        "empyrical": lambda p: empyrical.tail_ratio(p.returns),
        "quantstats": lambda p: quantstats("tail_ratio", p.returns),
    },
    "skewness": {
        "pandas": lambda p: p.returns.skew(),
        "scipy": lambda p: stats.skew(p.returns, bias=False),
        "quantstats": lambda p: quantstats("skew", p.returns),
    },
    "kurtosis": {
        "pandas": lambda p: p.returns.kurt(),
        "scipy": lambda p: stats.kurtosis(p.returns, bias=False),
        "quantstats": lambda p: quantstats("kurtosis", p.returns),
    },
    "autocorrelation": {
        "pandas": lambda p: p.returns.autocorr(1),
        "scipy": lambda p: stats.pearsonr(p.returns[:-1], p.returns[1:])[0],
    },
    "stability": {
        "empyrical": lambda p: empyrical.stability_of_timeseries(p.returns),
        "scipy": lambda p: stats.linregress(range(1, len(p.index)), np.log(p.index[1:])).rvalue ** 2,
    },
    "gaining_streak": {
        "quantstats": lambda p: quantstats("consecutive_wins", p.returns),
        "pandas": lambda p: (p.returns > 0).groupby((p.returns <= 0).cumsum()).sum().max(),
    },
    "losing_streak": {
        "quantstats": lambda p: quantstats("consecutive_losses", p.returns),
        "pandas": lambda p: (p.returns < 0).groupby((p.returns >= 0).cumsum()).sum().max(),
    },
    "best_day": {"quantstats": lambda p: quantstats("best", p.returns), "pandas": lambda p: p.returns.max()},
    "worst_day": {"skfolio": lambda p: -skfolio("worst_realization", p.returns), "pandas": lambda p: p.returns.min()},
    "gaining_days": {
        "pandas": lambda p: p.returns.gt(0).mean(),
        "scipy": lambda p: 1.0 - stats.percentileofscore(p.returns, 0.0, "weak") / 100.0,
    },
    "best_month": {
        "pandas": lambda p: p.by("ME").max(),
        "empyrical": lambda p: empyrical.aggregate_returns(p.whole, "monthly").max(),
        "quantstats": lambda p: quantstats("best", p.whole, aggregate="ME"),
    },
    "worst_month": {
        "pandas": lambda p: p.by("ME").min(),
        "empyrical": lambda p: empyrical.aggregate_returns(p.whole, "monthly").min(),
        "quantstats": lambda p: quantstats("worst", p.whole, aggregate="ME"),
    },
    "gaining_months": {
        "pandas": lambda p: p.by("ME").gt(0).mean(),
        "empyrical": lambda p: (empyrical.aggregate_returns(p.whole, "monthly") > 0).mean(),
    },
    "best_year_return": {
        "pandas": lambda p: p.by("YE").max(),
        "empyrical": lambda p: empyrical.aggregate_returns(p.whole, "yearly").max(),
    },
    "worst_year_return": {
        "pandas": lambda p: p.by("YE").min(),
        "empyrical": lambda p: empyrical.aggregate_returns(p.whole, "yearly").min(),
    },
    "max_drawdown": {
        "empyrical": lambda p: -empyrical.max_drawdown(p.whole),
        "ffn": lambda p: -ffn("calc_max_drawdown", from_one(p)),
        "skfolio": lambda p: skfolio("max_drawdown", skfolio_falls(p)),
    },
    "current_drawdown": {
        "pandas": lambda p: p.falls.iloc[-1],
        "ffn": lambda p: -library("ffn.core").to_drawdown_series(from_one(p)).iloc[-1],
    },
    "ulcer_index": {
        "skfolio": lambda p: skfolio("ulcer_index", skfolio_falls(p)),
        "pandas": lambda p: (p.falls**2).mean() ** 0.5,
    },
    "mean_drawdown": {
        "skfolio": lambda p: skfolio("average_drawdown", skfolio_falls(p)),
        "pandas": lambda p: p.falls.mean(),
    },
    "calmar": {
        "empyrical": lambda p: empyrical.calmar_ratio(p.whole, annualization=len(p.whole) / p.years),
        "ffn": lambda p: (p.index[-1] ** (1.0 / p.years) - 1.0) / -ffn("calc_max_drawdown", from_one(p)),
    },
    "beta": {
        "empyrical": lambda p: empyrical.beta(p.returns, p.other),
        "quantstats": lambda p: library("quantstats.stats").greeks(p.returns, p.other, p.periods)["beta"],
        "scipy": lambda p: stats.linregress(p.other, p.returns).slope,
    },
    "alpha": {
        "quantstats": lambda p: library("quantstats.stats").greeks(
            p.returns - p.rate, p.other - p.rate, p.periods, prepare_returns=False
        )["alpha"],
        "scipy": lambda p: stats.linregress(p.other - p.rate, p.returns - p.rate).intercept * p.periods,
    },
    "correlation": {
        "pandas": lambda p: p.returns.corr(p.other),
        "scipy": lambda p: stats.pearsonr(p.returns, p.other)[0],
    },
    "tracking_error": {
        "empyrical": lambda p: empyrical.annual_volatility(p.returns - p.other, annualization=p.periods),
        "pandas": lambda p: (p.returns - p.other).std() * p.periods**0.5,
    },
    "information_ratio": {
        "empyrical": lambda p: empyrical.excess_sharpe(p.returns, p.other) * p.periods**0.5,
        "quantstats": lambda p: quantstats("information_ratio", p.returns, p.other) * p.periods**0.5,
    },
    "up_capture": {
        "empyrical": lambda p: empyrical.up_capture(p.returns, p.other, period="yearly"),
        "scipy": lambda p: geometric(p, p.other > 0),
    },
    "down_capture": {
        "empyrical": lambda p: empyrical.down_capture(p.returns, p.other, period="yearly"),
        "scipy": lambda p: geometric(p, p.other < 0),
    },
    "money_weighted_return": {
        "scipy": lambda p: optimize.brentq(lambda x: p.index[-1] * (1.0 + x) ** -p.years - 1.0, -0.9, 9.0, xtol=1e-13),
        "numpy": lambda p: np.exp(np.log(p.index[-1]) / p.years) - 1.0,
    },
}
"""Of each figure, how libraries compute it."""

ONE_OR_NONE = {
    "cagr_net": "ours: growth less taxes that are due; tests/sdengine/metrics/test_taxes.py works it by hand",
    "time_under_water": "no library has it: counted by hand",
    "martin_ratio": "libraries take other numerators (quantstats the total return, ffn a mean): worked by hand",
    "recovery_factor": "quantstats adds returns up in place of compounding them: worked by hand",
    "drawdowns": "ffn lists drawdowns between highs of its own: counted by hand in test_statistics.py",
    "longest_drawdown_days": "likewise",
}
"""Figures without two libraries that define the same, and why."""


def geometric(past: Past, chosen: pd.Series) -> float:
    own, other = (stats.gmean(1.0 + each[chosen]) - 1.0 for each in (past.returns, past.other))
    return float(own / other)
