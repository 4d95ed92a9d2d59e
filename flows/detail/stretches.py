"""Rows of many runs cut into stretches of some runs each: what is made of them stays small, and so quick to have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

STRETCH = 300_000
"""Portfolio days that are measured at once, about: a column of them is less than what the system takes back when free.

Of a million, a third of all measuring was asking for memory anew.
"""


def stretches(tables: Mapping[str, Any], runs: Sequence[int]) -> Iterator[tuple[Sequence[int], Mapping[str, Any]]]:
    """Cut the tables of some runs, "portfolio_days" among them, into stretches; each with its runs.

    Where the rows of the runs do not follow each other as the runs do, all is one stretch.
    """
    import numpy as np
    import polars as pl

    # by polars, for pyarrow's own way to numpy brings pandas: half a second, and 40 MiB
    owners = {name: pl.Series(pl.from_arrow(table["run"])).to_numpy() for name, table in tables.items()}
    in_order = all(np.all(owner[1:] >= owner[:-1]) for owner in (np.asarray(runs), *owners.values()))
    if not runs or not in_order:
        yield runs, tables
        return
    edges = {name: np.append(np.searchsorted(owner, runs), owner.size) for name, owner in owners.items()}
    days = edges["portfolio_days"]
    first = 0
    while first < len(runs):
        fitting = int(np.searchsorted(days, days[first] + STRETCH, side="right")) - 1
        last = min(max(fitting, first + 1), len(runs))
        own = {name: (int(edge[first]), int(edge[last] - edge[first])) for name, edge in edges.items()}
        yield runs[first:last], {name: tables[name].slice(*own[name]) for name in tables}
        first = last
