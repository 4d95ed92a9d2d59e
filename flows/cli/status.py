"""`sdengine status`: the last batches, stage by stage."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flows.asked import Asked
from flows.cli.asking import asks
from flows.cli.terminal import shortened
from warehouse.statements import statement

Rows = list[dict[str, Any]]

TOLD = ("results/status_batches", "results/status_stages")


@asks("batches", "warehouse")
def status(asked: Asked) -> None:
    """Tell how the last batches went.

    Stage by stage, with rows, seconds, and each failure with its reason.

    \b
    Examples:
      sdengine status
      sdengine status --batches 20
    """
    told = read_status(asked.warehouse, asked.batches)
    for sentence in told.notes:
        print(sentence)
    for batch in told.batches:
        for line in batch_lines(batch, [line for line in told.stages if line["batch_id"] == batch["batch_id"]]):
            print(line)


class Told:
    """What the ledger says, and where it was read."""

    def __init__(self, batches: Rows, stages: Rows, notes: list[str]) -> None:
        self.batches, self.stages, self.notes = batches, stages, notes


def read_status(folder: Path, batches: int) -> Told:
    """Read the ledger of the work file; while a run holds that, the one that was published last."""
    from warehouse import Results, Warehouse, WarehouseLocked

    values = {"batches": batches}
    notes: list[str] = []
    if (folder / "work.duckdb").exists():
        try:
            with Warehouse.open(folder, verb="status", wait_seconds=0.0) as warehouse:
                told = [warehouse.query(statement(name), values).to_dicts() for name in TOLD]
            return Told(told[0], told[1], notes)
        except WarehouseLocked as error:
            notes = [str(error), "what follows was published before it:"]
    with Results.open(folder) as results:
        found = []
        for name in TOLD:
            columns, rows = results.rows(statement(name), values)
            found.append([dict(zip(columns, row, strict=True)) for row in rows])
    return Told(found[0], found[1], notes)


def batch_lines(batch: dict[str, Any], stages: Rows) -> list[str]:
    """Lay out a batch in lines: its own, one per stage, one per failed item."""
    took = f" in {(batch['finished_at'] - batch['started_at']).total_seconds():.1f} s" if batch["finished_at"] else ""
    lines = [f"{batch['batch_id']}  {batch['verb']}  {batch['source']}  {batch['status']}{took}"]
    if batch["status"] != "done" or not stages:
        lines[0] += f"  ({batch['reason']})" if batch["reason"] else ""
    for line in stages:
        said = line["error"] or line["reason"] or ""
        if line["item"] is None:
            lines.append(
                f"  {line['stage']:<9} {line['status']:<8} {line['rows']:>9,} rows {line['seconds']:>6.1f} s  {said}"
            )
        elif line["status"] == "failed":
            lines.append(f"  {'':<9} ✗ {line['item']}: {shortened(said)}")
    return lines
