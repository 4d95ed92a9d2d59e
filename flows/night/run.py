"""The whole night, and nothing more: the stages in their order, then audits and publishing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from flows.backtest.parts.left import sweep
from flows.errors import PipelineError
from flows.night.alarm import Alarm, alarmed
from flows.night.idle import remember
from flows.night.listener import Listener
from flows.night.opening import Night, open_night
from flows.night.perform import perform
from flows.night.request import Request
from flows.outcomes import StageOutcome
from flows.sources.base import SourceError
from flows.stages import INGEST, METRICS, STAGES, TABLE
from warehouse.errors import WarehouseError
from warehouse.memory import gave_up, in_words
from warehouse.statements import statement

Call = Callable[[Night, str], StageOutcome]
"""How a stage is called: `perform` itself, or a flow around it."""


@dataclass(frozen=True)
class NightOutcome:
    """How a night ended; `published`: whether its results are now those that people read."""

    batch_id: str
    stages: tuple[StageOutcome, ...]
    published: bool

    @property
    def failed(self) -> bool:
        """Whether anything failed, be it one ticker or one scenario."""
        return any(outcome.status == "failed" or outcome.of("failed") for outcome in self.stages)

    @property
    def idle(self) -> bool:
        """Whether there was nothing to do."""
        return all(outcome.status == "skipped" for outcome in self.stages)

    @property
    def sentence(self) -> str:
        """The night in one line: each stage with its reason and its first failures."""
        return "; ".join(outcome.sentence for outcome in self.stages)


def run_night(request: Request, listener: Listener, call: Call = perform) -> NightOutcome:
    """Go through the stages of a request and publish. A stage that breaks ends the night; what is published stays.

    Whoever wants to know of failures is told, also of one before the night has begun.
    """
    alarm = Alarm(request.settings.on_failure, str(request.settings.warehouse), listener.note)
    with alarmed(alarm):
        with open_night(request, listener) as night:
            alarm.batch = night.batch_id
            outcome = _go(night, call)
        if outcome.failed:
            alarm.ring(outcome.sentence)
        return outcome


def _go(night: Night, call: Call) -> NightOutcome:
    """Go through an open night."""
    try:
        for stage in night.request.stages:
            _go_through(night, stage, call)
        return _close(night)
    except BaseException as error:
        with suppress(WarehouseError):  # the disk is gone: what the night met first is the one to tell
            _not_reached(night, error)
        raise


def _go_through(night: Night, stage: str, call: Call) -> None:
    """Call a stage. The night goes on with the bars that are stored, and with results without what is told of them."""
    try:
        call(night, stage)
    except Exception as error:
        fetching = stage == INGEST and isinstance(error, PipelineError | SourceError)
        without = next(one.without for one in TABLE if one.name == stage)
        if not (without or (fetching and night.warehouse.count("raw.bars"))):
            raise
        instead = "the bars that are stored" if fetching else without
        night.outcomes.append(StageOutcome(stage, "failed", in_words(error)))
        night.listener.note(f"{stage} failed: {in_words(error)}; the night goes on with {instead}")


def _close(night: Night) -> NightOutcome:
    """Publish, which audits first, and end the batch.

    What stops before `metrics` is half a night, and not published; nor is nothing, in the place of something.
    """
    whole = not set(STAGES[STAGES.index(METRICS) :]).isdisjoint(night.request.stages)
    outcome = NightOutcome(night.batch_id, tuple(night.outcomes), whole)
    status = "failed" if outcome.failed else "done"
    if whole and outcome.idle and night.warehouse.count("backtest.runs") == 0:
        whole, outcome = False, replace(outcome, published=False)
    sweep(night.warehouse)
    if whole and not (outcome.idle and _is_published(night)):
        keep = night.request.settings.keep
        progress = night.progress("publish")
        published = night.warehouse.publish(
            night.batch_id, status=status, reason=outcome.sentence, keep=keep, progress=progress
        )
        for remark in published.remarks:
            night.listener.note(f"published all the same: {remark}")
    else:
        night.warehouse.ledger.finish(night.batch_id, status=status, reason=outcome.sentence)
    if whole and not outcome.failed:
        remember(night)
    if whole and night.request.settings.report != "none":
        _draw(night)
    return outcome


def _draw(night: Night) -> None:
    """Make the pages of what is published. Whatever goes wrong here is said, and holds nothing back."""
    from flows.page.folder import are_of, report_folder, write_pages
    from warehouse import Results

    folder = report_folder(night.request.settings.warehouse)
    try:
        with Results.open(night.warehouse.results_path, threads=1, short_names=False) as results:
            if not are_of(results, folder):
                write_pages(results, folder, night.now.date())
    except BaseException as error:
        if not (isinstance(error, Exception) or gave_up(error)):
            raise
        night.listener.note(f"the pages could not be made: {in_words(error)}; `sdengine report` tries it again")


def _is_published(night: Night) -> bool:
    """Whether the published file has the last batch that did anything, and today's views: then it is left as it is.

    One that is gone, damaged, or touched by somebody since it was published, is published anew.
    """
    from warehouse import QueryRefused, Results
    from warehouse.stamp import is_as_published, is_known_as

    if not is_as_published(night.warehouse.results_path):
        if night.warehouse.results_path.exists():
            night.listener.note("results.duckdb is not as it was published: it is published anew")
        return False
    asked = {
        "batch_id": night.warehouse.scalar(statement("night/last_busy_batch"), {"this": night.batch_id}),
        "surface": night.warehouse.scalar(statement("night/surface")),
    }
    if is_known_as(night.warehouse.results_path, **asked):
        return True
    try:
        with Results.open(night.warehouse.results_path) as results:
            return bool(results.scalar(statement("night/is_published"), asked))
    except (WarehouseError, QueryRefused):  # whatever is wrong with that file, a new one takes its place
        return False


def _not_reached(night: Night, error: BaseException) -> None:
    """Record which stages were not reached, and end the batch."""
    reached = {outcome.stage for outcome in night.outcomes}
    ledger = night.warehouse.ledger
    broken, *later = [stage for stage in night.request.stages if stage not in reached] or [""]
    for stage in later:
        ledger.record(night.batch_id, stage, status="skipped", reason=f"not reached: {broken} failed")
    ledger.finish(night.batch_id, status="failed", reason=in_words(error))
