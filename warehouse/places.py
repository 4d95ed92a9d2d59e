"""What lies in a warehouse's folder, by name."""

from __future__ import annotations

from pathlib import Path

WORK = "work.duckdb"
RESULTS = "results.duckdb"
LOCK = "work.lock"
KEPT = "results-*.duckdb"
BROKEN = "work-broken-*.duckdb"


def write_ahead(path: Path) -> Path:
    """Name the file in which DuckDB keeps what it has not yet brought into `path`."""
    return path.with_name(f"{path.name}.wal")


def published_files(folder: Path) -> list[Path]:
    """List the published files that there are, the newest first.

    Raises:
        OSError: the folder may not be looked into.
    """
    results = folder / RESULTS
    return [*([results] if results.exists() else []), *kept_files(results)]


def kept_files(published: Path) -> list[Path]:
    """List the older files that are kept beside the published one, the newest first.

    Its ledger tells the order, or, where it cannot be read, how long the ledgers of the others are: the times in the
    names are those of clocks.
    """
    from warehouse.results import published_batches

    order = {batch_id: place for place, batch_id in enumerate(published_batches(published))}

    def age(path: Path) -> tuple[int, int, str]:
        place = order.get(path.stem.partition("-")[2], -1)
        return place, len(published_batches(path)) if place < 0 else 0, path.name

    return sorted(published.parent.glob(KEPT), key=age, reverse=True)


def is_ours(path: Path) -> bool:
    """Tell whether a path is one of a warehouse's own files, or another name of one that lies beside it."""
    ours = (WORK, RESULTS, LOCK, KEPT, BROKEN, "*.wal", ".results.*", ".work.*")
    if any(path.match(pattern) for pattern in ours):
        return True
    real = path.resolve()
    return real.name != path.name and any(real.match(pattern) for pattern in ours)
