"""Whether a scenario's benchmark can stand beside it on the bars that there are, on which days, or why not.

A benchmark adds no days to its scenario and stops none: what is wrong with it is the reason why it has no run.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from sdengine.scenario import Scenario
    from warehouse.fingerprints import Bars

Window: TypeAlias = "tuple[date, date | None]"
"""From when a benchmark is held, and until when; None: until its last bar."""

APART = timedelta(days=10)
"""How far its first and last bar may lie inside the scenario's days: holidays and weekends, not another history."""


def window_of(
    scenario: Scenario, bars: Bars, problem: Callable[[Scenario, str], str | None]
) -> tuple[Window | None, str | None]:
    """Find the days on which the benchmark is compared, or the reason why it is not; neither without a benchmark.

    `problem(twin, table)` says why a scenario whose tickers are written in that table cannot be run, None when it can.
    """
    if scenario.benchmark is None:
        return None, None
    start, end = scenario.portfolio.start, scenario.portfolio.end
    states = [bars.of(asset.ticker, start, end) for asset in scenario.assets]
    first = min(state.first for state in states if state.first is not None)
    last = max(state.last for state in states if state.last is not None)
    if trouble := problem(scenario.benchmark_twin(first, last), "benchmark"):
        return None, trouble
    goes_on = False
    for ticker in scenario.benchmark.held():
        state = bars.of(ticker, first, last)
        if state.first is None or state.first - first > APART:
            return None, f"{ticker} has no bar until {state.first or last}; the scenario begins on {first}"
        if state.last is None or last - state.last > APART:
            return None, f"{ticker} has no bar after {state.last}; the scenario goes on until {last}"
        goes_on |= bars.of(ticker, first, end).last != state.last
    return (first, last if goes_on else end), None
