"""The Synthetic Dividend portfolio engine: arrays in, arrays out.

    from sdengine import Portfolio                    # the object face: day by day
    from sdengine import run_scenario                 # the same engine over a whole history

Names load on first use, so that `import sdengine` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "ArbitrageOpportunity": "sdengine.portfolio",
    "Asset": "sdengine.portfolio",
    "BarsError": "sdengine.market.given",
    "BuybackLot": "sdengine.portfolio",
    "Chunk": "sdengine.history.run",
    "Portfolio": "sdengine.portfolio",
    "PortfolioDayResult": "sdengine.portfolio",
    "PortfolioPerformance": "sdengine.portfolio",
    "PortfolioSnapshot": "sdengine.portfolio",
    "PortfolioTransaction": "sdengine.portfolio",
    "Scenario": "sdengine.scenario",
    "ScenarioError": "sdengine.scenario",
    "ScenarioResult": "sdengine.results.result",
    "SyntheticDividendAlgorithm": "sdengine.portfolio",
    "Transaction": "sdengine.portfolio",
    "WithdrawalPolicy": "sdengine.portfolio",
    "calculate_trigger": "sdengine.ladder.trigger",
    "engine_fingerprint": "sdengine.version",
    "path_floor": "sdengine.history.floor",
    "run_scenario": "sdengine.history.run",
    "run_scenarios": "sdengine.history.run",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    """Load a public name from its home."""
    if name not in _HOMES:
        raise AttributeError(f"module 'sdengine' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return __all__
