"""`sdengine status`: the last batches, stage by stage."""

from __future__ import annotations

from typing import Any

from flows.asked import Asked
from flows.cli.answer import present
from flows.cli.asking import asks
from flows.cli.columns import Table
from flows.cli.terminal import failure_lines
from flows.outcomes import by_reason, told_once
from flows.results.status import Rows, Status, read_status
from flows.text import masked, printable


@asks("batches", "format", "output", "warehouse")
def status(asked: Asked) -> None:
    """Tell how the last batches went.

    Stage by stage, with rows, seconds, and each failure with its reason.

    \b
    Examples:
      sdengine status
      sdengine status --batches 20
    """
    state = read_status(asked.warehouse, asked.batches)
    if asked.format != "table":
        present(asked, [_table(state)])
        return
    lines = list(state.notes)
    for batch in state.batches:
        lines += batch_lines(batch, [line for line in state.stages if line["batch_id"] == batch["batch_id"]])
    present(asked, [], head=[printable(masked(line)) for line in lines])


def _table(state: Status) -> Table:
    """Make a row of each stage and failed item, and of a batch without any."""
    records = []
    for batch in state.batches:
        own = [line for line in state.stages if line["batch_id"] == batch["batch_id"]] or [{}]
        about = {"batch_id": batch["batch_id"], "verb": batch["verb"], "source": batch["source"]}
        about |= {"batch_status": batch["status"], "batch_reason": masked(batch["reason"] or "") or None}
        about |= {"started_at": batch["started_at"], "finished_at": batch["finished_at"]}
        for line in own:
            reason = masked(line.get("error") or line.get("reason") or "") or None
            records.append(about | {name: line.get(name) for name in STAGE_FIELDS} | {"reason": reason})
    return Table("status", FIELDS, records)


SHOWN = 50
"""Different failures told of a stage."""
STAGE_FIELDS = ("stage", "item", "status", "rows", "seconds")
FIELDS = (
    *("batch_id", "verb", "source", "batch_status", "batch_reason", "started_at", "finished_at"),
    *(*STAGE_FIELDS, "reason"),
)


def batch_lines(batch: dict[str, Any], stages: Rows) -> list[str]:
    """Lay out a batch in lines: its own, one per stage, one per failed item."""
    began, ended = batch["started_at"], batch["finished_at"]
    # a clock that was set back meanwhile does not tell
    took = f" in {(ended - began).total_seconds():.1f} s" if ended is not None and ended >= began else ""
    lines = [f"{batch['batch_id']}  {batch['verb']}  {batch['source']}  {batch['status']}{took}"]
    whole = [line for line in stages if line["item"] is None]
    if batch["reason"] and not (whole and (batch["status"] == "done" or _is_told(batch["reason"], whole))):
        lines[0] += f"  ({batch['reason']})"
    before: set[str] = set()
    for line in whole:
        lines.append(
            f"  {line['stage']:<9} {line['status']:<8} {line['rows']:>9,} rows {line['seconds']:>6.1f} s  {_why(line)}"
        )
        begun = line["stage"], line["started_at"]  # one that is tried again begins twice
        failed = [one for one in stages if one["item"] and (one["stage"], one["started_at"]) == begun]
        groups = by_reason((one["item"], told_once(_why(one), before)) for one in failed)
        before |= {one["item"] for one in failed}
        lines += [f"{'':12}{failure}" for failure in failure_lines(groups, SHOWN)]
    return lines


def _is_told(reason: str, stages: Rows) -> bool:
    """Tell whether what is said of a batch is what its stages say, or what one of them has met."""
    of_all = all(f"{line['stage']}: {line['reason'] or ''}" in reason for line in stages)
    return of_all or any(reason in _why(line) for line in stages)


def _why(line: dict[str, Any]) -> str:
    return line["error"] or line["reason"] or ""
