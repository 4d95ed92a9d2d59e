"""The public entry: one pure call from a scenario, its bars and the terms to the rows of `retire.*`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sdengine.market.bars import BarStore
from sdengine.retirement import frames
from sdengine.retirement.cast import Cast, Role, cast_of
from sdengine.retirement.changes import changes, has_guardrails
from sdengine.retirement.played import Futures, Played, Windows
from sdengine.retirement.policy import BENCHMARK, WHO, Plan, plans_asked
from sdengine.retirement.rates import HALVINGS, POINTS
from sdengine.retirement.rows import Row, fan, key_of, ranks, summary
from sdengine.retirement.seek import Spread, field_of
from sdengine.retirement.terms import MONTHS, Terms
from sdengine.scenario import Scenario

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Study:
    """What came out, as frames of the columns that the room's README lists. Null is: does not exist."""

    plans: pl.DataFrame
    windows: pl.DataFrame
    paths: pl.DataFrame
    fan: pl.DataFrame
    changes: pl.DataFrame


def study(
    scenario: Scenario, bars: BarStore | Any, terms: Terms, *, threads: int = 1, spread: Spread | None = None
) -> Study:
    """Play every plan of the terms on all windows and drawn futures, for the scenario, its twin and its benchmark.

    `bars`: a BarStore, or a frame as `run_scenario` takes it, with the tickers of the scenario and its benchmark.
    `threads`: how many slices of windows or paths run side by side, unless `spread` does that: it is a `map` that is
    given functions of this package and tasks that can be pickled, so a cluster may work them off. Neither changes a
    row.

    Raises HorizonTooLong where no horizon has windows and no paths are asked for; StudyError for terms that do not go
    with the scenario, and for bars of which nothing comes.
    """
    store = bars if isinstance(bars, BarStore) else BarStore(bars)
    plans = plans_asked(scenario, terms)
    cast = cast_of(scenario, plans, store, terms.cpi)
    inflation = plans[0].policy.inflation
    with ThreadPoolExecutor(threads) as pool:
        run = spread or (pool.map if threads > 1 else map)
        played: list[Played] = [Windows(cast, plans, terms, inflation, run)]
        if terms.paths > 0:
            played.append(Futures(cast, terms, inflation, run))
    if not any(each.cases for each in played):
        raise next(iter(played[-1].refused.values()))
    return Study(
        frames.frame(frames.PLANS, _plan_rows(cast, plans, terms, played)),
        frames.case_frame(frames.WINDOWS, _case_parts(played[0])),
        frames.case_frame(frames.PATHS, _case_parts(played[1]) if terms.paths > 0 else ()),
        frames.frame(frames.FAN, [
            row
            for each in played
            for role, cases in zip(each.cast.roles, each.cases, strict=True)
            for row in fan(role, each.basis, cases)
        ]),
        frames.frame(frames.CHANGES, [row for each in played for row in _change_rows(each)]),
    )  # fmt: skip


def _plan_rows(cast: Cast, plans: tuple[Plan, ...], terms: Terms, played: list[Played]) -> list[Row]:
    """Return a row for each plan, each of those who might live it, and each basis; why there are no figures, if so."""
    rows = []
    for plan in plans:
        for who in WHO:
            if who == BENCHMARK and cast.without is None and len(cast.spans) == 1:
                continue  # none is asked for
            for each in played:
                at = {(role.plan.number, role.who): k for k, role in enumerate(each.cast.roles)}.get((plan.number, who))
                role = Role(plan, who, 0, 0) if at is None else each.cast.roles[at]
                reasons = [str(each.refused[plan.years])] if plan.years in each.refused else []
                if who == BENCHMARK and cast.without is not None:
                    reasons.append(cast.without)
                span = cast.spans[role.group]
                rows.append(summary(role, each.basis, span, terms, None if at is None else each.cases[at], reasons))
    return rows


def _case_parts(played: Played) -> list[tuple[Role, dict[str, Any], Any]]:
    return [
        (role, own, cases.rows)
        for role, own, cases in zip(played.cast.roles, played.columns, played.cases, strict=True)
    ]


def _change_rows(played: Played) -> list[Row]:
    """Return how guardrails bound in the worst, the median and the best case of each role."""
    rows: list[Row] = []
    for role, cases in zip(played.cast.roles, played.cases, strict=True):
        if not has_guardrails(role.plan.policy):
            continue
        order = np.argsort(ranks(cases.rows))
        for which, place in (("worst", 0), ("median", (len(order) - 1) // 2), ("best", len(order) - 1)):
            life, prices, case = played.retell(role, int(order[place]))
            own = key_of(role) | {"basis": played.basis, "which": which} | case
            rows += [own | change for change in changes(role.plan.policy, life, prices)]
    return rows


def asset_bars(scenario: Scenario, bars: BarStore | Any, terms: Terms) -> int:
    """Count the bars of all assets that a study goes through, at most: what it costs."""
    store = bars if isinstance(bars, BarStore) else BarStore(bars)
    cast = cast_of(scenario, plans_asked(scenario, terms), store, terms.cpi)
    total, sought = 0.0, set()
    for role in cast.roles:
        span, years = cast.spans[role.group], role.plan.years
        a_year = (~np.isnan(span.market.bars["low"][span.first : span.last + 1])).sum() / span.years
        first, last = cast.spans[0].months
        windows = max(0, last - first + 1 - years * MONTHS) if years <= cast.spans[0].years / 2.0 else 0
        runs = windows + terms.paths
        if (years, role.who) not in sought and field_of(role) is not None and terms.rate_paths > 0:
            runs += windows * (POINTS + 2 * HALVINGS) + min(terms.paths, terms.rate_paths) * POINTS
        sought.add((years, role.who))
        total += runs * years * a_year
    return int(total)
