"""The columns that a batch recorded, as Arrow tables: codes become names, places become tickers, NaN becomes null."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sdengine.codes import Action, Side
from sdengine.history.arrow import array, dates, names
from sdengine.history.simulate import Batch, Columns, Tables
from sdengine.kernel.records import NO_ASSET

if TYPE_CHECKING:
    import pyarrow as pa

ACTIONS = [action.name for action in Action]
SIDES = [Side.BUY.name.lower(), Side.SELL.name.lower()]


def arrow_tables(
    tables: Tables, batch: Batch, positions: Sequence[int], first: int, last: int, tickers: tuple[str, ...]
) -> dict[str, pa.Table]:
    """Tables of the scenarios `first` to `last` of a batch; column `run` is the scenario's place in `positions`."""
    used = tables.ends[last - 1]
    counts = np.diff(np.vstack([np.zeros(4, np.int64), tables.ends[first:last]]), axis=0)
    runs = np.asarray(positions[first:last], np.int32)
    keys = [np.repeat(runs, counts[:, k]) for k in range(4)]
    return {
        "fills": _fills(tables.fills, int(used[0]), keys[0], tickers),
        "portfolio_days": _portfolio_days(tables.snapshots, keys[1], _days(batch, slice(first, last))),
        "lots": _lots(tables.pieces, int(used[2]), keys[2], tickers),
        "opportunities": _opportunities(tables.opportunities, int(used[3]), keys[3], tickers),
        "orders": _orders(batch, slice(first, last), runs, tickers),
    }


def _fills(columns: Columns, rows: int, run: NDArray[np.int32], tickers: tuple[str, ...]) -> pa.Table:
    codes, numbers = columns.codes[:, :rows], columns.numbers[:, :rows]
    cash_only = codes[2] == NO_ASSET
    return _table(
        run=run,
        seq=codes[1],
        date=dates(codes[0]),
        ticker=names(codes[2], list(tickers), cash_only),
        action=names(codes[3], ACTIONS),
        qty=numbers[0],
        price=numbers[1],
        total=numbers[2],
        costs=numbers[3],
        bank_after=numbers[4],
        nav_premium=numbers[5],
        anchor=array(numbers[6], cash_only),
        holdings_after=array(numbers[7], cash_only),
    )


def _days(batch: Batch, which: slice) -> NDArray[np.int32]:
    """The days of each run's window, one run after the other."""
    ordinals = np.ascontiguousarray(batch.days["ordinal"])
    return np.concatenate([ordinals[begin:end] for begin, end in batch.windows[which]])


def _portfolio_days(columns: Columns, run: NDArray[np.int32], days: NDArray[np.int32]) -> pa.Table:
    numbers = columns.numbers[:, : len(days)]
    return _table(
        run=run,
        date=dates(days),
        total_value=numbers[0],
        bank=numbers[1],
        nav_value=numbers[2],
        withdrawn=numbers[3],
    )


def _lots(columns: Columns, rows: int, run: NDArray[np.int32], tickers: tuple[str, ...]) -> pa.Table:
    codes, numbers = columns.codes[:, :rows], columns.numbers[:, :rows]
    still_open = codes[4] < 0
    return _table(
        run=run,
        ticker=names(codes[0], list(tickers)),
        lot=codes[1],
        opened_on=dates(codes[2]),
        opened_by=names(codes[3], ACTIONS),
        qty=numbers[0],
        open_price=numbers[1],
        unit_cost=numbers[2],
        close_seq=array(codes[4], still_open),
        closed_on=dates(codes[5], still_open),
        closed_by=names(codes[6], ACTIONS, still_open),
        close_price=array(numbers[3], still_open),
        gain=array(numbers[4], still_open),
        long_term=array(codes[7] == 1, still_open),
    )


def _opportunities(columns: Columns, rows: int, run: NDArray[np.int32], tickers: tuple[str, ...]) -> pa.Table:
    codes, numbers = columns.codes[:, :rows], columns.numbers[:, :rows]
    return _table(
        run=run,
        date=dates(codes[0]),
        sell_ticker=names(codes[1], list(tickers)),
        buy_ticker=names(codes[2], list(tickers)),
        sell_premium=numbers[0],
        buy_premium=numbers[1],
        spread=numbers[2],
        traded=codes[3] == 1,
    )


def _orders(batch: Batch, which: slice, run: NDArray[np.int32], tickers: tuple[str, ...]) -> pa.Table:
    """The orders that rest after the last bar, a run's in the order of adding, buy before sell."""
    assets, plans = batch.assets[which], batch.plans[which]
    close = batch.bars["close"][batch.windows[which, 1] - 1]
    shape = (*assets.shape, 2)
    limit, qty = np.empty(shape), np.empty(shape)
    for k, side in enumerate(SIDES):
        limit[:, :, k] = assets[f"{side}_limit"]
        qty[:, :, k] = assets[f"{side}_qty"]
    rests = (qty > 0.0) & (plans["signals"] == 1)[:, None, None]
    last_close = np.broadcast_to(close[:, :, None], shape)[rests]
    run_at, asset_at, side_at = np.nonzero(rests)
    return _table(
        run=run[run_at],
        ticker=names(asset_at.astype(np.int32), list(tickers)),
        side=names(side_at.astype(np.int32), SIDES),
        limit_price=limit[rests],
        qty=qty[rests],
        last_close=last_close,
        distance=limit[rests] / last_close - 1.0,
    )


def _table(**columns: Any) -> pa.Table:
    import pyarrow as pa

    return pa.table({n: array(c) if isinstance(c, np.ndarray) else c for n, c in columns.items()})
