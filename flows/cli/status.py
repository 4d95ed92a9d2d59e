"""`sdengine status`: the last batches, stage by stage."""

from __future__ import annotations

from typing import Any

from flows.asked import Asked
from flows.cli.asking import asks
from flows.cli.terminal import shortened
from flows.results.status import Rows, read_status
from flows.text import masked, printable


@asks("batches", "warehouse")
def status(asked: Asked) -> None:
    """Tell how the last batches went.

    Stage by stage, with rows, seconds, and each failure with its reason.

    \b
    Examples:
      sdengine status
      sdengine status --batches 20
    """
    found = read_status(asked.warehouse, asked.batches)
    for sentence in found.notes:
        print(sentence)
    for batch in found.batches:
        for line in batch_lines(batch, [line for line in found.stages if line["batch_id"] == batch["batch_id"]]):
            print(printable(masked(line)))


def batch_lines(batch: dict[str, Any], stages: Rows) -> list[str]:
    """Lay out a batch in lines: its own, one per stage, one per failed item."""
    took = f" in {(batch['finished_at'] - batch['started_at']).total_seconds():.1f} s" if batch["finished_at"] else ""
    lines = [f"{batch['batch_id']}  {batch['verb']}  {batch['source']}  {batch['status']}{took}"]
    if batch["status"] != "done" or not stages:
        lines[0] += f"  ({batch['reason']})" if batch["reason"] else ""
    for line in stages:
        reason = line["error"] or line["reason"] or ""
        if line["item"] is None:
            lines.append(
                f"  {line['stage']:<9} {line['status']:<8} {line['rows']:>9,} rows {line['seconds']:>6.1f} s  {reason}"
            )
        elif line["status"] == "failed":
            lines.append(f"  {'':<9} ✗ {line['item']}: {shortened(reason)}")
    return lines
