"""Safe rates: where a row of holding rates ends, whose rate a share of cases has, and that grids find it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from sdengine.market.bars import BarStore
from sdengine.retirement.cast import cast_of, drawn_of
from sdengine.retirement.door import MONTHLY_AMOUNT
from sdengine.retirement.drawn import Rates, Teller, narrow_paths, try_paths
from sdengine.retirement.policy import plans_asked
from sdengine.retirement.rates import PAID, POINTS, Sought, cells, deciding, grid, monotone, tops
from sdengine.retirement.seek import seek_in_futures
from sdengine.retirement.terms import Terms
from tests.sdengine.retirement.pasts import ladder, past

HELD = np.array(
    [
        [True, True, True, False, False],
        [True, True, False, True, False],  # a higher rate holds again: what counts ends before
        [False, False, False, False, False],
        [True, True, True, True, True],
    ]
)


def test_the_row_of_rates_that_hold_ends_at_the_first_that_does_not() -> None:
    assert cells(HELD).tolist() == [2, 1, -1, 4]


def test_a_rate_that_holds_again_is_not_monotone() -> None:
    assert not monotone(HELD)
    assert monotone(HELD[[0, 2, 3]])


def test_all_but_a_share_of_cases_hold_a_safe_rate() -> None:
    """Ten rates from 1 to 10 %: all hold 1 %, all but one (10 %) 2 %, half of them 6 %; 5 % of ten is nobody."""
    sought = Sought(np.arange(10, 0, -1) / 100.0, True, 0.2)
    assert [sought.safe(share) for share in (0.0, 0.05, 0.1, 0.5)] == [0.01, 0.01, 0.02, 0.06]
    none = Sought(np.array([np.nan, 0.03]), True, 0.2)
    assert np.isnan(none.safe(0.0))
    assert none.safe(0.5) == 0.03


def test_those_in_the_cell_of_an_asked_share_decide() -> None:
    """Of eleven cells in order 0 0 1 1 1 2 ..., shares of 0, 5, 10 and 50 % are places 0, 0, 1 and 5."""
    found = np.array([3, 2, 2, 1, 0, 1, 0, 1, 3, 3, 3])
    assert np.flatnonzero(deciding(found)).tolist() == [1, 2, 4, 6]


def test_a_grid_ends_where_no_pilot_holds() -> None:
    """Ends for 20 years are 5, 7.5, 10, 15 % ...; the fourth is the first that none of two pilots holds."""
    ends = tops(20)
    assert ends[:4].tolist() == pytest.approx([0.05, 0.075, 0.1, 0.15])
    assert ends[-1] == 1.0
    held = np.zeros((2, len(ends)), np.bool_)
    held[0, :2], held[1, :3] = True, True
    assert grid(ends, held)[[0, -1]].tolist() == pytest.approx([0.0, 0.15])
    assert len(grid(ends, held)) == POINTS
    assert grid(ends, np.ones_like(held))[-1] == 1.0


@pytest.fixture(scope="module")
def sought() -> tuple[Sought, Sought, NDArray[np.float64]]:
    """Seek the rates of 20 futures by grids, and of each alone by halving all that there is."""
    scenario, terms = ladder(("S0", "S1")), Terms(years=(3,), rates=(0.05,), inflation=0.02, block_weeks=4.0)
    cast = cast_of(scenario, plans_asked(scenario, terms), BarStore(past(70)), None)
    drawn = drawn_of(cast, terms, 0.02)
    found = seek_in_futures(drawn, 20, cast.roles[0], MONTHLY_AMOUNT, map)
    teller = Teller(drawn, drawn.groups[0])
    alone = []
    for path in range(20):
        batch, prices = teller.tell(path)
        low, high = 0.0, 1.0
        while high - low > 1e-7:
            middle = (low + high) / 2.0
            holds = teller.stage.hold(batch, 0, prices, MONTHLY_AMOUNT, np.array([middle]))[0, PAID]
            low, high = (middle, high) if holds else (low, middle)
        alone.append(low)
    return *found, np.array(alone)


def test_grids_find_the_rates_that_each_future_has_alone(sought: tuple[Sought, Sought, NDArray[np.float64]]) -> None:
    """Within a cell's 256th part: the ends are at most 1, a cell is a 32nd of them."""
    safe, perpetual, alone = sought
    ordered = np.sort(alone)
    for share, place in ((0.0, 0), (0.05, 1), (0.1, 2), (0.5, 10)):
        assert safe.safe(share) == pytest.approx(ordered[place], abs=safe.top / 32 / 256 + 1e-7)
        kept = perpetual.safe(share)
        assert np.isnan(kept) or kept <= safe.safe(share)


def test_slices_of_rates_are_the_whole() -> None:
    """What a task says of a path does not depend on the others in it."""
    scenario, terms = ladder(("S0",)), Terms(years=(1,), rates=(0.05,))
    drawn = drawn_of(cast_of(scenario, plans_asked(scenario, terms), BarStore(past(70)), None), terms, 0.0)
    rates = np.array([0.5, 0.9, 1.0])
    whole = try_paths(Rates(drawn, 0, 0, MONTHLY_AMOUNT, (3, 4, 5), rates, PAID))
    np.testing.assert_array_equal(whole[1:2], try_paths(Rates(drawn, 0, 0, MONTHLY_AMOUNT, (4,), rates, PAID)))
    narrow = narrow_paths(Rates(drawn, 0, 0, MONTHLY_AMOUNT, (4,), np.array([[0.0, 1.0]]), PAID))
    assert 0.5 < narrow[0] <= 1.0
