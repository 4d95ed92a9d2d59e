"""The table of the stages, in their order, and which of them a command asks for.

A stage is a folder of `flows` that is called as the stage is: its `plan.plan(night)` says what is due and why, its
`work.work(night)` does it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flows.errors import UsageError

INGEST, VALIDATE, BACKTEST, METRICS = "ingest", "validate", "backtest", "metrics"


@dataclass(frozen=True)
class Stage:
    """One stage.

    name   its own, and its folder's
    items  what it goes through one by one
    waits  when an item that is not due now may yet become so: `if` what an earlier stage brings
    """

    name: str
    items: Literal["tickers", "scenarios"]
    waits: str = ""


TABLE = (
    Stage(INGEST, "tickers"),
    Stage(VALIDATE, "tickers", "if ingest brings new bars of it"),
    Stage(BACKTEST, "scenarios", "if its bars have changed by then"),
    Stage(METRICS, "scenarios", "if backtest writes its run"),
)
STAGES = tuple(stage.name for stage in TABLE)


def select_stages(from_stage: str | None = None, only: str | None = None) -> tuple[str, ...]:
    """Pick the stages from `from_stage` on, or `only` one; all without either. `UsageError` for an unknown stage."""
    for option, stage in (("--from", from_stage), ("--only", only)):
        if stage is not None and stage not in STAGES:
            raise UsageError(f"{option} {stage}: there is no such stage; allowed are {', '.join(STAGES)}")
    if from_stage is not None and only is not None:
        raise UsageError(
            "--from and --only exclude each other: --only runs one stage, --from that one and those after it"
        )
    if only is not None:
        return (only,)
    return STAGES[STAGES.index(from_stage or INGEST) :]
