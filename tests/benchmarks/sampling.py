"""Where a process's time goes, all threads together, at next to no cost: the stack is looked at every few milliseconds.

    with Sampling() as seen: work()
    print("\\n".join(seen.report()))

`cProfile` makes Python's own calls look two or three times as dear as they are, beside work that happens in libraries;
and imports, which lie all over a night, are never seen together. What passes in other threads counts to where the main
thread stands: to the statement that DuckDB's threads work on, to the loop that waits for the engine's.
"""

from __future__ import annotations

import signal
import time
from collections import Counter
from pathlib import Path
from types import FrameType, TracebackType

EVERY = 0.002
"""Seconds of processor time from look to look."""
ROOT = Path(__file__).parents[2]
IMPORTS = "importing"


class Sampling:
    """Seconds of processor time by function of ours, its callees included; imports apart, by who caused them."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self.total = 0.0
        self._last = 0.0

    def __enter__(self) -> Sampling:
        self._last = time.process_time()
        signal.signal(signal.SIGPROF, self._look)
        signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0.0)

    def _look(self, _number: int, frame: FrameType | None) -> None:
        now = time.process_time()
        spent, self._last = now - self._last, now  # a call into a library delays the look, and is weighed whole
        self.total += spent
        self.seconds.update(dict.fromkeys(_names(frame), spent))

    def report(self, least: float = 0.02) -> list[str]:
        """List what took at least that share of the whole, the dearest first."""
        dear = [(name, spent) for name, spent in self.seconds.most_common() if spent >= least * self.total]
        return [f"{self.total:8.2f} s in all"] + [f"{spent:8.2f} s {name}" for name, spent in dear]


def _names(frame: FrameType | None) -> set[str]:
    """Name our functions on the stack, each once; above an import nothing is told apart."""
    names = set[str]()
    while frame is not None:
        code = frame.f_code
        if code.co_filename.startswith("<frozen importlib"):
            names = {IMPORTS}
        elif code.co_filename.startswith(str(ROOT)) and "/.venv/" not in code.co_filename:
            names.add(f"{Path(code.co_filename).relative_to(ROOT)}: {code.co_qualname}")
        frame = frame.f_back
    return names
