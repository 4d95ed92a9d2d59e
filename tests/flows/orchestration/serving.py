"""A `schedule` in a process of its own, that can be held in the middle of a night, killed with all that it started,
and started anew, also at another time where libfaketime is installed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from glob import glob
from pathlib import Path

from tests.flows.nights import ROOT, environment
from tests.warehouse.story import last_batches
from warehouse import Warehouse, WarehouseLocked

WITHIN = 600.0
"""Seconds to wait for something, at most: machines are busy, and a night may have to compile the engine."""

FAKETIME = (glob("/usr/lib/*/faketime/libfaketimeMT.so.1") + glob("/usr/lib/faketime/libfaketimeMT.so.1") + [""])[0]

GATE = """
import os, select, sys, time

if "FAKETIME" in os.environ:  # which spoils the sleep that Python takes by the monotonic clock
    time.sleep = lambda seconds: select.select([], [], [], seconds)

def gate(event, args):
    if event == "open" and str(args[0]).endswith("bars/UP.csv") and os.path.exists(shut):
        open(shut + ".reached", "w").close()
        while os.path.exists(shut):
            time.sleep(0.05)

shut = os.environ["GATE"]
sys.addaudithook(gate)
"""
"""Every process imports this at its start: while the file GATE is there, whoever reads the bars of UP waits."""
EVERY = 3.0
OFTEN = f"""
from flows.orchestration import watch
from flows.cli import main

watch.EVERY = {EVERY}
main()
"""
"""The command, whose watch looks five times as often."""


class Serving:
    """One `sdengine schedule` of a home; `cron` in UTC, `ahead`: how far its clock is ahead of ours."""

    def __init__(self, home: Path, cron: str, ahead: timedelta = timedelta()) -> None:
        (home / "site").mkdir(exist_ok=True)
        (home / "site" / "sitecustomize.py").write_text(GATE)
        self.output = home / "output"
        environ = {"PYTHONPATH": str(home / "site"), "GATE": str(home / "shut"), "PREFECT_RUNNER_POLL_FREQUENCY": "1"}
        if ahead:
            assert FAKETIME
            environ |= {"LD_PRELOAD": FAKETIME, "FAKETIME": f"{ahead.total_seconds():+.0f}", "DONT_FAKE_MONOTONIC": "1"}
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", OFTEN, "schedule", "--cron", cron, "--timezone", "UTC"],
                cwd=ROOT,
                env=_without_server(environment(home, environ)),
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def printed(self) -> str:
        """Read what it has printed."""
        return self.output.read_text()

    def kill(self, *, whole: bool) -> None:
        """Kill it, with all processes that it started or without."""
        for pid in [self.process.pid, *(_below(self.process.pid) if whole else ())]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait()

    def kill_server(self) -> None:
        """Kill its server alone."""
        for pid in _below(self.process.pid):
            if b"temporary_server" in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, signal.SIGKILL)

    def end(self) -> None:
        """End it in peace, as Ctrl-C does."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)


@contextmanager
def serving(home: Path, cron: str, ahead: timedelta = timedelta()) -> Iterator[Serving]:
    """Serve for the length of the block."""
    one = Serving(home, cron, ahead)
    try:
        yield one
    finally:
        (home / "shut").unlink(missing_ok=True)
        one.end()


def _without_server(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if name != "PREFECT_API_URL"}


def _below(pid: int) -> list[int]:
    """List the processes that a process started, and those that they started."""
    children = [
        int(place.split("/")[2])
        for place in glob("/proc/[0-9]*/stat")
        if (fields := _stat(place)) and int(fields[1]) == pid
    ]
    return [*children, *(grandchild for child in children for grandchild in _below(child))]


def _stat(place: str) -> list[str]:
    """Read state, parent and so on of a process; nothing where it has gone."""
    try:
        return Path(place).read_text().rsplit(")", 1)[1].split()
    except OSError:
        return []


def wait_for(what: Callable[[], bool], one: Serving) -> None:
    """Wait until something is so; what was printed until then explains why it is not."""
    deadline = time.monotonic() + WITHIN
    while not what():
        assert time.monotonic() < deadline, one.printed()
        assert one.process.poll() is None, one.printed()
        time.sleep(0.5)


def batches(home: Path) -> list[tuple[str, str]]:
    """Read verb and status of each batch, the first one first; nothing while somebody is at work."""
    try:
        with Warehouse.open(home / "data", verb="test", wait_seconds=0, validation="sql") as warehouse:
            found = last_batches(warehouse, 20).reverse()
    except WarehouseLocked:
        return []
    return list(found.select("verb", "status").iter_rows())


def far_from_now() -> str:
    """Make a cron line that does not fall due while a test runs: it did twelve hours ago."""
    return f"0 {(datetime.now(UTC) + timedelta(hours=12)).hour} * * *"
