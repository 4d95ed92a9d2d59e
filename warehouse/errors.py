"""What can go wrong with the warehouse, each with a sentence that says what to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Finding:
    """A check that found something: its name, what should hold, how many rows offend, and the first of them."""

    check: str
    sentence: str
    count: int
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = field(default=())

    def __str__(self) -> str:
        first = "; ".join(str(dict(zip(self.columns, row, strict=True))) for row in self.rows)
        return f"{self.check}: {self.count} offending rows ({self.sentence}), first: {first}"


class WarehouseError(RuntimeError):
    """Something is wrong with the warehouse itself, its files or its state."""


class WarehouseLocked(WarehouseError):
    """Another process writes: the message names it, its machine, and since when."""


class WarehouseNewer(WarehouseError):
    """A later version of this program has written the warehouse."""


class WarehouseDiffers(WarehouseError):
    """The tables in the file are not those that this version declares, and no migration explains it."""


class StorageFailed(WarehouseError):
    """The disk said no: full, read-only, not permitted, or not a warehouse."""


class StorageDamaged(StorageFailed):
    """A file is there and cannot be understood, or it is gone: the message says what builds it anew."""


class AuditFailed(WarehouseError):
    """The books do not balance, so nothing was published: `findings` holds the checks with their offending rows."""

    def __init__(self, message: str, findings: list[Finding]) -> None:
        super().__init__(message)
        self.findings = findings


class NoResults(WarehouseError):
    """Nothing has been published yet, or the published file is not where it is looked for."""


class QueryRefused(ValueError):
    """A query on the results that cannot be answered: it would write, or it is not valid SQL."""


class BadRequest(ValueError):
    """A caller asked for something impossible: an unknown table, column or query, rows outside a partition."""
