"""The Synthetic Dividend portfolio engine: bars in, trades out.

Two faces of one engine. `run_scenario` runs a whole history. A scenario is a mapping with the keys of a scenario file;
bars are any frame with ticker, date, open, high, low, close and, if any, dividend: polars, pandas (dates may be in the
index, and columns named as yfinance names them), Arrow, or a mapping of columns.

>>> from datetime import date
>>> from sdengine import run_scenario
>>> days = [date(2024, 1, 2), date(2024, 1, 3), date(2024, 1, 4)]
>>> prices = [100.0, 110.0, 99.0]
>>> bars = {"ticker": ["UP"] * 3, "date": days, **dict.fromkeys(("open", "high", "low", "close"), prices)}
>>> scenario = {"name": "first", "portfolio": {"initial_cash": 10_000}, "assets": [{"ticker": "UP", "weight": 0.5}]}
>>> result = run_scenario(scenario, bars)
>>> result
ScenarioResult(first: UP, 2024-01-02 to 2024-01-04, 3 fills, final value 9,972.00)

Half of the cash buys 50 shares at 100. A bracket above (9.05 %) two are sold, at the open of 110, the first synthetic
dividend; a bracket below that two are bought back, at 99: 10,000 - 5,000 + 2 * 110 - 2 * 99 + 50 * 99 = 9,972. `fills`,
`portfolio_days`, `lots`, `opportunities` and `orders` are polars frames, `to_pandas()` gives all of them for pandas,
`metrics` every figure by name, `summary()` those that matter most.

>>> result.fills.select("action", "qty", "price").rows()
[('INITIAL_BUY', 50.0, 100.0), ('SELL', 2.0, 110.0), ('BUY', 2.0, 99.0)]
>>> result.summary()["figure"].to_list()[:3]
['final_value', 'total_return', 'cagr']

`Portfolio` is the same engine day by day, and says what rests now:

>>> from sdengine import Portfolio
>>> portfolio = Portfolio(10_000)
>>> portfolio.add_asset("UP", "stocks", initial_qty=50, initial_price=100.0)
>>> day = portfolio.process_day(date(2024, 1, 3), {"UP": dict.fromkeys(("open", "high", "low", "close"), 110.0)})
>>> portfolio
Portfolio(nav_opportunistic: UP, value 10,500.00 on 2024-01-03, bank 5,220.00)
>>> [(ticker, side, round(limit, 2)) for ticker, side, limit, quantity in portfolio.orders()]
[('UP', 'buy', 100.0), ('UP', 'sell', 118.92)]

What is published by `sdengine run` is read with `warehouse.open_results`. What the engine computes is written down, to
the cent, in `sdengine/RULES.md`. Names load on first use, so that `import sdengine` costs nothing.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

# Of each overload that it tries in vain numba writes a message, in colours, which take a sixteenth of all compiling.
os.environ.setdefault("NUMBA_DISABLE_ERROR_MESSAGE_HIGHLIGHTING", "1")

_HOMES = {
    "ArbitrageOpportunity": "sdengine.portfolio",
    "Asset": "sdengine.portfolio",
    "BarsError": "sdengine.market.refused",
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
    if name == "__version__":
        from importlib.metadata import version

        return version("sdengine")
    if name not in _HOMES:
        raise AttributeError(f"module 'sdengine' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return __all__
