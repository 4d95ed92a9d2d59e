"""Which families of runs are judged anew, why, and what that costs. A new bar makes all of a family stale."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from flows.judge.families import NEVER, WEEK, RunFamily, families
from flows.outcomes import PlanItem
from flows.stages import JUDGE
from schemas.shown import counted

if TYPE_CHECKING:
    from flows.night.opening import Night
    from sdengine.scenario import Scenario
    from warehouse import Warehouse

A_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class PlannedFamily:
    """A family, whether and why it is due, and the row of `judge.sweeps` that it has, if any."""

    family: RunFamily = field(repr=False)
    due: bool
    reason: str
    known: Mapping[str, Any] | None = field(repr=False, default=None)

    @property
    def kept(self) -> Mapping[str, Any] | None:
        """Return the row whose worlds are kept: those of this week, where worlds are played but once a week."""
        known, family = self.known, self.family
        if known is None or family.terms.every != WEEK or known["luck_input"] != family.luck_input:
            return None
        until = known["luck_until"]
        last = max(str(day) for run in family.runs for day in last_days(run))
        return known if until is not None and date.fromisoformat(last) - until < A_WEEK else None


def last_days(run: Mapping[str, Any]) -> list[str]:
    """List the last date of each ticker's bars that a run saw."""
    return [state[1] for state in json.loads(run["data"]).values() if state[1]]


def plan(night: Night) -> list[PlanItem]:
    """Tell what a night would judge, and why: an item for each scenario of a family."""
    planned = plan_judge(night.warehouse, night.loaded.scenarios, force=night.request.force, chosen=night.chosen)
    items = [PlanItem(JUDGE, name, each.due, each.reason) for each in planned for name in each.family.scenarios]
    return sorted(items, key=lambda item: item.item)


def plan_judge(
    warehouse: Warehouse,
    scenarios: Iterable[Scenario],
    *,
    force: bool = False,
    chosen: Collection[str] | None = None,
) -> list[PlannedFamily]:
    """Every family, due or not, with the reason; `chosen`: those with one of these scenarios. Writes nothing."""
    from sdengine.judging.version import judging_fingerprint

    version = judging_fingerprint()
    known = {row["sweep"]: row for row in warehouse.read("judge.sweeps").iter_rows(named=True)}
    judged = families(warehouse, scenarios, version)
    return [
        _planned(family, known.get(family.name), version, force)
        for family in judged
        if chosen is None or family.scenarios & set(chosen)
    ]


def _planned(family: RunFamily, known: Mapping[str, Any] | None, version: str, force: bool) -> PlannedFamily:
    reason = _why(family, known, version) or ("forced" if force else None)
    if reason is None:
        return PlannedFamily(family, False, "unchanged: its family has been judged", known)
    planned = PlannedFamily(family, True, reason, known)
    return PlannedFamily(family, True, f"{reason}; {_costs(planned)}", known)


def _why(family: RunFamily, known: Mapping[str, Any] | None, version: str) -> str | None:
    """Why a family is due; None where nothing has changed."""
    if known is None:
        return "never judged"
    if known["judged_version"] != version:
        return "the judging has changed"
    if known["input"] == family.data:
        return None
    return (
        "its bars are new" if known["luck_input"] == family.luck_input else "its family or how it is judged has changed"
    )


def _costs(planned: PlannedFamily) -> str:
    """Say how much there is to do."""
    family = planned.family
    if family.terms.every == NEVER:
        return 'nothing to do, since every = "never"'
    count = f"{counted(len(family.runs), 'run')} of {counted(family.asset_bars, 'bar')}"
    if planned.kept is not None:
        return f"{count}, with the worlds of {planned.kept['luck_until']}"
    from sdengine.judging.luck import AFFORDABLE, WORLDS

    worlds = family.terms.worlds or (WORLDS if family.asset_bars <= AFFORDABLE else 0)
    return f"{count} in {worlds} worlds" if worlds else f"{count}, too many for worlds"
