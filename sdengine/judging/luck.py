"""Luck, by the engine itself: how often the best of a whole sweep did as well where nothing could be gained."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sdengine.history.plans import plans_of
from sdengine.judging.adjusted import step_down
from sdengine.judging.door import SHARPE, T_OF_MEAN, measure, rebuild
from sdengine.judging.family import Family, Group, Space, without_income

Floats = NDArray[np.float64]

WORLDS = 199
AFFORDABLE = 10_000_000
"""Bars of all assets of all members, up to which worlds are played unless a scenario says how many."""


class Luck(NamedTuple):
    """What the past showed of each member, and its adjusted share of worlds; the best member's is the family's luck."""

    observed: Floats  # [M, 2]: t of the mean difference to the twin, difference of Sharpe ratios per period
    worlds: Floats  # [B, M, 2]: likewise in each world
    adjusted: Floats  # [M]: by t

    @property
    def share(self) -> float:
        """Return the share of worlds whose best did as well as the best here, this past counted with them."""
        return float(self.adjusted.min())

    @property
    def sharpe_share(self) -> float:
        """Return the same by differences of Sharpe ratios."""
        return float(step_down(self.observed[:, SHARPE], self.worlds[:, :, SHARPE]).min())


def luck(
    family: Family,
    seed: int,
    *,
    mean_days: float,
    worlds: int = WORLDS,
    threads: int = 1,
) -> Luck:
    """Run the whole family and its twins in `worlds` worlds, and count (`sdengine/judging/README.md`).

    `mean_days`: mean length of the blocks. A world depends on `seed` and its number alone, whatever `threads` is.
    """
    mean_weeks = max(1.0, mean_days / family.past.days_a_week)
    observed = np.zeros((len(family.members), 2))
    for group in family.groups:
        _Player(group).measure(observed)
    found = np.zeros((worlds, len(family.members), 2))

    def run(share: int) -> None:
        players = [_Player(group) for group in family.groups]
        for world in range(share, worlds, threads):
            source = family.past.draw(seed, world, mean_weeks)
            for player in players:
                rebuild(family.past.ground, player.group.cut, source, player.batch.days, player.batch.bars)
                player.measure(found[world])

    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(run, range(threads)):
            pass
    return Luck(observed, found, step_down(observed[:, T_OF_MEAN], found[:, :, T_OF_MEAN]))


class _Player:
    """A group with bars and a room of its own, at first on the past's own bars without their dividends."""

    def __init__(self, group: Group) -> None:
        self.group = group
        self.batch = group.batch(without_income(plans_of(group.scenarios)))
        self.batch.bars["dividend"] = 0.0
        self.batch.days["pays"] = 0
        self._found = np.zeros((len(group.scenarios), 2))
        self._space = Space(len(group.market.tickers), len(group.market.days))

    def measure(self, into: Floats) -> None:
        """Play all runs on the bars as they are now; write what they showed to the members' rows."""
        held = np.empty((self.group.twins, len(self.batch.days)))
        for first, values, withdrawn in self._space.blocks(self.batch):
            measure(self.batch, first, values, withdrawn, self.group.twin_of, held, self._found)
        into[self.group.places] = self._found[self.group.twins :]
