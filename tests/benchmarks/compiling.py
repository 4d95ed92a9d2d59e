"""The command, with what the compiler takes of its processor time, function by function, on stderr at the end.

NUMBA_CACHE_DIR=$(mktemp -d) python -m tests.benchmarks.compiling run --direct --warehouse DIR
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from typing import Any

from numba.core import event

from flows.cli import main


class Compiling(event.Listener):
    """Processor seconds of compiling each kernel, what it calls apart; a kernel counts for each of its signatures."""

    def __init__(self) -> None:
        self.own: Counter[str] = Counter()
        self.times: Counter[str] = Counter()
        self._open: list[list[float]] = []

    def on_start(self, event: event.Event) -> None:
        self._open.append([time.process_time(), 0.0])

    def on_end(self, event: event.Event) -> None:
        began, below = self._open.pop()
        took = time.process_time() - began
        if self._open:
            self._open[-1][1] += took
        function: Any = event.data["dispatcher"].py_func
        name = f"{function.__module__}.{function.__name__}"
        self.own[name] += took - below  # type: ignore[assignment]  # typeshed counts whole numbers alone
        self.times[name] += 1

    def report(self, top: int = 40) -> list[str]:
        """List the dearest."""
        rows = [f"{took:7.2f} s {self.times[name]:3} times {name}" for name, took in self.own.most_common(top)]
        return [f"{sum(self.own.values()):7.2f} s {sum(self.times.values()):3} kernels in all", *rows]


if __name__ == "__main__":
    listener = Compiling()
    event.register("numba:compile", listener)
    try:
        main()
    finally:
        print("\n".join(listener.report()), file=sys.stderr)
