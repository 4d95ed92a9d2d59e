"""The table of the stages, in their order, and which of them a command asks for.

A stage is a folder of `flows` that is called as the stage is: its `plan.plan(night)` says what is due and why, its
`work.work(night)` does it. With its line in the table it is planned, run, retried and shown, and has a flow of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flows.errors import UsageError

INGEST, VALIDATE, BACKTEST = "ingest", "validate", "backtest"
METRICS, JUDGE, RETIRE = "metrics", "judge", "retire"


@dataclass(frozen=True)
class Stage:
    """One stage.

    name   its own, and its folder's
    items  what it goes through one by one
    does   what its flow's page says of it
    takes  its flow's parameters, beside the warehouse and the scenario files
    waits  when an item that is not due now may yet become so: `if` what an earlier stage brings
    tried_again  whether another try may help where the whole of it fails; one that only computes gives the same again
    twins  whether twins are items of their own
    some   whether its plan lists all items that it can ever have, so that others wait for nothing
    without  what a night publishes where the whole of it fails; "": nothing
    """

    name: str
    items: Literal["tickers", "scenarios"]
    does: str
    takes: tuple[str, ...]
    waits: str = ""
    tried_again: bool = False
    twins: bool = False
    some: bool = False
    without: str = ""


TABLE = (
    Stage(
        INGEST,
        "tickers",
        "Fetch what is new from a source into raw.*.",
        ("source", "files"),
        tried_again=True,  # a ticker's own troubles are retried inside
    ),
    Stage(
        VALIDATE,
        "tickers",
        "Check raw.* and write what can be trusted to clean.*.",
        ("force",),
        waits="if ingest brings new bars of it",
    ),
    Stage(
        BACKTEST,
        "scenarios",
        "Run the scenarios that are due on clean.* and write backtest.*.",
        ("scenario", "force", "workers", "parts"),
        waits="if its bars have changed by then",
    ),
    Stage(
        METRICS,
        "scenarios",
        "Compute the metrics of runs that have none yet and write metrics.*.",
        ("scenario", "force"),
        waits="if backtest writes its run",
        twins=True,
    ),
    Stage(
        JUDGE,
        "scenarios",
        "Tell what the results are worth, and write judge.*.",
        ("scenario", "force", "workers"),
        waits="if metrics measures its run",
        without="results that are not judged",
    ),
    Stage(
        RETIRE,
        "scenarios",
        "Tell whether an income would have lasted, and write retire.*.",
        ("scenario", "force", "workers"),
        waits="if backtest writes its run",
        some=True,
        without="results whose plans of retirement are those of before",
    ),
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
