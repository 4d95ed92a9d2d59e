"""Where questions about what is stored are answered: by the work file while it is free, else by what was published."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from warehouse import Results
    from warehouse.reading import Reader


@contextmanager
def freshest(folder: Path, verb: str) -> Iterator[tuple[Reader, list[str]]]:
    """Open what knows most and cannot change meanwhile; with sentences for a person, where it is not the work file.

    While a run holds the work file, or where it cannot be opened, the file that was published last answers; `NoResults`
    where there is none, or one of a version before that lacks what is asked.
    """
    from warehouse import Warehouse, WarehouseError

    notes: list[str] = []
    if (folder / "work.duckdb").exists():
        try:
            warehouse = Warehouse.open(folder, verb=verb, wait_seconds=0.0)
        except WarehouseError as trouble:  # whatever is wrong with that file, what was published can be asked
            notes = [str(trouble), "what follows was published before it:"]
        else:
            with warehouse:
                yield warehouse, notes
            return
    with published(folder, "ask when the run is done") as results:
        yield results, notes


@contextmanager
def published(folder: Path, otherwise: str = "`sdengine run` publishes it anew") -> Iterator[Results]:
    """Open what was published last; `NoResults` where there is nothing, or it lacks what is asked of this version.

    `otherwise`: what a person does about a file of an older version.
    """
    from warehouse import NoResults, QueryRefused, Results

    with Results.open(folder) as results:
        try:
            yield results
        except QueryRefused as refusal:
            if results.is_of_an_older_version():
                raise NoResults(f"what {folder} published is of an older version; {otherwise}") from refusal
            raise
