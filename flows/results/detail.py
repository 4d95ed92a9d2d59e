"""What was published, opened with the detail of some runs in its tables, whether it is stored or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from warehouse import Results


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
