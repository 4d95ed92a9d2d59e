"""Makes what stands in this folder: invented bars, scenarios, three nights over them, and what the command answered.

    python -m tests.before.make [HOME]        # in a checkout of version 0.1.0; HOME is /tmp/example

Nothing here is market data: the tickers do not exist, and their prices are waves with noise from a seed. A night is the
command of 0.1.0 in a process of its own, where only the clock and the host's name are given; everything else that the
files hold is what that code wrote. HOME stands in the sentences about scenario files, so it is called as neutrally.
"""

from __future__ import annotations

import json
import math
import random
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from tests.before.kept import ANSWERS, BEFORE, KEPT, RESULTS, ROOT, WORK, answer, of_results, recorded
from warehouse import Results, Warehouse

FIRST, LAST = date(2024, 1, 2), date(2025, 1, 17)
HOLIDAYS = {
    *map(date.fromisoformat, ("2024-01-15", "2024-02-19", "2024-03-29", "2024-05-27", "2024-06-19", "2024-07-04")),
    *map(date.fromisoformat, ("2024-09-02", "2024-11-28", "2024-12-25", "2025-01-01", "2025-01-09")),
}
NIGHTS = (
    # begins at (UTC), bars to, correction known, sd_n of `plain`
    ("2025-01-11T02:00:00", date(2025, 1, 10), False, 8),
    ("2025-01-18T02:00:00", date(2025, 1, 17), True, 8),
    ("2025-01-19T02:00:00", date(2025, 1, 17), True, 10),
)
CORRECTED = ("ALDER", date(2025, 1, 8))
"""One close that the source corrects in the second night."""
TORN = ("CEDAR", date(2024, 5, 14))
"""A bar whose high lies below its low."""
MISSING = ("CEDAR", date(2024, 8, 20))
"""A session without a bar."""
SPLIT = ("BIRCH", date(2024, 6, 10), 2.0)
DIVIDENDS = {date(2024, 2, 9): 0.30, date(2024, 5, 10): 0.30, date(2024, 8, 9): 0.32, date(2024, 11, 8): 0.32}
MARKETS: dict[str, Callable[[float], float]] = {
    # the log of the price over the share of the time that has passed, from 0 to 1
    "ALDER": lambda t: math.log(80) + 0.25 * t + 0.12 * math.sin(2 * math.pi * 4 * t),
    "BIRCH": lambda t: math.log(120) - 0.4 * math.sin(math.pi * t) + 0.08 * math.sin(2 * math.pi * 7 * t),
    "CEDAR": lambda t: math.log(40) - 0.45 * t + 0.15 * math.sin(2 * math.pi * 3 * t),
    "LEAF-USD": lambda t: math.log(2500) + 0.5 * t + 0.35 * math.sin(2 * math.pi * 3 * t),
}
PRELUDE = """
import itertools, secrets, socket, sys
from datetime import datetime, timedelta
begins, ticks = datetime.fromisoformat(sys.argv.pop(1)), itertools.count(1)

def now(zone=None):
    return (begins + timedelta(milliseconds=40 * next(ticks))).replace(tzinfo=zone)

socket.gethostname, secrets.token_hex = (lambda: "example"), (lambda count: "0" * 2 * count)
import flows.night, warehouse.work
flows.night.datetime = type("Clock", (), {"now": staticmethod(now)})
warehouse.work.Warehouse.open.__func__.__kwdefaults__["clock"] = now
from flows.cli import main
main()
"""


def bars(ticker: str, corrected: bool) -> list[str]:
    """Write the lines of a ticker's file."""
    noise, before, lines = random.Random(ticker), None, []
    crypto = ticker.endswith("-USD")
    day = FIRST
    while day <= LAST:
        wave = math.exp(MARKETS[ticker]((day - FIRST).days / (LAST - FIRST).days))
        opened, close, up, down = (noise.uniform(-0.012, 0.012) for _ in range(4))
        trades = crypto or (day.weekday() < 5 and day not in HOLIDAYS)
        if trades and (ticker, day) != MISSING:
            first = (before or wave) * (1 + opened / 3)
            last = before = wave * (1 + close)
            if (ticker, day) == CORRECTED and not corrected:
                last *= 1.004
            high, low = max(first, last) * (1 + abs(up)), min(first, last) * (1 - abs(down))
            if (ticker, day) == TORN:
                high, low = low, high
            volume = int(1_000_000 / wave) * 100 + round(abs(up) * 1e6)
            split = f",{SPLIT[2] if (ticker, day) == SPLIT[:2] else 0:g}" if ticker == SPLIT[0] else ""
            lines.append(f"{day},{first:.2f},{high:.2f},{low:.2f},{last:.2f},{volume}{split}")
        day += timedelta(days=1)
    return lines


def write_bars(folder: Path, until: date, corrected: bool) -> None:
    """One file per ticker, to a day; ALDER's dividends in a file beside it, BIRCH's split in a column."""
    folder.mkdir(parents=True, exist_ok=True)
    for ticker in MARKETS:
        head = "date,open,high,low,close,volume" + (",split" if ticker == SPLIT[0] else "")
        lines = [line for line in bars(ticker, corrected) if line[:10] <= str(until)]
        (folder / f"{ticker}.csv").write_text("\n".join([head, *lines, ""]))
    paid = [f"{day},{cash:.2f}" for day, cash in DIVIDENDS.items()]
    (folder / "ALDER_dividends.csv").write_text("\n".join(["date,dividend", *paid, ""]))


def run_night(home: Path, begins: str) -> None:
    """`sdengine run --direct` on the bars and scenarios of a home, at a given time."""
    places = {"warehouse": "data", "scenarios": "scenarios", "files": "files"}
    words = [word for option, place in places.items() for word in (f"--{option}", str(home / place))]
    command = [sys.executable, "-c", PRELUDE, begins, "run", "--direct", "--source", "files", *words]
    done = subprocess.run(command, cwd=ROOT, check=False)
    assert done.returncode == 1, "two scenarios cannot be run, and everything else can"


def pack(files: list[Path], target: Path) -> None:
    """All of them in one archive, where what they share costs once, without names and times of this machine."""
    assert {file.name for file in files} == {WORK, RESULTS, *KEPT}

    def bare(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = entry.mtime = 0
        entry.uname = entry.gname = ""
        return entry

    with tarfile.open(target, "w:xz", preset=9) as packed:
        for file in files:
            packed.add(file, file.name, filter=bare)


def main(home: Path) -> None:
    """All of it anew."""
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(BEFORE / "scenarios", home / "scenarios")
    plain = home / "scenarios" / "plain.toml"
    for begins, until, corrected, sd_n in NIGHTS:
        write_bars(home / "files", until, corrected)
        lines = [f"sd_n = {sd_n}" if line.startswith("sd_n") else line for line in plain.read_text().splitlines()]
        plain.write_text("\n".join([*lines, ""]))
        run_night(home, begins)
    for folder in ("files", "scenarios", "answers"):
        shutil.rmtree(BEFORE / folder, ignore_errors=True)
        (BEFORE / folder).mkdir()
    for file in sorted(home.glob("files/*.csv")) + sorted(home.glob("scenarios/*.toml")):
        shutil.copyfile(file, BEFORE / file.parent.name / file.name)
    pack(sorted(home.glob("data/*.duckdb")), BEFORE / "warehouse.tar.xz")
    tables = {}
    for name in (RESULTS, *KEPT):
        with Results.open(home / "data" / name) as results:
            tables[name] = recorded(of_results(results))
    with Warehouse.open(home / "data") as warehouse:
        tables[WORK] = recorded(warehouse.rows)
    (BEFORE / "tables.json").write_text(json.dumps(tables, indent=1) + "\n")
    for name in ANSWERS:
        (BEFORE / "answers" / f"{name}.txt").write_text(answer(home / "data", name))


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "/tmp/example"))
