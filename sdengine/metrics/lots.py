"""What the lots gained: all of them, and apart from them those that the algorithm bought back (volatility alpha).

Volatility alpha has three meanings, kept apart by name. Realised: the gain on sold buyback lots. Unrealised: what the
open buyback lots have gained on their price. By baseline: the run's total return less its ath_only twin's (`twins`).
"""

from __future__ import annotations

import numpy as np

from sdengine.codes import Action
from sdengine.metrics.groups import sums
from sdengine.metrics.records import Lots, Records


def measure_lots(runs: Records, assets: Records, lots: Lots) -> None:
    """Fill in realised and unrealised gains of each asset, in the order of the lots, and their sums over each run.

    A sold piece gained what the engine recorded, commissions of both trades included. An open piece stands at
    `(last close - unit cost) * qty`; as volatility alpha at `(last close - price) * qty`, as the definition has it.
    """
    close, is_open, bought_back = assets["last_close"][lots.asset], np.isnan(lots.gain), lots.opened_by == Action.BUY
    for name, gain, counted in (
        ("realised_gain", lots.gain, ~is_open),
        ("realised_volatility_alpha", lots.gain, ~is_open & bought_back),
        ("unrealised_gain", (close - lots.unit_cost) * lots.qty, is_open),
        ("unrealised_volatility_alpha", (close - lots.open_price) * lots.qty, is_open & bought_back),
    ):
        assets[name] = sums(gain, lots.asset, assets.size, counted)
        runs[name] = sums(assets[name], assets["run"], runs.size)
