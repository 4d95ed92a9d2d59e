"""The options of a portfolio, read and refused by the scenario's own model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from sdengine.portfolio.policy import WithdrawalPolicy
from sdengine.scenario import Arbitrage, DynamicSdN, PortfolioSettings, Rebalancing, Scenario, Taxes

DEFAULT_GAP = DynamicSdN().gap_threshold
"""The gap threshold by which gaps are counted where the trigger does not follow them."""


def read_options(
    initial_cash: float, rebalancing_mode: str, policy: WithdrawalPolicy | None, options: Mapping[str, Any]
) -> Scenario:
    """Read the settings of a portfolio as those of a scenario that has no assets yet.

    Raises ValueError with the option, the value given and what is allowed.
    """
    tables: dict[str, dict[str, Any]] = {}
    homes = {
        name: model
        for model in (PortfolioSettings, Rebalancing, Arbitrage, DynamicSdN)
        for name in model.model_fields
        if name not in ("initial_cash", "rebalancing_mode", "start", "end")
    }
    for name, value in options.items():
        if name == "taxes" or value is None:
            continue
        if name not in homes:
            from sdengine.words import did_you_mean

            hint = did_you_mean(name, [*homes, "taxes"], "'{}'")
            raise ValueError(f"unknown option {name!r}{hint}; allowed: {', '.join(sorted([*homes, 'taxes']))}")
        number = isinstance(value, int) and not isinstance(value, bool) and name != "cooldown_days"
        tables.setdefault(homes[name].__name__, {})[name] = float(value) if number else value
    taxes = options.get("taxes")
    return Scenario.model_construct(
        portfolio=PortfolioSettings(
            initial_cash=float(initial_cash),
            rebalancing_mode=cast(Any, rebalancing_mode),
            **tables.get("PortfolioSettings", {}),
        ),
        assets=(),
        withdrawal=None if policy is None else policy.settings,
        taxes=None if taxes is None else taxes if isinstance(taxes, Taxes) else Taxes(**taxes),
        rebalancing=Rebalancing(**tables.get("Rebalancing", {})),
        arbitrage=Arbitrage(**tables.get("Arbitrage", {})),
        dynamic_sd_n=DynamicSdN(**tables["DynamicSdN"]) if "DynamicSdN" in tables else None,
    )
