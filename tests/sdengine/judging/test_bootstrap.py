"""Redrawn pasts: the law of their blocks, their length, their means."""

from __future__ import annotations

import numpy as np
import pytest

from sdengine.judging.bootstrap import block_length, resampled_means, stationary_indices, sweep_block_length
from tests.sdengine.judging.oracle_library import library


def test_blocks_are_geometric_and_wrap_around() -> None:
    drawn = stationary_indices(11, 400, 500, 8.0)
    follows = drawn[:, 1:] == (drawn[:, :-1] + 1) % 500
    # a day follows by its block (7/8) or by chance (1/8 * 1/500): 0.87525, known here to 0.0007
    assert follows.mean() == pytest.approx(0.87525, abs=0.003)
    assert ((drawn[:, :-1] == 499) & (drawn[:, 1:] == 0)).any()
    # every day as often as any other: 400 draws of 500, within five deviations of blocks of 8
    counts = np.bincount(drawn.ravel(), minlength=500)
    assert abs(counts - 400).max() < 5 * np.sqrt(400 * 15)


def test_a_draw_depends_on_seed_and_number_alone() -> None:
    drawn = stationary_indices(5, 20, 60, 4.0)
    assert (stationary_indices(5, 3, 60, 4.0) == drawn[:3]).all()
    assert (stationary_indices(6, 3, 60, 4.0) != drawn[:3]).any()
    # these are the words of Philox, whatever numpy does with its own samplers
    assert drawn[0, :4].tolist() == stationary_indices(5, 1, 60, 4.0)[0, :4].tolist()


def test_means_of_redrawn_pasts() -> None:
    returns = np.random.default_rng(2).normal(0, 0.01, (90, 4))
    drawn = stationary_indices(1, 30, 90, 6.0)
    expected = np.array([returns[row].mean(axis=0) for row in drawn])
    assert resampled_means(returns, drawn) == pytest.approx(expected, rel=1e-12, abs=1e-16)


def test_a_long_memory_wants_long_blocks() -> None:
    rng = np.random.default_rng(4)
    shocks = rng.normal(size=2000)
    memory = np.zeros(2000)
    for t in range(1, 2000):
        memory[t] = 0.9 * memory[t - 1] + shocks[t]
    # AR(1) of 0.9: (2 rho / (1 - rho**2))**(2/3) T**(1/3) = (1.8 / 0.19)**(2/3) * 12.6 = 56.4 by theory
    assert 35 < block_length(memory) < 90
    assert block_length(shocks) < 6
    assert block_length(np.full(100, 0.01)) == 1.0
    assert sweep_block_length(shocks[:, None]) >= 5.0


@pytest.mark.parametrize("seed", range(6))
def test_block_lengths_agree_with_arch(seed: int) -> None:
    arch = library("arch.bootstrap")
    rng = np.random.default_rng(seed)
    series = np.convolve(rng.standard_t(4, 700), 0.5 ** np.arange(seed + 1), "valid")
    theirs = float(arch.optimal_block_length(series)["stationary"].iloc[0])
    assert block_length(series) == pytest.approx(max(theirs, 1.0), rel=1e-9)
