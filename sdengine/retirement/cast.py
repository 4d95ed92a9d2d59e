"""Who lives through a study: each plan's scenario, its twin, its benchmark, in groups that share their bars."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sdengine.market.bars import BarStore
from sdengine.market.refused import BarsError
from sdengine.retirement.drawn import Drawn, Group
from sdengine.retirement.policy import BENCHMARK, SCENARIO, TWIN, Plan
from sdengine.retirement.span import Span, span_of
from sdengine.retirement.terms import Cpi, StudyError, Terms
from sdengine.retirement.weeks import week_range, weeks_of
from sdengine.retirement.windows import Past, PastGroup
from sdengine.scenario import Scenario


@dataclass(frozen=True)
class Role:
    """One of those who live a plan: where in the groups they stand."""

    plan: Plan
    who: str
    group: int
    s: int


@dataclass(frozen=True)
class Cast:
    """Roles in the order of plans, then of `policy.WHO`; `without` says why there is no benchmark, if one is asked for.

    `spans`: the common past of the assets, and the benchmark's if it has one.
    """

    roles: tuple[Role, ...]
    spans: tuple[Span, ...]
    without: str | None

    def of(self, plans: tuple[Plan, ...]) -> Cast:
        """Return the cast of some of the plans."""
        return Cast(_roles(plans, len(self.spans) > 1), self.spans, self.without)

    def scenarios(self, group: int) -> tuple[Scenario, ...]:
        """Return the scenarios of a group, in their order."""
        return tuple(_lives(role) for role in self.roles if role.group == group)

    def months(self, group: int) -> tuple[int, ...]:
        """Return how many payments each of them has."""
        return tuple(role.plan.months for role in self.roles if role.group == group)


def _lives(role: Role) -> Scenario:
    scenario = role.plan.scenario
    if role.who == SCENARIO:
        return scenario
    # the days come from outside: whoever plays says where a life begins
    return scenario.twin("buy_and_hold") if role.who == TWIN else scenario.benchmark_twin(date.min, None)


def cast_of(scenario: Scenario, plans: tuple[Plan, ...], store: BarStore, cpi: Cpi | None) -> Cast:
    """Cast the plans over their bars. Raises StudyError where the assets have no common past."""
    start, end = scenario.portfolio.start, scenario.portfolio.end
    own = span_of(tuple(asset.ticker for asset in scenario.assets), store, start, end, cpi)
    spans, without = [own], None
    if scenario.benchmark is not None:
        try:
            spans.append(span_of(tuple(scenario.benchmark.held()), store, start, end, cpi))
        except (StudyError, BarsError) as error:
            without = f"no benchmark {scenario.benchmark}: {error}"
        else:
            without = _too_short(str(scenario.benchmark), own, spans[1], cpi)
    if without is not None:
        spans = [own]
    return Cast(_roles(plans, len(spans) > 1), tuple(spans), without)


def _roles(plans: tuple[Plan, ...], with_benchmark: bool) -> tuple[Role, ...]:
    roles: list[Role] = []
    for k, plan in enumerate(plans):
        roles += [Role(plan, SCENARIO, 0, 2 * k), Role(plan, TWIN, 0, 2 * k + 1)]
        if with_benchmark:
            roles.append(Role(plan, BENCHMARK, 1, k))
    return tuple(roles)


def _too_short(name: str, own: Span, other: Span, cpi: Cpi | None) -> str | None:
    """Say why a benchmark does not cover the assets' past, if it does not."""
    pairs = ((own.months, other.months), (week_range(own, cpi), week_range(other, cpi)))
    if all(held[0] <= asked[0] and asked[1] <= held[1] for asked, held in pairs):
        return None
    (first, last), (begin, end) = own.dates, other.dates
    return f"no benchmark {name}: it has bars from {begin} to {end}, the assets from {first} to {last}"


def drawn_of(cast: Cast, terms: Terms, inflation: float) -> Drawn:
    """Lay out drawn futures for a cast. Raises StudyError for too short a past."""
    weeks = [weeks_of(span, terms.cpi) for span in cast.spans]
    own = weeks[0]
    groups = [
        Group(each.cut(own.monday, own.count).expecting(terms.expected), cast.scenarios(k), cast.months(k))
        for k, each in enumerate(weeks)
    ]
    floor = float("nan") if terms.floor is None else terms.floor
    return Drawn(tuple(groups), terms.seed, terms.block_weeks, inflation if terms.cpi is None else None, floor)


def past_of(cast: Cast, terms: Terms, inflation: float, starts: tuple[int, ...]) -> Past:
    """Lay out windows for a cast."""
    groups = [
        PastGroup(span.market, span.first, cast.scenarios(k), cast.months(k)) for k, span in enumerate(cast.spans)
    ]
    floor = float("nan") if terms.floor is None else terms.floor
    return Past(tuple(groups), starts, inflation, terms.cpi, floor)
