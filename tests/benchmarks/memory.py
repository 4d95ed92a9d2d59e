"""A process of its own that runs more and more scenarios and prints its peak memory, in MiB, after each number.

    python -m tests.benchmarks.memory 500000 2 1000 4000      # portfolio days in a chunk, then the numbers

The scenarios are made when they are asked for, so that what is measured is the engine's memory and not the caller's
list. A first small run loads the compiled code.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sdengine.history.run import run_scenarios
from tests.benchmarks import workloads


class Endless(Sequence[Any]):
    """`count` scenarios, each made anew from one of a few when it is taken."""

    def __init__(self, count: int) -> None:
        self.few = workloads.sweep(40)
        self.total = count

    def __len__(self) -> int:
        return self.total

    def __getitem__(self, k: Any) -> Any:
        if k >= self.total:
            raise IndexError(k)
        return self.few[k % len(self.few)].model_copy(deep=True)

    def __iter__(self) -> Iterator[Any]:
        return (self[k] for k in range(self.total))


def high_water() -> float:
    """Peak memory of this process in MiB. (`ru_maxrss` would be the parent's where that was larger.)"""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def peak(count: int, max_rows: int) -> float:
    """Run that many; the process's peak memory so far in MiB."""
    rows = 0
    for chunk in run_scenarios(Endless(count), workloads.rising(), max_rows=max_rows):
        rows += chunk.tables["portfolio_days"].num_rows
    assert rows == count * workloads.DAYS
    return high_water()


if __name__ == "__main__":
    rows_a_chunk, *counts = map(int, sys.argv[1:])
    for each in counts:
        print(each, peak(each, rows_a_chunk), flush=True)
