"""The published files of a warehouse, in the order of their nights, and the files of parts that they use."""

from __future__ import annotations

from pathlib import Path

from warehouse.connection import clear_opening, open_read_only
from warehouse.parts import PartFile, used_files
from warehouse.places import KEPT, RESULTS
from warehouse.results import published_batches


def published_files(folder: Path) -> list[Path]:
    """List the published files that there are, the newest first.

    Raises:
        OSError: the folder may not be looked into.
    """
    results = folder / RESULTS
    return [*([results] if results.is_file() else []), *kept_files(results)]


def kept_files(published: Path) -> list[Path]:
    """List the older files that are kept beside the published one, the newest first.

    Its ledger tells the order, or, where it cannot be read, how long the ledgers of the others are: the times in the
    names are those of clocks.
    """
    kept = [path for path in published.parent.glob(KEPT) if path.is_file()]
    if len(kept) < 2:  # to open a file for their order takes longer than to publish a small one
        return kept
    order = {batch_id: place for place, batch_id in enumerate(published_batches(published))}

    def age(path: Path) -> tuple[int, int, str]:
        place = order.get(path.stem.partition("-")[2], -1)
        return place, len(published_batches(path)) if place < 0 else 0, path.name

    return sorted(kept, key=age, reverse=True)


def files_used_by(path: Path) -> list[PartFile]:
    """List the files in which the detail of a published file's runs stands; a WarehouseError where it is damaged."""
    with clear_opening(path), open_read_only(path) as con:
        return used_files(con)
