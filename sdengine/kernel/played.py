"""How the engine is called: some days of one portfolio, by the address of `sdengine.days.play_days`.

Apart from the engine itself, so that an edit of the engine leaves the machine code of whoever calls it as it is.
"""

from __future__ import annotations

from typing import Any

from numba import types
from numba.extending import intrinsic
from numba.np.numpy_support import from_dtype

from sdengine.kernel.address import calling
from sdengine.kernel.logs import FILL, OPPORTUNITY, PIECE, SNAPSHOT
from sdengine.kernel.records import ASSET, BAR, BOOK, CELL, DAY, LOT, PLAN, RULES
from sdengine.kernel.room import Desk

RECORDS = Desk(PLAN, RULES, DAY, BAR, BOOK, ASSET, LOT, CELL, CELL, FILL, SNAPSHOT, PIECE, OPPORTUNITY)
DAYS = types.int64(
    types.NamedTuple([from_dtype(record) for record in RECORDS], Desk),
    types.int64, types.int64, types.int64, types.int64,
)  # fmt: skip
"""The types of `play_days`."""

NEVER = 1 << 40
"""The number of a monthly payment that no portfolio comes to."""


@intrinsic
def _play(_context: Any, engine: Any, desk: Any, first: Any, last: Any, due: Any, rows: Any) -> Any:
    return DAYS.return_type(types.int64, *DAYS.args), calling(DAYS)


play: Any = _play
"""play(engine, desk, first, last, due, rows): `sdengine.days.play_days` at the address `engine`."""
