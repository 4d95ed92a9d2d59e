"""What failed or was not reached in the last batch: the request that does that and what depends on it, no more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from flows.night.opening import Request, load, warehouse_for
from flows.settings import Settings
from flows.stages import METRICS, STAGES, TABLE, VALIDATE
from warehouse.places import WORK
from warehouse.repair import check_present

if TYPE_CHECKING:
    from flows.scenarios.files import LoadedScenarios


def retry_request(settings: Settings, wait: float = 60.0) -> Request | str:
    """Make the request that makes up for the last batch, or a sentence when there is nothing to make up for."""
    asked = Request(settings, verb="retry", wait=wait)
    check_present(settings.warehouse)
    if not (settings.warehouse / WORK).exists():
        return f"there is no batch in {settings.warehouse} yet; `sdengine run` makes the first"
    with warehouse_for(asked) as warehouse:
        batch = warehouse.ledger.last_batch()
        receipts = [] if batch is None else warehouse.ledger.stage_runs(batch["batch_id"]).to_dicts()
    if batch is None:
        return "there is no batch yet; `sdengine run` makes the first"
    made = make_up_for(batch, receipts, load(asked), asked)
    return made or f"nothing to retry: all of batch {batch['batch_id']} was done"


def make_up_for(
    batch: Mapping[str, Any], receipts: Iterable[Mapping[str, Any]], loaded: LoadedScenarios, asked: Request
) -> Request | None:
    """Make the request for what a batch left undone, given its row of ops.batches and its receipts; None for nothing.

    A stage that failed as a whole, or was not reached, is done for everything that is due in it, with all stages after
    it. Single failures are done alone: the tickers, the scenarios, and the scenarios that hold those tickers.
    """
    own = {row["stage"]: row for row in receipts if row["item"] is None}
    kinds = {stage.name: stage.items for stage in TABLE}
    failed: dict[str, set[str]] = {kind: set() for kind in kinds.values()}
    for row in receipts:
        if row["item"] is not None and row["status"] == "failed":
            failed[kinds[row["stage"]]].add(row["item"])
    broken = [stage for stage in own if own[stage]["error"] is not None]
    if batch["status"] == "crashed":
        broken += [stage for stage in STAGES if stage not in own]
    unpublished = batch["status"] == "failed" and not broken and not any(failed.values())
    first = min((STAGES.index(stage) for stage in broken), default=STAGES.index(METRICS) if unpublished else None)
    wanted = {ticker for scenario in loaded.scenarios for ticker in scenario.tickers}
    known = {s.name for s in loaded.scenarios} | {bad.name for bad in loaded.invalid}
    tickers = failed["tickers"] & wanted
    holding = {s.name for s in loaded.scenarios if tickers & set(s.tickers)}
    names = (failed["scenarios"] | holding) & known
    whole = () if first is None else STAGES[first:]
    due = {"tickers": tickers, "scenarios": tickers or names}
    stages = [stage for stage in STAGES if stage in whole or due[kinds[stage]]]
    if not stages:
        return None
    return Request(
        asked.settings,
        verb=asked.verb,
        stages=tuple(stages),
        scenarios=() if whole else tuple(sorted(names)),
        tickers=None if VALIDATE in whole else tuple(sorted(tickers)),
        wait=asked.wait,
    )
