"""Several ways to do the same work, timed in turn: on a shared machine only ratios within one run mean anything."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass
class Contest:
    """`work` is what one call of a contestant does, in units of `unit`; rounds take the contestants in turn.

    What a contestant's `prepare` does, if it has one, is not measured.
    """

    title: str
    work: float
    unit: str
    contestants: dict[str, Callable[[], Any]]
    wall: dict[str, list[float]] = field(default_factory=dict)
    cpu: dict[str, list[float]] = field(default_factory=dict)

    def round(self) -> None:
        """Let each contestant run once."""
        for name, run in self.contestants.items():
            getattr(run, "prepare", lambda: None)()
            began, busy = time.perf_counter(), time.process_time()
            result = run()
            self.cpu.setdefault(name, []).append(time.process_time() - busy)
            self.wall.setdefault(name, []).append(time.perf_counter() - began)
            del result

    def ratio(self, name: str, to: str, cpu: bool = True) -> float:
        """How many times as long `name` took as `to`: the median over the rounds, in processor or wall time."""
        times = self.cpu if cpu else self.wall
        return median(a / b for a, b in zip(times[name], times[to], strict=True))

    def rate(self, name: str) -> float:
        """Units of work a second of processor time, at the median."""
        return self.work / median(self.cpu[name])

    def report(self, against: str) -> list[str]:
        """Make a table: units a second of processor and of wall time, and how many times the time of `against`."""
        width = max(map(len, self.contestants))
        head = f"{'':{width}}  {self.unit + '/CPU s':>16}  {self.unit + '/wall s':>16}  CPU time, {against} = 1"
        lines = [self.title, head]
        for name in self.contestants:
            rates = (self.work / median(times[name]) for times in (self.cpu, self.wall))
            cells = "  ".join(f"{rate:16,.1f}" for rate in rates)
            lines.append(f"{name:{width}}  {cells}  {self.ratio(name, against):.2f}")
        return lines


def compete(benchmark: Any, contest: Contest, rounds: int) -> None:
    """Run the contest as one benchmark: a warm-up round, which compiles, then `rounds` that count."""
    contest.round()
    contest.wall.clear()
    contest.cpu.clear()
    benchmark.pedantic(contest.round, rounds=rounds)
    for name in contest.contestants:
        benchmark.extra_info[name] = {"cpu": median(contest.cpu[name]), "wall": median(contest.wall[name])}
