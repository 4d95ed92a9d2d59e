"""The options of a portfolio, read and refused by the scenario's own model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sdengine.portfolio.policy import WithdrawalPolicy
from sdengine.portfolio.reading import read_settings
from sdengine.scenario import Arbitrage, DynamicSdN, PortfolioSettings, Rebalancing, Scenario, Taxes
from sdengine.scenario.base import Settings
from sdengine.words import did_you_mean

DEFAULT_GAP = DynamicSdN().gap_threshold
"""The gap threshold by which gaps are counted where the trigger does not follow them."""

TABLES: dict[str, type[Settings]] = {
    "portfolio": PortfolioSettings,
    "rebalancing": Rebalancing,
    "arbitrage": Arbitrage,
    "dynamic_sd_n": DynamicSdN,
}
"""The tables of a scenario whose settings are options of a portfolio."""

ARGUMENTS = ("initial_cash", "rebalancing_mode", "start", "end")
"""Settings of these tables that are arguments, or have no meaning day by day."""

HOMES = {name: table for table, model in TABLES.items() for name in model.model_fields if name not in ARGUMENTS}
"""The options by name, each with its table."""
OPTIONS = frozenset({*HOMES, "taxes"})


def read_options(initial_cash: Any, rebalancing_mode: Any, policy: Any, options: Mapping[str, Any]) -> Scenario:
    """Read the settings of a portfolio as those of a scenario that has no assets yet.

    Raises ValueError with the option, the value given and what is allowed.
    """
    if policy is not None and not isinstance(policy, WithdrawalPolicy):
        raise ValueError(f"withdrawal_policy is {policy!r}; allowed: a WithdrawalPolicy, such as WithdrawalPolicy(500)")
    given: dict[str, dict[str, Any]] = {table: {} for table in TABLES}
    given["portfolio"] = {"initial_cash": initial_cash, "rebalancing_mode": rebalancing_mode}
    for name, value in options.items():
        if name in HOMES:
            given[HOMES[name]][name] = value
        elif name not in OPTIONS:
            known = sorted(OPTIONS)
            hint = did_you_mean(name, known, "'{}'")
            raise ValueError(f"unknown option {name!r}{hint}; allowed: {', '.join(known)}")
    for name in ("initial_cash", "rebalancing_mode"):
        if given["portfolio"][name] is None:
            raise ValueError(f"{name} is None; allowed: a value")
    follows_gaps = any(value is not None for value in given["dynamic_sd_n"].values())
    return Scenario.model_construct(
        portfolio=read_settings(PortfolioSettings, given["portfolio"], "portfolio"),
        assets=(),
        withdrawal=None if policy is None else policy.settings,
        taxes=_taxes(options.get("taxes")),
        rebalancing=read_settings(Rebalancing, given["rebalancing"], "rebalancing"),
        arbitrage=read_settings(Arbitrage, given["arbitrage"], "arbitrage"),
        dynamic_sd_n=read_settings(DynamicSdN, given["dynamic_sd_n"], "dynamic_sd_n") if follows_gaps else None,
    )


def _taxes(given: Any) -> Taxes | None:
    if given is None or isinstance(given, Taxes):
        return given
    if not isinstance(given, Mapping):
        raise ValueError(f"taxes is {given!r}; allowed: a mapping of short_rate and long_rate")
    return read_settings(Taxes, {str(name): value for name, value in given.items()}, "taxes")
