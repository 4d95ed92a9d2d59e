"""The folder of a warehouse from outside: versions, disk, calendars, Prefect."""

from __future__ import annotations

import platform
import re
import shutil
from collections.abc import Iterator
from datetime import date
from importlib.metadata import version
from pathlib import Path

from flows.doctor.finding import Finding
from warehouse.places import WORK

PARTS = ("duckdb", "polars", "prefect", "numba", "numpy", "pyarrow")
COPIES = 2.0
"""A night needs room for one more copy, which is published, and for what it writes: so many sizes of the work file."""
CALENDAR = re.compile(r"(.+)-[^-]+-\d+")
"""How the file of a calendar is called: its name, the package's version, how it was made."""


def versions() -> Iterator[Finding]:
    """Tell the versions of what a result may depend on."""
    parts = ", ".join(f"{name} {version(name)}" for name in PARTS)
    yield Finding("versions", "ok", f"sdengine {version('sdengine')}, Python {platform.python_version()}, {parts}")


def disk(folder: Path) -> Iterator[Finding]:
    """Hold the free room against the size of the warehouse."""
    work = folder / WORK
    size = work.stat().st_size if work.exists() else 0
    there = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(there).free
    sentence = f"{free / 1e9:,.1f} GB are free, the warehouse has {size / 1e9:,.3f} GB"
    if free < size:
        yield Finding("disk", "problem", f"{sentence}: no room to publish", f"make room on the disk of {there}")
    elif free < COPIES * size:
        yield Finding("disk", "warn", f"{sentence}: a night may need {COPIES:g} times that", f"make room on {there}")
    else:
        yield Finding("disk", "ok", sentence)


def calendars(folder: Path) -> Iterator[Finding]:
    """Tell up to when the calendars that are kept reach: as far as nights have needed them."""
    import polars as pl

    kept = sorted((folder / "calendars").glob("*.parquet"))
    if not kept:
        yield Finding("calendar", "ok", "none is kept yet: each is made when a night needs it")
        return
    ends = {}
    for path in kept:
        name = CALENDAR.fullmatch(path.stem)
        last: date = pl.scan_parquet(path).select(pl.col("date").max()).collect().item()
        ends[name.group(1) if name else path.stem] = last
    sentence = ", ".join(f"{name} to {last}" for name, last in ends.items())
    yield Finding("calendar", "ok", f"{sentence}; made anew when a night needs more")


def prefect(folder: Path) -> Iterator[Finding]:
    """Tell which server of Prefect's a run would join or start."""
    from flows.orchestration.joining import NotOurs, named_server, own_server

    try:
        if server := named_server():
            yield Finding("Prefect", "ok", f"a run joins the server at {server.url}, which PREFECT_API_URL names")
        elif server := own_server(folder):
            yield Finding("Prefect", "ok", f"a run joins the server at {server.url}, which `schedule` keeps")
        else:
            yield Finding("Prefect", "ok", "a run starts a server of its own, and stops it after the night")
    except NotOurs as error:
        yield Finding("Prefect", "warn", f"{error}; a run uses a server of its own", "mend or unset PREFECT_API_URL")
