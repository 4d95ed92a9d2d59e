"""How sure a Sharpe ratio is, alone and as the best of many. These judge the market's premium too, not the rule alone.

All ratios are per period of the returns (a day), never annualised: mixing yearly ratios with daily counts is the
common mistake. Returns are `[T, M]`: a column a trial.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from sdengine.statistics.risk import ROUNDING

Floats = NDArray[np.float64]

EULER = 0.5772156649015329
MOST_TRIALS = 2000
"""Beyond so many trials their correlations are a matrix too large to take apart for one figure."""

_NORMAL = NormalDist()


def spreads(returns: Floats) -> Floats:
    """Compute each column's sample deviation, `[T, M] -> [M]`; 0 where it is rounding."""
    found = returns.std(axis=0, ddof=1)
    return np.where(found > ROUNDING, found, 0.0)


def sharpe_ratios(returns: Floats) -> Floats:
    """Compute each column's mean over its sample deviation, `[T, M] -> [M]`; NaN without dispersion."""
    spread = spreads(returns)
    return np.divide(returns.mean(axis=0), spread, out=np.full(spread.shape, np.nan), where=spread > 0.0)


def probabilistic_sharpe(returns: Floats, threshold: float = 0.0) -> float:
    """Compute the probability that the true Sharpe ratio of `returns` `[T]` is above `threshold`, both per period.

    `Phi((s - threshold) sqrt(T - 1) / sqrt(1 - g3 s + (g4 - 1) / 4 s**2))`, with the biased skewness g3 and kurtosis g4
    (3 for the normal law). NaN without dispersion or where the root is not of a number above 0. Source: Bailey and
    Lopez de Prado, "The Sharpe ratio efficient frontier", Journal of Risk 2012.
    """
    ratio = float(sharpe_ratios(returns[:, None])[0])
    if math.isnan(ratio):
        return math.nan
    centred = returns - returns.mean()
    variance = float((centred**2).mean())
    skew, kurtosis = float((centred**3).mean()) / variance**1.5, float((centred**4).mean()) / variance**2
    under = 1.0 - skew * ratio + (kurtosis - 1.0) / 4.0 * ratio**2
    if not under > 0.0:
        return math.nan
    return _NORMAL.cdf((ratio - threshold) * math.sqrt(len(returns) - 1) / math.sqrt(under))


def expected_best(variance: float, trials: int) -> float:
    """Compute the Sharpe ratio that the best of `trials` without skill is expected to show, per period.

    `sqrt(V) ((1 - g) Phi^-1(1 - 1/N) + g Phi^-1(1 - 1/(N e)))`, g Euler's constant, V the sample variance of the
    trials' ratios; 0 for one trial. V is measured, so it holds the trials' correlation already: N is their number.
    Source: Bailey and Lopez de Prado, "The deflated Sharpe ratio", Journal of Portfolio Management 2014.
    """
    if trials <= 1:
        return 0.0
    first, second = _NORMAL.inv_cdf(1.0 - 1.0 / trials), _NORMAL.inv_cdf(1.0 - 1.0 / (trials * math.e))
    return math.sqrt(variance) * ((1.0 - EULER) * first + EULER * second)


def mean_correlation(returns: Floats) -> float:
    """Compute the mean correlation of all pairs of columns, `[T, M]`; NaN of fewer than two that vary.

    By the variance of the sum of the standardised columns, which needs no matrix of pairs.
    """
    standard = _standardised(returns)
    count = standard.shape[1]
    if count < 2:
        return math.nan
    together = float((standard.sum(axis=1) ** 2).sum()) / (len(standard) - 1)
    return (together - count) / (count * (count - 1))


def effective_trials(returns: Floats) -> tuple[float, float]:
    """Count the trials as if they were independent: by mean correlation, and by entropy of the correlations.

    `rho + (1 - rho) M` (Bailey and Lopez de Prado 2014) and `exp(-sum p ln p)` over the shares p of the eigenvalues
    (Roy and Vetterli, "The effective rank", EUSIPCO 2007). The second is NaN beyond `MOST_TRIALS`; both are NaN of
    fewer than two columns that vary. To be shown, not to deflate by: a measured variance holds the correlation.
    """
    standard = _standardised(returns)
    count = standard.shape[1]
    if count < 2:
        return math.nan, math.nan
    rho = mean_correlation(returns)
    average = rho + (1.0 - rho) * count
    if count > MOST_TRIALS:
        return average, math.nan
    shares = np.linalg.eigvalsh(standard.T @ standard / (len(standard) - 1)).clip(min=0.0) / count
    shares = shares[shares > 0.0]
    # matrix products differ in their last bits from machine to machine; nine digits do not
    return average, round(float(np.exp(-(shares * np.log(shares)).sum())), 9)


def _standardised(returns: Floats) -> Floats:
    """Bring the columns that vary to mean 0 and sample deviation 1."""
    spread = spreads(returns)
    varying = returns[:, spread > 0.0]
    return (varying - varying.mean(axis=0)) / spread[spread > 0.0]
