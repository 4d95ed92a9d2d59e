"""A validated scenario as the records that the kernels read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sdengine.codes import (
    Entry,
    Funding,
    LotMethod,
    Mode,
    OnInsufficientCash,
    Path,
    Period,
    Requote,
    SignalPrice,
    SpendingRule,
    Variant,
)
from sdengine.codes import code as named
from sdengine.coordination.dynamic import FOLLOWS_GAPS
from sdengine.kernel.records import PLAN, RULES, Record, Records
from sdengine.ladder.brownian import key_of, table
from sdengine.ladder.trigger import calculate_trigger

if TYPE_CHECKING:
    from sdengine.scenario import AssetSettings, Scenario, Withdrawal

BASIS_POINT = 1e-4


def new_plan() -> Records:
    """Make one PLAN record with nothing switched on."""
    plan = np.zeros(1, PLAN)
    plan["signals"] = 1
    for field in ("monthly_amount", "initial_rate", "floor", "ceiling"):
        plan[field] = math.nan
    return plan


def plan_of(scenario: Scenario) -> Records:
    """Make of what the scenario fixes for the whole portfolio one PLAN record `[1]`."""
    portfolio = scenario.portfolio
    plan = new_plan()
    plan["initial_cash"] = portfolio.initial_cash
    plan["mode"] = named(Mode, portfolio.rebalancing_mode)
    plan["path"] = named(Path, portfolio.path)
    plan["requote"] = named(Requote, portfolio.requote)
    plan["seed"] = portfolio.seed
    if plan["path"] == Path.RANDOM:
        plan["walks"] = table().ctypes.data
    plan["signal_price"] = named(SignalPrice, portfolio.signal_price)
    plan["on_insufficient_cash"] = named(OnInsufficientCash, portfolio.on_insufficient_cash)
    plan["allow_margin"] = portfolio.allow_margin
    plan["lot_method"] = named(LotMethod, portfolio.lot_method)
    plan["sells_at_nav"] = any(asset.variant == "ath_sell" for asset in scenario.assets)
    plan["cash_rate"] = portfolio.cash_rate
    plan["margin_rate"] = portfolio.margin_rate
    plan["slippage"] = portfolio.slippage_bps * BASIS_POINT
    plan["commission"] = portfolio.commission
    plan["commission_rate"] = portfolio.commission_bps * BASIS_POINT
    plan["commission_per_share"] = portfolio.commission_per_share
    if portfolio.rebalancing_mode == "rebalancing":
        plan["signals"] = scenario.rebalancing.signals
        plan["drift"] = scenario.rebalancing.drift
        plan["calendar"] = named(Period, scenario.rebalancing.calendar or "none")
        plan["monthly_business"] = plan["calendar"] != Period.NONE
    plan["arbitrage"] = 1
    plan["threshold"] = scenario.arbitrage.threshold
    plan["fraction"] = scenario.arbitrage.fraction
    plan["cooldown_days"] = scenario.arbitrage.cooldown_days
    if scenario.dynamic_sd_n is not None:
        plan["dynamic"] = FOLLOWS_GAPS
        plan["gap_threshold"] = scenario.dynamic_sd_n.gap_threshold
    if scenario.withdrawal is not None:
        _set_withdrawal(plan, scenario.withdrawal)
    if scenario.taxes is not None:
        plan["taxed"] = 1
        plan["short_rate"] = scenario.taxes.short_rate
        plan["long_rate"] = scenario.taxes.long_rate
    return plan


def _set_withdrawal(plan: Record, withdrawal: Withdrawal) -> None:
    plan["withdraws"] = plan["monthly_business"] = 1
    plan["rule"] = named(SpendingRule, withdrawal.rule)
    plan["funding"] = named(Funding, withdrawal.funding)
    plan["coverage_ratio_min"] = withdrawal.coverage_ratio_min
    plan["inflation"] = withdrawal.inflation
    for field in (
        "monthly_amount", "initial_rate", "rate", "floor", "ceiling", "upper_guardrail", "lower_guardrail",
        "adjustment", "inflation_cap", "years", "stock_share", "stock_return", "bond_return",
    ):  # fmt: skip
        value = getattr(withdrawal, field)
        plan[field] = math.nan if value is None else value


def plans_of(scenarios: Sequence[Scenario]) -> Records:
    """Make the plan of each scenario `[S]`."""
    plans = np.empty(len(scenarios), PLAN)
    for k, scenario in enumerate(scenarios):
        plans[k] = plan_of(scenario)[0]
    return plans


def rules_of(scenarios: Sequence[Scenario]) -> Records:
    """Make records of what each scenario fixes for each asset `[S, A]`, in the order of adding; all as many."""
    return np.array([[rule_of(asset) for asset in scenario.assets] for scenario in scenarios], RULES)


def rule_of(asset: AssetSettings) -> tuple[float, ...]:
    """Return one asset's RULES record as a tuple, in the order of its fields."""
    sizes = ((Entry.WEIGHT, asset.weight), (Entry.VALUE, asset.value), (Entry.QUANTITY, asset.quantity))
    entry, amount = next((int(kind), size) for kind, size in sizes if size is not None)
    low, high = asset.band or (math.nan, math.nan)
    target = math.nan if asset.target is None else asset.target
    trigger, share = calculate_trigger(asset.sd_n), asset.profit_sharing_pct / 100.0
    return (
        trigger, share, asset.lot_size, int(named(Variant, asset.variant)), entry, amount, target, low, high,
        key_of(asset.ticker),
    )  # fmt: skip
