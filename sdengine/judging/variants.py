"""How much a result hangs on its first day and on what trading costs: real runs with another start, other costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sdengine.judging.family import Daily, family_of
from sdengine.market.bars import BarStore
from sdengine.market.calendar import date_of
from sdengine.scenario import Scenario
from sdengine.statistics.annual import annual_growth, years_between

SHIFTS = (1, 2, 3, 5, 10, 20)
"""Sessions by which the start is moved."""
SLIPPAGES = (0.0, 5.0, 20.0)
"""How much worse every fill price is, in basis points."""


def starts(scenarios: Sequence[Scenario], store: BarStore, own: Sequence[Daily]) -> list[list[dict[str, Any]]]:
    """Run all, and their twins, from later sessions of their own; of each a row a shift. `own` has their sessions."""
    rows_of: list[list[dict[str, Any]]] = [[] for _ in scenarios]
    for shift in SHIFTS:
        days = [date_of(daily.ordinals[min(shift, len(daily.ordinals) - 1)]) for daily in own]
        changed = [_with(scenario, {"start": day}) for scenario, day in zip(scenarios, days, strict=True)]
        for rows, figures in zip(rows_of, _growth(changed, store), strict=True):
            rows.append({"shift": shift} | figures)
    return rows_of


def costs(scenarios: Sequence[Scenario], store: BarStore) -> list[list[dict[str, Any]]]:
    """Run all, and their twins, with other slippage; of each a row a slippage."""
    rows_of: list[list[dict[str, Any]]] = [[] for _ in scenarios]
    for slippage in SLIPPAGES:
        changed = [_with(scenario, {"slippage_bps": slippage}) for scenario in scenarios]
        for rows, figures in zip(rows_of, _growth(changed, store), strict=True):
            rows.append({"slippage_bps": slippage} | figures)
    return rows_of


def _with(scenario: Scenario, changes: Mapping[str, Any]) -> Scenario:
    return scenario.model_copy(update={"portfolio": scenario.portfolio.model_copy(update=dict(changes))})


def _growth(scenarios: Sequence[Scenario], store: BarStore) -> list[dict[str, Any]]:
    """Return each run's growth a year, and what it is above the twin's."""
    own, held = family_of(scenarios, store).daily()
    rates = [(_rate(run), _rate(twin)) for run, twin in zip(own, held, strict=True)]
    return [{"cagr": rate, "excess_cagr": rate - other} for rate, other in rates]


def _rate(run: Daily) -> float:
    years = years_between(int(run.ordinals[0]), int(run.ordinals[-1]))
    return float(annual_growth(run.growth[-1] - 1.0, years))
