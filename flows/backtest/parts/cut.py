"""Which runs make a part: a cut that knows the runs alone, so that a part is the same whoever asks for it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from schemas.backtest import ALL

if TYPE_CHECKING:
    from flows.backtest.runs import WantedRun

WEIGHT = 3_000_000
"""Days and asset-days of one part, about: 216 runs of ten assets over five years."""
MEASURED = 4
"""So many times that much is in a part whose runs are measured and audited where they are computed."""

FORMAT = 1
"""Counts up when the content of a part changes other than by its runs, the bars and the engine."""


@dataclass(frozen=True)
class Part:
    """Some runs, of which the same is kept, and the name of what they leave."""

    part_id: str
    runs: tuple[WantedRun, ...]

    @property
    def keep(self) -> str:
        """What is kept of its runs."""
        return self.runs[0].keep


def cut(runs: Sequence[WantedRun]) -> list[tuple[WantedRun, ...]]:
    """Cut the runs into parts, each run in one of them: neighbours by tickers, which share a market, then by run_id."""
    return list(_cut(sorted(runs, key=lambda run: (run.keep, _tickers(run.data), run.run_id))))


def spread(groups: Sequence[tuple[WantedRun, ...]], threads: int) -> list[tuple[WantedRun, ...]]:
    """Cut groups smaller where there are fewer than threads to work them off."""
    if not groups or len(groups) >= threads:
        return list(groups)
    pieces = -(-threads // len(groups))
    sizes = [-(-len(group) // pieces) for group in groups]
    return [group[k : k + size] for group, size in zip(groups, sizes, strict=True) for k in range(0, len(group), size)]


def name_parts(groups: Sequence[tuple[WantedRun, ...]], bars: str, engine: str) -> list[Part]:
    """Give each group the name that stands for its content.

    `bars` names the very bits of the bars: a run_id overlooks the jitter of a source, and must not let parts of two
    nights that differ by it be mixed. What is measured where it is computed depends on the metrics as well.
    """
    return [
        Part(_digest(FORMAT, bars, engine, [run.run_id for run in runs], *_measured_by(runs[0].keep)), runs)
        for runs in groups
    ]


def _measured_by(keep: str) -> list[str]:
    from sdengine.metrics.version import metrics_fingerprint

    return [] if keep == ALL else [keep, metrics_fingerprint()]


def _cut(runs: Sequence[WantedRun]) -> Iterator[tuple[WantedRun, ...]]:
    part: list[WantedRun] = []
    total = 0
    for run in runs:
        own = weight(run.data)
        most = WEIGHT if run.keep == ALL else MEASURED * WEIGHT
        if part and (total + own > most or run.keep != part[0].keep):
            yield tuple(part)
            part, total = [], 0
        part.append(run)
        total += own
    if part:
        yield tuple(part)


@lru_cache(maxsize=1024)
def weight(data: str) -> int:
    """Weigh a run on this state of its bars, in time and in rows: its days, once and for each asset."""
    rows = [rows for _, _, rows, _ in json.loads(data).values()]
    return max(rows, default=0) + sum(rows)


@lru_cache(maxsize=1024)
def _tickers(data: str) -> tuple[str, ...]:
    return tuple(json.loads(data))


def _digest(*facts: object) -> str:
    return hashlib.blake2b(json.dumps(facts).encode(), digest_size=8).hexdigest()
