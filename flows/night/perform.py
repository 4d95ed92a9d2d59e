"""The work of each stage in one shape: what is due in it, doing it, and its receipts in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flows.backtest.workers import read_workers
from flows.night.opening import Night
from flows.outcomes import ItemOutcome, PlanItem, StageOutcome
from flows.stages import BACKTEST, INGEST, METRICS, VALIDATE

if TYPE_CHECKING:
    from flows.backtest.computing import Computing


def plan_stage(night: Night, stage: str) -> list[PlanItem]:
    """What the stage would do on the tables as they are, and why. Writes nothing."""
    return PLANS[stage](night)


def perform(night: Night, stage: str) -> StageOutcome:
    """Do what is due in a stage. Its rows and its receipts are one transaction; a failure leaves the receipt alone."""
    night.listener.begin(stage)
    with night.warehouse.ledger.stage(night.batch_id, stage) as receipt:
        outcome = WORK[stage](night)
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


def _plan_ingest(night: Night) -> list[PlanItem]:
    from flows.ingest import plan

    return [*plan.plan(night)]


def _ingest(night: Night) -> StageOutcome:
    from flows.ingest import work

    return work.work(night)


def _plan_validate(night: Night) -> list[PlanItem]:
    from flows.validate import plan

    return [*plan.plan(night)]


def _validate(night: Night) -> StageOutcome:
    from flows.validate import work

    return work.work(night)


def _plan_backtest(night: Night) -> list[PlanItem]:
    from flows.backtest.work import plan_backtest

    invalid = [PlanItem(BACKTEST, bad.name, False, _problems(bad)) for bad in _invalid(night)]
    return [*plan_backtest(night.warehouse, night.scenarios, force=night.request.force), *invalid]


def _backtest(night: Night) -> StageOutcome:
    from flows.backtest.engine_start import start_engine
    from flows.backtest.work import backtest

    computing = _computing(night)
    night.committed.append(computing.forget)
    return backtest(
        night.warehouse,
        night.scenarios,
        invalid={bad.name: _problems(bad) for bad in _invalid(night)},
        force=night.request.force,
        computing=computing,
        before=lambda: start_engine(night.listener.note),
        keep_others=bool(night.request.scenarios),
        progress=lambda done, total: night.listener.step(BACKTEST, done, total),
    )


def _computing(night: Night) -> Computing:
    """Who computes the runs: whoever was asked for, but without Prefect, which hands out the work, threads."""
    from flows.backtest.computing import Computing

    settings = night.request.settings
    workers = read_workers(settings.workers)
    if workers.kind != "threads" and night.fan is None:
        night.listener.note(f"without Prefect, threads compute the runs, and not the workers {settings.workers}")
        workers = read_workers("threads")
    return Computing(
        workers,
        settings.parts_place,
        fan=night.fan,
        others_stay=bool(night.request.scenarios),
        note=night.listener.note,
    )


def _plan_metrics(night: Night) -> list[PlanItem]:
    from flows.metrics.work import plan_metrics

    names = [scenario.name for scenario in night.scenarios] if night.request.scenarios else None
    found = plan_metrics(night.warehouse, force=night.request.force, scenarios=names)
    return [PlanItem(METRICS, i.scenario, i.due, i.reason) for i in sorted(found, key=lambda i: i.scenario)]


def _metrics(night: Night) -> StageOutcome:
    from flows.metrics.work import metrics

    receipt = metrics(
        night.warehouse,
        batch_id=night.batch_id,
        force=night.request.force,
        scenarios=[scenario.name for scenario in night.scenarios] if night.request.scenarios else None,
        progress=lambda done, total: night.listener.step(METRICS, done, total),
    )
    items = [ItemOutcome(run_id, "failed", reason) for run_id, reason in receipt.failures.items()]
    return _outcome(METRICS, receipt, items)


PLANS: dict[str, Callable[[Night], list[PlanItem]]] = {
    INGEST: _plan_ingest,
    VALIDATE: _plan_validate,
    BACKTEST: _plan_backtest,
    METRICS: _plan_metrics,
}
WORK: dict[str, Callable[[Night], StageOutcome]] = {
    INGEST: _ingest,
    VALIDATE: _validate,
    BACKTEST: _backtest,
    METRICS: _metrics,
}


def _invalid(night: Night) -> list[Any]:
    """Scenarios that could not be read: news for every night, except for one about others."""
    asked = night.request.scenarios
    return [bad for bad in night.loaded.invalid if not asked or bad.name in asked]


def _problems(invalid: Any) -> str:
    return "; ".join(str(problem) for problem in invalid.problems)


def _outcome(stage: str, receipt: Any, items: Iterable[ItemOutcome]) -> StageOutcome:
    return StageOutcome(stage, receipt.status, receipt.reason, receipt.rows, receipt.seconds, tuple(items))
