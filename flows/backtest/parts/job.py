"""What a worker is told, and what it does: no more than fits in a message, for the bars lie at the place."""

from __future__ import annotations

import pickle
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flows.backtest.keeping import kept_of
from flows.backtest.parts import content
from flows.backtest.parts.bars import bars_at
from flows.backtest.parts.place import place_at
from flows.errors import PipelineError
from schemas.backtest import ALL, PARTS

if TYPE_CHECKING:
    from flows.backtest.parts.content import DonePart
    from flows.backtest.parts.cut import Part
    from sdengine.scenario import Scenario


@dataclass(frozen=True)
class Job:
    """One part to compute. `scenarios` are packed: those of a sweep are much alike, fifty bytes each."""

    where: str = field(repr=False)  # a place may hold a key, and Dask logs what it was given
    part_id: str
    bars: str
    engine: str
    scenarios: bytes = field(repr=False)
    keep: str = ALL
    run_ids: tuple[str, ...] | None = field(default=None, repr=False)
    """Of its runs, if their detail stays at the place."""

    @staticmethod
    def of(part: Part, where: str, bars: str, engine: str) -> Job:
        """Make the job of this part."""
        packed = zlib.compress(pickle.dumps([run.scenario for run in part.runs]), 1)
        run_ids = tuple(run.run_id for run in part.runs) if part.keep == PARTS else None
        return Job(where, part.part_id, bars, engine, packed, part.keep, run_ids)

    def done(self) -> DonePart:
        """Do it."""
        return compute(self)


def compute(job: Job) -> DonePart:
    """Compute the part and leave it at its place. Done again, or by two at once, it changes nothing.

    The worker's engine must be the asker's: a part by another version would go by a name that is not its own.
    """
    from sdengine import engine_fingerprint
    from sdengine.history.run import run_scenarios

    place = place_at(job.where)
    scenarios: list[Scenario] = pickle.loads(zlib.decompress(job.scenarios))
    if content.is_complete(place, job.part_id):
        return content.DonePart(job.part_id, len(scenarios), again=True)
    if engine_fingerprint() != job.engine:
        import socket

        raise PipelineError(
            f"the worker on {socket.gethostname()} has another version of the engine ({engine_fingerprint()}, not "
            f"{job.engine}): install the same sdengine there"
        )
    bars = bars_at(job.where, job.bars)
    chunks = kept_of(job.keep, run_scenarios(scenarios, bars), scenarios, bars)
    return content.write(place, job.part_id, len(scenarios), chunks, job.run_ids)
