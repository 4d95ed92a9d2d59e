"""One plan as whoever answers it is told it, be that a thread here or a worker elsewhere."""

from __future__ import annotations

import pickle
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from flows.errors import PipelineError
from flows.retire.terms import terms_of

if TYPE_CHECKING:
    import polars as pl

    from flows.retire.plans import WantedPlan

LISTS = ("plans", "windows", "paths", "fan", "changes")
"""Tables that an answer has rows of."""
RENAMED = {"start": "first_date", "end": "last_date"}
"""What columns are called in the warehouse: `end` is a word of SQL."""
Answer: TypeAlias = "dict[str, pl.DataFrame] | str"
"""The rows of each table, without the plan's id; or why there are none."""


@dataclass(frozen=True)
class Question:
    """A plan to answer. `packed`: scenario, the bars of its tickers, terms, threads; they fit in a message."""

    part_id: str
    version: str
    packed: bytes = field(repr=False)

    @staticmethod
    def of(wanted: WantedPlan, bars: pl.DataFrame, threads: int) -> Question:
        """Put a plan into a question; raises ValueError for terms that make none."""
        import polars as pl

        from sdengine.retirement.version import retirement_fingerprint

        assert wanted.run is not None, "what has no run is not due"
        scenario = wanted.scenario
        if wanted.run["benchmark_data"] is None:  # none is asked for, or `backtest` says why there is none
            scenario = scenario.model_copy(update={"benchmark": None})
        own = bars.filter(pl.col("ticker").is_in(scenario.tickers))
        asked = (scenario, own, terms_of(wanted.terms, wanted.index), threads)
        return Question(f"retire {wanted.plan_id}", retirement_fingerprint(), zlib.compress(pickle.dumps(asked), 1))

    def done(self) -> Answer:
        """Answer it. The worker's code must be the asker's: rows of another version would go by its name."""
        from sdengine.retirement.study import study
        from sdengine.retirement.version import retirement_fingerprint

        if (here := retirement_fingerprint()) != self.version:
            import socket

            raise PipelineError(
                f"the worker on {socket.gethostname()} has another version of retirement ({here}, not {self.version}):"
                " install the same sdengine there"
            )
        scenario, bars, terms, threads = pickle.loads(zlib.decompress(self.packed))
        try:
            answer = study(scenario, bars, terms, threads=threads)
        except (ArithmeticError, LookupError, ValueError) as error:
            return str(error)
        return {name: getattr(answer, name).rename(RENAMED, strict=False) for name in LISTS}
