"""What was published, opened with the detail of some runs in its tables, whether it is stored or not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from schemas.backtest import DETAIL
from schemas.shown import counted
from warehouse.statements import statement

if TYPE_CHECKING:
    from warehouse import Results

READING_IT = ("asset_days", "days", "income", "skipped", "trades")
"""Views that read of the tables of detail, beside those that have their names."""
ASKED_OF = re.compile(r"\b(?:from|join)\s+(?:\w+\.)*(\w+)", re.IGNORECASE)


def opened(where: Path | str, names: Sequence[str] = ()) -> AbstractContextManager[Results]:
    """Open what was published, with the detail of the runs that are named; as `open_results` does where none are."""
    from warehouse import open_results

    return open_detail(where, *names) if names else open_results(where)


@contextmanager
def open_detail(where: Path | str, *names: str) -> Iterator[Results]:
    """Open what was published as `warehouse.open_results` does, with the detail of some runs in its tables.

    `names`: scenarios, sweeps or run_ids. Raises PipelineError where it is no longer reproducible, UsageError for a
    name that means nothing.

    with open_detail("warehouse/data", "grid[sd_n=8]") as results:
        results.frame("from fills where scenario = 'grid[sd_n=8]'")
    """
    from flows.detail.door import with_detail
    from flows.results.choosing import choose_runs
    from warehouse import open_results

    with open_results(where) as results:
        ids = [run.run_id for name in names for run in choose_runs(results, name)]
        with with_detail(results, ids) as more:
            yield more


def left_out(results: Results, query: str) -> str:
    """Say what an answer out of the tables of detail lacks: runs whose figures alone are kept; "" where nothing."""
    asked_of = sorted({name.lower() for name in ASKED_OF.findall(query)} & {*DETAIL, *READING_IT})
    lacking = int(results.scalar(statement("detail/figures_alone"))) if asked_of else 0
    if not lacking:
        return ""
    return (
        f"{', '.join(asked_of)}: without {counted(lacking, 'scenario')} of sweeps that keep metrics;"
        " `sdengine sql --detail NAME` computes what one of them, or a sweep, did"
    )
