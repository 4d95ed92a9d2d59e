"""Nights under Prefect, and the schedule: their processes, servers and workers are killed at random moments."""

from __future__ import annotations

import random
import time
from pathlib import Path

from tests.chaos.processes import begin, below, end_of, kill, wait_for, words_of
from tests.flows.backtest.part_case import IN_SMALL_PARTS

NIGHT = 15.0
"""Seconds within which a kill falls; a night under Prefect takes about as long, and more on a busy machine."""


def kill_server(home: Path, chance: random.Random) -> str:
    """Kill the server of a night, which goes on without it; "" where it had none any more."""
    process = begin(home, "run", "--wait", "300")
    servers = wait_for(lambda: _below(process.pid, "temporary_server"), process)
    time.sleep(chance.uniform(0, NIGHT))
    alive = [pid for pid in servers if "temporary_server" in words_of(pid)]
    kill(*alive)
    _expect(home, end_of(process), 0)
    return "server" if alive else ""


def kill_night(home: Path, chance: random.Random) -> str:
    """Kill a night, whose server ends by itself."""
    process = begin(home, "run", "--wait", "300")
    time.sleep(chance.uniform(1, NIGHT))
    killed = process.poll() is None
    kill(process.pid)
    end_of(process)
    return "night under Prefect" if killed else ""


def kill_worker(home: Path, chance: random.Random) -> str:
    """Kill a worker of a Dask cluster; another takes its place, or the night says that they are lost."""
    program = home / "in_small_parts.py"
    program.write_text(IN_SMALL_PARTS)
    process = begin(home, "run", "--wait", "300", "--workers", "dask:2", program=(str(program),))
    workers = wait_for(lambda: _below(process.pid, "--multiprocessing-fork"), process)
    time.sleep(chance.uniform(0, 6))
    alive = [pid for pid in workers if words_of(pid)]
    kill(*alive[:1])
    _expect(home, end_of(process), 0, 1)
    return "worker" if alive else ""


def kill_schedule(home: Path, chance: random.Random) -> str:
    """Kill a schedule that serves a night a minute; all of it, or the process that serves alone."""
    process = begin(home, "schedule", "--cron", "* * * * *", "--timezone", "UTC", "--wait", "60")
    time.sleep(chance.uniform(5, 75))
    others = below(process.pid)
    kill(process.pid, *(others if chance.random() < 0.5 else ()))
    end_of(process)
    give_up = time.monotonic() + 60
    while any(map(words_of, others)) and time.monotonic() < give_up:
        time.sleep(0.5)
    kill(*[pid for pid in others if words_of(pid)])
    return "schedule"


def _below(pid: int, word: str) -> list[int]:
    return [child for child in below(pid) if word in words_of(child)]


def _expect(home: Path, code: int, *allowed: int) -> None:
    output = (home / "said").read_text(errors="replace")
    if code not in allowed or "Traceback" in output:
        raise AssertionError(f"exit code {code}, expected {allowed}; it said:\n{output}")


def has_dask() -> bool:
    """Whether workers can be started here."""
    from importlib.util import find_spec

    return find_spec("prefect_dask") is not None
