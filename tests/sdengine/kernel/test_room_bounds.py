"""Kernels go by address (see `sdengine.kernel.pointers`): they write inside the room, however small it is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sdengine.days import engine
from sdengine.history.columns import new_tables, sheets_of
from sdengine.history.plans import plan_of, rules_of
from sdengine.history.simulate import Batch, run_batch
from sdengine.kernel.logs import FILL
from sdengine.kernel.records import ASSET, BOOK, Record, Records
from sdengine.kernel.room import Room, new_room
from sdengine.market.bars import BarStore
from sdengine.scenario import Scenario
from tests.oracle.engine_side import frame_of, named
from tests.strategies.lively import LIVELY, lively_scenario
from tests.strategies.markets import make_bars

GUARD = 0xA5
EDGE = 4
"""Records before and behind each array that nothing may touch."""

DAYS = 120
EXTRAS: dict[str, Any] = {
    "withdrawal": {"monthly_amount": 4000.0, "coverage_ratio_min": 0.0, "funding": "least_tax"},
    "arbitrage": {"threshold": 0.05, "fraction": 0.3},
    "taxes": {"short_rate": 0.3, "long_rate": 0.1},
    "dynamic_sd_n": {"gap_threshold": 0.001},
}


def guarded(array: Records) -> tuple[Records, np.ndarray[Any, np.dtype[np.uint8]]]:
    """Put the same array with guards on both sides, and all bytes of both together."""
    whole = np.empty((len(array) + 2 * EDGE, *array.shape[1:]), array.dtype)
    raw = whole.view(np.uint8).reshape(-1)
    raw[:] = GUARD
    whole[EDGE:-EDGE] = array
    return whole[EDGE:-EDGE], raw


def guards_hold(array: Records, raw: np.ndarray[Any, np.dtype[np.uint8]]) -> bool:
    edge = (raw.size - array.nbytes) // 2
    return bool((raw[:edge] == GUARD).all() and (raw[-edge:] == GUARD).all())


def run(lots: int, rows: int, lot_method: str, mode: str, forgets: int = 0) -> tuple[Record, list[bool]]:
    """Run three lively assets in a room of that size; the book at the end, and which guards hold."""
    settings = lively_scenario(mode, "nearest", "full", initial_cash=100_000.0, lot_method=lot_method) | EXTRAS
    scenario = Scenario.from_dict(named(settings))
    market = BarStore(frame_of(make_bars(3, LIVELY, days=DAYS))).market(("A", "B", "C")).since(0)
    days = len(market.days)
    arrays = [guarded(array) for array in new_room(3, lots, rows, days, rows, min(rows, days))]
    room = Room(*(array for array, _ in arrays))
    room.book[0]["forgets"] = forgets
    batch = Batch(
        plan_of(scenario), rules_of([scenario]), np.array([[0, days]]), market.days, market.bars, market.gaps,
        np.zeros(1, BOOK), np.zeros((1, 3), ASSET),
    )  # fmt: skip
    run_batch(engine(), batch, 0, 1, room, sheets_of(room), new_tables(1, 50_000, 50_000, 50_000, 50_000))
    return room.book[0], [guards_hold(array, raw) for array, raw in arrays]


@pytest.mark.parametrize("mode", ["simple", "rebalancing", "hybrid"])
@pytest.mark.parametrize("lot_method", ["lifo", "fifo", "hifo", "lofo"])
@pytest.mark.parametrize(("lots", "rows"), [(1, 4000), (3, 4000), (400, 1), (400, 7), (400, 60), (2, 5)])
def test_a_room_that_is_too_small_says_so_and_nothing_is_written_beside_it(
    lots: int, rows: int, lot_method: str, mode: str
) -> None:
    book, held = run(lots, rows, lot_method, mode)
    assert book["overflow"] == 1
    assert all(held)


def test_a_room_that_is_large_enough_has_no_overflow() -> None:
    book, held = run(400, 4000, "fifo", "hybrid")
    assert book["overflow"] == 0
    assert all(held)


@pytest.mark.parametrize("rows", [1, 7])
def test_a_room_that_forgets_plays_the_same_days_in_a_few_rows(rows: int) -> None:
    whole, _ = run(400, 4000, "fifo", "hybrid")
    book, held = run(400, rows, "fifo", "hybrid", forgets=1)
    assert whole["fills"] > 60
    assert (book["overflow"], book["seq"], book["total_value"]) == (0, whole["seq"], whole["total_value"])
    assert all(held)


def test_a_room_that_forgets_is_too_small_for_lots_all_the_same() -> None:
    book, held = run(3, 7, "fifo", "hybrid", forgets=1)
    assert book["overflow"] == 1
    assert all(held)


def test_the_guards_notice_a_byte() -> None:
    array, raw = guarded(np.zeros(3, FILL))
    assert guards_hold(array, raw)
    raw[-1] = 0
    assert not guards_hold(array, raw)
