"""`python -m tests.chaos --kills 1000`: a long course, with its figures as it goes on."""

from __future__ import annotations

import argparse
import signal
import tempfile
from pathlib import Path

from tests.chaos.clock import FAKETIME, step_clock
from tests.chaos.course import Blow, Course
from tests.chaos.direct import prepare
from tests.chaos.under_prefect import has_dask, kill_night, kill_schedule, kill_server, kill_worker
from tests.chaos.world import World


def main() -> None:
    """Run it. What it cannot do here is said."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has its jobs ignore it
    asked = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    asked.add_argument("--kills", type=int, default=100, help="so many processes are killed")
    asked.add_argument("--seed", type=int, default=0, help="another seed is another course")
    asked.add_argument("--readers", type=int, default=1, help="processes that read in a loop")
    asked.add_argument("--prefect", type=int, default=40, help="of a thousand nights so many run under Prefect")
    asked.add_argument("--folder", type=Path, help="where; by default a folder of its own in the one for such files")
    given = asked.parse_args()
    share = given.prefect / 4
    seldom: dict[Blow, float] = {kill_server: share, kill_night: share, kill_schedule: share}
    if has_dask():
        seldom[kill_worker] = share
    else:
        print("prefect-dask is not installed: no workers are killed")
    if FAKETIME is not None:
        seldom[step_clock] = 15
    else:
        print("libfaketime is not installed: the clock does not step")
    folder = given.folder or Path(tempfile.mkdtemp(prefix="sdengine-chaos-"))
    print(f"below {folder}, seed {given.seed}", flush=True)
    prepare(World(folder / "first").write())
    course = Course(folder, seed=given.seed, seldom=seldom)
    try:
        course.run(given.kills, readers=given.readers, tell=lambda text: print(text, flush=True))
    except KeyboardInterrupt:
        print("ended before its end:")
    finally:
        print(course.figures.row(), flush=True)


if __name__ == "__main__":  # processes that are forked import this, too
    main()
