"""An open night: the warehouse with its lock, the batch, the scenarios, and who is told how it goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from flows.backtest.engine_start import start_early
from flows.backtest.parts.left import missing_parts
from flows.errors import UsageError
from flows.ingest.plan import refuse_other_sources
from flows.night.fed import as_told, refuse_to_feed_otherwise
from flows.night.idle import recall, state_of
from flows.night.listener import Listener
from flows.night.request import RETRY, Request, Wanted
from flows.night.source import FILES, OTHERWISE, with_source
from flows.outcomes import Progress, StageOutcome
from flows.private import private_folder
from flows.settings import Settings
from flows.stages import BACKTEST, INGEST, STAGES
from warehouse.places import WORK

if TYPE_CHECKING:
    from flows.backtest.parts.fan import Fan
    from flows.detail.handed import Handed
    from flows.sources import Source
    from warehouse import Warehouse


@dataclass
class Night(Wanted):
    """What the stages of one night share."""

    warehouse: Warehouse
    batch_id: str
    listener: Listener
    now: datetime
    outcomes: list[StageOutcome] = field(default_factory=list)
    fan: Fan | None = None
    """Who computes parts; None: threads of this process."""
    committed: list[Callable[[], None]] = field(default_factory=list)
    """What is to be done once the stage that is running has been committed."""

    @cached_property
    def handed(self) -> Handed:
        """What runs amount to, measured where they were computed: for the stage `metrics`."""
        from flows.detail.handed import Handed

        return Handed()

    @cached_property
    def as_remembered(self) -> bool:
        """Whether tables, and parts, are those of the note. Asked once: as long as it is so, nothing is written."""
        if self.remembered is None or state_of(self.warehouse) != self.remembered.state:
            return False
        return not (self.warehouse.count("backtest.parts") and missing_parts(self.warehouse))

    def progress(self, stage: str) -> Progress:
        """Tell the listener how far a stage has come."""
        return lambda done, total, item: self.listener.step(stage, done, total, item)

    def expect_runs(self) -> None:
        """Begin to load the engine, if runs are asked for: there is something that none has seen."""
        if BACKTEST in self.request.stages:
            start_early()

    def source(self) -> Source:
        """Open the night's source of bars.

        A folder that is missing fails its tickers as a source that does not answer does, and the night goes on with
        what is stored. Where nothing is, it is `UsageError`.
        """
        from flows.sources import open_source

        settings = self.request.settings
        if not self.warehouse.count("raw.bars"):
            _refuse_no_files(settings)
        return open_source(self.source_name, warehouse_dir=settings.warehouse, files=settings.files)


_OPEN: ContextVar[Night | None] = ContextVar("open night", default=None)


def open_here() -> Night | None:
    """Find the night that is open in this context, None when there is none."""
    return _OPEN.get()


@contextmanager
def open_night(request: Request, listener: Listener) -> Iterator[Night]:
    """Join the night that is open here, or open a new one: lock the warehouse, load the scenarios, start a batch.

    A stage's flow that is called by the nightly flow joins its night; called alone, it has one of its own.
    """
    current = open_here()
    if current is not None:
        yield current
        return
    before = check_new(request)
    if before is not None and BACKTEST in request.stages:
        start_early()
    with warehouse_for(request) as warehouse:
        if warehouse.takeover is not None:
            listener.note(f"the last run died (process {warehouse.takeover.pid}); its lock has been taken over")
        for batch in warehouse.crashed:
            listener.note(f"batch {batch} died before its end; what it left unfinished is done now")
        night = night_on(request, warehouse, listener, before)
        if (doubt := _clock_doubt(warehouse, night.now)) is not None:
            listener.note(doubt)
        refuse_nothing(night)
        if INGEST in request.stages and not request.replace_source:
            refuse_other_sources(warehouse, night.source_name, night.tickers)
        asked = as_told(night.request)
        night.batch_id = warehouse.ledger.start(request.verb, night.source_name, reason=_why(request), asked=asked)
        token = _OPEN.set(night)
        try:
            yield night
        finally:
            _OPEN.reset(token)


def _clock_doubt(warehouse: Warehouse, now: datetime) -> str | None:
    """Say that the last batch began later than now; None where the clock has gone on as clocks do."""
    last = warehouse.ledger.last_batch()
    if last is None or last["started_at"] <= now.replace(tzinfo=None):
        return None
    is_, was = (f"{instant:%Y-%m-%d %H:%M:%S}" for instant in (now, last["started_at"]))
    return (
        f"the clock says {is_} UTC, and said {was} when the last batch began: it stood wrong then, or does now;"
        " what hangs on it is asked for and judged again"
    )


def night_on(request: Request, warehouse: Warehouse, listener: Listener, before: Wanted | None = None) -> Night:
    """Make a night on an open warehouse, without a batch yet: source and scenarios are known, nothing is written.

    `before`: what `check_new` has read.
    """
    _refuse_prune(request)
    if request.verb != RETRY:
        refuse_to_feed_otherwise(request.settings, warehouse)
    request = with_source(request, warehouse)
    now = warehouse.clock().replace(tzinfo=UTC)
    depends_on, remembered = recall(request)
    night = Night(request, warehouse, "", listener, now, remembered=remembered, depends_on=depends_on, before=before)
    if remembered is None:
        _ = night.loaded  # what is wrong with them is said before anything is begun
    return night


def check_new(request: Request) -> Wanted | None:
    """Refuse what a first night would refuse, before there is a folder for it; what was looked at for that.

    Raises:
        UsageError: as `night_on`, `refuse_nothing` and `Night.source` do.
    """
    settings = request.settings
    if (settings.warehouse / WORK).exists():
        return None
    _refuse_prune(request)
    first = replace(request, settings=replace(settings, source=settings.source or OTHERWISE))
    wanted = Wanted(request, depends_on=recall(first)[0])
    refuse_nothing(wanted)
    if INGEST in request.stages and wanted.source_name == FILES:
        _refuse_no_files(settings)
    return wanted


def _refuse_prune(request: Request) -> None:
    if request.prune and (request.scenarios or BACKTEST not in request.stages):
        raise UsageError(
            "--prune removes what no scenario asks for, which only a backtest of all scenarios knows: leave out "
            + ("--scenario" if request.scenarios else "--only, or give --only backtest")
        )


def _refuse_no_files(settings: Settings) -> None:
    if settings.files and not settings.files.exists():
        raise UsageError(f"--files {settings.files}: there is no such file or folder, and nothing is stored")


def refuse_nothing(wanted: Wanted) -> None:
    """Raise UsageError where no scenario is for the source that would be asked: the night would do nothing."""
    if wanted.remembered is not None:
        return
    others = {scenario.source for scenario in wanted.scenarios if scenario.source is not None}
    asks = INGEST in wanted.request.stages and wanted.request.tickers is None
    if asks and others and not wanted.on_source and not wanted.invalid:
        names = " or ".join(sorted(others))
        raise UsageError(
            f"no scenario is for the source {wanted.source_name}: all of them name {names};"
            f" write `--source {sorted(others)[0]}`, or leave `source` out of the scenarios"
        )


def check_feed(request: Request) -> None:
    """Raise `Untold` as `night_on` would, before anything is started for the request."""
    if (request.settings.warehouse / WORK).exists():
        with warehouse_for(request) as warehouse:
            refuse_to_feed_otherwise(request.settings, warehouse)


def warehouse_for(request: Request) -> Warehouse:
    """Open the warehouse of a request for writing; waits for the lock, bounded, then says who holds it.

    What is written is held against the rules of `schemas` as SQL: the same rules by pandera cost its import, two
    seconds, in every night.
    """
    from warehouse import Warehouse

    settings = request.settings
    templates = None if (settings.warehouse / WORK).exists() else _templates()
    return Warehouse.open(
        settings.warehouse, verb=request.verb, wait_seconds=request.wait, validation="sql", templates=templates
    )


def _templates() -> Path | None:
    """Find the folder of the user's cache in which an empty warehouse is kept; None where there can be none."""
    from sdengine.cache import cache_root

    with suppress(OSError):
        return private_folder(cache_root() / "templates")
    return None


def _why(request: Request) -> str:
    parts = [f"stages {', '.join(request.stages)}" if request.stages != STAGES else ""]
    parts += [
        f"scenarios {', '.join(request.scenarios)}" if request.scenarios else "",
        "forced" if request.force else "",
    ]
    return "; ".join(part for part in parts if part)
