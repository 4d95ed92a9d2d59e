"""Where things lie and what is asked for: options of the command first, then the environment, then the defaults."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flows.backtest.workers import read_workers
from flows.errors import UsageError

DEFAULT_WAREHOUSE = Path("warehouse") / "data"
SOURCES = ("sample", "yfinance", "files")

CRON = "0 21 * * *"
TIMEZONE = "America/New_York"
"""When nights begin: at nine in the evening in New York, five hours after its stocks have closed, and after the day of
UTC, which ends the bar of crypto. Every day, for crypto trades on weekends; a night without news has nothing to do."""


@dataclass(frozen=True)
class Settings:
    """Where one pipeline lives.

    warehouse  folder of `work.duckdb`, `results.duckdb`, caches and Prefect's own files; made on the first run.
    scenarios  a TOML file or a folder of them; None: those that ship with the package.
    source     where bars come from, one of `SOURCES`.
    files      folder of the `files` source; None for the other sources.
    keep       how many older published files are kept, to compare with.
    workers    who computes the runs, see `flows.backtest.workers`.
    parts      folder or URI that all workers reach, for what they compute; None: a folder in the warehouse's.
    on_failure a command line, or an http(s) address, that is told about a failed night; None: nobody is.
    """

    warehouse: Path = DEFAULT_WAREHOUSE
    scenarios: Path | None = None
    source: str = "sample"
    files: Path | None = None
    keep: int = 3
    on_failure: str | None = None
    workers: str = "threads"
    parts: str | None = None

    @property
    def parts_place(self) -> str:
        """Where parts are left: an absolute path or a URI."""
        return self.parts or str(self.warehouse / "parts")


def read_settings(
    warehouse: Path | None = None,
    scenarios: Path | None = None,
    source: str | None = None,
    files: Path | None = None,
    on_failure: str | None = None,
    keep: int | None = None,
    workers: str | None = None,
    parts: str | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Settings:
    """Settings from options (None: not given), then SDENGINE_* variables, then defaults; `UsageError` where they clash.

    Paths come back absolute, so that a served deployment in another folder means the same place.
    """

    def path(given: Path | None, variable: str) -> Path | None:
        value = given if given is not None else environ.get(variable)
        return Path(value).expanduser().absolute() if value else None

    chosen = source or environ.get("SDENGINE_SOURCE") or "sample"
    if chosen not in SOURCES:
        raise UsageError(f"--source {chosen}: there is no such source; allowed are {', '.join(SOURCES)}")
    folder = path(files, "SDENGINE_FILES")
    if chosen == "files" and folder is None:
        raise UsageError("--source files needs --files FOLDER, the folder of the CSV or Parquet files")
    where = path(scenarios, "SDENGINE_SCENARIOS")
    if where is not None and not where.exists():
        raise UsageError(f"--scenarios {where}: there is no such file or folder")
    kept = str(keep if keep is not None else environ.get("SDENGINE_KEEP") or Settings.keep)
    if not kept.isdecimal():
        raise UsageError(f"--keep {kept}: allowed is a whole number, 0 or more")
    who = workers or environ.get("SDENGINE_WORKERS") or Settings.workers
    place = parts or environ.get("SDENGINE_PARTS") or None
    if read_workers(who).far and place is None:
        raise UsageError(f"--workers {who} needs --parts PLACE, a folder or URI that these workers reach")
    if place is not None and "://" not in place:
        place = str(Path(place).expanduser().absolute())
    return Settings(
        warehouse=path(warehouse, "SDENGINE_WAREHOUSE") or DEFAULT_WAREHOUSE.absolute(),
        scenarios=where,
        source=chosen,
        files=folder if chosen == "files" else None,
        keep=int(kept),
        on_failure=on_failure or environ.get("SDENGINE_ON_FAILURE") or None,
        workers=who,
        parts=place,
    )
