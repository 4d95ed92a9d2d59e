"""The story of the nights in `ops`: batches, and receipts that are one commit with the rows they speak of."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from schemas.canonical import canonical_json
from schemas.masking import masked
from warehouse.errors import BadRequest, WarehouseError
from warehouse.installed import version
from warehouse.statements import statement

if TYPE_CHECKING:
    from warehouse.work import Warehouse

_ENDS = ("done", "failed")
_STATUSES = ("done", "skipped", "failed")
_RECEIPT = ("item", "status", "reason", "rows", "seconds", "error", "started_at", "finished_at")


@cache
def versions() -> str:
    """Versions of the installed parts that can change a result or a table, as canonical JSON."""
    installed = {}
    for package in ("sdengine", "duckdb", "polars", "numba", "numpy", "prefect"):
        with suppress(ImportError):  # it is not installed
            installed[package] = version(package)
    return canonical_json(installed)


@dataclass
class Receipt:
    """What a stage says of itself at its end; `item` adds a line for one of its tickers or scenarios."""

    rows: int = 0
    status: str = "done"
    reason: str | None = None
    error: str | None = None
    items: list[dict[str, Any]] = field(default_factory=list)

    def item(self, name: str, *, status: str = "done", **facts: Any) -> None:
        """Note one item: `reason`, `rows`, `seconds`, `error` as far as they are known."""
        self.items.append({"item": name, "status": status, **facts})


class Ledger:
    """Reads and writes `ops.batches` and `ops.stage_runs` of an open warehouse."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    def start(
        self,
        verb: str,
        source: str,
        reason: str = "",
        versions_json: str | None = None,
        asked: Mapping[str, str | None] | None = None,
    ) -> str:
        """Open a batch, committed at once as 'running'; its id sorts by time. `asked`: the row of `ops.requests`."""
        now = self._warehouse.clock()
        batch_id = f"{now:%Y%m%dT%H%M%S}{now.microsecond // 1000:03d}-{os.urandom(2).hex()}"
        facts = {"batch_id": batch_id, "verb": verb, "source": source, "now": now, "reason": masked(reason)}
        process = {"host": socket.gethostname(), "pid": os.getpid(), "versions": versions_json or versions()}
        with self._warehouse.transaction():
            self._warehouse.rows(statement("ledger/open_batch"), facts | process)
            if asked is not None:
                self._warehouse.rows(statement("ledger/open_request"), {"batch_id": batch_id, **asked})
        return batch_id

    def finish(self, batch_id: str, status: str = "done", reason: str = "", at: datetime | None = None) -> None:
        """Close a batch as 'done' or 'failed', now or `at`; the reason it began with stays if no other is given."""
        _allowed("status of a finished batch", status, _ENDS)
        now = at or self._warehouse.clock()
        facts = {"batch_id": batch_id, "status": status, "reason": masked(reason), "now": now}
        if self._warehouse.scalar(statement("ledger/finish_batch"), facts) != 1:
            raise BadRequest(f"there is no batch {batch_id!r} to finish")

    def record(self, batch_id: str, stage: str, **facts: Any) -> None:
        """One receipt, of a stage or of one of its items; see `record_many` for the facts."""
        self.record_many(batch_id, [{"stage": stage, **facts}])

    def record_many(self, batch_id: str, receipts: Sequence[Mapping[str, Any]]) -> None:
        """Receipts in one insert. Each has `stage` and as far as known: item, status ('done', 'skipped', 'failed'),
        reason, rows, seconds, error, started_at, finished_at. Call it in the transaction that writes the rows."""
        import schemas

        now = self._warehouse.clock()
        defaults: dict[str, Any] = dict.fromkeys(_RECEIPT) | {
            "status": "done",
            "rows": 0,
            "seconds": 0.0,
            "finished_at": now,
        }
        lines = []
        for receipt in receipts:
            if unknown := set(receipt) - {"stage", *_RECEIPT}:
                raise BadRequest(f"a receipt has no {', '.join(sorted(unknown))}; it has stage, {', '.join(_RECEIPT)}")
            line = defaults | dict(receipt)
            _allowed("status of a stage", line["status"], _STATUSES)
            line["started_at"] = line["started_at"] or line["finished_at"]
            line |= {column: masked(line[column]) for column in ("reason", "error") if line[column] is not None}
            lines.append({**line, "batch_id": batch_id, "versions": versions()})
        self._warehouse.append(schemas.table("ops.stage_runs"), lines)

    @contextmanager
    def stage(self, batch_id: str, stage: str) -> Iterator[Receipt]:
        """One stage as one transaction: its tables, its items' receipts and its own are committed together.

        If it raises, all is undone, a 'failed' receipt with the error is committed alone, and the exception goes on.
        """
        receipt, began, started_at = Receipt(), time.monotonic(), self._warehouse.clock()
        try:
            with self._warehouse.transaction():
                yield receipt
                facts = {"status": receipt.status, "reason": receipt.reason, "error": receipt.error}
                self._close(batch_id, stage, started_at, began, receipt, facts)
        except Exception as error:
            failed = {"status": "failed", "reason": None, "error": f"{type(error).__name__}: {error}"}
            try:
                self._close(batch_id, stage, started_at, began, Receipt(), failed)
            except WarehouseError as second:  # the disk is gone: the first error is the one to tell
                error.add_note(f"and the failure could not be recorded: {second}")
            raise

    def close_dead_batches(self) -> tuple[str, ...]:
        """Mark batches that are 'running' although we hold the lock; returns those that died.

        A batch that died between the publishing of its results and its own last line was complete: it is closed as
        what the published file says it was.
        """
        running = self._warehouse.rows(statement("ledger/running_batches"))
        if not running:
            return ()
        from warehouse.results import published_batches

        known = published_batches(self._warehouse.results_path)
        dead = []
        for batch_id, host, pid in running:
            ended = known.get(batch_id)
            if ended is not None and ended.status in _ENDS:
                why = "published; its process ended before it could say so"
                self.finish(batch_id, ended.status, why, ended.finished_at)
                continue
            reason = f"process {pid} on {host} ended without a word"
            self._warehouse.rows(statement("ledger/crashed_batch"), {"batch_id": batch_id, "reason": reason})
            dead.append(batch_id)
        return tuple(dead)

    def last_batch(self) -> dict[str, Any] | None:
        """Read the batch that began last, as a dict of its columns; None in a fresh warehouse."""
        last = self._warehouse.records(statement("ledger/batches"), {"limit": 1})
        return last[0] if last else None

    def _close(
        self,
        batch_id: str,
        stage: str,
        started_at: datetime,
        began: float,
        receipt: Receipt,
        facts: Mapping[str, Any],
    ) -> None:
        seconds = time.monotonic() - began
        own = {"stage": stage, "rows": receipt.rows, "seconds": seconds, "started_at": started_at, **facts}
        items = [{"stage": stage, "started_at": started_at, **item} for item in receipt.items]
        self.record_many(batch_id, [*items, own])


def _allowed(what: str, given: str, allowed: Sequence[str]) -> None:
    if given not in allowed:
        raise BadRequest(f"{what}: given was {given!r}, allowed are {', '.join(allowed)}")
