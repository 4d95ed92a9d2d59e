"""What a sweep costs of which figures are kept, beside one that is kept whole: by scenario, in one run.

    python -m tests.benchmarks.keeping              # 200 and 1,000 scenarios of each, and 20,000 reckoned
    python -m tests.benchmarks.keeping 20000        # so many, kept as figures alone

A night has costs that do not grow: the difference between two sizes is what a scenario costs, with its twins.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from schemas.backtest import KEEP, METRICS
from tests.benchmarks.night import thousand

SIZES = (200, 1000)
MANY = 20_000


def measured(sets: int, keep: str) -> tuple[float, float, float, float]:
    """Run a night of so many scenarios: processor seconds, seconds, MB of the published file, MiB of memory."""
    with TemporaryDirectory() as place:
        house = thousand(Path(place), sets, keep)
        began = time.monotonic()
        spent = house.night()
        size = (Path(place) / "warehouse" / "results.duckdb").stat().st_size / 1e6
        return spent.seconds, time.monotonic() - began, size, spent.peak


def table() -> list[str]:
    """Compare both ways of keeping at both sizes, and reckon many."""
    lines = [f"{'keep':8} {'scenarios':>9} {'CPU s':>8} {'s':>8} {'MB':>8} {'MiB':>6}"]
    few, more = SIZES
    for keep in KEEP:
        found = [measured(sets, keep) for sets in SIZES]
        lines += [_line(keep, sets, *row) for sets, row in zip(SIZES, found, strict=True)]
        each = [(two - one) / (more - few) for one, two in zip(*found, strict=True)]
        seconds, wall, size, _ = (one + (MANY - few) * step for one, step in zip(found[0], each, strict=True))
        lines.append(_line(f"{keep}*", MANY, seconds, wall, size, found[1][3]))
    return [*lines, "* reckoned; memory does not grow with the number of scenarios"]


def _line(keep: str, sets: int, seconds: float, wall: float, size: float, peak: float) -> str:
    return f"{keep:8} {sets:9,} {seconds:8.1f} {wall:8.1f} {size:8.1f} {peak:6.0f}"


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(_line(METRICS, int(sys.argv[1]), *measured(int(sys.argv[1]), METRICS)))
    else:
        print("\n".join(table()))
