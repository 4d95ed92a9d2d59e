"""The four stages in their order, and which of them a command asks for."""

from __future__ import annotations

from flows.errors import UsageError

INGEST, VALIDATE, BACKTEST, METRICS = STAGES = ("ingest", "validate", "backtest", "metrics")


def select_stages(from_stage: str | None = None, only: str | None = None) -> tuple[str, ...]:
    """The stages from `from_stage` on, or `only` one of them; all without either. `UsageError` for an unknown stage."""
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
