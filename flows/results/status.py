"""How the last batches went, as the ledger tells it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.statements import statement

if TYPE_CHECKING:
    from warehouse.reading import Reader

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Status:
    """The last batches, their stages with the items that failed, and what there is to say of where it was read."""

    batches: Rows
    stages: Rows
    notes: tuple[str, ...] = ()


def read_status(folder: Path, batches: int) -> Status:
    """Read the last `batches` of the work file; while a run holds that, of the file that was published last."""
    from warehouse import Results, Warehouse, WarehouseLocked

    notes: tuple[str, ...] = ()
    if (folder / "work.duckdb").exists():
        try:
            with Warehouse.open(folder, verb="status", wait_seconds=0.0) as warehouse:
                return _read(warehouse, batches)
        except WarehouseLocked as error:
            notes = (str(error), "what follows was published before it:")
    with Results.open(folder) as results:
        return _read(results, batches, notes)


def _read(reader: Reader, batches: int, notes: tuple[str, ...] = ()) -> Status:
    last, stages = (
        reader.records(statement(f"ledger/{name}"), {"limit": batches}) for name in ("batches", "last_stages")
    )
    return Status(last, stages, notes)
