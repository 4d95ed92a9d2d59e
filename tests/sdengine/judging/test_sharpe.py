"""Sharpe ratios and what they are worth, against the formulas written out with Python's own numbers, and libraries."""

from __future__ import annotations

import math
from statistics import NormalDist, fmean, stdev, variance

import numpy as np
import pytest
from numpy.typing import NDArray

from sdengine.judging.sharpe import (
    effective_trials,
    expected_best,
    mean_correlation,
    probabilistic_sharpe,
    sharpe_ratios,
)
from tests.sdengine.judging.oracle_library import library

NORMAL = NormalDist()


def trials(seed: int = 3, days: int = 300, count: int = 8) -> NDArray[np.float64]:
    """Daily returns that move together, with a long tail."""
    rng = np.random.default_rng(seed)
    common, own = rng.standard_t(5, (days, 1)), rng.standard_t(5, (days, count))
    return 0.0006 + 0.008 * (0.8 * common + 0.6 * own)


def plain_psr(returns: list[float], threshold: float) -> float:
    """Write out the formula of Bailey and Lopez de Prado 2012, sum by sum."""
    count, centre = len(returns), fmean(returns)
    second, third, fourth = (fmean((r - centre) ** k for r in returns) for k in (2, 3, 4))
    ratio, skew, kurtosis = centre / stdev(returns), third / second**1.5, fourth / second**2
    under = 1 - skew * ratio + (kurtosis - 1) / 4 * ratio**2
    return NORMAL.cdf((ratio - threshold) * math.sqrt(count - 1) / math.sqrt(under))


@pytest.mark.parametrize("threshold", [0.0, 0.02, 0.08])
def test_a_probabilistic_ratio_is_the_formula(threshold: float) -> None:
    returns = trials()[:, 0]
    assert probabilistic_sharpe(returns, threshold) == pytest.approx(plain_psr(list(returns), threshold), rel=1e-12)


def test_the_best_of_many_without_skill_is_expected_high() -> None:
    # N = 10, V = 0.04: Phi^-1(0.9) = 1.2815515655, Phi^-1(1 - 1/(10 e)) = Phi^-1(0.963212056) = 1.7890937
    high = (1 - 0.5772156649) * 1.2815515655 + 0.5772156649 * NORMAL.inv_cdf(0.9632120559)
    assert expected_best(0.04, 10) == pytest.approx(0.2 * high, rel=1e-9)
    assert expected_best(0.04, 1) == 0.0
    # simulated: the mean best of ten normal ratios of that variance, to a hundredth of it
    drawn = np.random.default_rng(1).normal(0, 0.2, (200_000, 10)).max(axis=1).mean()
    assert expected_best(0.04, 10) == pytest.approx(drawn, rel=0.03)


def test_without_dispersion_there_is_no_ratio() -> None:
    flat = np.full(100, 0.001)
    assert math.isnan(probabilistic_sharpe(flat))
    assert np.isnan(sharpe_ratios(np.column_stack([flat, trials(days=100)[:, 0]]))).tolist() == [True, False]


def test_correlations_of_all_pairs() -> None:
    returns = trials()
    pairs = np.corrcoef(returns.T)
    expected = (pairs.sum() - 8) / (8 * 7)
    assert mean_correlation(returns) == pytest.approx(expected, rel=1e-12)
    average, entropy = effective_trials(returns)
    assert average == pytest.approx(expected + (1 - expected) * 8, rel=1e-12)
    shares = np.linalg.eigvals(pairs).real / 8
    assert entropy == pytest.approx(math.exp(-sum(p * math.log(p) for p in shares)), rel=1e-8)


def test_equal_trials_are_one_and_unrelated_ones_are_all() -> None:
    one = trials()[:, :1]
    average, entropy = effective_trials(np.repeat(one, 5, axis=1))
    assert (average, entropy) == pytest.approx((1.0, 1.0), abs=1e-6)
    # Hadamard columns are exactly uncorrelated
    apart = np.array([[1, 1, 1], [-1, 1, -1], [1, -1, -1], [-1, -1, 1]], float)
    assert effective_trials(apart) == pytest.approx((3.0, 3.0), abs=1e-9)


@pytest.mark.parametrize("columns", [[0], [0, 0]], ids=["one", "one that varies"])
def test_correlation_needs_two_that_vary(columns: list[int]) -> None:
    returns = trials()[:, columns].copy()
    returns[:, 1:] = 0.0
    assert math.isnan(mean_correlation(returns))
    assert all(math.isnan(each) for each in effective_trials(returns))


def test_agrees_with_skfolio() -> None:
    measures = library("skfolio.measures")
    returns = trials()
    best = returns[:, int(np.argmax(sharpe_ratios(returns)))]
    spread = variance(sharpe_ratios(returns))
    assert probabilistic_sharpe(best, 0.01) == pytest.approx(
        measures.probabilistic_sharpe_ratio(best, benchmark_sharpe_ratio=0.01), rel=1e-12
    )
    assert expected_best(spread, 8) == pytest.approx(
        measures.expected_max_sharpe_ratio(n_trials=8, trial_sharpe_ratio_std=math.sqrt(spread)), rel=1e-12
    )


def test_agrees_with_ffn_but_for_its_unbiased_moments() -> None:
    ffn, pandas = library("ffn.core"), library("pandas")
    returns = trials()
    ratios = sharpe_ratios(returns)
    best = returns[:, int(np.argmax(ratios))]
    ours = probabilistic_sharpe(best, expected_best(variance(ratios), 8))
    theirs = ffn.calc_deflated_sharpe_ratio(pandas.Series(best), ratios, annualized_trials=False)
    assert ours == pytest.approx(theirs, rel=2e-3)
