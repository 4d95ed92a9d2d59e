"""When it would pay to keep no more than the figures of a sweep, or its detail as files, and how much that saves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flows.backtest.parts.cut import weight
from schemas.backtest import ALL, METRICS, PARTS

if TYPE_CHECKING:
    from flows.backtest.runs import WantedRun

BYTES = 6
"""Bytes in a file of a run's detail, for each of its days and each of its assets' days: of 40,001 runs of ten real
histories over five years, see `tests/benchmarks/README.md`."""
WORTH_SAYING = 100_000_000
"""Bytes from which on it is said."""


def could_save(runs: Iterable[WantedRun]) -> dict[str, str]:
    """Sweep -> the sentence that says what it would save, of those of which all is kept and which would save much."""
    sizes: Counter[str] = Counter()
    for run in runs:
        if run.origin.sweep_of is not None and run.keep == ALL:
            sizes[run.origin.sweep_of] += BYTES * weight(run.data)
    return {
        sweep: f'keep = "{METRICS}" in its [sweep] would store some {size / 1e6:,.0f} MB less each night, and'
        f' keep = "{PARTS}" leave them as files that are not copied'
        for sweep, size in sizes.items()
        if size >= WORTH_SAYING
    }
