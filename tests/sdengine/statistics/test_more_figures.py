"""Figures that people know from elsewhere, worked by hand, and where there are none."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from sdengine import statistics as s

CLOSE: dict[str, Any] = {"rel": 1e-12, "abs": 1e-15}
RETURNS = np.array([0.02, -0.01, 0.03, 0.0, -0.02, 0.01])
"""Gains 0.06 on three days, losses 0.03 on two; mean 0.005."""


def test_gains_over_losses() -> None:
    assert s.omega(RETURNS, 0.0) == pytest.approx(0.06 / 0.03, **CLOSE)
    # less 0.01 each day: 0.01 + 0.02 above, 0.02 + 0.01 + 0.03 below
    assert s.omega(RETURNS, 0.01) == pytest.approx(0.03 / 0.06, **CLOSE)
    assert s.payoff_ratio(RETURNS) == pytest.approx((0.06 / 3) / (0.03 / 2), **CLOSE)
    assert s.gain_to_pain(RETURNS) == pytest.approx((0.06 - 0.03) / 0.03, **CLOSE)


def test_tails() -> None:
    # of 21 numbers the 5 % quantile is the second lowest, the 95 % quantile the second highest
    numbers = np.arange(-8.0, 13.0) / 100.0
    assert s.quantile(numbers, 0.05) == pytest.approx(-0.07, **CLOSE)
    assert s.tail_ratio(numbers, 0.05) == pytest.approx(0.11 / 0.07, **CLOSE)


def test_moments() -> None:
    # 0, 0, 3: mean 1, m2 = (1 + 1 + 4) / 3 = 2, m3 = (-1 - 1 + 8) / 3 = 2; sqrt(3 * 2) / 1 * 2 / 2 ** 1.5
    assert s.skewness(np.array([0.0, 0.0, 3.0])) == pytest.approx(math.sqrt(6) * 2 / 2**1.5, **CLOSE)
    # 0, 0, 0, 4: mean 1, m2 = 12 / 4 = 3, m4 = (3 + 81) / 4 = 21; 3 / (2 * 1) * (5 * (21 / 9 - 3) + 6)
    assert s.kurtosis(np.array([0.0, 0.0, 0.0, 4.0])) == pytest.approx(1.5 * (5 * (21 / 9 - 3) + 6), **CLOSE)


def test_one_day_after_the_other() -> None:
    assert s.autocorrelation(np.array([0.01, -0.01, 0.01, -0.01])) == pytest.approx(-1.0, **CLOSE)
    assert s.longest_streak(np.array([0.1, 0.1, 0.0, 0.1, 0.1, 0.1, -0.1]), 1.0) == 3
    assert s.longest_streak(np.array([-0.1, 0.0, -0.1, -0.1, 0.1]), -1.0) == 2


def test_straight_growth() -> None:
    assert s.stability(1.01 ** np.arange(30.0)) == pytest.approx(1.0, **CLOSE)
    # logs 0, 1, 0 at 1, 2, 3: no slope
    assert s.stability(np.exp(np.array([0.5, 0.0, 1.0, 0.0]))) == pytest.approx(0.0, abs=1e-15)


def test_under_water() -> None:
    drawdowns = np.array([0.0, 0.1, 0.2, 0.0, 0.05])
    assert s.time_under_water(drawdowns) == 3 / 5
    assert s.martin_ratio(0.08, 0.02, 0.12) == pytest.approx(0.5, **CLOSE)
    assert s.recovery_factor(0.6, 0.2) == pytest.approx(3.0, **CLOSE)


def test_beside_another() -> None:
    other = np.array([0.01, -0.01, 0.02, -0.02])
    own = 0.5 * other + 0.001
    assert s.beta(own, other) == pytest.approx(0.5, **CLOSE)
    assert s.alpha(own, other, 250.0, 0.0) == pytest.approx(0.25, **CLOSE)
    # with 0.0002 a day on cash: 0.001 - 0.0002 + 0.5 * 0.0002, times 250
    assert s.alpha(own, other, 250.0, 0.0002) == pytest.approx(0.225, **CLOSE)
    # differences 0.001 - other / 2: -0.004, 0.006, -0.009, 0.011; mean 0.001, squares 25, 25, 100, 100 in millionths
    deviation = math.sqrt(250e-6 / 3)
    assert s.tracking_error(own, other, 256.0) == pytest.approx(16 * deviation, **CLOSE)
    assert s.information_ratio(own, other, 256.0) == pytest.approx(16 * 0.001 / deviation, **CLOSE)


def test_captures() -> None:
    # two days up: 1.02 ** 2 beside 1.01 ** 2 a day; one day down: -0.005 beside -0.01
    other, own = np.array([0.01, -0.01, 0.01]), np.array([0.02, -0.005, 0.02])
    assert s.capture(own, other, 1.0) == pytest.approx(2.0, rel=1e-9)
    assert s.capture(own, other, -1.0) == pytest.approx(0.5, rel=1e-9)


NONE = np.zeros(0)
FLAT = np.full(5, 0.001)
WITHOUT = {
    "omega without a shortfall": lambda: s.omega(FLAT, 0.0),
    "omega of nothing": lambda: s.omega(NONE, 0.0),
    "payoff without a loss": lambda: s.payoff_ratio(FLAT),
    "gain to pain without a loss": lambda: s.gain_to_pain(FLAT),
    "tail ratio over 0": lambda: s.tail_ratio(np.zeros(5), 0.05),
    "tail ratio of nothing": lambda: s.tail_ratio(NONE, 0.05),
    "skewness of two": lambda: s.skewness(RETURNS[:2]),
    "skewness without dispersion": lambda: s.skewness(FLAT),
    "kurtosis of three": lambda: s.kurtosis(RETURNS[:3]),
    "kurtosis without dispersion": lambda: s.kurtosis(FLAT),
    "autocorrelation of two": lambda: s.autocorrelation(RETURNS[:2]),
    "autocorrelation without dispersion": lambda: s.autocorrelation(FLAT),
    "stability of two closes": lambda: s.stability(np.array([1.0, 1.1])),
    "stability of a level value": lambda: s.stability(np.ones(9)),
    "stability after a total loss": lambda: s.stability(np.array([1.0, 0.5, 0.0, 0.0])),
    "no close under water": lambda: s.time_under_water(NONE),
    "martin ratio without a fall": lambda: s.martin_ratio(0.1, 0.0, 0.0),
    "recovery without a fall": lambda: s.recovery_factor(0.1, 0.0),
    "downside of one return": lambda: s.downside_volatility(RETURNS[:1], 252.0, 0.0),
    "beta to a flat other": lambda: s.beta(RETURNS, np.full(6, 0.01)),
    "beta of one day": lambda: s.beta(RETURNS[:1], RETURNS[:1]),
    "alpha to a flat other": lambda: s.alpha(RETURNS, np.zeros(6), 252.0, 0.0),
    "tracking error of one day": lambda: s.tracking_error(RETURNS[:1], RETURNS[1:2], 252.0),
    "information ratio of equals": lambda: s.information_ratio(RETURNS, RETURNS, 252.0),
    "capture without such a day": lambda: s.capture(RETURNS, FLAT[[0] * 6], -1.0),
}


@pytest.mark.parametrize("case", WITHOUT)
def test_what_does_not_exist_is_nothing(case: str) -> None:
    assert math.isnan(WITHOUT[case]())
