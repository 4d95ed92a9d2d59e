"""The columns that a batch recorded, as Arrow tables: codes become names, places become tickers, NaN becomes null."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sdengine.books.lots import NOT_CLOSED
from sdengine.codes import Action, Side
from sdengine.history.arrow import array, dates, names
from sdengine.history.columns import Columns, Tables, by_name
from sdengine.history.simulate import Batch
from sdengine.kernel.logs import FILL, NO_ASSET, OPPORTUNITY, PIECE, SNAPSHOT

if TYPE_CHECKING:
    import pyarrow as pa

ACTIONS = [action.name for action in Action]
SIDES = [Side.BUY.name.lower(), Side.SELL.name.lower()]


def arrow_tables(
    tables: Tables, batch: Batch, positions: Sequence[int], first: int, last: int, tickers: tuple[str, ...]
) -> dict[str, pa.Table]:
    """Make tables of the scenarios `first` to `last` of a batch; column `run` is a scenario's place in `positions`."""
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
    fill = by_name(columns, FILL, rows)
    cash_only = fill["asset"] == NO_ASSET
    return _table(
        run=run,
        seq=fill["seq"],
        date=dates(fill["ordinal"]),
        ticker=names(fill["asset"], list(tickers), cash_only),
        action=names(fill["action"], ACTIONS),
        qty=fill["qty"],
        price=fill["price"],
        total=fill["total"],
        costs=fill["costs"],
        bank_after=fill["bank_after"],
        nav_premium=fill["nav_premium"],
        anchor=array(fill["anchor"], cash_only),
        holdings_after=array(fill["holdings_after"], cash_only),
    )


def _days(batch: Batch, which: slice) -> NDArray[np.int32]:
    """Return the days of each run's window, one run after the other."""
    ordinals = np.ascontiguousarray(batch.days["ordinal"])
    return np.concatenate([ordinals[begin:end] for begin, end in batch.windows[which]])


def _portfolio_days(columns: Columns, run: NDArray[np.int32], days: NDArray[np.int32]) -> pa.Table:
    snapshot = by_name(columns, SNAPSHOT, len(days))
    return _table(
        run=run,
        date=dates(days),
        total_value=snapshot["total_value"],
        bank=snapshot["bank"],
        nav_value=snapshot["nav_value"],
        withdrawn=snapshot["withdrawn"],
    )


def _lots(columns: Columns, rows: int, run: NDArray[np.int32], tickers: tuple[str, ...]) -> pa.Table:
    piece = by_name(columns, PIECE, rows)
    still_open = piece["close_seq"] == NOT_CLOSED
    return _table(
        run=run,
        ticker=names(piece["asset"], list(tickers)),
        lot=piece["lot"],
        opened_on=dates(piece["opened"]),
        opened_by=names(piece["opened_by"], ACTIONS),
        qty=piece["qty"],
        open_price=piece["open_price"],
        unit_cost=piece["unit_cost"],
        close_seq=array(piece["close_seq"], still_open),
        closed_on=dates(piece["closed"], still_open),
        closed_by=names(piece["closed_by"], ACTIONS, still_open),
        close_price=array(piece["close_price"], still_open),
        gain=array(piece["gain"], still_open),
        long_term=array(piece["long_term"] == 1, still_open),
    )


def _opportunities(columns: Columns, rows: int, run: NDArray[np.int32], tickers: tuple[str, ...]) -> pa.Table:
    seen = by_name(columns, OPPORTUNITY, rows)
    return _table(
        run=run,
        date=dates(seen["ordinal"]),
        sell_ticker=names(seen["sell_asset"], list(tickers)),
        buy_ticker=names(seen["buy_asset"], list(tickers)),
        sell_premium=seen["sell_premium"],
        buy_premium=seen["buy_premium"],
        spread=seen["spread"],
        traded=seen["traded"] == 1,
    )


def _orders(batch: Batch, which: slice, run: NDArray[np.int32], tickers: tuple[str, ...]) -> pa.Table:
    """Make a table of the orders that rest after the last bar, a run's in the order of adding, buy before sell."""
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
