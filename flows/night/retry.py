"""What batches left undone, whichever it was: the requests that do that, and what depends on it, until it is done."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.errors import UsageError
from flows.night.fed import told_files
from flows.night.opening import warehouse_for
from flows.night.request import RETRY, Request, load
from flows.scenarios.files import SHIPPED
from flows.settings import Note, Settings, tell
from flows.stages import METRICS, STAGES, TABLE, VALIDATE
from warehouse.places import WORK
from warehouse.repair import check_present
from warehouse.statements import statement

if TYPE_CHECKING:
    from flows.scenarios.files import LoadedScenarios

Row = Mapping[str, Any]
FEED = ("source", "files", "scenario_files", "workers")
"""Settings that a retry takes from the batch that left something undone."""
KINDS = {stage.name: stage.items for stage in TABLE}


@dataclass
class Undone:
    """What batches on the same scenario files left undone.

    batch   the newest of them, a row of `ledger/courses`: what it was fed with is meant
    first   the first stage that is to be done for everything, with all stages after it; None: none is
    about   scenarios that `first` was about; None: all
    failed  tickers, and scenarios, that failed alone
    """

    batch: Row
    first: int | None = None
    about: set[str] | None = field(default_factory=set)
    failed: dict[str, set[str]] = field(default_factory=lambda: {kind: set() for kind in KINDS.values()})


def retry_request(settings: Settings, wait: float = 60.0, given: Collection[str] = ()) -> Request | str:
    """Make the first of `retry_requests`."""
    requests = retry_requests(settings, wait, given)
    return requests if isinstance(requests, str) else requests[0]


def retry_requests(
    settings: Settings, wait: float = 60.0, given: Collection[str] = (), note: Note = tell
) -> list[Request] | str:
    """Make the requests that make up for what batches left undone, or a sentence when there is nothing to make up for.

    `settings`: what holds now; a batch's own source, files, scenario files and workers hold instead, but for those that
    are `given`. Scenario files that are gone are noted.
    """
    asked = Request(settings, verb=RETRY, wait=wait)
    check_present(settings.warehouse)
    if not (settings.warehouse / WORK).exists():
        return f"there is no batch in {settings.warehouse} yet; `sdengine run` makes the first"
    with warehouse_for(asked) as warehouse:
        batches = warehouse.records(statement("ledger/courses"))
        failures = warehouse.records(statement("ledger/undone_items"))
    if not batches:
        return "there is no batch yet; `sdengine run` makes the first"
    requests = []
    for undone in left_undone(batches, failures):
        fed = replace(asked, settings=_fed(undone.batch, settings, given))
        try:
            request = make_up_for(undone, load(fed), fed)
        except UsageError as error:
            note(f"what batch {undone.batch['batch_id']} left undone cannot be done: {error}")
            continue
        requests += [request] if request is not None else []
    return requests or f"nothing to retry: all of batch {batches[0]['batch_id']} was done, and of those before it"


def left_undone(batches: Iterable[Row], failures: Iterable[Row]) -> list[Undone]:
    """Tell what was left undone, the newest first.

    A stage that broke or was not reached is done by a later batch on the same scenario files that came through it, and
    was about all of them; a ticker or scenario by whichever batch came to it later.

    Args:
        batches: rows of `ledger/courses`, the newest first.
        failures: rows of `ledger/undone_items`.
    """
    single: dict[str, list[Row]] = {}
    for row in failures:
        single.setdefault(row["batch_id"], []).append(row)
    by_files: dict[str | None, Undone] = {}
    through: dict[str | None, set[str]] = {}
    for batch in batches:
        files, unpublished = batch["scenario_files"], _is_unpublished(batch)
        later = through.setdefault(files, set()) if files is not None else set().union(*through.values())
        todo = [stage for stage in _broken(batch, unpublished) if stage not in later]
        if todo or batch["batch_id"] in single:
            undone = by_files.setdefault(files, Undone(batch))
            if todo:
                undone.first = min(STAGES.index(todo[0]), len(STAGES) if undone.first is None else undone.first)
                names = None if batch["scenarios"] is None else set(json.loads(batch["scenarios"]))
                undone.about = None if names is None or undone.about is None else undone.about | names
            for row in single.get(batch["batch_id"], ()):
                undone.failed[KINDS[row["stage"]]].add(row["item"])
        if batch["scenarios"] is None:
            through.setdefault(files, set()).update(set(batch["reached"]) - ({METRICS} if unpublished else set()))
    return list(by_files.values())


def _is_unpublished(batch: Row) -> bool:
    """Whether a batch failed though all its stages and items were done: its results were not published."""
    return batch["status"] == "failed" and not batch["broken"] and not batch["failed_items"]


def _broken(batch: Row, unpublished: bool) -> tuple[str, ...]:
    """List the stages from the first on that broke or, when the batch died, was not reached."""
    broken = [METRICS] if unpublished else list(batch["broken"])
    if batch["status"] == "crashed":
        asked = (batch["stages"] or " ".join(STAGES)).split()
        broken += [stage for stage in asked if stage not in batch["reached"]]
    return STAGES[min(map(STAGES.index, broken)) :] if broken else ()


def _fed(batch: Row, settings: Settings, given: Collection[str]) -> Settings:
    """Say of the settings what the batch was told, as far as that is known and nothing else is given now."""
    if batch["scenario_files"] is None:
        return settings
    feed: dict[str, Any] = {"scenario_files": told_files(batch["scenario_files"]) or SHIPPED}
    if not {"source", "files"} & set(given):
        feed |= {"source": batch["source"], "files": Path(batch["files"]) if batch["files"] else None}
    if batch["workers"] is not None:
        feed["workers"] = batch["workers"]
    return replace(settings, **{name: value for name, value in feed.items() if name not in given})


def make_up_for(undone: Undone, loaded: LoadedScenarios, asked: Request) -> Request | None:
    """Make the request for what was left undone, as far as somebody still wants it; None for nothing.

    A stage that broke is done for everything that is due in it, with all stages after it. Single failures are done
    alone: the tickers, the scenarios, and the scenarios that hold those tickers.
    """
    wanted = {ticker for scenario in loaded.scenarios for ticker in scenario.tickers}
    known = {s.name for s in loaded.scenarios} | {bad.name for bad in loaded.invalid}
    tickers = undone.failed["tickers"] & wanted
    holding = {s.name for s in loaded.scenarios if tickers & set(s.tickers)}
    names = (undone.failed["scenarios"] | holding) & known
    whole = () if undone.first is None else STAGES[undone.first :]
    due = {"tickers": tickers, "scenarios": tickers or names}
    stages = [stage for stage in STAGES if stage in whole or due[KINDS[stage]]]
    if not stages:
        return None
    about = names if not whole else () if undone.about is None else names | undone.about
    return replace(
        asked,
        stages=tuple(stages),
        scenarios=tuple(sorted(about)),
        tickers=None if VALIDATE in whole else tuple(sorted(tickers)),
    )
