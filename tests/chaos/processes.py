"""Processes of the command, and those that they start: found by their parents, ended by their numbers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.flows.nights import ROOT, environment

LIMIT = 900.0
"""Seconds after which a night that has not ended is an error of its own."""


def begin(
    home: Path, *words: str, program: tuple[str, ...] = ("-m", "flows.cli"), under: tuple[str, ...] = ()
) -> subprocess.Popen[bytes]:
    """Begin a command in a session of its own, be it `under` another; what it says goes to `said` in its home."""
    with (home / "said").open("wb") as output:
        return subprocess.Popen(
            [*under, sys.executable, *program, *words],
            env=environment(home, {"PYTHONPATH": str(ROOT)}),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def below(pid: int) -> list[int]:
    """List a process's children, theirs, and so on."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with suppress(OSError):
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                parents.setdefault(int(fields[1]), []).append(int(entry.name))
    all_below, left = list[int](), [pid]
    while left:
        children = parents.get(left.pop(), [])
        all_below += children
        left += children
    return all_below


def words_of(pid: int) -> str:
    """Read the command line of a process; "" where it is gone."""
    try:
        return (Path("/proc") / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def wait_for(find: Callable[[], list[int]], process: subprocess.Popen[bytes], limit: float = 240.0) -> list[int]:
    """Wait until something is found, or the process has ended."""
    give_up = time.monotonic() + limit
    while not (pids := find()) and process.poll() is None and time.monotonic() < give_up:
        time.sleep(0.05)
    return pids


def kill(*pids: int) -> None:
    """Kill processes, some of which may be gone."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def end_of(process: subprocess.Popen[bytes]) -> int:
    """Wait for the end of a process and return its exit code."""
    try:
        return process.wait(LIMIT)
    except subprocess.TimeoutExpired:
        kill(*below(process.pid), process.pid)
        process.wait()
        raise
