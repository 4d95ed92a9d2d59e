"""How sure a share is: Wilson's interval by hand, and whether it covers the truth on simulated pasts."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from sdengine.retirement.odds import drawing_error, wilson

Floats = NDArray[np.float64]
YEARS, HORIZON = 155, 30


def test_wilson_by_hand() -> None:
    """8 of 10 at 95 %: z = 1.959964, z**2 = 3.841459.

    (0.8 + 0.192073 -+ 1.959964 sqrt(0.016 + 0.009604)) / 1.384146 = (0.992073 -+ 0.313618) / 1.384146.
    """
    low, high = wilson(0.8, 10.0) or (0.0, 0.0)
    assert low == pytest.approx(0.490162, abs=1e-6)
    assert high == pytest.approx(0.943318, abs=1e-6)


def test_less_than_one_past_says_nothing() -> None:
    assert wilson(1.0, 0.99) is None
    low, high = wilson(1.0, 1.0) or (0.0, 0.0)
    assert (round(low, 4), high) == (0.2065, 1.0)  # 1 / (1 + z**2) = 1 / 4.841459


def test_the_error_of_drawing() -> None:
    assert drawing_error(0.9, 10_000) == pytest.approx(0.003, rel=1e-12)  # sqrt(0.9 * 0.1 / 10,000)


def rates(growth: Floats, horizon: int) -> Floats:
    """Return the safe rate of every window of monthly growth [.., N]: `1 / sum(1 / G)`, all at once."""
    level = np.cumprod(growth, axis=-1)
    sums = np.cumsum(1.0 / level, axis=-1)
    # the window behind month k: growth counts from level[k], payments come in the months k + 1 to k + horizon
    costs = (sums[..., horizon:] - sums[..., :-horizon]) * level[..., :-horizon]
    return np.asarray(1.0 / costs)


def test_intervals_cover_the_truth_on_simulated_pasts() -> None:
    """Wilson on span over horizon covers at least 90 % where 95 are claimed; on the number of windows it does not.

    The truth is the share of 20,000 independent retirements that hold 4 % a year.
    """
    rng, horizon, asked = np.random.default_rng(7), 12 * HORIZON, 0.04 / 12

    def growth(count: int, length: int) -> Floats:
        return np.exp(rng.normal(0.0038, 0.036, (count, length)))

    truth = np.mean(np.concatenate([rates(growth(2000, horizon + 1), horizon) for _ in range(10)]) >= asked)
    assert 0.85 < truth < 0.97
    found = (rates(growth(400, 12 * YEARS), horizon) >= asked).mean(axis=1)
    covered = {}
    for name, independent in (("pasts", YEARS / HORIZON), ("windows", 12.0 * (YEARS - HORIZON))):
        intervals = np.array([wilson(float(share), independent) for share in found])
        covered[name] = ((intervals[:, 0] <= truth) & (truth <= intervals[:, 1])).mean()
    assert covered["pasts"] >= 0.9
    assert covered["windows"] < 0.4
