"""How guardrails bound, read from months written down by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sdengine.retirement.changes import changes, has_guardrails
from sdengine.retirement.door import Life, Prices
from sdengine.scenario.withdrawal import Withdrawal


def steps(policy: Withdrawal, asked: list[float], rise: float) -> list[tuple[int, str, float, float]]:
    """Return month (from 0), change, before and after; the day of month m is ordinal m."""
    months = np.array(asked)
    life = Life(months, months, months, np.arange(len(asked)))
    prices = Prices((1.0 + rise) ** np.arange(len(asked) // 12 + 1.0), False)
    rows = changes(policy, life, prices)
    return [(row["date"].toordinal() - 719163, row["change"], row["before"], row["after"]) for row in rows]


def test_guyton_and_klinger() -> None:
    """Prices rise by 2 %: 100, then 102 (as they do), 102 (held back), 102 * 1.02 * 0.9 (cut), that * 1.02 * 1.1."""
    policy = Withdrawal(rule="guyton_klinger", initial_rate=0.05)
    cut = 102.0 * 1.02 * 0.9
    raised = cut * 1.02 * 1.1
    years = [100.0, 102.0, 102.0, cut, raised]
    asked = [amount for amount in years for _ in range(12)]
    assert steps(policy, asked, 0.02) == [
        (24, "no_inflation", 102.0, 102.0), (36, "cut", 102.0, cut), (48, "raise", cut, raised),
    ]  # fmt: skip


def test_a_cut_below_a_held_back_amount() -> None:
    """Inflation of 10 % is capped at 6 %; what is cut may be last year's amount itself."""
    policy = Withdrawal(rule="guyton_klinger", initial_rate=0.05)
    asked = [amount for amount in (100.0, 106.0, 95.4) for _ in range(12)]
    assert steps(policy, asked, 0.1) == [(24, "cut", 106.0, pytest.approx(95.4))]


def test_floor_and_ceiling_of_a_year() -> None:
    """At most 2.5 % less and 5 % more than a year ago, grown by 2 %: 100 to 99.45, to 106.5 at most."""
    policy = Withdrawal(rule="vanguard", rate=0.04)
    low = 100.0 * 1.02 * 0.975
    high = low * 1.02 * 1.05
    asked = [amount for amount in (100.0, low, high, high * 1.03) for _ in range(12)]
    assert steps(policy, asked, 0.02) == [(12, "floor", 100.0, low), (24, "ceiling", low, high)]


def test_a_monthly_bound_is_told_once() -> None:
    """`percent` with a floor: three months in a row it binds, then it does not, then it does again."""
    policy = Withdrawal(rule="percent", rate=0.04, floor=0.1)
    first = [100.0 + k for k in range(12)]
    second = [first[0] * 0.9, first[1] * 0.9, first[2] * 0.9, 100.0, first[4] * 0.9, *[120.0] * 7]
    assert [(m, change) for m, change, *_ in steps(policy, [*first, *second], 0.0)] == [(12, "floor"), (16, "floor")]


@pytest.mark.parametrize(
    ("given", "bound"),
    [
        ({"rule": "constant", "monthly_amount": 1.0, "floor": 0.1}, False),
        ({"rule": "percent", "rate": 0.04}, False),
        ({"rule": "percent", "rate": 0.04, "ceiling": 0.1}, True),
        ({"rule": "vanguard", "rate": 0.04}, True),
        ({"rule": "guyton_klinger", "initial_rate": 0.04}, True),
    ],
)
def test_which_rules_have_guardrails(given: dict[str, str | float], bound: bool) -> None:
    assert has_guardrails(Withdrawal.model_validate(given)) == bound
