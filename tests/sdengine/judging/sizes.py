"""How often luck is low where nothing can be gained, and where something can: the longer run of README.md.

python -m tests.sdengine.judging.sizes MARKETS WORLDS [PLANTED]
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from sdengine.judging.family import family_of
from sdengine.judging.luck import luck
from sdengine.market.bars import BarStore
from tests.sdengine.judging.markets import grid, noise

SETS = grid([2, 3, 4, 6, 8, 12, 16, 20, 24], [25, 50, 75, 100, 125, 150])
"""54 sets, over four assets and five years in each market."""


def both(market: int, worlds: int, planted: float) -> tuple[float, float]:
    """Take one market's luck, by the mean difference and by Sharpe ratios."""
    shares = luck(family_of(SETS, BarStore(noise(market, planted=planted))), market, mean_days=10.0, worlds=worlds)
    return shares.share, shares.sharpe_share


if __name__ == "__main__":
    markets, worlds, planted = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]) if len(sys.argv) > 3 else 0.0
    with ThreadPoolExecutor(int(os.environ.get("THREADS", "1"))) as pool:
        shares = np.array(list(pool.map(lambda market: both(market, worlds, planted), range(markets))))
    print(f"{markets} markets, {worlds} worlds each, planted {planted}: luck <= 5 %")
    for name, column in zip(("t of the mean difference", "difference of Sharpe ratios"), shares.T, strict=True):
        share = float((column <= 0.05).mean())
        print(f"{name:28} {share:6.1%}  (s.e. {np.sqrt(share * (1 - share) / markets):.1%})")
