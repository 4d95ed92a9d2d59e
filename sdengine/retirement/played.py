"""All windows, or all drawn futures, of a cast played: the cases of each role, and a case told again."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from sdengine.market.calendar import date_of
from sdengine.retirement.cast import Cast, Role, drawn_of, past_of
from sdengine.retirement.door import Life, Prices
from sdengine.retirement.drawn import Paths, Teller, live_paths, slices
from sdengine.retirement.policy import NEVER_FAIL, Plan
from sdengine.retirement.rates import KEPT, PAID, Sought
from sdengine.retirement.rows import DRAWN, WINDOWS, Cases, Row, past_years
from sdengine.retirement.seek import PATHS_A_TASK, STARTS_A_TASK, Spread, field_of, seek_in_futures, seek_in_windows
from sdengine.retirement.stage import Stage
from sdengine.retirement.terms import StudyError, Terms
from sdengine.retirement.windows import Lives, check_horizon, live_windows, starts_of, window

Seek = Callable[[Role, int], tuple[Sought, Sought]]


class Played(ABC):
    """What one basis came to: of each role of its cast the cases and their columns; why a horizon has none."""

    basis: str
    cast: Cast
    cases: tuple[Cases, ...] = ()
    columns: tuple[dict[str, Any], ...] = ()
    refused: dict[int, StudyError]

    @abstractmethod
    def retell(self, role: Role, case: int) -> tuple[Life, Prices, Row]:
        """Live a role's case again: its months, its prices, and the columns that name it."""


class Windows(Played):
    """Rolling windows of the plans whose horizon fits the past."""

    basis = WINDOWS

    def __init__(self, cast: Cast, plans: Sequence[Plan], terms: Terms, inflation: float, run: Spread) -> None:
        span, self.refused = cast.spans[0], {}
        for years in terms.years:
            try:
                check_horizon(span, years)
                starts_of(span, years)
            except StudyError as error:
                self.refused[years] = error
        fitting = tuple(plan for plan in plans if plan.years not in self.refused)
        self.cast = cast.of(fitting)
        if not fitting:
            return
        starts = starts_of(span, max(plan.years for plan in fitting))
        past = self._past = past_of(self.cast, terms, inflation, starts)
        tasks = [Lives(past, first, last) for first, last in slices(len(starts), STARTS_A_TASK)]
        figures, years_of, days = _joined(run(live_windows, tasks), len(starts))
        rates = _rates(self.cast, terms, lambda role, field: seek_in_windows(past, role, field, run))
        cases, columns = [], []
        for role in self.cast.roles:
            sought = rates[role.plan.years, role.who]
            rows, yearly = figures[role.group][:, role.s], years_of[role.group][:, role.s]
            cases.append(Cases(rows, yearly, sought, span.years, np.array(starts)))
            edges = days[role.group][:, role.s]
            own = {"start": edges[:, 0], "end": edges[:, 1]}
            if sought is not None:
                own["pwr"] = sought[KEPT].values
                if role.plan.policy.rule not in NEVER_FAIL:
                    own["swr"] = sought[PAID].values
            columns.append(own)
        self.cases, self.columns = tuple(cases), tuple(columns)

    def retell(self, role: Role, case: int) -> tuple[Life, Prices, Row]:
        """Live a role's window again."""
        group, start = self._past.groups[role.group], self._past.starts[case]
        stage = Stage(group.scenarios, group.months)
        market, prices = window(group, start, int(stage.months.max())), self._past.prices(start)
        life = stage.months_of(stage.on(market.days, market.bars, market.gaps), role.s, prices)
        return life, prices, {"start": date_of(int(market.days["ordinal"][0]))}


class Futures(Played):
    """Drawn futures."""

    basis = DRAWN

    def __init__(self, cast: Cast, terms: Terms, inflation: float, run: Spread) -> None:
        self.cast, self.refused = cast, {}
        try:
            drawn = self._drawn = drawn_of(cast, terms, inflation)
        except StudyError as error:
            self.refused = dict.fromkeys(terms.years, error)
            self.cast = cast.of(())
            return
        tasks = [Paths(drawn, first, last) for first, last in slices(terms.paths, PATHS_A_TASK)]
        figures, years_of = _joined(run(live_paths, tasks), terms.paths)
        tried = min(terms.paths, terms.rate_paths)
        rates = _rates(cast, terms, lambda role, field: seek_in_futures(drawn, tried, role, field, run))
        length, first = past_years(drawn.groups[0].weeks), drawn.first_month
        self.cases = tuple(
            Cases(
                figures[role.group][:, role.s], years_of[role.group][:, role.s], rates[role.plan.years, role.who],
                length, np.full(terms.paths, first),
            )
            for role in cast.roles
        )  # fmt: skip
        self.columns = tuple({"path": np.arange(terms.paths)} for _ in cast.roles)

    def retell(self, role: Role, case: int) -> tuple[Life, Prices, Row]:
        """Live a role's drawn future again."""
        teller = Teller(self._drawn, self._drawn.groups[role.group])
        batch, prices = teller.tell(case)
        return teller.stage.months_of(batch, role.s, prices), prices, {"path": case}


def _joined(parts: Iterable[tuple[list[Any], ...]], cases: int) -> list[list[Any]]:
    """Join what tasks gave, part by part: of each kind, of each group, the cases in order."""
    whole: list[list[Any]] = []
    at = 0
    for part in parts:
        if not whole:
            whole = [[np.empty((cases, *group.shape[1:]), group.dtype) for group in kind] for kind in part]
        beyond = at + len(part[0][0])
        for kind, own in zip(whole, part, strict=True):
            for group, rows in zip(kind, own, strict=True):
                group[at:beyond] = rows
        at = beyond
    return whole


def _rates(cast: Cast, terms: Terms, seek: Seek) -> dict[tuple[int, str], tuple[Sought, Sought] | None]:
    """Seek each horizon's rates for each of those who retire, once for all plans of that horizon."""
    sought: dict[tuple[int, str], tuple[Sought, Sought] | None] = {}
    for role in cast.roles:
        key = (role.plan.years, role.who)
        if key not in sought:
            field = field_of(role) if terms.rate_paths > 0 else None
            sought[key] = None if field is None else seek(role, field)
    return sought
