"""Each choice is told once: codes are what a scenario may say, no dispatch takes a new member for an old one."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

import sdengine
from sdengine import codes
from sdengine.codes import Code
from sdengine.days import engine
from sdengine.history.columns import new_tables, sheets_of
from sdengine.history.plans import plan_of, rules_of
from sdengine.history.simulate import Batch, run_batch
from sdengine.kernel.records import ASSET, BOOK, PLAN
from sdengine.kernel.room import new_room
from sdengine.market.bars import BarStore
from sdengine.retirement import policy
from sdengine.scenario import Scenario, asset, policies, portfolio, withdrawal
from tests.oracle import spending
from tests.oracle.engine_side import frame_of, named
from tests.sdengine.dispatches import incomplete
from tests.strategies import scenarios
from tests.strategies.lively import LIVELY, lively_scenario
from tests.strategies.markets import make_bars

ENGINE = Path(sdengine.__file__).parent

CHOICES: dict[type[Code], tuple[str, ...]] = {
    codes.Variant: get_args(asset.Variant),
    codes.Path: get_args(portfolio.Path),
    codes.Requote: get_args(portfolio.Requote),
    codes.Mode: get_args(portfolio.RebalancingMode),
    codes.SignalPrice: get_args(portfolio.SignalPrice),
    codes.OnInsufficientCash: get_args(portfolio.OnInsufficientCash),
    codes.LotMethod: get_args(portfolio.LotMethod),
    codes.Period: ("none", *get_args(policies.Calendar)),
    codes.Entry: asset.BUDGETS,
    codes.Funding: get_args(withdrawal.Funding),
    codes.SpendingRule: get_args(withdrawal.SpendingRule),
}
"""What a scenario may say; a calendar that it does not name is none."""

FAMILIES = {family.__name__: [member.name for member in family] for family in CHOICES}


@pytest.mark.parametrize("family", CHOICES, ids=lambda family: family.__name__)
def test_codes_are_what_a_scenario_may_say(family: type[Code]) -> None:
    assert [member.name.lower() for member in family] == list(CHOICES[family])
    assert [int(member) for member in family] == list(range(len(family)))


def test_every_spending_rule_has_its_keys() -> None:
    assert list(withdrawal.SPENDING_RULES) == [member.name.lower() for member in codes.SpendingRule]


def test_every_mode_says_what_it_needs() -> None:
    assert list(portfolio.NEEDS) == [member.name.lower() for member in codes.Mode]


def test_the_oracle_knows_every_spending_rule() -> None:
    assert set(spending.RULES) == set(get_args(withdrawal.SpendingRule))


IN_PLANS = {
    "constant": ("monthly_amount", False),
    "percent": ("rate", True),
    "guyton_klinger": ("initial_rate", False),
    "vpw": (None, True),
    "vanguard": ("rate", False),
}
"""Whether an income would have lasted: what of a rule a rate a year sets, and whether it can never fall short."""


def test_plans_know_every_spending_rule() -> None:
    assert set(IN_PLANS) == set(get_args(withdrawal.SpendingRule)), "decide it in sdengine/retirement/policy.py"
    assert {rule: (policy.RATE_OF.get(rule), rule in policy.NEVER_FAIL) for rule in IN_PLANS} == IN_PLANS


def test_random_scenarios_draw_every_member() -> None:
    assert set(scenarios.VARIANTS) == set(get_args(asset.Variant))
    assert set(scenarios.PATHS) == set(get_args(portfolio.Path))
    assert set(scenarios.REQUOTES) == set(get_args(portfolio.Requote))
    assert set(scenarios.MODES) == set(get_args(portfolio.RebalancingMode))
    assert set(scenarios.amounts()) == set(get_args(withdrawal.SpendingRule))
    assert set(scenarios.FUNDINGS) == set(get_args(withdrawal.Funding))
    assert set(scenarios.LOT_METHODS) == set(get_args(portfolio.LotMethod))


def test_every_dispatch_names_every_member() -> None:
    lacking = incomplete(ENGINE, FAMILIES)
    assert not lacking, "\n".join(lacking)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_member_without_a_branch_is_noticed(family: str) -> None:
    lacking = incomplete(ENGINE, {family: [*FAMILIES[family], "NEW"]})
    assert lacking
    assert all("'NEW'" in line for line in lacking)


def run_with(of: codes.Mode = codes.Mode.HYBRID, **given: int) -> None:
    """Run a lively scenario whose plan or rules carry other codes than it asked for."""
    settings: dict[str, Any] = lively_scenario(of.name.lower(), "nearest", "full", initial_cash=20_000.0)
    settings["withdrawal"] = {"monthly_amount": 9000.0, "coverage_ratio_min": 0.0, "funding": "pro_rata"}
    scenario = Scenario.from_dict(named(settings))
    market = BarStore(frame_of(make_bars(3, LIVELY, days=80))).market(("A", "B", "C")).since(0)
    days = len(market.days)
    plans, rules = plan_of(scenario), rules_of([scenario])
    for field, value in given.items():
        (plans if field in PLAN.names else rules)[field] = value
    batch = Batch(
        plans, rules, np.array([[0, days]]), market.days, market.bars, market.gaps,
        np.zeros(1, BOOK), np.zeros((1, 3), ASSET),
    )  # fmt: skip
    room = new_room(3, 400, 4000, days, 4000, days)
    assert run_batch(engine(), batch, 0, 1, room, sheets_of(room), new_tables(1, 4000, 4000, 4000, 4000)) == 1


UNKNOWN = 99
FIELDS = {
    "mode": codes.Mode.HYBRID,
    "path": codes.Path.BUSY,
    "requote": codes.Requote.NIGHTLY,
    "signal_price": codes.SignalPrice.PREV_CLOSE,
    "on_insufficient_cash": codes.OnInsufficientCash.PARTIAL,
    "lot_method": codes.LotMethod.HIFO,
    "funding": codes.Funding.LEAST_TAX,
    "rule": codes.SpendingRule.CONSTANT,
    "entry": codes.Entry.VALUE,
}
"""Fields that carry a code, and a member that runs."""


@pytest.mark.parametrize(("field", "known"), FIELDS.items())
def test_a_code_without_a_branch_is_an_error_of_ours(field: str, known: int) -> None:
    run_with(codes.Mode.HYBRID, **{field: known})
    with pytest.raises(AssertionError, match="without a branch"):
        run_with(codes.Mode.HYBRID, **{field: UNKNOWN})


def test_an_unknown_calendar_is_an_error_of_ours() -> None:
    """Only a portfolio that rebalances asks for it."""
    run_with(codes.Mode.REBALANCING, calendar=codes.Period.QUARTER)
    with pytest.raises(AssertionError, match="without a branch"):
        run_with(codes.Mode.REBALANCING, calendar=UNKNOWN)
