"""What a worker is told, and what it does: no more than fits in a message, for the bars lie at the place."""

from __future__ import annotations

import pickle
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from flows.backtest.keeping import kept_of
from flows.backtest.parts import content
from flows.backtest.parts.bars import bars_at
from flows.backtest.parts.place import place_at
from flows.backtest.runs import scenario_of
from flows.errors import PipelineError
from schemas.backtest import ALL, PARTS

if TYPE_CHECKING:
    from flows.backtest.parts.content import DonePart
    from flows.backtest.parts.cut import Part


Made: TypeAlias = "tuple[Any, ...]"
"""What makes the scenario of a run, which is made where it is run, and the run_id of its buy and hold twin."""


@dataclass(frozen=True)
class Job:
    """One part to compute.

    `runs` are packed where they are sent to others, those of a sweep being much alike.
    """

    where: str = field(repr=False)  # a place may hold a key, and Dask logs what it was given
    part_id: str
    bars: str
    engine: str
    runs: bytes | tuple[Made, ...] = field(repr=False)
    keep: str = ALL
    run_ids: tuple[str, ...] | None = field(default=None, repr=False)
    """Of its runs, if their detail stays at the place."""

    @staticmethod
    def of(part: Part, where: str, bars: str, engine: str, *, sent: bool = True) -> Job:
        """Make the job of this part; one that is not `sent` is done by a thread of this process."""
        own = tuple((run.origin, run.variant, run.window, run.name, run.twins[0]) for run in part.runs)
        run_ids = tuple(run.run_id for run in part.runs) if part.keep == PARTS else None
        runs = zlib.compress(pickle.dumps(own), 1) if sent else own
        return Job(where, part.part_id, bars, engine, runs, part.keep, run_ids)

    def done(self) -> DonePart:
        """Do it."""
        return compute(self)


def compute(job: Job) -> DonePart:
    """Compute the part and leave it at its place. Done again, or by two at once, it changes nothing.

    The worker's engine must be the asker's: a part by another version would go by a name that is not its own.
    """
    from sdengine import engine_fingerprint

    place = place_at(job.where)
    runs = pickle.loads(zlib.decompress(job.runs)) if isinstance(job.runs, bytes) else job.runs
    if content.is_complete(place, job.part_id):
        return content.DonePart(job.part_id, len(runs), again=True)
    if engine_fingerprint() != job.engine:
        import socket

        raise PipelineError(
            f"the worker on {socket.gethostname()} has another version of the engine ({engine_fingerprint()}, not "
            f"{job.engine}): install the same sdengine there"
        )
    bars = bars_at(job.where, job.bars)
    scenarios = [scenario_of(*made_of) for *made_of, _ in runs]
    chunks = kept_of(job.keep, scenarios, bars, [twin for *_, twin in runs])
    return content.write(place, job.part_id, len(runs), chunks, job.run_ids)
