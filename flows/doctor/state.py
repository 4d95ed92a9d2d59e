"""The warehouse from inside: its file, what was published from it, the last night, the bars, what a run would ask."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from flows.doctor.finding import Finding
from flows.errors import Untold, UsageError
from flows.night.source import FILES, OTHERWISE
from flows.results.age import STALE_DAYS
from schemas.shown import counted
from warehouse.connection import open_read_only
from warehouse.errors import WarehouseError, WarehouseLocked
from warehouse.kept import published_files
from warehouse.places import RESULTS, WORK
from warehouse.statements import statement

if TYPE_CHECKING:
    from flows.settings import Settings
    from warehouse import Results
    from warehouse.reading import Reader


def work_file(folder: Path) -> Iterator[Finding]:
    """Look at the work file, reading it whole, unless somebody writes it now."""
    from warehouse.lock import undisturbed
    from warehouse.repair import trouble_of

    if not folder.exists():
        yield Finding("warehouse", "ok", f"{folder} does not exist yet: the first run makes it", "sdengine run")
        return
    try:
        with undisturbed(folder):
            trouble = trouble_of(folder)
    except WarehouseLocked as busy:
        yield Finding("warehouse", "warn", str(busy), "wait, or give a run --wait SECONDS")
        return
    if trouble is not None:
        repairs = "`sdengine repair`" in str(trouble)
        yield Finding("warehouse", "problem", str(trouble), "sdengine repair" if repairs else "update sdengine")
    elif not os.access(folder, os.W_OK):
        yield Finding("warehouse", "warn", f"{folder} may be read and not be written: a run would be refused")
    elif (folder / WORK).exists():
        yield Finding("warehouse", "ok", f"{folder / WORK} is sound, and nobody writes it now")
    else:
        yield Finding("warehouse", "ok", f"{folder} is empty: the first run fills it", "sdengine run")


def published(folder: Path) -> Iterator[Finding]:
    """Look at the published file and at the older ones that are kept."""
    from warehouse.stamp import as_noted, damage, may_be_a_copy

    results = folder / RESULTS
    if not results.is_file():
        yield Finding("published", "warn", f"nothing is published in {folder}", "sdengine run")
        return
    noted = as_noted(results)
    if not noted and (wrong := damage(results)) is not None:
        yield Finding("published", "problem", str(wrong), "sdengine run")
        return
    broken = [str(wrong) for path in published_files(folder)[1:] if (wrong := damage(path)) is not None]
    kept = f"{len(published_files(folder)) - 1} older nights are kept"
    if noted is False and not may_be_a_copy(results):
        yield Finding("published", "warn", f"{results} is not as it was published; {kept}", "sdengine run")
    elif broken:
        yield Finding("published", "warn", f"{results} is sound; of what is kept: {broken[0]}", "remove that file")
    else:
        yield Finding("published", "ok", f"{results} is sound; {kept}")


def parts(folder: Path) -> Iterator[Finding]:
    """Look at the files in which the detail of what is published stays, reading them whole; not where a network is."""
    from warehouse.kept import files_used_by
    from warehouse.parts import damage_of, whole_place

    files = files_used_by(folder / RESULTS) if (folder / RESULTS).is_file() else []
    here = [file for file in files if "://" not in file.place]
    broken = [(file, wrong) for file in here if (wrong := damage_of(file, folder))]
    for file, wrong in broken:
        path = Path(whole_place(file.place, folder), file.file)
        remedy = f"rm {shlex.quote(str(path))}" if path.exists() else "sdengine run"
        yield Finding("parts", "problem", f"{path} cannot be read: {wrong}", remedy)
    if here and not broken:
        yield Finding("parts", "ok", f"{counted(len(here), 'file')} of detail, all sound where they were left")


@contextmanager
def _readable(folder: Path) -> Iterator[Results | None]:
    """Open the work file for reading, else what was published, else nothing."""
    from warehouse import Results

    work, opened = folder / WORK, None
    with ExitStack() as stack:
        if work.is_file():
            with suppress(WarehouseError):
                opened = stack.enter_context(Results(open_read_only(work), work))
        with suppress(WarehouseError):
            opened = opened or stack.enter_context(Results.open(folder))
        yield opened


def last_night(folder: Path) -> Iterator[Finding]:
    """Tell how the last batch went."""
    with _readable(folder) as reader:
        batches = reader.records(statement("ledger/batches"), {"limit": 1}) if reader else []
    if not batches:
        yield Finding("last night", "ok", "there was none yet")
        return
    last = batches[0]
    when = f"{last['started_at']:%Y-%m-%d %H:%M} UTC"
    sentence = f"{last['verb']} of {when} from {last['source']}: {last['status']}"
    if last["status"] in ("failed", "crashed"):
        reason = f" ({last['reason']})" if last["reason"] else ""
        yield Finding("last night", "problem", sentence + reason, "sdengine retry")
    else:
        yield Finding("last night", "ok", sentence)


def bars(folder: Path, today: date) -> Iterator[Finding]:
    """Tell how old the last bar is, per source."""
    with _readable(folder) as reader:
        sources = reader.rows(statement("doctor/bars"), {"today": today}) if reader else []
    if not sources:
        yield Finding("bars", "ok", "none is stored yet")
    for source, tickers, last in sources:
        age = (today - last).days if last else 0
        sentence = f"{counted(tickers, 'ticker')} from {source}, the last bar of {last}, {counted(age, 'day')} ago"
        if source == OTHERWISE:
            yield Finding("bars", "ok", f"{sentence}: the sample ends there")
        elif age > STALE_DAYS:
            yield Finding("bars", "warn", sentence, "sdengine run")
        else:
            yield Finding("bars", "ok", sentence)


def next_run(settings: Settings) -> Iterator[Finding]:
    """Tell whom a run would ask next, for how much, what it would refuse, and which scenarios cannot be read."""
    from flows.scenarios.files import load_scenarios, runs_on
    from sdengine.words import first_few

    loaded = load_scenarios(settings.scenario_files)
    with _readable(settings.warehouse) as reader:
        source = settings.source or (reader.scalar(statement("night/last_source")) if reader else None) or OTHERWISE
        place = reader.scalar(statement("night/last_place"), {"source": FILES}) if reader else None
        ours = [scenario for scenario in loaded.scenarios if runs_on(scenario, source)]
        tickers = sorted({ticker for scenario in ours for ticker in scenario.tickers})
        refused = list(_refused(settings, reader, source, tickers)) if reader else []
    if refused:
        yield from refused
        return
    files = settings.files or (Path(place) if place and source == FILES else None)
    asked = f"{source} ({files})" if files else source
    wanted = f"{counted(len(tickers), 'ticker')} ({first_few(tickers, 3)}) of {counted(len(ours), 'scenario')}"
    sentence = f"a run asks {asked} for {wanted}"
    if source == FILES and files is not None and not files.exists():
        yield Finding("next run", "problem", f"{sentence}, and {files} does not exist", "sdengine run --files FOLDER")
    elif not ours:
        yield Finding("next run", "problem", f"no scenario is for the source {source}", "sdengine scenarios")
    else:
        yield Finding("next run", "ok", sentence)
    if loaded.invalid:
        first = loaded.invalid[0].problems[0]
        count = f"{len(loaded.invalid)} scenario files cannot be read, the first: {first}"
        yield Finding("scenarios", "problem", count, "sdengine scenarios")


def _refused(settings: Settings, reader: Reader, source: str, tickers: Sequence[str]) -> Iterator[Finding]:
    """Say why a run would do nothing until it is told more; nothing where it would run."""
    from flows.ingest.plan import refuse_other_sources
    from flows.night.fed import refuse_to_feed_otherwise

    try:
        refuse_to_feed_otherwise(settings, reader)
        refuse_other_sources(reader, source, tickers)
    except Untold as error:
        yield Finding("next run", "problem", str(error), shlex.join(["sdengine", "run", *error.choices[0]]))
    except UsageError as error:
        yield Finding("next run", "problem", str(error), "sdengine run --source NAME")
