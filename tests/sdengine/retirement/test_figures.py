"""The sixteen figures of a retirement, from months written down by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sdengine.retirement import figures as f
from sdengine.retirement.door import Life
from sdengine.retirement.figures import FIGURES, measure

NAN = math.nan


def row(
    asked: list[float], paid: list[float], worth: list[float], rise: float = 0.0, floor: float = NAN
) -> list[float]:
    count = len(asked)
    life = Life(np.array(asked), np.array(paid), np.array(worth), np.arange(100, 100 + count))
    found = np.zeros(len(FIGURES))
    levels = (1.0 + rise) ** np.arange(count // 12 + 1.0)
    measure(life, count, levels, 1000.0, worth[-1], floor, found)
    return found.tolist()


def test_all_is_paid_and_prices_rise() -> None:
    """Two years of 10 a month, the second 11, prices 10 % higher: 240 real; 660 left are 660 / 1.21 real.

    The value after payment k is held against the prices at the start of year k // 12: 500 after the 5th, 500 / 1.1
    after the 12th to the 23rd.
    """
    worth = [900.0] * 4 + [500.0] * 19 + [660.0]
    found = row([10.0] * 12 + [11.0] * 12, [10.0] * 12 + [11.0] * 12, worth, rise=0.1)
    expected = {
        f.ASKED: 240.0, f.PAID: 240.0, f.SHARE: 1.0, f.SHORT: 0.0, f.LONGEST: 0.0, f.DEEPEST: 0.0, f.FAILED: NAN,
        f.DEPLETED: NAN, f.FINAL: 660.0 / 1.21, f.LOWEST: 500.0 / 1.1, f.FIRST_INCOME: 120.0, f.LOWEST_INCOME: 1.0,
        f.CHANGE: NAN, f.CUTS: 0.0, f.BELOW: NAN, f.SHORTFALL: NAN,
    }  # fmt: skip
    assert found == pytest.approx([expected[k] for k in range(len(FIGURES))], rel=1e-12, nan_ok=True)


def test_months_that_are_short() -> None:
    """Three years of 10 a month: months 14 and 15 bring 4 and 0, month 36 brings 9.

    Incomes are 120, 120 - 6 - 10 = 104 and 119; their changes -16/120 (a cut) and 15/104. The deviation of two numbers
    is their distance over sqrt(2). Of the floor of 110 the second year lacks 6.
    """
    paid = [10.0] * 36
    paid[13], paid[14], paid[35] = 4.0, 0.0, 9.0
    found = row([10.0] * 36, paid, [800.0] * 35 + [0.0], floor=110.0)
    expected = {
        f.ASKED: 360.0, f.PAID: 343.0, f.SHARE: 343.0 / 360.0, f.SHORT: 3.0, f.LONGEST: 2.0, f.DEEPEST: 1.0,
        f.FAILED: 113.0, f.DEPLETED: 135.0, f.FINAL: 0.0, f.LOWEST: 0.0, f.FIRST_INCOME: 120.0,
        f.LOWEST_INCOME: 104.0 / 120.0, f.CHANGE: (15.0 / 104.0 + 16.0 / 120.0) / math.sqrt(2.0),
        f.CUTS: 1.0, f.BELOW: 1.0, f.SHORTFALL: 6.0,
    }  # fmt: skip
    assert found == pytest.approx([expected[k] for k in range(len(FIGURES))], rel=1e-12, nan_ok=True)


def test_what_ends_with_the_last_payment_is_not_depleted() -> None:
    """All is paid, and nothing is left after the last of twelve: that was the plan. After the eleventh it was not."""
    paid = [10.0] * 12
    assert math.isnan(row(paid, paid, [100.0] * 11 + [0.0])[f.DEPLETED])
    assert row(paid, paid, [100.0] * 10 + [0.0, 0.0])[f.DEPLETED] == 110.0


def test_nothing_asked_is_all_paid() -> None:
    found = row([0.0] * 12, [0.0] * 12, [1000.0] * 12)
    assert found[f.SHARE] == 1.0
    assert found[f.SHORT] == 0.0
    assert math.isnan(found[f.LOWEST_INCOME])


def test_a_cut_is_more_than_a_tenth() -> None:
    """120, then 108 (a tenth less, no cut), then 96 (a ninth less: a cut), then 0, and after nothing 120 is no rise."""
    years = [10.0, 9.0, 8.0, 0.0, 10.0]
    months = [amount for amount in years for _ in range(12)]
    found = row(months, months, [500.0] * 60)
    assert found[f.CUTS] == 2.0  # to 96, and to nothing
    changes = np.array([-0.1, 8.0 / 9.0 - 1.0, -1.0])
    assert found[f.CHANGE] == pytest.approx(changes.std(ddof=1), rel=1e-12)
