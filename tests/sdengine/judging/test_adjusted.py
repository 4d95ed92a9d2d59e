"""Step-down shares of worlds, by hand."""

from __future__ import annotations

import numpy as np

from sdengine.judging.adjusted import step_down


def test_shares_step_down_by_hand() -> None:
    observed = np.array([1.0, 3.0, 2.0])
    worlds = np.array(
        [
            [0.0, 0.0, 0.0],  # nobody does as well
            [0.0, 2.5, 0.0],  # the best run has 2.5 here: less than 3; the second sees 0
            [2.0, 0.0, 0.0],  # as good as the second's 2, by the third run, which stands behind it
            [9.0, 0.0, 0.0],  # better than the best: counts for all
        ]
    )
    # best (3): worlds whose best >= 3: one of four -> 2/5
    # second (2), among itself and the third: worlds three and four -> 3/5
    # third (1), alone: worlds three and four -> 3/5
    assert step_down(observed, worlds).tolist() == [3 / 5, 2 / 5, 3 / 5]


def test_a_share_is_never_below_that_of_the_run_before() -> None:
    observed, worlds = np.array([2.0, 1.9]), np.array([[2.5, 0.0], [3.0, 0.0], [0.0, 0.0]])
    # best: two of three -> 3/4; second alone: none -> 1/4, but not below 3/4
    assert step_down(observed, worlds).tolist() == [3 / 4, 3 / 4]


def test_equal_runs_have_equal_shares() -> None:
    worlds = np.repeat(np.random.default_rng(1).normal(size=(50, 1)), 3, axis=1)
    assert len(set(step_down(np.full(3, 0.4), worlds).tolist())) == 1
