"""The least that a scenario of one asset can end with, whatever its bars hide.

`sdengine/RULES.md`, "The range over paths".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sdengine.codes import Requote
from sdengine.history.plans import plan_of, rules_of
from sdengine.history.run import run_scenario
from sdengine.kernel.compiled import kernel
from sdengine.kernel.pointers import copy_record
from sdengine.kernel.records import ASSET, NO_WALK, Record, Records
from sdengine.kernel.tolerance import SLACK
from sdengine.ladder.fills import AT_OPEN
from sdengine.ladder.orders import place_orders
from sdengine.ladder.paths import hold_orders, left_at_close
from sdengine.market.bars import BarStore
from sdengine.scenario import Scenario

if TYPE_CHECKING:
    import polars as pl

STATES = 8
"""Anchors that are followed at a time; there are never more than two."""


def path_floor(scenario: Scenario | Mapping[str, Any], bars: pl.DataFrame) -> float:
    """Return the least final value over all paths, for a scenario of one asset that only its ladder trades.

    A floor where costs are 0, sharing is at most 100 % and the bank suffices; elsewhere an estimate. Bars as
    `run_scenario` takes them. Raises ValueError for a scenario of several assets, or one with withdrawals, taxes,
    targets, bands or a changing sd_n.
    """
    if not isinstance(scenario, Scenario):
        scenario = Scenario.from_dict(dict(scenario))
    _refuse(scenario)
    calm = scenario.portfolio.model_copy(update={"path": "calm"})
    result = run_scenario(scenario.model_copy(update={"portfolio": calm}), bars)
    entry, ended = result.fills.row(0, named=True), float(result.portfolio_days["total_value"][-1])
    market = BarStore(result.bars).market((scenario.assets[0].ticker,))
    first, last = market.window(scenario.portfolio.start, scenario.portfolio.end)
    market = market.since(first)
    plan, rules = plan_of(scenario), rules_of([scenario])[0]
    held, bank = float(entry["qty"]), float(entry["bank_after"])
    return min(ended, float(least_value(plan[0], rules[0], market.days, market.bars[: last - first, 0], held, bank)))


def _refuse(scenario: Scenario) -> None:
    beside = {
        "withdrawal": scenario.withdrawal is not None,
        "taxes": scenario.taxes is not None,
        "dynamic_sd_n": scenario.dynamic_sd_n is not None,
        f"rebalancing_mode {scenario.portfolio.rebalancing_mode}": scenario.portfolio.rebalancing_mode
        in ("rebalancing", "hybrid"),
    }
    if len(scenario.assets) != 1:
        raise ValueError(f"the scenario has {len(scenario.assets)} assets; allowed: one, for its floor to be known")
    if any(beside.values()):
        found = ", ".join(name for name, given in beside.items() if given)
        raise ValueError(f"the scenario has {found}; allowed: the ladder alone, for its floor to be known")


def least_value(plan: Record, rule: Record, days: Records, bars: Records, holdings: float, cash: float) -> float:
    """Walk every bar either way from every state; of states with the same anchor keep the one that is worth less."""
    states, banks = np.zeros((2, STATES), ASSET), np.zeros((2, STATES))
    first = states[0, 0]
    first["holdings"], first["anchor"], first["trigger"] = holdings, bars[0]["close"], rule["trigger"]
    banks[0, 0] = cash
    count = _walk(plan, rule, days, bars, states, banks)
    row = (len(bars) - 1) % 2
    return float((banks[row, :count] + states[row, :count]["holdings"] * bars[-1]["close"]).min())


@kernel
def _walk(plan: Record, rule: Record, days: Records, bars: Records, states: Records, banks: NDArray[np.float64]) -> int:
    """Walk the bars from the first state on; return how many there are in the end, in the row of the last bar, `t % 2`.

    A bar leads from the states of one row to those of the other.
    """
    place_orders(plan, states[0, 0], rule, bars[0]["nav"])
    count = 1
    for t in range(1, bars.shape[0]):
        bar, found, now, then = bars[t], 0, (t - 1) % 2, t % 2
        years = (days[t]["ordinal"] - days[t - 1]["ordinal"]) / 365.0
        for k in range(count):
            bank = banks[now, k] + states[now, k]["holdings"] * bar["dividend"]
            rate = plan["cash_rate"] if banks[now, k] > 0.0 else plan["margin_rate"]
            bank += banks[now, k] * ((1.0 + rate) ** years - 1.0)
            for high_first in range(2):
                tried = states[then, STATES - 1]
                copy_record(states[now, k], tried)
                tried["leg"], tried["buys_stopped"], tried["sells_stopped"] = AT_OPEN, 0, 0
                tried["walk"], tried["once"] = NO_WALK, 0
                if plan["requote"] == Requote.NIGHTLY:
                    hold_orders(tried)
                value = bank + left_at_close(plan, tried, rule, bar, high_first)
                place_orders(plan, tried, rule, bar["nav"])
                at = 0
                while at < found and abs(states[then, at]["anchor"] - tried["anchor"]) > SLACK * tried["anchor"]:
                    at += 1
                kept = banks[then, at] + states[then, at]["holdings"] * bar["close"]
                if at == found or value < kept:
                    found = max(found, at + 1)
                    banks[then, at] = value - tried["holdings"] * bar["close"]
                    copy_record(tried, states[then, at])
        count = found
    return count
