"""Publishing: when the books balance, readers get a new file in one instant; until then, and on failure, the old one.

Readers open `results.duckdb` only. It is never written in place: a copy is made beside it, brought to the disk, and
renamed over it. Who has the old file open goes on reading the old night, whole.
"""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from schemas.masking import masked
from schemas.shown import counted
from warehouse import connection
from warehouse.audit import Progress, audit, blocks
from warehouse.duplicate import duplicate
from warehouse.errors import AuditFailed, BadRequest, Finding, StorageFailed
from warehouse.interrupting import interruptible
from warehouse.kept import kept_files
from warehouse.links import refuse_no_file
from warehouse.parts import offer
from warehouse.places import write_ahead
from warehouse.results import published_batches
from warehouse.stamp import damage, is_as_published, leave_stamp, noted_batch, stamp_of
from warehouse.statements import literal, statement

if TYPE_CHECKING:
    import duckdb

    from warehouse.work import Warehouse

_COPY = "published_copy"
FULL = 0.7
"""Share of the work file that is in use; with less, a copy as it is would waste too much of the disk."""
SPARE = 32 << 20
"""Bytes that are free in it, up to which that is no matter: to leave them out is a tenth of a small night."""


@dataclass(frozen=True)
class Published:
    """What was published: the file, its batch, its size, how long it took, and the older files that were kept.

    remarks  what the audit has found in what is past, which hinders nothing
    """

    path: Path
    batch_id: str
    bytes: int
    seconds: float
    kept: tuple[Path, ...]
    remarks: tuple[Finding, ...] = ()


def publish(
    warehouse: Warehouse,
    con: duckdb.DuckDBPyConnection,
    batch_id: str,
    *,
    status: str,
    reason: str,
    keep: int,
    progress: Progress | None = None,
) -> Published:
    """Audit, copy, replace, finish the batch with `status` and `reason`; keep the last `keep` older files.

    AuditFailed or StorageFailed: `results.duckdb` is as it was, and the batch is 'failed' with the reason. The copy
    says that the batch is finished, the work file learns it after the replacement: if we die between the two, the next
    opening reads it from the published file.
    """
    if keep < 0:
        raise BadRequest(f"keep: given was {keep}, allowed is 0 or more")
    began, target, reason = time.monotonic(), warehouse.results_path, masked(reason)
    temporary = _hidden(target)
    try:
        with connection.clear_errors(warehouse.path):
            findings = audit(con, progress=progress)
            if blocking := [finding for finding in findings if blocks(finding)]:
                raise AuditFailed(_sentence(blocking), blocking)
        with connection.clear_errors(target):
            if target.is_dir():
                refuse_no_file(target)
            _discard(target)
            [(surface,)] = con.execute(statement("night/surface")).fetchall()
            finished_at = warehouse.clock()
            _copy(con, warehouse.path, temporary, batch_id, status, reason, finished_at)
            to_disk(temporary)
            about = stamp_of(temporary, batch_id, surface)
            kept = _keep_old(target, keep)
            write_ahead(target).unlink(missing_ok=True)  # another program's, of the old file: none could open the new
            os.replace(temporary, target)
            to_disk(target.parent)
            leave_stamp(target, about)
            if progress is not None:
                progress(1, 1, "")
    except (AuditFailed, StorageFailed) as error:
        with suppress(OSError):
            _discard(target)
        with suppress(StorageFailed):
            warehouse.ledger.finish(batch_id, "failed", str(error))
        raise
    warehouse.ledger.finish(batch_id, status, reason, finished_at)
    return Published(target, batch_id, target.stat().st_size, time.monotonic() - began, kept, tuple(findings))


def _copy(
    con: duckdb.DuckDBPyConnection,
    work: Path,
    path: Path,
    batch_id: str,
    status: str,
    reason: str,
    finished_at: datetime,
) -> None:
    """Everything of the work file into a new file in which the batch is finished.

    As it is, byte by byte, which takes a tenth of the time, where little of it is free; else compact, table by table.
    """
    con.execute("checkpoint")  # what stands in the log alone would be missing
    as_it_is = _is_full(con) and duplicate(work, path)
    con.execute(f"attach {literal(str(path))} as {_COPY} (storage_version '{connection.STORAGE}')")
    try:
        if not as_it_is:
            with interruptible(con):
                con.execute(f'copy from database "{work.stem}" to {_COPY}')
        con.execute(f"use {_COPY}")
        offer(con, work.parent)
        facts = {"batch_id": batch_id, "status": status, "reason": reason, "now": finished_at}
        con.execute(statement("ledger/finish_batch"), facts)
        con.execute(f"checkpoint {_COPY}")
    finally:
        con.execute(f'use "{work.stem}"')
        con.execute(f"detach {_COPY}")


def _is_full(con: duckdb.DuckDBPyConnection) -> bool:
    """Tell whether at least FULL of the work file is in use, or all but SPARE."""
    [(used, size)] = con.execute(statement("results/bytes_in_use")).fetchall()
    return bool(used >= FULL * size or size - used <= SPARE)


def _keep_old(target: Path, keep: int) -> tuple[Path, ...]:
    """Give the present results a name of their own as well, and drop all but the last `keep` of such files.

    A file that cannot be read is no older night: it is not kept.
    """
    if keep and target.exists() and not target.is_symlink() and (batch := _last_batch(target)) is not None:
        own = target.with_name(f"results-{batch}.duckdb")
        own.unlink(missing_ok=True)
        try:
            os.link(target, own)  # a second name for the same file: results.duckdb is there at every instant
        except OSError:
            hidden = _hidden(target)
            shutil.copyfile(target, hidden)
            os.replace(hidden, own)
    older = kept_files(target)
    for path in older[keep:]:
        path.unlink()
    return tuple(older[:keep])


def _last_batch(path: Path) -> str | None:
    """Find the batch that published `path`: the last that its ledger knows; None where the file is damaged.

    The note tells it, too, and without opening the file, which another program may keep everyone out of.
    """
    if (noted := noted_batch(path)) is not None:
        return noted
    if not is_as_published(path) and damage(path) is not None:
        return None
    return next(reversed(published_batches(path)), None)


def to_disk(path: Path) -> None:
    """Wait until a file, or a folder's list of names, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _hidden(target: Path) -> Path:
    """Make a name for an unfinished copy that nobody can guess: no link can have been laid there."""
    return target.with_name(f".{target.name}.{os.urandom(8).hex()}.tmp")


def _discard(target: Path) -> None:
    """Remove unfinished copies, ours and those of processes that died over them."""
    for path in target.parent.glob(f".{target.name}.*"):
        path.unlink(missing_ok=True)


def _sentence(findings: list) -> str:
    details = "\n  ".join(str(finding) for finding in findings)
    return f"not published, the results stay as they were: {counted(len(findings), 'check')} failed\n  {details}"
