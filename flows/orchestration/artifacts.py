"""What a stage leaves on its run's page: a table of what it did."""

from __future__ import annotations

import math
from typing import Any

from prefect.artifacts import create_table_artifact

from flows.outcomes import ItemOutcome, StageOutcome
from flows.text import as_markdown, presentable

ROWS = 200
"""Rows kept of a table: the page is for reading, the whole stands in ops.stage_runs."""


def clean(value: Any) -> Any:
    """Turn a value into one that JSON can hold: Prefect would store infinity and NaN as text that no reader accepts."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def stage_rows(outcome: StageOutcome) -> list[dict[str, Any]]:
    """List the first `ROWS` items of a stage: what failed first, then what was done, then what was skipped."""
    order = ("failed", "done", "skipped")
    items = sorted(outcome.items, key=lambda item: order.index(item.status))
    whole = ItemOutcome("", outcome.status, outcome.reason, outcome.rows, math.nan)
    return [
        {
            "item": presentable(i.item),
            "status": i.status,
            "reason": presentable(i.reason),
            "rows": i.rows,
            "seconds": clean(round(i.seconds, 3)),
        }
        for i in items[:ROWS] or [whole]
    ]


def leave_stage_table(outcome: StageOutcome) -> None:
    """Create the artifact `stage-<name>` of the flow run that is running."""
    more = f" The first {ROWS} of {len(outcome.items)} items." if len(outcome.items) > ROWS else ""
    create_table_artifact(
        key=f"stage-{outcome.stage}",
        table=stage_rows(outcome),
        description=f"{outcome.status}: {as_markdown(outcome.reason)}.{more}",
    )
