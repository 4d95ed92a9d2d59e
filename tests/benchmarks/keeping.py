"""What a sweep costs of which less is kept than all, beside one that is kept whole: by scenario, in one run.

    python -m tests.benchmarks.keeping              # 200 and 1,000 scenarios of each, and 20,000 reckoned
    python -m tests.benchmarks.keeping 20000        # so many, kept as figures alone
    python -m tests.benchmarks.keeping 50000 parts dask:2       # their detail as parts, computed by others

A night has costs that do not grow: the difference between two sizes is what a scenario costs, with its twins.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

from schemas.backtest import KEEP, METRICS
from tests.benchmarks.night import thousand

SIZES = (200, 1000)
MANY = 20_000
HEAD = f"{'keep':8} {'scenarios':>9} {'CPU s':>8} {'s':>8} {'MB':>8} {'parts MB':>9} {'MiB':>6}"


def measured(sets: int, keep: str, workers: str | None = None) -> tuple[float, ...]:
    """Run a night of so many scenarios: processor seconds, seconds, MB of the file and of the parts, MiB of memory."""
    with TemporaryDirectory() as place:
        house = thousand(Path(place), sets, keep)
        began = time.monotonic()
        with Peaks() as peaks:
            spent = house.night(workers=workers)
        wall = time.monotonic() - began
        if workers:
            print(spent.stderr, peaks.listed(), sep="\n", file=sys.stderr)
        folder = Path(place) / "warehouse"
        parts = sum(path.stat().st_size for path in (folder / "parts").rglob("*.parquet"))
        return spent.seconds, wall, (folder / "results.duckdb").stat().st_size / 1e6, parts / 1e6, spent.peak


class Peaks:
    """Watches what the processes take that this one has started, and those that they have: memory and the processor."""

    def __init__(self) -> None:
        self._of: dict[int, tuple[str, int, float]] = {}
        self._done = Event()
        self._thread = Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Peaks:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def listed(self) -> str:
        """Name each process that took more than 100 MiB, with its peak in MiB, and its seconds of the processor."""
        return "\n".join(
            f"{name}: {kib // 1024} MiB, {seconds:.0f} s"
            for name, kib, seconds in self._of.values()
            if kib > 100 * 1024
        )

    def _watch(self) -> None:
        import psutil

        this = psutil.Process()
        while not self._done.wait(0.5):
            for process in this.children(recursive=True):
                try:
                    status = Path(f"/proc/{process.pid}/status").read_text()
                    peak = next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)
                    name, spent = " ".join(process.cmdline()[:4])[:60], process.cpu_times()
                    self._of[process.pid] = (name, peak, spent.user + spent.system)
                except (psutil.Error, OSError):
                    continue  # it has just ended


def table() -> list[str]:
    """Compare the ways of keeping at both sizes, and reckon many."""
    lines = [HEAD]
    few, more = SIZES
    for keep in KEEP:
        measurements = [measured(sets, keep) for sets in SIZES]
        lines += [_line(keep, sets, row) for sets, row in zip(SIZES, measurements, strict=True)]
        each = [(two - one) / (more - few) for one, two in zip(*measurements, strict=True)]
        reckoned = [one + (MANY - few) * step for one, step in zip(measurements[0], each, strict=True)]
        lines.append(_line(f"{keep}*", MANY, [*reckoned[:-1], measurements[1][-1]]))
    return [*lines, "* reckoned; memory does not grow with the number of scenarios"]


def _line(keep: str, sets: int, figures: Sequence[float]) -> str:
    seconds, wall, size, parts, peak = figures
    return f"{keep:8} {sets:9,} {seconds:8.1f} {wall:8.1f} {size:8.1f} {parts:9.1f} {peak:6.0f}"


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sets, keep, workers = (*sys.argv[1:], *(METRICS, None)[len(sys.argv) - 2 :])[:3]
        print(HEAD, _line(str(keep), int(str(sets)), measured(int(str(sets)), str(keep), workers)), sep="\n")
    else:
        print("\n".join(table()))
