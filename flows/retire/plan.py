"""Which plans are made anew, why, and what that costs. New bars alone wait until a month has begun, or as is asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from flows.outcomes import PlanItem
from flows.retire.plans import WantedPlan, wanted_plans
from flows.retire.terms import terms_of
from flows.stages import RETIRE
from warehouse.statements import statement

if TYPE_CHECKING:
    from flows.night.opening import Night
    from sdengine.scenario import Scenario
    from warehouse import Warehouse

NEVER, NIGHT, WEEK = "never", "night", "week"
UNCHANGED = "unchanged: it has been planned"
NO_RUN = "it has no finished run to go by"


@dataclass(frozen=True)
class PlannedPlan:
    """A plan, whether and why it is due, and the row of `retire.plans` that its scenario has, if any."""

    wanted: WantedPlan = field(repr=False)
    due: bool
    reason: str
    known: Mapping[str, Any] | None = field(repr=False, default=None)


@dataclass(frozen=True)
class Planning:
    """Whose plans are asked for.

    Attributes:
        warehouse: the open warehouse.
        scenarios: all that there are.
        files: where each is written, whose folder a file of consumer prices is looked for in.
        force: make those anew, too, that would be the same.
        chosen: names of the scenarios that it is about; None: all.
    """

    warehouse: Warehouse
    scenarios: Sequence[Scenario]
    files: Mapping[str, str] = field(default_factory=dict)
    force: bool = False
    chosen: Collection[str] | None = None

    @staticmethod
    def of(night: Night) -> Planning:
        """Take whose plans a night asks for."""
        return Planning(night.warehouse, night.loaded.scenarios, night.loaded.files, night.request.force, night.chosen)


def plan(night: Night) -> list[PlanItem]:
    """Tell of each scenario with a `[retire]` whether a night would plan it anew, and why."""
    planned = plan_retire(Planning.of(night))
    return [PlanItem(RETIRE, each.wanted.scenario.name, each.due, _with_cost(night, each)) for each in planned]


def _with_cost(night: Night, planned: PlannedPlan) -> str:
    """Add to the reason how many bars an answer goes through."""
    if not planned.due:
        return planned.reason
    from sdengine.retirement.study import asset_bars

    wanted = planned.wanted
    bars = night.warehouse.frame(statement("backtest/bars"), {"tickers": list(wanted.scenario.tickers)})
    try:
        count = asset_bars(wanted.scenario, bars, terms_of(wanted.terms, wanted.index))
    except ValueError as error:
        return f"{planned.reason}; it will fail: {wanted.problem or error}"
    return f"{planned.reason}, {count / 1e6:,.1f} million bars"


def plan_retire(planning: Planning) -> list[PlannedPlan]:
    """Every plan, due or not, with the reason, in order of name. Writes nothing."""
    warehouse, chosen = planning.warehouse, planning.chosen
    asked = [one for one in planning.scenarios if one.retire is not None and (chosen is None or one.name in chosen)]
    if not asked:
        return []
    from sdengine.retirement.version import retirement_fingerprint

    version = retirement_fingerprint()
    known = {row["scenario"]: row for row in warehouse.read("retire.terms").iter_rows(named=True)}
    wanted = wanted_plans(warehouse, asked, planning.files)
    return [_planned(each, known.get(each.scenario.name), version, planning.force) for each in wanted]


def _planned(wanted: WantedPlan, known: Mapping[str, Any] | None, version: str, force: bool) -> PlannedPlan:
    if wanted.run is None:
        return PlannedPlan(wanted, False, NO_RUN, known)
    if wanted.terms.every == NEVER:
        return PlannedPlan(wanted, False, 'not planned, as `[retire] every = "never"` asks', known)
    reason = _why(wanted, known, version)
    if reason is None and force:
        reason = "forced"
    if reason is None:
        assert known is not None, "what has never been planned is due"
        unchanged = known["input"] == wanted.data
        words = UNCHANGED if unchanged else _waits(wanted.terms.every, known["last_date"])
        return PlannedPlan(wanted, False, words, known)
    return PlannedPlan(wanted, True, f"{reason}; {_size(wanted)}", known)


def _why(wanted: WantedPlan, known: Mapping[str, Any] | None, version: str) -> str | None:
    """Why a plan is due; None where nothing has changed, or not for long enough."""
    if known is None:
        return "never planned"
    if known["planned_version"] != version:
        return "the planning has changed"
    if known["plan_id"] != wanted.plan_id:
        return "its rules or its `[retire]` have changed"
    if known["input"] == wanted.data or not is_time(wanted.terms.every, known["last_date"], wanted.last_day):
        return None
    return "its bars are new"


def is_time(every: str, planned: date, last: date | None) -> bool:
    """Tell whether bars until `last` are to be planned on anew, after a plan on bars until `planned`."""
    if every == NIGHT or last is None:
        return True
    if every == WEEK:
        return last >= planned + timedelta(days=7)
    return (last.year, last.month) > (planned.year, planned.month)


def _waits(every: str, planned: date) -> str:
    return f"planned on the bars until {planned}, and anew once a {every}"


def _size(wanted: WantedPlan) -> str:
    """Say how much there is to do."""
    terms = wanted.terms
    plans = f"{len(terms.rates)} rates" if terms.rates and len(terms.rates) > 1 else "one plan"
    return f"{plans} over {terms.horizon} years, {terms.paths:,} drawn futures, {len(wanted.scenario.assets)} assets"
