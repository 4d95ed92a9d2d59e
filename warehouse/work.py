"""The warehouse as its one writer sees it: a folder with `work.duckdb`, opened under the writer lock."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from schemas import Table
from warehouse import connection, migrations, store
from warehouse.errors import BadRequest, Finding, WarehouseDiffers, WarehouseNewer
from warehouse.incoming import in_batches
from warehouse.ledger import Ledger
from warehouse.lock import Holder, WriterLock
from warehouse.places import RESULTS, WORK
from warehouse.reading import Reader
from warehouse.repair import check_present
from warehouse.statements import literal
from warehouse.where import Where, condition

if TYPE_CHECKING:
    import duckdb
    import polars as pl
    import pyarrow as pa

    from warehouse.publish import Published

HELD = "32MB"
"""How much is held of tables that are being written: they lie in the file, and whoever reads them has them from there.
DuckDB would hold as much as its limit allows."""


def utc_now() -> datetime:
    """Read the present instant in UTC, without a zone, as every timestamp of the warehouse is stored.

    The one place where the system's clock is read for what is stored or decided by it. A clock is no proof: it may
    stand wrong, be set back, or have been years ahead once. What came first, the order of the ledger's rows tells.
    """
    return datetime.now(UTC).replace(tzinfo=None)


class Warehouse(Reader):
    """The open `work.duckdb` of one folder. Made by `Warehouse.open`; a context manager.

    Threads may share it: each call waits for the others, a transaction keeps them waiting until it ends.
    `version` is the schema's, `crashed` the batches found dead at this opening, `takeover` the dead holder whose
    lock was taken over.
    """

    def __init__(
        self,
        directory: Path,
        lock: WriterLock,
        *,
        con: duckdb.DuckDBPyConnection,
        memory_limit: str | None,
        validation: str,
        clock: Callable[[], datetime],
        templates: Path | None,
    ) -> None:
        self.directory = directory
        self.path = directory / WORK
        self.results_path = directory / RESULTS
        self.clock = clock
        self.takeover: Holder | None = lock.takeover
        self._lock, self._validation, self._memory_limit = lock, validation, memory_limit
        self._turn = threading.RLock()
        self._depth, self._broken = 0, False
        super().__init__(con)
        try:
            with connection.clear_errors(self.path):
                self.found_version, self.version = migrations.migrate(con, clock, templates=templates)
        except (WarehouseDiffers, WarehouseNewer) as error:
            raise type(error)(f"{self.path}: {error}") from error
        self.ledger = Ledger(self)
        self.crashed = self.ledger.close_dead_batches()

    @classmethod
    def open(
        cls,
        directory: Path | str,
        *,
        verb: str = "run",
        wait_seconds: float = 30.0,
        threads: int | None = None,
        memory_limit: str | None = "512MB",
        validation: str = "pandera",
        clock: Callable[[], datetime] | None = None,
        templates: Path | None = None,
    ) -> Warehouse:
        """Take the writer lock of `directory`, then open, create or migrate its `work.duckdb`.

        `validation`: "pandera" (frames up to `store.PANDERA_ROWS` rows by pandera, larger ones by the same rules as
        SQL) or "sql" (always SQL: spares pandera's import). `memory_limit` is DuckDB's own, the rest goes to disk:
        with 512 MB, a night of 1.8 GB computed, wrote, measured and published 40,000 runs, 106 million rows in one
        transaction; with 1 GB it was no faster. `clock`: what time it is, instead of `utc_now`.
        `templates`: a folder of the user's own that keeps an empty warehouse, to copy new ones from.
        Whoever else has the file open, a run or another program, is waited for.
        Raises WarehouseLocked after `wait_seconds`, WarehouseNewer, WarehouseDiffers, StorageDamaged, StorageFailed.
        """
        if validation not in store.VALIDATIONS:
            raise BadRequest(f"validation {validation!r}: allowed are {', '.join(store.VALIDATIONS)}")
        folder, until = Path(directory), time.monotonic() + wait_seconds
        clock = clock or utc_now
        lock = WriterLock(folder, verb=verb, wait_seconds=wait_seconds, clock=clock)
        with ExitStack() as undo:
            undo.callback(lock.release)
            check_present(folder, begin=True)
            con = connection.open_work(folder / WORK, threads=threads, memory_limit=memory_limit, until=until)
            undo.callback(con.close)
            opened = cls(
                folder,
                lock,
                con=con,
                memory_limit=memory_limit,
                validation=validation,
                clock=clock,
                templates=templates,
            )
            undo.pop_all()
            return opened

    def close(self) -> None:
        """Close the file and give the lock back; a transaction that is still open is undone."""
        self._con.close()
        self._lock.release()

    def __enter__(self) -> Warehouse:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that happens inside is committed at the end, or nothing of it. Inside another one it joins that one.

        An exception undoes everything, also what was done before an inner transaction failed and was caught.
        """
        with self._turn:
            if self._depth:
                try:
                    yield
                except BaseException:
                    self._broken = True
                    raise
                return
            with connection.clear_errors(self.path):
                self._con.begin()
                self._depth, self._broken = 1, False
                try:
                    yield
                    if self._broken:
                        raise BadRequest("a part of this transaction has failed, so the whole of it is undone")
                    self._con.commit()
                except BaseException:
                    self._undo()
                    raise
                finally:
                    self._depth = 0

    def replace(self, table: str | type[Table], rows: store.Rows, where: Where | None = None) -> int:
        """Put `rows` in the place of what `where` selects (None: of all rows), in one transaction; rows written."""
        return self._write(table, rows, where, delete=True)

    def append(self, table: str | type[Table], rows: store.Rows) -> int:
        """Add `rows`; the number of rows written."""
        return self._write(table, rows, None, delete=False)

    def check(self, table: str, rows: pa.Table) -> None:
        """Hold `rows` against the declaration, but for their keys, and write nothing; raises as `append` does."""
        with self._turn:
            store.checked(self._con, store.table_of(table), rows, None, self._validation, piece=True)

    def append_checked(self, table: str, rows: pa.Table) -> None:
        """Add `rows` that have passed `check`."""
        declared = store.table_of(table)
        with self.transaction():
            store.insert(self._con, declared, in_batches(rows.select(declared.names())))

    def spare_memory(self) -> None:
        """Have DuckDB let go of what it has written, down to `HELD`, by a limit that stands for an instant.

        Another connection sets it, for one that is refused, since that much is in use, would end a transaction of ours.
        Where DuckDB has no limit it may hold all.
        """
        from warehouse.client import duckdb

        if self._memory_limit is None:
            return
        with self._turn, self._con.cursor() as other:
            try:
                with suppress(duckdb.Error):
                    other.execute(f"set memory_limit = {literal(HELD)}")
            finally:  # after Ctrl-C, too: what is written has yet to be closed
                other.execute(f"set memory_limit = {literal(self._memory_limit)}")

    def delete(self, table: str | type[Table], where: Where | None) -> int:
        """Remove what `where` selects (None: all rows); the number of rows removed."""
        with self.transaction():
            return store.delete(self._con, store.table_of(table), where)

    def read(
        self,
        name: str,
        where: Where | None = None,
        columns: Sequence[str] | None = None,
        order: bool = True,
    ) -> pl.DataFrame:
        """Rows of a table, sorted by its key unless `order` is False."""
        table = store.table_of(name)
        condition_sql, values = condition(table, where)
        if columns is not None and (unknown := set(columns) - set(table.names())):
            raise BadRequest(f"{name} has no column {', '.join(sorted(unknown))}; it has {', '.join(table.names())}")
        chosen = ", ".join(columns or table.names())
        ordering = f" order by {', '.join(table.key)}" if order else ""
        return self.frame(f"select {chosen} from {name} where {condition_sql}{ordering}", values)

    def count(self, table: str | type[Table], where: Where | None = None) -> int:
        """Count the rows that `where` selects."""
        declared = store.table_of(table)
        sql, values = condition(declared, where)
        return int(self.scalar(f"select count(*) from {declared.name} where {sql}", values))

    @contextmanager
    def _asking(self) -> Iterator[None]:
        with self._turn, connection.clear_errors(self.path):
            yield

    def audit(self, only: str = "") -> list[Finding]:
        """Every check (or those whose name begins with `only`) that finds offending rows; none: the books balance.

        BadRequest within a transaction, of which only a part of the checks would see what is not yet committed.
        """
        from warehouse.audit import audit

        with self._turn:
            if self._depth:
                raise BadRequest("audit() looks at what is committed: call it outside of the transaction")
            return audit(self._con, only)

    def audit_detail(self) -> list[Finding]:
        """Every check of what runs leave by day, fill and lot that finds offending rows."""
        from warehouse.audit import audit_detail

        with self._turn:
            return audit_detail(self._con)

    def publish(
        self,
        batch_id: str,
        *,
        status: str = "done",
        reason: str = "",
        keep: int = 0,
        progress: Callable[[int, int, str], None] | None = None,
    ) -> Published:
        """Audit, copy to `results.duckdb` by atomic replacement, and finish the batch; see `warehouse.publish`."""
        from warehouse.publish import publish

        with self._turn:
            return publish(self, self._con, batch_id, status=status, reason=reason, keep=keep, progress=progress)

    def _write(self, table: str | type[Table], rows: store.Rows, where: Where | None, *, delete: bool) -> int:
        """Check, then write: rows that are refused leave an open transaction as it was."""
        declared = store.table_of(table)
        with self._turn:
            incoming = store.checked(self._con, declared, rows, where, self._validation)
            with self.transaction():
                if delete:
                    store.delete(self._con, declared, where)
                if incoming.num_rows:
                    store.insert(self._con, declared, incoming)
            return int(incoming.num_rows)

    def _undo(self) -> None:
        """Roll back; after a fatal error of the disk there is nothing left to roll back, and DuckDB says so."""
        from warehouse.client import duckdb

        with suppress(duckdb.Error):
            self._con.rollback()
