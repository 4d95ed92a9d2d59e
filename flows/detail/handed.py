"""Figures of runs that were measured while their rows were at hand: from the stage that ran them to `metrics`.

They are in memory alone, and nothing hangs on them: where they are missing, since that stage is called by itself, goes
on after a crash, or had no room for more, the stored rows are measured, to the same bits.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

MOST = 100_000_000
"""Bytes that are held, about: the figures of some 10,000 runs."""


class Handed:
    """Figures by table, a list of frames each."""

    def __init__(self) -> None:
        self._frames: dict[str, list[pl.DataFrame]] = {}
        self._bytes = 0

    def add(self, tables: Mapping[str, Any], run_ids: Sequence[str]) -> None:
        """Take the figures of a chunk, whose runs are places in `run_ids`; nothing where it has none."""
        import polars as pl

        from flows.detail.figures import named
        from flows.detail.measuring import MEASURED

        if not tables.keys() >= set(MEASURED) or self._bytes > MOST:
            return
        names = pl.Series("run_id", run_ids)
        for name in MEASURED:
            frame = named(pl.DataFrame(pl.from_arrow(tables[name])), names)
            self._frames.setdefault(name, []).append(frame)
            self._bytes += int(frame.estimated_size())

    def take(self, run_ids: Collection[str]) -> dict[str, pl.DataFrame]:
        """Give the figures of those of the runs that there are, and hold nothing any more; nothing for none."""
        taken, self._frames, self._bytes = self._frames, {}, 0
        if not run_ids or not taken:
            return {}
        import polars as pl

        from flows.detail.figures import without

        frames = {name: pl.concat(taken.pop(name)) for name in list(taken)}
        others = set(frames["metrics.runs"]["run_id"]) - set(run_ids)
        return {name: without(frame, others) for name, frame in frames.items()}
