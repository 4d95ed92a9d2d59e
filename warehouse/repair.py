"""A work file that is missing or cannot be read is built anew from what was published, which holds all of its tables.

The new file is made beside the old one, read and brought to the disk before it takes its place; the old one is kept
under another name. Whenever the process dies, the next opening finds a file that is whole, or none, and says so.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path

from warehouse import connection, migrations
from warehouse.ddl import literal
from warehouse.early import open_memory
from warehouse.errors import (
    NoResults,
    StorageDamaged,
    WarehouseDiffers,
    WarehouseError,
    WarehouseLocked,
    WarehouseNewer,
)
from warehouse.interrupting import interruptible
from warehouse.kept import published_files
from warehouse.links import refuse_links
from warehouse.lock import WriterLock
from warehouse.parts import withdraw
from warehouse.places import RESULTS, WORK, write_ahead
from warehouse.publish import to_disk
from warehouse.results import published_batches
from warehouse.stamp import damage
from warehouse.statements import statement

_SOURCE = "published"


@dataclass(frozen=True)
class Repaired:
    """What a work file was built from, what it holds now, and what became of the old one.

    why      what was wrong
    source   the published file
    batch    the last batch that the file holds, and when it ended (UTC)
    bars, runs  rows of raw.bars and backtest.runs
    aside    the old file under its new name, None where there was none
    later    batches that the old file had after that one, as far as it can still be read
    """

    why: str
    source: Path
    batch: str
    ended: datetime | None
    bars: int
    runs: int
    aside: Path | None
    later: tuple[str, ...]


def check_present(folder: Path, *, begin: bool = False) -> None:
    """Refuse to begin an empty work file beside what was published from one: StorageDamaged says how to get it back.

    `begin`: one is begun now, so that an empty file that nothing was published from goes.
    """
    work = folder / WORK
    refuse_links(work)
    try:
        if work.exists() and work.stat().st_size > 0:
            return
        published = published_files(folder)
        if not published:
            if begin:
                work.unlink(missing_ok=True)  # a process died when it had made the file and written nothing
            return
    except OSError as error:
        raise connection.storage_failed(error, work) from error
    raise StorageDamaged(
        f"{work} is {'empty' if work.exists() else 'missing'}, and {published[0].name} was published from it:"
        f" `sdengine repair` builds it anew from that (or move {published[0].name} elsewhere, to begin anew)"
    )


def trouble_of(folder: Path) -> WarehouseError | None:
    """Say what is wrong with the work file, reading it whole; None where it is sound, or there is none and was none.

    WarehouseLocked where another program has it open, since then nobody can tell.
    """
    try:
        check_present(folder)
    except StorageDamaged as error:
        return error
    if not (folder / WORK).exists() or (folder / WORK).stat().st_size == 0:
        return None
    damaged = damage(folder / WORK)
    if isinstance(damaged, WarehouseLocked):
        raise damaged
    return damaged or _other_tables(folder / WORK)


def repair(folder: Path, *, wait_seconds: float, clock: Callable[[], datetime]) -> Repaired | None:
    """Build `work.duckdb` anew from the newest published file that is sound; None where it is sound itself.

    Raises:
        WarehouseLocked: a run, or another program, has the work file open.
        WarehouseNewer: a later version of this program has written it.
        NoResults: there is no published file that is sound.
        StorageFailed: the new file could not be written; all is as it was.
    """
    lock = WriterLock(folder, verb="repair", wait_seconds=wait_seconds, clock=clock)
    try:
        trouble = trouble_of(folder)
        if trouble is None:
            return None
        if isinstance(trouble, WarehouseNewer):
            raise trouble
        source = _soundest(folder, trouble)
        work = folder / WORK
        with connection.clear_errors(work):
            fresh = folder / f".{WORK}.{os.urandom(8).hex()}.new"  # nobody can have laid a link there
            try:
                bars, runs = _build(source, fresh, clock)
                to_disk(fresh)
                batch, ended = list(published_batches(source).items())[-1]
                later = _later_batches(work, batch)
                aside = _take_its_place(work, fresh, clock())
            finally:
                for left in folder.glob(f".{WORK}.*"):
                    left.unlink()
        return Repaired(str(trouble), source, batch, ended.finished_at, bars, runs, aside, later)
    finally:
        lock.release()


def _soundest(folder: Path, trouble: WarehouseError) -> Path:
    """Find the newest published file that can be read whole."""
    damages = []
    for path in published_files(folder):
        wrong = damage(path)
        if wrong is None:
            return path
        damages.append(str(wrong))
    tried = f" ({'; '.join(damages)})" if damages else ""
    raise NoResults(
        f"{trouble}; there is no published file to build it from{tried}: put a copy of {RESULTS} into {folder}, or move"
        " the folder away and begin anew with `sdengine run`"
    )


def _build(source: Path, fresh: Path, clock: Callable[[], datetime]) -> tuple[int, int]:
    """Copy all of a published file into a new work file of today's version; the bars and runs that it holds."""
    with open_memory() as both:
        both.execute(f"attach {literal(str(source))} as {_SOURCE} (read_only)")
        both.execute(f"attach {literal(str(fresh))} as fresh (storage_version '{connection.STORAGE}')")
        with interruptible(both):
            both.execute(f"copy from database {_SOURCE} to fresh")
    con = connection.open_work(fresh)
    try:
        withdraw(con)
        migrations.migrate(con, clock)
        con.execute("checkpoint")
        held: tuple[int, int] = con.execute(statement("repair/held")).fetchall()[0]
        return held
    finally:
        con.close()


def _later_batches(work: Path, batch: str) -> tuple[str, ...]:
    """List the batches of the old file that its ledger has after `batch`; none where it cannot be read."""
    known = list(published_batches(work))
    return tuple(known[known.index(batch) + 1 :]) if batch in known else ()


def _take_its_place(work: Path, fresh: Path, now: datetime) -> Path | None:
    """Put the new file in the place of the old one, which gets a name of its own.

    The old file goes first, then what DuckDB had not brought into it, which the new one must not meet. Between the
    steps there is no work file, which every opening refuses, and another repair goes on from there.
    """
    aside = _free_name(work, now)
    had_one = work.exists()
    if had_one:
        os.rename(work, aside)
    if write_ahead(work).exists():
        os.rename(write_ahead(work), write_ahead(aside))
    to_disk(work.parent)
    os.rename(fresh, work)
    to_disk(work.parent)
    return aside if had_one else None


def _free_name(work: Path, now: datetime) -> Path:
    names = (f"{work.stem}-broken-{now:%Y%m%dT%H%M%S}-{k}{work.suffix}" for k in count(1))
    return next(path for name in names if not (path := work.with_name(name)).exists())


def _other_tables(work: Path) -> WarehouseError | None:
    """Say whether a readable file is of another program, of a later version, or altered."""
    try:
        with connection.ended_by_ctrl_c(), connection.open_read_only(work) as con:
            if migrations.version_of(con) not in range(1, migrations.STEPS[-1].version):
                migrations.check_version(con)
                migrations.check_tables(con)
    except (WarehouseDiffers, WarehouseNewer) as error:
        return type(error)(f"{work}: {error}")
    return None
