"""The runs that are judged together, and their buy and hold twins, as batches that the door plays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sdengine.codes import Period
from sdengine.days import engine
from sdengine.history.plans import plans_of, rules_of
from sdengine.history.simulate import Batch
from sdengine.judging.door import Cut, play_all
from sdengine.judging.worlds import Past, past_of
from sdengine.kernel.records import ASSET, BOOK, Records
from sdengine.kernel.room import Room, new_room
from sdengine.market.bars import BarStore, Market
from sdengine.market.calendar import date_of
from sdengine.scenario import Scenario
from sdengine.statistics.returns import wealth_index

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LOTS, ROWS = 1024, 64
"""Open lots of an asset that a run has room for at first, and rows of what it records, which are forgotten."""
GROWTH = 4
BLOCK = 64
"""Runs that are played before they are measured: few enough for their values to stay in the processor's cache."""


@dataclass(frozen=True)
class Group:
    """Runs over the same bars: twins first, then the members; `places` are the members' in the family."""

    market: Market
    scenarios: tuple[Scenario, ...]
    windows: Ints
    twin_of: Ints
    places: Ints
    cut: Cut

    @property
    def twins(self) -> int:
        """Return how many of the runs are twins."""
        return len(self.scenarios) - len(self.places)

    @property
    def asset_bars(self) -> int:
        """Count the bars of all assets that the members go through."""
        return int((self.windows[self.twins :, 1] - self.windows[self.twins :, 0]).sum()) * len(self.market.tickers)

    @property
    def last_day(self) -> date:
        """Return the last day that a run sees."""
        return date_of(self.market.days["ordinal"][int(self.windows[:, 1].max()) - 1])

    def batch(self, plans: Records | None = None) -> Batch:
        """Make a batch with bars, days and books of its own."""
        count, width = len(self.scenarios), len(self.market.tickers)
        return Batch(
            plans_of(self.scenarios) if plans is None else plans, rules_of(self.scenarios), self.windows,
            self.market.days.copy(), self.market.bars.copy(), self.market.gaps,
            np.zeros(count, BOOK), np.zeros((count, width), ASSET),
        )  # fmt: skip


class Space:
    """A room for one run at a time, of which so many days' values are kept; its room for lots grows as it must."""

    def __init__(self, assets: int, days: int) -> None:
        self._assets, self._days, self._growth = assets, days, 1
        self.room = self._make()

    def grow(self) -> None:
        """Make more room."""
        self._growth *= GROWTH
        self.room = self._make()

    def play(self, batch: Batch, first: int, values: Floats, withdrawn: Floats) -> None:
        """Play scenarios from `first` on, one a row of `values` and `withdrawn`, in as much room as they need."""
        done, last = first, first + len(values)
        while done < last:
            rest = values[done - first :], withdrawn[done - first :]
            done = play_all(engine(), batch, done, self.room, *rest)
            if done < last:
                self.grow()

    def blocks(self, batch: Batch) -> Iterator[tuple[int, Floats, Floats]]:
        """Play a whole batch; yield some scenarios at a time: the first of them, and their rows until the next ones."""
        count, days = len(batch.plans), len(batch.days)
        values, withdrawn = np.empty((min(BLOCK, count), days)), np.empty((min(BLOCK, count), days))
        for first in range(0, count, BLOCK):
            rows = min(BLOCK, count - first)
            self.play(batch, first, values[:rows], withdrawn[:rows])
            yield first, values[:rows], withdrawn[:rows]

    def _make(self) -> Room:
        room = new_room(self._assets, self._growth * LOTS, ROWS, self._days, ROWS, ROWS)
        room.book[0]["forgets"] = 1
        return room


class Daily(NamedTuple):
    """Growth of one unit of a run's capital at each of its days."""

    ordinals: NDArray[np.int32]
    growth: Floats


@dataclass(frozen=True)
class Family:
    """The members in the order given, their groups, and the market of all their tickers."""

    members: tuple[Scenario, ...]
    groups: tuple[Group, ...]
    market: Market

    @cached_property
    def past(self) -> Past:
        """Lay out the past that worlds are drawn from."""
        return past_of(self.market.days, self.market.bars)

    @property
    def asset_bars(self) -> int:
        """Count the bars of all assets that all members go through."""
        return sum(group.asset_bars for group in self.groups)

    def daily(self) -> tuple[list[Daily], list[Daily]]:
        """Run all members and twins as they are, with all their income: each member's growth, and its twin's."""
        own: list[Daily] = [_NOTHING] * len(self.members)
        held = list(own)
        for group in self.groups:
            batch, count, days = group.batch(), len(group.scenarios), len(group.market.days)
            values, withdrawn = np.empty((count, days)), np.empty((count, days))
            Space(len(group.market.tickers), days).play(batch, 0, values, withdrawn)
            for s, place in enumerate(group.places, start=group.twins):
                own[place], held[place] = (_daily(group, k, values, withdrawn) for k in (s, group.twin_of[s]))
        return own, held


_NOTHING = Daily(np.zeros(0, np.int32), np.zeros(0))


def _daily(group: Group, s: int, values: Floats, withdrawn: Floats) -> Daily:
    first, last = group.windows[s]
    index = wealth_index(
        values[s, : last - first], withdrawn[s, : last - first], group.scenarios[s].portfolio.initial_cash
    )
    return Daily(np.ascontiguousarray(group.market.days["ordinal"][first:last]), index)


def family_of(scenarios: Sequence[Scenario], store: BarStore) -> Family:
    """Lay out the scenarios over their bars, each with its buy and hold twin.

    Raises BarsError for a ticker without bars, ValueError for a window without.
    """
    tickers = tuple(sorted({asset.ticker for scenario in scenarios for asset in scenario.assets}))
    whole = store.market(tickers)
    column = {ticker: k for k, ticker in enumerate(tickers)}
    places: dict[tuple[tuple[str, ...], int], list[int]] = {}
    for k, scenario in enumerate(scenarios):
        own = tuple(asset.ticker for asset in scenario.assets)
        first, last = store.market(own).window(scenario.portfolio.start, scenario.portfolio.end)
        if first == last:
            raise ValueError(f"{scenario.name} has no bar in its window")
        places.setdefault((own, first), []).append(k)
    groups = []
    for (own, first), members in places.items():
        market = store.market(own).since(first)
        rows = np.searchsorted(whole.days["ordinal"], market.days["ordinal"])
        cut = Cut(rows.astype(np.int64), np.array([column[ticker] for ticker in own], np.int64))
        groups.append(_group([scenarios[k] for k in members], members, market, cut))
    return Family(tuple(scenarios), tuple(groups), whole)


def _group(members: Sequence[Scenario], places: Sequence[int], market: Market, cut: Cut) -> Group:
    twins: dict[str, Scenario] = {}
    names = []
    for member in members:
        twin = member.twin("buy_and_hold")
        twins.setdefault(twin.name, twin)
        names.append(twin.name)
    order = {name: k for k, name in enumerate(twins)}
    scenarios = (*twins.values(), *members)
    windows = np.array([market.window(s.portfolio.start, s.portfolio.end) for s in scenarios], np.int64)
    twin_of = np.array([-1] * len(twins) + [order[name] for name in names], np.int64)
    return Group(market, scenarios, windows, twin_of, np.array(places, np.int64), cut)


def without_income(plans: Records) -> Records:
    """Take interest and withdrawals out of plans: what comes in or goes out without skill."""
    plans = plans.copy()
    plans["cash_rate"], plans["margin_rate"], plans["withdraws"] = 0.0, 0.0, 0
    plans["monthly_business"] = plans["calendar"] != Period.NONE
    return plans
