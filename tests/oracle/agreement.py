"""Do the engine and the oracle tell the same story of one scenario?"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from tests.oracle.compare import Row, differences
from tests.oracle.engine_side import TABLES, run_engine
from tests.oracle.run import run_oracle

DUST = 1e-9  # of a lot: what floating point leaves behind when a lot is sold to the last share


def by_lot(lots: list[Row]) -> list[Row]:
    """Lot by lot, each one's pieces in the order of their sale, the open rest last: the table itself has no order."""
    return sorted(lots, key=lambda r: (r["lot"], r["close_seq"] is None, r["close_seq"] or 0))


def without_dust(lots: list[Row]) -> list[Row]:
    """Return the pieces of lots that are more than rounding errors, in one order."""
    whole: dict[Any, float] = defaultdict(float)
    for row in lots:
        whole[row["lot"]] += row["qty"]
    return by_lot([row for row in lots if row["qty"] > DUST * whole[row["lot"]]])


def disagreements(scenario: dict[str, Any], bars: list[dict[str, Any]], tables: tuple[str, ...] = TABLES) -> list[str]:
    """Every difference between the oracle's tables and the engine's, row by row; empty when they agree."""
    money = scenario["portfolio"].get("initial_cash", 100_000.0)
    oracle, engine = vars(run_oracle(scenario, bars)), run_engine(scenario, bars)
    differing = []
    for table in tables:
        left, right = oracle[table], engine[table]
        if table == "lots":
            left, right = without_dust(left), without_dust(right)
        differing += differences(table, left, right, money=money)
    return differing
