"""Small nights for tests: two files' worth of bars, a few scenarios, and every table as plain rows."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import schemas
from flows.night.listener import Listener
from flows.night.request import Request
from flows.night.run import NightOutcome, run_night
from flows.outcomes import StageOutcome
from flows.settings import Settings
from warehouse import Warehouse

ROOT = Path(__file__).parents[2]
FIRST = date(2024, 1, 1)
DAYS = 40
COMPUTED = ("clean", "backtest", "metrics", "judge", "retire")
"""Schemas that hold what a night computes."""

BASE = """
[portfolio]
initial_cash = 10000
[asset_defaults]
asset_class = "crypto"
weight = 0.4
lot_size = 0
sd_n = {sd_n}
[[assets]]
ticker = "UP"
[[assets]]
ticker = "SAW"
"""


def wave(day: int) -> dict[str, float]:
    """Close the two tickers: one climbs a percent a day, one goes up and down by a tenth every eight days."""
    return {"UP": 100 * 1.01**day, "SAW": 50 * (1.1 if day // 4 % 2 else 1.0)}


def write_bars(folder: Path, days: int = DAYS, closes: Mapping[tuple[str, int], float] | None = None) -> Path:
    """One CSV per ticker, the open of a bar being the close before; `closes` overrides single ones."""
    folder.mkdir(parents=True, exist_ok=True)
    for ticker in ("UP", "SAW"):
        lines, before = ["date,open,high,low,close,volume"], wave(0)[ticker]
        for day in range(days):
            close = (closes or {}).get((ticker, day), wave(day)[ticker])
            high, low = max(before, close), min(before, close)
            lines.append(f"{FIRST + timedelta(days=day)},{before:.6f},{high:.6f},{low:.6f},{close:.6f},1000")
            before = close
        (folder / f"{ticker}.csv").write_text("\n".join(lines) + "\n")
    return folder


def write_scenarios(folder: Path, **files: str) -> Path:
    """TOML files by name; without any: `full`, `hold` and `grid`, a sweep of two."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = files or {
        "full": BASE.format(sd_n=8),
        "hold": hold(),
        "grid": BASE.format(sd_n=8) + '[sweep]\n"asset_defaults.sd_n" = [4, 16]\n',
    }
    for name, text in texts.items():
        (folder / f"{name}.toml").write_text(text)
    return folder


def hold() -> str:
    """Write the base scenario, never trading."""
    return BASE.format(sd_n=8).replace('asset_class = "crypto"', 'asset_class = "crypto"\nvariant = "buy_and_hold"')


def settings(home: Path, **changes: Any) -> Settings:
    """Set up a warehouse, bars and scenarios below `home`."""
    given: dict[str, Any] = {
        "warehouse": home / "data",
        "scenario_files": home / "scenarios",
        "source": "files",
        "files": home / "bars",
        "report": "none",  # the pages have tests of their own
    }
    return Settings(**(given | changes))


def make_home(home: Path) -> Path:
    """Make a home with bars and scenarios, and no warehouse yet."""
    write_bars(home / "bars")
    write_scenarios(home / "scenarios")
    return home


def night(
    home: Path, listener: Listener | None = None, changes: Mapping[str, Any] | None = None, **asked: Any
) -> NightOutcome:
    """Run a night in this process, without Prefect; `changes` of its settings."""
    return run_night(Request(settings(home, **(changes or {})), **asked), listener or Listener())


def stage(outcome: NightOutcome, name: str) -> StageOutcome:
    """Pick the outcome of one stage."""
    return next(stage for stage in outcome.stages if stage.stage == name)


def statuses(outcome: NightOutcome) -> dict[str, str]:
    """Stage to status."""
    return {stage.stage: stage.status for stage in outcome.stages}


def tables(home: Path) -> dict[str, list[str]]:
    """Read what nights compute as text, without what names a batch: what its history may not change."""
    with Warehouse.open(home / "data", verb="test", validation="sql") as warehouse:
        return {
            table.name: sorted(map(repr, warehouse.read(table.name).rows()))
            for table in schemas.tables()
            if table.name.split(".")[0] in COMPUTED and table.name != "metrics.history"
        }


def environment(home: Path, environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Set the variables of a process whose warehouse, bars and scenarios lie below `home`, with its own Prefect."""
    known = {
        key: value for key, value in os.environ.items() if not key.startswith(("SDENGINE_", "PREFECT_", "COLUMNS"))
    }
    return known | {
        "SDENGINE_WAREHOUSE": str(home / "data"),
        "SDENGINE_SCENARIO_FILES": str(home / "scenarios"),
        "SDENGINE_SOURCE": "files",
        "SDENGINE_FILES": str(home / "bars"),
        "SDENGINE_REPORT": "none",
        "PREFECT_API_URL": "",
        **(environ or {}),
    }


def command(
    home: Path,
    *words: str,
    environ: Mapping[str, str] | None = None,
    check: int | None = 0,
    program: Sequence[str] = ("-m", "flows.cli"),
) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own; `check` is the exit code that is expected, None for any."""
    done = subprocess.run(
        [sys.executable, *program, *words],
        env=environment(home, environ),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert check is None or done.returncode == check, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done
