"""What a person at the terminal reads while a night runs: a line per stage, and on long work how far it has come."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from typing import TextIO

from flows.called import as_called
from flows.cli.table import terminal_width
from flows.cli.waiting import SOON, Waiting
from flows.night.listener import Listener
from flows.outcomes import PlanItem, StageOutcome, by_reason, told_once
from flows.text import presentable, printable
from schemas.shown import counted
from sdengine.words import first_few

SHOWN, NAMED = 5, 3
"""Different failures told per stage, and items named of each; the others are counted, and stand in ops.stage_runs."""


class Terminal(Listener):
    """Writes to `stream` (None: stderr); the line that moves is only for a terminal, not for a log file.

    `quiet`: stages that went well are not shown.
    """

    def __init__(self, stream: TextIO | None = None, *, quiet: bool = False) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._quiet = quiet
        self._moving = self._stream.isatty() and not quiet
        self._last = 0.0
        self._began: dict[str, float] = {}
        self._waiting: Waiting | None = None
        self._failed: set[str] = set()

    def wait(self, what: str) -> None:
        """Tell how long it has gone on, until there is something else to tell."""
        self.close()
        self._waiting = Waiting(self._stream, what) if self._moving else None

    def close(self) -> None:
        """End a line that moves."""
        if self._waiting is not None:
            self._waiting.stop()
            self._waiting = None

    def note(self, sentence: str) -> None:
        """Write one sentence on a line of its own."""
        self._line(sentence)

    def begin(self, stage: str) -> None:
        """Remember when. A stage that begins again is another night's, whose failures have not been told."""
        self.close()
        if stage in self._began:
            self._began.clear()
            self._failed.clear()
        self._began[stage] = time.monotonic()

    def step(self, stage: str, done: int, total: int, item: str = "") -> None:
        """Move the line on, ten times a second at most; it is gone when all is done."""
        now = time.monotonic()
        if not self._moving or (now - self._last <= 0.1 and done < total):
            return
        self._last = now
        left = time_left(now - self._began.setdefault(stage, now), done, total)
        line = (f"{stage:<9} {done:,}/{total:,}{left} {printable(item)}")[: (terminal_width() or 80) - 1]
        self._stream.write(f"\r\033[K{line if done < total else ''}")
        self._stream.flush()

    def end(self, outcome: StageOutcome) -> None:
        """Write the stage's line, and a line for each of its first failures."""
        failed = outcome.of("failed")
        if self._quiet and outcome.status != "failed" and not failed:
            return
        rows = f"{counted(outcome.rows, 'row')}, " if outcome.rows else ""
        self._line(f"{outcome.stage:<9} {outcome.status:<8} {outcome.reason} ({rows}{outcome.seconds:.1f} s)")
        groups = by_reason((item.item, told_once(item.reason, self._failed)) for item in failed)
        self._failed.update(item.item for item in failed)
        for line in failure_lines(groups, SHOWN):
            self._line(f"{'':10}{line}")

    def _line(self, text: str) -> None:
        self.close()
        text = printable(presentable(as_called(text)))
        self._stream.write(f"\r\033[K{text}\n" if self._moving else f"{text}\n")
        self._stream.flush()


def failure_lines(groups: Mapping[str, Sequence[str]], shown: int) -> list[str]:
    """Write the first `shown` failures, reason to names, each once and how often; and count the others."""
    lines = [f"✗ {first_few(names, NAMED)}: {shortened(reason)}" for reason, names in groups.items()]
    rest = sum(map(len, list(groups.values())[shown:]))
    return lines[:shown] + ([f"… and {rest:,} more, in ops.stage_runs"] if rest else [])


def time_left(seconds: float, done: int, total: int) -> str:
    """Say how much longer it takes if it goes on as it went; nothing in the first two seconds."""
    if seconds < SOON or not 0 < done < total:
        return ""
    left = seconds * (total - done) / done
    return f", {left:,.0f} s left" if left < 120 else f", {left / 60:,.0f} min left"


def shortened(text: str, limit: int = 240) -> str:
    """Put a text on one line of `limit` characters at most; the whole of it stands in ops.stage_runs."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _by_sweep(names: list[str]) -> list[str]:
    """Name several members of a sweep once, with how many they are."""
    sweeps: dict[str, list[str]] = {}
    for name in names:
        sweeps.setdefault(name.partition("[")[0], []).append(name)
    return [own[0] if len(own) == 1 else f"{sweep} ({len(own):,})" for sweep, own in sweeps.items()]


def plan_lines(items: list[PlanItem]) -> list[str]:
    """Lay out a plan in lines: per stage and reason the items that share it, what is due first."""
    groups: dict[tuple[str, int, str], list[str]] = {}
    marks = ("run", "wait", "skip", "prune", "keep")
    for item in items:
        kind = (0 if item.due else 1 if item.waits else 2) if item.asked else 3 if item.due else 4
        groups.setdefault((item.stage, kind, item.reason), []).append(item.item)
    lines = []
    for (stage, kind, reason), names in groups.items():
        lines.append(f"{stage:<9} {marks[kind]:<5} {first_few(_by_sweep(names), 8)}: {reason}")
    order = {stage: k for k, stage in enumerate(dict.fromkeys(item.stage for item in items))}
    return sorted(lines, key=lambda line: (order[line.split()[0]], marks.index(line.split()[1])))
