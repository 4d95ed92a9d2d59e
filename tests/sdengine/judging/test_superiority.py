"""Reality Check, SPA and StepM, against cases with an answer that is known, and arch."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from sdengine.judging.bootstrap import resampled_means, stationary_indices
from sdengine.judging.superiority import superiority
from tests.sdengine.judging.oracle_library import library

Floats = NDArray[np.float64]
DRAWN = stationary_indices(9, 1000, 500, 5.0)


def differences(*means: float, seed: int = 0) -> Floats:
    """Noise of a standard deviation of a hundredth, its mean set exactly."""
    noise = np.random.default_rng(seed).normal(0, 0.01, (500, len(means)))
    return noise - noise.mean(axis=0) + np.array(means)


def test_one_that_is_better_beyond_doubt_is_found_and_poor_ones_are_not() -> None:
    # t = sqrt(500) * mean / 0.01: 6.7, -2.2, 0
    found = superiority(differences(0.003, -0.001, 0.0), DRAWN)
    assert found.p == pytest.approx(1 / 1001)
    assert found.better.tolist() == [True, False, False]


def test_all_may_be_better_and_none() -> None:
    assert superiority(differences(0.003, 0.004, 0.005), DRAWN).better.all()
    none = superiority(differences(-0.003, -0.004), DRAWN)
    assert not none.better.any()
    assert none.p > 0.5


def test_found_over_several_rounds() -> None:
    # beside one far better the other is judged against less: 2.2 is above 1.65 (alone), below the best of many
    many = differences(0.01, 0.01, 0.01, 0.01, *[0.00101] * 1, seed=3)
    assert superiority(many, DRAWN).better.all()


def test_columns_without_dispersion_are_no_candidates() -> None:
    given = differences(0.003, 0.0)
    given[:, 1] = 0.002
    assert superiority(given, DRAWN).better.tolist() == [True, False]
    nobody = superiority(np.zeros((500, 2)), DRAWN)
    assert math.isnan(nobody.p)
    assert math.isnan(nobody.reality_check)
    assert not nobody.better.any()


def plain(given: Floats) -> float:
    """Compute SPA's p as it is defined, one redrawn past after the other."""
    mean = given.mean(axis=0)
    redrawn = np.array([given[row].mean(axis=0) for row in DRAWN])
    spread = redrawn.std(axis=0, ddof=1)
    kept = np.where(mean / spread >= -math.sqrt(2 * math.log(math.log(500))), mean, 0.0)
    best = max(mean / spread)
    return (1 + sum(max((row - kept) / spread) >= best for row in redrawn)) / 1001


@pytest.mark.parametrize("seed", range(3))
def test_is_the_definition(seed: int) -> None:
    given = differences(0.0006, 0.0003, -0.0002, -0.004, seed=seed) * np.array([1.0, 3.0, 0.2, 1.0])
    found = superiority(given, DRAWN)
    assert found.p == pytest.approx(plain(given), abs=1e-12)
    redrawn = [max(given[row].mean(axis=0) - given.mean(axis=0)) for row in DRAWN]
    as_good = sum(best >= max(given.mean(axis=0)) for best in redrawn)
    assert found.reality_check == pytest.approx((1 + as_good) / 1001, abs=1e-12)


def test_hopeless_runs_cost_the_reality_check_its_power_and_spa_nothing() -> None:
    """What Hansen mended: wild columns far below their twins count in White's largest mean."""
    good = differences(0.0012)
    wild = np.column_stack([good, differences(*[-0.02] * 20, seed=5) * 4.0])
    alone, beside_them = superiority(good, DRAWN), superiority(wild, DRAWN)
    assert beside_them.p == pytest.approx(alone.p, abs=0.01)
    assert beside_them.reality_check > alone.reality_check + 0.2


@pytest.mark.parametrize("seed", range(3))
def test_agrees_with_arch_within_three_errors_of_drawing(seed: int) -> None:
    """arch 8.0.0 does not divide by the deviations when it draws, so all columns are given one."""
    arch = library("arch.bootstrap")
    given = differences(0.0006, 0.0003, -0.0002, -0.004, seed=seed)
    given /= resampled_means(given, stationary_indices(1, 4000, 500, 5.0)).std(axis=0)
    theirs = arch.SPA(np.zeros(500), -given, block_size=5, reps=1000, seed=1)
    theirs.compute()
    ours = superiority(given, DRAWN)
    for name, own in (("consistent", ours.p), ("upper", ours.reality_check)):
        p = float(theirs.pvalues[name])
        assert own == pytest.approx(p, abs=3 * math.sqrt(2 * p * (1 - p) / 1000) + 0.001), name
