"""What is asked: which terms make sense, and what they make of a scenario's policy."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from sdengine.retirement.policy import plans_asked
from sdengine.retirement.terms import Cpi, StudyError, Terms
from tests.sdengine.retirement.pasts import holder


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"years": ()}, "the horizon is none years; allowed: whole years from 1 to 100"),
        ({"years": (30, 0)}, "the horizon is 30, 0 years; allowed: whole years from 1 to 100"),
        ({"rates": (4.0,)}, r"the rates are 4; allowed: shares above 0, at most 1 \(0.04 is 4 %\)"),
        ({"rates": (0.04,), "amount": 1.0}, "the amount is 1; allowed: cash a month, from 0 on, without rates"),
        ({"inflation": -1.0}, r"the inflation is -1; allowed: a number a year above -1 \(0.02 is 2 %\)"),
        ({"paths": -1}, "paths are -1, rate paths 1000, the seed is 1; allowed: 0 or more"),
        ({"block_weeks": 0.5}, "blocks have 0.5 weeks; allowed: 1 or more"),
        ({"floor": 0.0}, "the floor is 0; allowed: cash a year above 0"),
        ({"expected": "much"}, "the expected return is 'much'; allowed: as_it_was, none, or a number"),
        ({"expected": -2.0}, "the expected return is -2; allowed: a number a year above -1"),
    ],
)
def test_terms_that_cannot_be_meant(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(StudyError, match=sentence):
        Terms(**given)


def test_one_kind_of_inflation() -> None:
    cpi = Cpi.of([date(2020, 1, 1)], [100.0])
    with pytest.raises(StudyError, match="inflation and a cpi are given; allowed: one of them"):
        Terms(inflation=0.02, cpi=cpi)


def test_a_cpi_is_read_in_any_order() -> None:
    cpi = Cpi.of([date(2020, 2, 28), date(2020, 1, 5)], [101.0, 100.0])
    assert (cpi.first, cpi.last, cpi.levels.tolist()) == (12 * 2020, 12 * 2020 + 1, [100.0, 101.0])


@pytest.mark.parametrize(
    ("months", "levels", "sentence"),
    [
        ([], [], "the cpi has no month; allowed: a level for each month in a row"),
        ([(2020, 1), (2020, 3)], [1.0, 1.0], "the cpi lacks 2020-02; allowed"),
        ([(2020, 1), (2020, 1)], [1.0, 1.0], "the cpi has 2020-01 twice; allowed"),
        ([(2020, 1), (2020, 2)], [1.0, 0.0], "the cpi of 2020-02 is 0; allowed: a number above 0"),
    ],
)
def test_a_cpi_with_gaps_is_refused(months: list[tuple[int, int]], levels: list[float], sentence: str) -> None:
    with pytest.raises(StudyError, match=sentence):
        Cpi.of([date(year, month, 1) for year, month in months], levels)


def test_each_horizon_with_each_rate_is_a_plan() -> None:
    """Without a policy a constant amount is taken: 4 % of a million a year are 3,333.33 a month."""
    plans = plans_asked(holder(), Terms(years=(10, 20), rates=(0.04, 0.05), inflation=0.02))
    assert [(plan.number, plan.years, plan.rate) for plan in plans] == [
        (1, 10, 0.04), (2, 10, 0.05), (3, 20, 0.04), (4, 20, 0.05),
    ]  # fmt: skip
    policy = plans[0].policy
    assert (policy.rule, policy.funding, policy.coverage_ratio_min) == ("constant", "pro_rata", 0.0)
    assert policy.monthly_amount == pytest.approx(1_000_000 * 0.04 / 12, rel=1e-15)
    assert policy.inflation == 0.02


@pytest.mark.parametrize(
    ("own", "key", "value"),
    [
        ({"initial_rate": 0.03}, "monthly_amount", 5_000.0),
        ({"rule": "percent", "rate": 0.03}, "rate", 0.06),
        ({"rule": "vanguard", "rate": 0.03}, "rate", 0.06),
        ({"rule": "guyton_klinger", "initial_rate": 0.03}, "initial_rate", 0.06),
    ],
)
def test_a_rate_takes_the_place_of_the_policy_s_own(own: dict[str, Any], key: str, value: float) -> None:
    plan = plans_asked(holder(**own, inflation=0.01), Terms(years=(25,), rates=(0.06,)))[0]
    assert getattr(plan.policy, key) == value
    assert plan.policy.inflation == 0.01
    if plan.policy.rule == "guyton_klinger":
        assert plan.policy.years == 25


def test_the_policy_is_the_scenario_s_own_where_nothing_else_is_asked() -> None:
    scenario = holder(rule="vpw", years=40)
    plan = plans_asked(scenario, Terms(years=(20,)))[0]
    assert scenario.withdrawal is not None
    assert plan.policy == scenario.withdrawal.model_copy(update={"years": 20})
    assert plans_asked(holder(initial_rate=0.03), Terms(amount=2_000.0))[0].policy.monthly_amount == 2_000.0


@pytest.mark.parametrize(
    ("own", "asked", "sentence"),
    [
        ({}, {}, r"scenario has no `\[withdrawal\]`, so nothing says what is taken out; allowed: rates, an amount, or"),
        (
            {"rule": "vpw", "years": 30},
            {"rates": (0.04,)},
            "rates do not go with the rule vpw; allowed with them: con",
        ),
        (
            {"rule": "percent", "rate": 0.04},
            {"amount": 1.0},
            "an amount does not go with the rule percent; allowed: ra",
        ),
    ],
)
def test_terms_that_the_rule_cannot_take(own: dict[str, Any], asked: dict[str, Any], sentence: str) -> None:
    with pytest.raises(StudyError, match=sentence):
        plans_asked(holder(**own), Terms(**asked))
