"""Whole histories at full speed: one scenario, or thousands over the same bars.

Scenarios of the same tickers share one market; they are cut into slices that one or several threads work off, each with
a room of its own; results come out in the order of the slices, so that neither the number of threads nor their speed
can change a row. Memory is bounded by the tables of one slice per thread, whatever the number of scenarios.
"""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from schemas.shown import counted
from sdengine.days import engine
from sdengine.history.columns import Tables, new_tables, sheets_of
from sdengine.history.overdraft import overdrafts
from sdengine.history.plans import plans_of, rules_of
from sdengine.history.simulate import Batch, run_batch
from sdengine.history.tables import arrow_tables
from sdengine.kernel.records import ASSET, BOOK
from sdengine.kernel.room import Room, new_room
from sdengine.market.bars import BarStore, Market
from sdengine.market.given import BarsError
from sdengine.scenario import Scenario

if TYPE_CHECKING:
    import pyarrow as pa

    from sdengine.results.result import ScenarioResult

LOTS_ROOM = 1024
FILLS_ROOM = 8192
ROWS_A_DAY = 4
"""Rows a day that a scenario's fills and lots may have at first; room that stays empty costs no memory."""
MAX_ROWS = 500_000
"""Rows of portfolio days in one chunk, about; fills are of the same order."""


@dataclass(frozen=True, repr=False)
class Chunk:
    """What some scenarios left behind. `positions` are their places in the sequence that was given.

    `tables` maps 'fills', 'portfolio_days', 'lots', 'opportunities' and 'orders' to Arrow tables whose first column
    `run` is the position. `failures` maps a position to the reason why that scenario could not be run.
    """

    positions: list[int]
    tables: dict[str, pa.Table] = field(default_factory=dict)
    failures: dict[int, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Chunk({counted(len(self.positions), 'scenario')}, {counted(len(self.failures), 'failure')})"


def run_scenario(scenario: Scenario | Mapping[str, Any], bars: Any) -> ScenarioResult:
    """Run one scenario over a history.

    `scenario`: a Scenario, or a mapping with the keys of a scenario file. `bars`: ticker, date, open, high, low,
    close[, dividend], in any order (a missing bar is a missing row), as a polars, pandas or Arrow frame or a mapping of
    columns, see `market.given`. Each asset enters at the close of its first bar in the window. Raises ValueError: an
    invalid scenario, a ticker without bars, a window without bars, bars that can't be used (BarsError).
    """
    from sdengine.results.result import ScenarioResult

    if not isinstance(scenario, Scenario):
        if not isinstance(scenario, Mapping):
            kind = type(scenario).__name__
            raise ValueError(f"the scenario is a {kind}; allowed: a Scenario, or a mapping with the keys of its file")
        scenario = Scenario.from_dict(dict(scenario))
    store = BarStore(bars)
    for chunk in _chunks([scenario], store, threads=1, max_rows=0):
        for reason in chunk.failures.values():
            raise ValueError(reason)
        result = ScenarioResult.of(scenario, chunk.tables, store)
        if not scenario.portfolio.allow_margin:
            for sentence in overdrafts(result.fills):
                warnings.warn(sentence, stacklevel=2)
        return result
    raise AssertionError("a scenario gave neither tables nor a failure")


def run_scenarios(
    scenarios: Sequence[Scenario], bars: Any, *, threads: int = 1, max_rows: int = MAX_ROWS
) -> Iterator[Chunk]:
    """Run many scenarios over the same bars; yield their tables chunk by chunk.

    A scenario that can't be run is a failure of its own chunk, the others go on. `threads`: how many slices run side by
    side. `max_rows`: about how many portfolio days a chunk may hold, which bounds the memory.
    """
    yield from _chunks(scenarios, BarStore(bars), threads, max_rows)


def _chunks(scenarios: Sequence[Scenario], store: BarStore, threads: int, max_rows: int) -> Iterator[Chunk]:
    groups: dict[tuple[tuple[str, ...], int], list[int]] = defaultdict(list)
    windows: dict[int, tuple[int, int]] = {}
    failures: dict[int, str] = {}
    for position, scenario in enumerate(scenarios):
        tickers = tuple(asset.ticker for asset in scenario.assets)
        try:
            market = store.market(tickers)
        except BarsError as error:
            failures[position] = str(error)
            continue
        first, last = market.window(scenario.portfolio.start, scenario.portfolio.end)
        if first == last:
            failures[position] = _empty_window(scenario, market)
            continue
        windows[position] = (0, last - first)
        groups[tickers, first].append(position)
    if failures:
        yield Chunk([], failures=failures)
    for (tickers, first), positions in groups.items():
        market = store.market(tickers).since(first)
        size = max(1, min(max_rows // len(market.days), -(-len(positions) // threads)))
        slices = [positions[k : k + size] for k in range(0, len(positions), size)]
        yield from _in_order((_Slice(scenarios, part, windows, market) for part in slices), threads)


def _empty_window(scenario: Scenario, market: Market) -> str:
    first, last = (np.datetime64(int(market.days["ordinal"][k]), "D") for k in (0, -1))
    start, end = scenario.portfolio.start, scenario.portfolio.end
    asked = f"from {start or 'the first bar'} to {end or 'the last bar'}"
    return f"no bar {asked} for {', '.join(market.tickers)}; there are bars from {first} to {last}"


def _in_order(slices: Iterable[_Slice], threads: int) -> Iterator[Chunk]:
    """Work the slices off, several at once, and yield their chunks in order; at most `threads` are there with them."""
    if threads == 1:
        for part in slices:
            yield from part.run()
        return
    with ThreadPoolExecutor(threads) as pool:
        waiting: list[Future[list[Chunk]]] = []
        for part in slices:
            waiting.append(pool.submit(part.chunks))
            if len(waiting) == threads:
                yield from waiting.pop(0).result()
        for future in waiting:
            yield from future.result()


class _Slice:
    """Some scenarios over one market."""

    def __init__(
        self, scenarios: Sequence[Scenario], positions: list[int], windows: dict[int, tuple[int, int]], market: Market
    ) -> None:
        self.scenarios = [scenarios[k] for k in positions]
        self.positions = positions
        self.market = market
        self.windows = np.array([windows[k] for k in positions], np.int64)
        self.longest = int(self.windows[:, 1].max())
        self.shape = (len(positions), len(market.tickers))

    def chunks(self) -> list[Chunk]:
        """All chunks at once."""
        return list(self.run())

    def run(self) -> Iterator[Chunk]:
        """Run them all; more than one chunk where the tables fill up."""
        count, width = self.shape
        plans, rules = plans_of(self.scenarios), rules_of(self.scenarios)
        batch = Batch(
            plans, rules, self.windows, self.market.days, self.market.bars, self.market.gaps,
            np.zeros(count, BOOK), np.zeros((count, width), ASSET),
        )  # fmt: skip
        room = self._room(1)
        rows = FILLS_ROOM + ROWS_A_DAY * count * self.longest
        tables = self._tables(rows)
        first, growth = 0, 1
        while first < count:
            done = run_batch(engine(), batch, first, count, room, sheets_of(room), tables)
            if done > first:
                chunk = arrow_tables(tables, batch, self.positions, first, done, self.market.tickers)
                yield Chunk(self.positions[first:done], chunk)
                first = done
                tables = self._tables(rows)
            elif room.book[0]["overflow"] != 0:
                growth *= 4
                room = self._room(growth)
            else:
                rows *= 4
                tables = self._tables(rows)

    def _room(self, growth: int) -> Room:
        fills = growth * FILLS_ROOM
        days = self.longest
        return new_room(self.shape[1], growth * LOTS_ROOM, fills, days, fills, days)

    def _tables(self, rows: int) -> Tables:
        days = self.shape[0] * self.longest
        return new_tables(self.shape[0], rows, days, rows, days)
