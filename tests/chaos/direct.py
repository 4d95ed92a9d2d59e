"""Nights in processes of their own, without Prefect, and what befalls them: kills, a full disk.

A process that has all imported is forked for each night, so that a kill costs a second and a half of work.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import resource
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from flows.errors import PipelineError
from flows.night.listener import Listener
from flows.night.request import Request
from flows.night.run import run_night
from flows.outcomes import StageOutcome
from flows.stages import STAGES
from tests.flows.night.points import watch_points
from tests.flows.nights import night, settings
from warehouse import WarehouseError

PROCESSES = multiprocessing.get_context("forkserver")
IMPORTED = [
    "tests.chaos.direct",
    "flows.ingest.work",
    "flows.validate.work",
    "flows.validate.examination",
    "flows.backtest.work",
    "flows.metrics.work",
    "flows.sources.files",
    "sdengine.history.run",
    "sdengine.metrics",
    "warehouse.publish",
    "warehouse.work",
    "pandera.polars",
    "pyarrow.parquet",
    "duckdb",
]
BEGINNING, ENDING = "opening", "publishing"
PLACES = (BEGINNING, *STAGES, ENDING)
"""Where a night may be when it is killed."""
WAIT = 300.0
"""Seconds that a night waits for the lock: a process that is no child of ours may need a moment to end."""
REFUSED = 3
"""Exit code of a night that was ended by an error in a sentence."""


@dataclass(frozen=True)
class End:
    """How a night ended.

    place   where it was
    code    its exit code; -9: it was killed
    spent   its processor seconds, by place
    points  so many points it has passed
    """

    place: str
    code: int
    spent: dict[str, float]
    points: int

    @property
    def cpu(self) -> float:
        """All of its processor seconds."""
        return sum(self.spent.values())


class _Place(Listener):
    """Writes down where the night is."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._file.write_text(BEGINNING)

    def begin(self, stage: str) -> None:
        self._file.write_text(stage)

    def end(self, outcome: StageOutcome) -> None:
        if outcome.stage == STAGES[-1]:
            self._file.write_text(ENDING)


def _run(home: Path, kill_at: int, room: int | None, prune: bool, pages: bool) -> None:
    """Be the process of a night, which kills itself at the point `kill_at`, and may write files of `room` bytes."""
    passed = 0

    def event() -> None:
        nonlocal passed
        if passed == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        passed += 1

    watch_points(event)
    if room is not None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    try:
        own = settings(home, report="changed" if pages else "none")
        run_night(Request(own, wait=WAIT, prune=prune), _Place(home / "place"))
    except (PipelineError, WarehouseError) as error:
        (home / "said").write_text(str(error))
        os._exit(REFUSED)
    finally:
        (home / "points").write_text(str(passed))


def run_direct(
    home: Path,
    *,
    kill_at: int = -1,
    within: tuple[str, float] | None = None,
    room: int | None = None,
    prune: bool = False,
    pages: bool = False,
) -> End:
    """Run a night; kill it at a point, or once it has worked for so many processor seconds `within` a place.

    `room`: so many bytes fit into a file; `prune`: what no scenario asks for any more goes; `pages`: some are made.
    """
    for name in ("place", "points", "said"):
        (home / name).unlink(missing_ok=True)
    child = PROCESSES.Process(target=_run, args=(home, kill_at, room, prune, pages))
    child.start()
    assert child.pid is not None
    spent, place, worked = dict.fromkeys(PLACES, 0.0), BEGINNING, 0.0
    while child.is_alive():
        place, now = _read(home / "place") or place, cpu_seconds(child.pid, worked)
        spent[place] += now - worked
        worked = now
        if within is not None and place == within[0] and spent[place] >= within[1]:
            child.kill()
            break
        time.sleep(0.004)
    child.join()
    assert child.exitcode is not None
    points = int((home / "points").read_text()) if (home / "points").exists() else 0
    return End(_read(home / "place") or place, child.exitcode, spent, points)


def last_sentence(home: Path) -> str:
    """Read the sentence that ended the last night."""
    return _read(home / "said")


def _read(file: Path) -> str:
    return file.read_text() if file.exists() else BEGINNING


def cpu_seconds(pid: int, before: float = 0.0) -> float:
    """Tell how long a process has worked; `before` where it has just ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return before
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def prepare(folder: Path | None = None) -> None:
    """Have the process that is forked for each night import what a night needs; all of it where a night may tell.

    `folder`: where that night may be, of inputs that lie there.
    """
    more: list[str] = []
    if folder is not None:
        first = multiprocessing.get_context("spawn").Process(target=_tell_modules, args=(folder,))
        first.start()
        first.join()
        more = (folder / "modules").read_text().split()
    PROCESSES.set_forkserver_preload([*IMPORTED, *more, "tests.chaos.warm"])


def _tell_modules(home: Path) -> None:
    night(home)
    names = [name for name, module in sys.modules.items() if getattr(module, "__spec__", None) is not None]
    (home / "modules").write_text("\n".join(name for name in names if not name.startswith("__")))


def some_room(chance: random.Random, home: Path) -> int:
    """Choose a limit of a file's size that the night may or may not need."""
    present = max((file.stat().st_size for file in (home / "data").glob("*.duckdb")), default=1_000_000)
    return int(present * chance.uniform(0.05, 1.3))
