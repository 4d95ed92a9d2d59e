"""What the lots gained: all of them, and apart from them those that the algorithm bought back (volatility alpha).

Volatility alpha has three meanings, kept apart by name. Realised: the gain on sold buyback lots. Unrealised: what the
open buyback lots have gained on their price. By baseline: the run's total return less its ath_only twin's (`twins`).
"""

from __future__ import annotations

import numpy as np

from sdengine.kernel.compiled import kernel
from sdengine.metrics.activity import BUY
from sdengine.metrics.records import MEASURED, WRONG_TICKER, Basket, Lots, Record, Records


@kernel
def measure_lots(runs: Records, assets: Records, lots: Lots, basket: Basket, tickers: int) -> None:
    """Fill in realised and unrealised gains of each asset, in the order of the lots, and their sums over each run.

    A sold piece gained what the engine recorded, commissions of both trades included. An open piece stands at
    `(last close - unit cost) * qty`; as volatility alpha at `(last close - price) * qty`, as the definition has it.
    """
    place = np.full(tickers, -1)
    for k in range(runs.size):
        if runs["status"][k] != MEASURED:
            continue
        place[:] = -1
        for a in range(basket.start[k], basket.stop[k]):
            place[basket.ticker[a]] = a
        for i in range(lots.start[k], lots.stop[k]):
            if lots.ticker[i] < 0 or place[lots.ticker[i]] < 0:
                runs["status"][k] = WRONG_TICKER
                break
            _add_piece(assets[place[lots.ticker[i]]], lots, i)
        for a in range(basket.start[k], basket.stop[k]):
            runs["realised_gain"][k] += assets["realised_gain"][a]
            runs["unrealised_gain"][k] += assets["unrealised_gain"][a]
            runs["realised_volatility_alpha"][k] += assets["realised_volatility_alpha"][a]
            runs["unrealised_volatility_alpha"][k] += assets["unrealised_volatility_alpha"][a]


@kernel
def _add_piece(asset: Record, lots: Lots, i: int) -> None:
    """Count one piece of a lot towards its asset."""
    bought_back = lots.opened_by[i] == BUY
    if np.isnan(lots.gain[i]):
        asset["unrealised_gain"] += (asset["last_close"] - lots.unit_cost[i]) * lots.qty[i]
        if bought_back:
            asset["unrealised_volatility_alpha"] += (asset["last_close"] - lots.open_price[i]) * lots.qty[i]
    else:
        asset["realised_gain"] += lots.gain[i]
        if bought_back:
            asset["realised_volatility_alpha"] += lots.gain[i]
