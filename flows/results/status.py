"""How the last batches went, as the ledger tells it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.results.freshest import freshest
from warehouse.statements import statement

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Status:
    """The last batches, their stages with the items that failed, and what there is to say of where it was read."""

    batches: Rows
    stages: Rows
    notes: tuple[str, ...] = ()


def read_status(folder: Path, batches: int) -> Status:
    """Read the last `batches` of the work file; while a run holds that, of the file that was published last."""
    with freshest(folder, "status") as (reader, notes):
        last, stages = (
            reader.records(statement(f"ledger/{name}"), {"limit": batches}) for name in ("batches", "last_stages")
        )
    return Status(last, stages, tuple(notes))
