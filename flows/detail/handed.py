"""Figures of runs that were measured while their rows were at hand: from the stage that ran them to `metrics`.

They are in memory alone, and nothing hangs on them: where they are missing, since that stage is called by itself, goes
on after a crash, or had no room for more, the stored rows are measured, to the same bits.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

MOST = 100_000_000
"""Bytes that are held, about: the figures of some 10,000 runs."""


class Handed:
    """Figures of chunks of runs, as they came: who the runs are is put in when they are taken."""

    def __init__(self) -> None:
        self._chunks: list[tuple[dict[str, pa.Table], Sequence[str]]] = []
        self._bytes = 0

    def add(self, tables: Mapping[str, pa.Table], run_ids: Sequence[str]) -> None:
        """Take the figures of a chunk, whose runs are places in `run_ids`; nothing where it has none."""
        from flows.detail.measuring import MEASURED

        if not tables.keys() >= set(MEASURED) or self._bytes > MOST:
            return
        figures = {name: tables[name] for name in MEASURED}
        self._chunks.append((figures, run_ids))
        self._bytes += sum(table.nbytes for table in figures.values())

    def take(self, run_ids: Collection[str]) -> dict[str, pl.DataFrame]:
        """Give the figures of those of the runs that there are, and hold nothing any more; nothing for none."""
        chunks, self._chunks, self._bytes = self._chunks, [], 0
        if not run_ids or not chunks:
            return {}
        import polars as pl

        from flows.detail.figures import named, without
        from flows.detail.measuring import MEASURED

        frames = {
            name: pl.concat(
                named(pl.DataFrame(pl.from_arrow(tables.pop(name))), pl.Series("run_id", ids)) for tables, ids in chunks
            )
            for name in MEASURED
        }
        others = set(frames["metrics.runs"]["run_id"]) - set(run_ids)
        return {name: without(frame, others) for name, frame in frames.items()}
