"""What daily bars hide: the same runs over other paths through the same bars, and with orders laid otherwise.

`nearest` is the figure that stands in `metrics`. Nobody knows the path; the band is that of paths drawn at random
(`sdengine.ladder.brownian`), the floor the least that any path gives, and there is no ceiling: `busy` only shows how
much a lively market could have added.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sdengine.codes import Path, Requote
from sdengine.history.floor import path_floor
from sdengine.history.plans import plans_of, rules_of
from sdengine.history.simulate import Batch
from sdengine.judging.family import Family, Group, Space
from sdengine.kernel.compiled import kernel
from sdengine.kernel.records import ASSET, BOOK, Records
from sdengine.ladder.brownian import table
from sdengine.ladder.trigger import calculate_trigger
from sdengine.market.bars import BarStore
from sdengine.scenario import Scenario
from sdengine.statistics.annual import annual_growth, years_between
from sdengine.statistics.drawdowns import drawdown_series, max_drawdown
from sdengine.statistics.returns import wealth_index

Floats = NDArray[np.float64]

FIGURES = ("final_value", "cagr", "max_drawdown", "synthetic_dividends", "coverage")
COVERAGE = FIGURES.index("coverage")
DRAWN = 20
"""Paths drawn at random for each run, by seeds from 1 on."""
TIGHTEST = 12.0
"""The largest sd_n that dynamic sd_n chooses."""


class _Orders(NamedTuple):
    """What members ask of the engine."""

    plans: Records  # [S]
    rules: Records  # [S, A]


def path_ranges(family: Family, store: BarStore) -> list[list[dict[str, Any]]]:
    """Play all members over other paths; of each, in the order of the family, a row a figure.

    Who takes nothing out has no coverage, and no row of it.

    Where no bar spans a bracket (`high < low * (1 + r)` throughout) every path gives the same: none is played but the
    nearest. The floor is `path_floor` where that is known, for the final value of one asset; elsewhere `calm`, which
    lies close to it.
    """
    found: list[list[dict[str, Any]]] = [[] for _ in family.members]
    for group in family.groups:
        members = group.scenarios[group.twins :]
        orders = _Orders(plans_of(members), rules_of(members))
        spanning = [_spanning(group, k) for k in range(len(members))]
        wide = np.flatnonzero(np.array(spanning) > 0.0)
        everyone = np.arange(len(members))
        nearest = _play(group, orders, everyone, Path.NEAREST)
        once = _play(group, orders, everyone, Path.NEAREST, Requote.AT_ONCE)
        nightly = _play(group, orders, everyone, Path.NEAREST, Requote.NIGHTLY)
        calm, busy = (_play(group, orders, wide, path) for path in (Path.CALM, Path.BUSY))
        drawn = np.array([_play(group, orders, wide, Path.RANDOM, seed=seed) for seed in range(1, DRAWN + 1)])
        for k, place in enumerate(group.places):
            row = {"bars_spanning_a_bracket": spanning[k], "path_free": spanning[k] == 0.0, "draws": 0}
            rows = [
                row | {"metric": name, "nearest": nearest[k, f], "at_once": once[k, f], "nightly": nightly[k, f]}
                for f, name in enumerate(FIGURES)
            ]
            if spanning[k] > 0.0:
                at = int(np.searchsorted(wide, k))
                floors = [_floor(members[k], store, float(calm[at, 0])), *calm[at, 1:]]
                for f, each in enumerate(rows):
                    low, middle, high = np.quantile(drawn[:, at, f], [0.05, 0.5, 0.95])
                    each |= {"floor": floors[f], "busy": busy[at, f], "draws": DRAWN}
                    each |= {"random_5": low, "random_50": middle, "random_95": high}
            found[place] = rows if members[k].withdrawal is not None else rows[:COVERAGE]
    return found


def _spanning(group: Group, member: int) -> float:
    """Return the share of a member's bars that span one of its brackets, or more."""
    scenario = group.scenarios[group.twins + member]
    first, last = group.windows[group.twins + member]
    wide, total = 0, 0
    for a, asset in enumerate(scenario.assets):
        sd_n = asset.sd_n if scenario.dynamic_sd_n is None else max(asset.sd_n, TIGHTEST)
        bars = group.market.bars[first:last, a]
        there = ~np.isnan(bars["low"])
        wide += int((bars["high"][there] >= bars["low"][there] * (1.0 + calculate_trigger(sd_n))).sum())
        total += int(there.sum())
    return wide / total if total else 0.0


def _play(
    group: Group,
    orders: _Orders,
    chosen: NDArray[np.int64],
    path: Path,
    requote: Requote | None = None,
    seed: int = 1,
) -> Floats:
    """Play the chosen members with that path, and orders laid as they say unless said otherwise; figures `[S, 5]`."""
    figures = np.zeros((len(chosen), len(FIGURES)))
    if not len(chosen):
        return figures
    plans = orders.plans[chosen]
    plans["path"], plans["seed"], plans["walks"] = path, seed, table().ctypes.data if path == Path.RANDOM else 0
    if requote is not None:
        plans["requote"] = requote
    batch = _batch(group, _Orders(plans, orders.rules[chosen]), group.windows[group.twins + chosen])
    for first, values, withdrawn in Space(len(group.market.tickers), len(group.market.days)).blocks(batch):
        _measure(batch, first, values, withdrawn, figures)
    return figures


def _batch(group: Group, orders: _Orders, windows: NDArray[np.int64]) -> Batch:
    market, count = group.market, len(orders.plans)
    return Batch(
        orders.plans, orders.rules, windows, market.days, market.bars, market.gaps,
        np.zeros(count, BOOK), np.zeros((count, len(market.tickers)), ASSET),
    )  # fmt: skip


@kernel
def _measure(batch: Batch, first: int, values: Floats, withdrawn: Floats, figures: Floats) -> None:
    """Keep what scenarios from `first` on came to, a row of `values` and `withdrawn` each."""
    for k in range(len(values)):
        s = first + k
        begin, end = batch.windows[s, 0], batch.windows[s, 1]
        index = wealth_index(values[k, : end - begin], withdrawn[k, : end - begin], batch.plans[s]["initial_cash"])
        years = years_between(batch.days[begin]["ordinal"], batch.days[end - 1]["ordinal"])
        figures[s, 0] = values[k, end - begin - 1]
        figures[s, 1] = annual_growth(index[-1] - 1.0, years)
        figures[s, 2] = max_drawdown(drawdown_series(index))
        figures[s, 3] = batch.books[s]["synthetic_dividends"]
        due = batch.books[s]["due_so_far"]
        figures[s, 4] = figures[s, 3] / due if due > 0.0 else np.nan


def _floor(scenario: Scenario, store: BarStore, calm: float) -> float:
    """Return the least final value over all paths where it is known, else that of `calm`."""
    try:
        return path_floor(scenario, store.frame([asset.ticker for asset in scenario.assets]))
    except ValueError:  # several assets, or more than the ladder: the floor is not known
        return calm
