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


def others_beside(published: Path) -> str:
    """Name the published files that lie where this one is missing, as the end of a sentence; "" where there is none."""
    others = sorted(file.name for file in published.parent.glob("results*.duckdb") if file.is_file())
    return f"; beside it lie {', '.join(others)}" if others else ""


def is_ours(path: Path) -> bool:
    """Tell whether a path is one of a warehouse's own files, or another name of one that lies beside it."""
    ours = (WORK, RESULTS, LOCK, KEPT, BROKEN, "*.wal", ".results.*", ".work.*")
    if any(path.match(pattern) for pattern in ours):
        return True
    real = path.resolve()
    return real.name != path.name and any(real.match(pattern) for pattern in ours)
