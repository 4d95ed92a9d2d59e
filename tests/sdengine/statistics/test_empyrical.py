"""The same statistics by another library, to 1e-9 where both define the same thing.

empyrical divides by a given number of periods a year; ours is observed from the calendar and handed over.
Its drawdowns, VaR and CVaR carry the other sign.
"""

from __future__ import annotations

from typing import Any

import empyrical
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdengine import statistics as s

CLOSE: dict[str, Any] = {"rel": 1e-9, "abs": 1e-12}


def market(seed: int, days: int, scale: float) -> np.ndarray:
    """Draw a random walk of values that starts at the initial capital of 1,000."""
    steps = np.random.default_rng(seed).normal(0.0004, scale, days)
    steps[0] = 0.0
    return 1000.0 * np.exp(np.cumsum(steps))


@settings(max_examples=100, deadline=None)
@given(
    st.integers(0, 2**32 - 1), st.integers(3, 600), st.sampled_from([0.001, 0.01, 0.05]), st.sampled_from([252, 365.25])
)
def test_agrees_with_empyrical(seed: int, days: int, scale: float, periods: float) -> None:
    index = s.wealth_index(market(seed, days, scale), np.zeros(days), 1000.0)
    returns = s.daily_returns(index)
    drawdowns = s.drawdown_series(index)
    year = {"annualization": periods}
    rate = s.period_rate(0.03, float(periods))

    assert s.total_return(index) == pytest.approx(empyrical.cum_returns_final(returns), **CLOSE)
    assert s.annual_growth(s.total_return(index), returns.size / periods) == pytest.approx(
        empyrical.annual_return(returns, **year), **CLOSE
    )
    assert s.volatility(returns, periods) == pytest.approx(empyrical.annual_volatility(returns, **year), **CLOSE)
    assert s.sharpe(returns, periods, rate) == pytest.approx(
        empyrical.sharpe_ratio(returns, risk_free=rate, **year), **CLOSE
    )
    assert s.value_at_risk(returns, 0.05) == pytest.approx(-empyrical.value_at_risk(returns), **CLOSE)
    assert s.expected_shortfall(returns, 0.05) == pytest.approx(-empyrical.conditional_value_at_risk(returns), **CLOSE)
    assert s.max_drawdown(drawdowns) == pytest.approx(-empyrical.max_drawdown(returns), **CLOSE)
    if (returns < rate).any():
        assert s.sortino(returns, periods, rate) == pytest.approx(
            empyrical.sortino_ratio(returns, required_return=rate, **year), **CLOSE
        )
    if (returns < 0).any():
        growth = empyrical.annual_return(returns, **year)
        assert s.calmar(growth, s.max_drawdown(drawdowns)) == pytest.approx(
            empyrical.calmar_ratio(returns, **year), **CLOSE
        )


def test_a_withdrawal_changes_nothing_that_empyrical_sees() -> None:
    """Taking money out leaves the returns of the same walk without it."""
    plain = market(7, 300, 0.01)
    growth = plain[1:] / plain[:-1]
    values, withdrawn = plain.copy(), np.zeros(300)
    for t in range(1, 300):
        before = values[t - 1] * growth[t - 1]
        withdrawn[t] = 5.0 if t % 21 == 0 else 0.0
        values[t] = before - withdrawn[t]
    returns = s.daily_returns(s.wealth_index(values, withdrawn, 1000.0))
    assert empyrical.annual_volatility(returns) == pytest.approx(empyrical.annual_volatility(growth - 1), rel=1e-9)
    assert s.total_return(s.wealth_index(values, withdrawn, 1000.0)) == pytest.approx(plain[-1] / 1000 - 1, rel=1e-9)
