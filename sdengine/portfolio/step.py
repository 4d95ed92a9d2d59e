"""The compiled door through which the object face comes in: one task on one day's desk."""

from __future__ import annotations

import math
from enum import IntEnum

from sdengine.coordination.dynamic import count_gaps, sd_n_for
from sdengine.coordination.entry import enter
from sdengine.kernel.compiled import kernel
from sdengine.kernel.played import NEVER, play
from sdengine.kernel.records import Records
from sdengine.kernel.room import Desk, Room
from sdengine.market.carry import carry_bar, enter_bar_at_close


class Task(IntEnum):
    """What the door does."""

    PROCESS = 0  # the whole day
    PURCHASE = 1  # asset `a` enters with `qty` shares at `price`
    SD_N = 2  # returns the sd_n that asset `a`'s last 90 bars ask for, 0 where it has had fewer


@kernel
def work(
    engine: int, task: int, plan: Records, rules: Records, day: Records, bars: Records, room: Room,
    a: int, qty: float, price: float,
) -> float:  # fmt: skip
    """Do one task. `plan` and `day` hold one record, `rules` and `bars` one per asset.

    `engine` is the address of `sdengine.days.play_days`.
    """
    desk = Desk(
        plan[0], rules[0], day[0], bars[0], room.book[0], room.assets[0], room.lots[0, 0], room.gaps[0, 0],
        room.amounts[0], room.fills[0], room.snapshots[0], room.pieces[0], room.opportunities[0],
    )  # fmt: skip
    day[0]["absent"] = 0
    for k in range(bars.shape[0]):
        day[0]["absent"] += 1 if math.isnan(bars[k]["low"]) else 0
        carry_bar(bars[k], room.assets[k]["mark"], room.assets[k]["nav"])
    if task == Task.PROCESS:
        play(engine, desk, 0, 1, NEVER, 0)
        _remember(bars, room.assets)
    elif task == Task.PURCHASE:
        bars[a]["close"] = price
        enter_bar_at_close(bars[a])
        enter(desk, a, qty, price)
        _remember(bars, room.assets)
    else:
        gaps = count_gaps(desk, a)
        return sd_n_for(gaps) if gaps >= 0 else 0.0
    return 0.0


@kernel
def _remember(bars: Records, assets: Records) -> None:
    """Keep the last closes and the NAVs for the next day."""
    for k in range(bars.shape[0]):
        assets[k]["mark"] = bars[k]["close"]
        assets[k]["nav"] = bars[k]["nav"]
