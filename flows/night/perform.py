"""A stage within a night: what is due in it, doing it, and its receipts in the same transaction."""

from __future__ import annotations

from importlib import import_module

from flows.night.idle import known_outcome
from flows.night.opening import Night
from flows.outcomes import PlanItem, StageOutcome


def plan_stage(night: Night, stage: str) -> list[PlanItem]:
    """Tell what the stage would do on the tables as they are, and why. Writes nothing."""
    items: list[PlanItem] = import_module(f"flows.{stage}.plan").plan(night)
    return items


def perform(night: Night, stage: str) -> StageOutcome:
    """Do what is due in a stage. Its rows and its receipts are one transaction; a failure leaves the receipt alone."""
    night.listener.begin(stage)
    with night.warehouse.ledger.stage(night.batch_id, stage) as receipt:
        outcome: StageOutcome = known_outcome(night, stage) or import_module(f"flows.{stage}.work").work(night)
        receipt.rows, receipt.reason, receipt.status = outcome.rows, outcome.reason, outcome.status
        for item in outcome.items:
            failed = item.status == "failed"
            receipt.item(
                item.item,
                status=item.status,
                rows=item.rows,
                seconds=item.seconds,
                reason=None if failed else item.reason,
                error=item.reason if failed else None,
            )
    while night.committed:
        night.committed.pop()()
    night.outcomes.append(outcome)
    night.listener.end(outcome)
    return outcome
