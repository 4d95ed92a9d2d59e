"""Figures of redrawn pasts, each drawn past measured by the functions that measure a run."""

from __future__ import annotations

import numpy as np
import pytest

from sdengine import statistics as s
from sdengine.judging.bootstrap import stationary_indices
from sdengine.judging.intervals import FIGURES, interval, redrawn_figures


def test_every_redrawn_past_is_measured_as_a_run_is() -> None:
    returns = np.random.default_rng(3).normal(0.0005, 0.012, 250)
    drawn = np.vstack([np.arange(250, dtype=np.int32)[None], stationary_indices(1, 6, 250, 5.0)])
    found = redrawn_figures(returns, drawn, 1.1, 240.0, 0.0001)
    for row, places in zip(found, drawn, strict=True):
        index = np.cumprod(1.0 + returns[places])
        expected = {
            "cagr": s.annual_growth(index[-1] - 1.0, 1.1),
            "volatility": s.volatility(returns[places], 240.0),
            "sharpe": s.sharpe(returns[places], 240.0, 0.0001),
            "max_drawdown": s.max_drawdown(s.drawdown_series(index)),
        }
        assert dict(zip(FIGURES, row, strict=True)) == pytest.approx(expected, rel=1e-10)


def test_without_dispersion_there_is_no_ratio() -> None:
    found = redrawn_figures(np.zeros(50), np.zeros((2, 50), np.int32), 1.0, 252.0, 0.0)
    assert np.isnan(found[:, FIGURES.index("sharpe")]).all()
    assert (found[:, FIGURES.index("volatility")] == 0.0).all()


def test_nine_tenths_lie_between() -> None:
    # of 0, 1 .. 100 the 5 % quantile is 5, the 95 % quantile 95
    assert interval(np.random.default_rng(0).permutation(101).astype(float)) == (5.0, 95.0)
