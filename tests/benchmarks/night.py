"""A whole night from the command, in a process of its own: what it takes of time and of memory.

    python -m tests.benchmarks.night                  # the thousand in a new warehouse, and the same night again
    python -m tests.benchmarks.night --profile        # and where each of them spends it

The night of a thousand: W3 on ten real histories where they are there, `--direct`, without benchmark, judge and page;
2,001 runs with their twins.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from tests.benchmarks import workloads

ROOT = Path(__file__).parents[2]
HOME = """\
description = "A sweep, measured."

[portfolio]
initial_cash = 1_000_000

[asset_defaults]
weight = {weight}
asset_class = "{asset_class}"

[judge]
every = "never"

{assets}
[sweep]
keep = "{keep}"
max_members = {members}
"asset_defaults.sd_n" = {sd_n}
"asset_defaults.profit_sharing_pct" = {sharing}
"""
SAMPLED = """\
import sys
from flows.cli import main
from tests.benchmarks.sampling import Sampling
try:
    with Sampling() as seen:
        main()
finally:
    print("\\n".join(seen.report()), file=sys.stderr)
"""


@dataclass(frozen=True)
class Spent:
    """Seconds of a process by the clock, and of processor time with all its threads; its peak of memory in MiB.

    `stderr`: what it wrote there. The peak is that of the process that starts it, where that one's is higher: a child
    begins as a copy of it.
    """

    seconds: float
    wall: float
    peak: float
    stderr: str


def spent(command: list[str], **variables: str) -> Spent:
    """Run a command to its end.

    Raises:
        RuntimeError: when it fails, with what it wrote.
    """
    with TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        with out.open("wb") as output, err.open("wb") as warned:
            environment = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
            began = time.monotonic()
            process = subprocess.Popen(command, stdout=output, stderr=warned, cwd=folder, env=environment)
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.monotonic() - began
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(
                f"{' '.join(command)}: exit code {process.returncode}\n{out.read_text()}{err.read_text()}"
            )
        return Spent(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024, err.read_text())


class House:
    """A folder with bars, a sweep and a warehouse.

    `bars` as `workloads` makes them; the last `held_back` bars of each ticker come with `tomorrow`.
    """

    def __init__(
        self,
        folder: Path,
        bars: pl.DataFrame,
        sd_n: list[float],
        sharing: list[float],
        *,
        stocks: bool,
        keep: str = "all",
    ) -> None:
        self.folder, self.bars = folder, bars
        self.tickers = bars["ticker"].unique().sort().to_list()
        self._write(bars)
        tables = "".join(f"[[assets]]\nticker = {json.dumps(ticker)}\n" for ticker in self.tickers)
        asset_class = "stocks" if stocks else "currency"  # currencies trade on weekdays, as walks do
        weight = 0.8 / len(self.tickers)
        scenario = HOME.format(
            assets=tables, sd_n=sd_n, sharing=sharing, asset_class=asset_class, weight=weight, keep=keep,
            members=len(sd_n) * len(sharing),
        )  # fmt: skip
        (folder / "sweep.toml").write_text(scenario, encoding="utf-8")

    def _write(self, bars: pl.DataFrame) -> None:
        (self.folder / "bars").mkdir(parents=True, exist_ok=True)
        for (ticker,), own in bars.group_by("ticker"):
            columns = {name.title(): name for name in ("date", "open", "high", "low", "close")}
            own.select(**columns, Volume=pl.lit(1000)).write_csv(self.folder / "bars" / f"{ticker}.csv")

    def tomorrow(self) -> None:
        """Give each ticker one bar more: a weekday behind its last, at the same prices."""
        last = self.bars.group_by("ticker").agg(pl.all().sort_by("date").last())
        day = last["date"][0] + timedelta(days=1)
        while day.weekday() > 4 or (day.month, day.day) == (1, 1):
            day += timedelta(days=1)
        self.bars = pl.concat([self.bars, last.select(self.bars.columns).with_columns(date=pl.lit(day))])
        self._write(self.bars)

    def night(self, profile: bool = False, workers: str | None = None) -> Spent:
        """Run a night; with a `profile`, what it writes ends with where its time went.

        `workers`: who computes the runs; Prefect hands them out then.
        """
        start = ["-c", SAMPLED] if profile else ["-m", "flows.cli"]
        how = ["--workers", workers] if workers else ["--direct"]
        verb = ["run", *how, "--quiet", "--report", "none", "--source", "files"]
        places = {"--warehouse": "warehouse", "--files": "bars", "--scenario-files": "sweep.toml"}
        options = [part for option, name in places.items() for part in (option, str(self.folder / name))]
        return spent([sys.executable, *start, *verb, *options])


def thousand(folder: Path, sets: int = workloads.SETS, keep: str = "all") -> House:
    """Make W3's house: ten real histories where they are there, else walks."""
    real = workloads.real()
    sharing = workloads.more_of(workloads.PROFIT_SHARING_PCT, sets // len(workloads.SD_N))
    bars = workloads.rising() if real is None else real
    return House(folder, bars, workloads.SD_N, sharing, stocks=real is not None, keep=keep)


if __name__ == "__main__":
    profile = "--profile" in sys.argv[1:]
    with TemporaryDirectory() as place:
        house = thousand(Path(place))
        for name in ("a new warehouse", "the same night again"):
            night = house.night(profile)
            print(f"{name}: {night.wall:.2f} s, {night.seconds:.2f} of processor time, {night.peak:.0f} MiB at most")
            if profile:
                print(night.stderr)
