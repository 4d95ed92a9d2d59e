"""Options that several verbs share, so that they read the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Warehouse = Annotated[
    Path | None,
    typer.Option(
        "--warehouse",
        metavar="DIR",
        help="Folder of the warehouse; also SDENGINE_WAREHOUSE.  [default: warehouse/data]",
        show_default=False,
    ),
]
Scenarios = Annotated[
    Path | None,
    typer.Option(
        "--scenarios",
        metavar="PATH",
        help="A scenario file (TOML) or a folder of them; also SDENGINE_SCENARIOS.  [default: those that ship]",
        show_default=False,
    ),
]
Source = Annotated[
    str | None,
    typer.Option(
        "--source",
        metavar="NAME",
        help="Where bars come from: sample (offline), yfinance, files; also SDENGINE_SOURCE.  [default: sample]",
        show_default=False,
    ),
]
Files = Annotated[
    Path | None,
    typer.Option(
        "--files",
        metavar="DIR",
        help="Folder of CSV or Parquet files, for --source files; also SDENGINE_FILES.",
        show_default=False,
    ),
]
FromStage = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="STAGE",
        help="Start at this stage: ingest, validate, backtest or metrics.",
        show_default=False,
    ),
]
OnlyStage = Annotated[
    str | None, typer.Option("--only", metavar="STAGE", help="Run this stage alone.", show_default=False)
]
ScenarioNames = Annotated[
    list[str] | None,
    typer.Option(
        "--scenario",
        metavar="NAME",
        help="Only this scenario; may be given again. A sweep's name means all its members.",
        show_default=False,
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Do it even where nothing has changed.")]
OnFailure = Annotated[
    str | None,
    typer.Option(
        "--on-failure",
        metavar="COMMAND|URL",
        help="Run this command, or post to this http(s) address, when something failed; also SDENGINE_ON_FAILURE.",
        show_default=False,
    ),
]
Keep = Annotated[
    int | None,
    typer.Option(
        "--keep",
        metavar="N",
        help="Older published files to keep, for `sdengine diff`; also SDENGINE_KEEP.  [default: 3]",
        show_default=False,
    ),
]
Workers = Annotated[
    str | None,
    typer.Option(
        "--workers",
        metavar="WORKERS",
        help="Who computes the runs: threads, dask, ray (:N says how many), or a running cluster, tcp://HOST:PORT or "
        "ray://HOST:PORT; also SDENGINE_WORKERS.  [default: threads, one per core]",
        show_default=False,
    ),
]
Parts = Annotated[
    str | None,
    typer.Option(
        "--parts",
        metavar="PLACE",
        help="Folder or URI (s3://…, gs://…) that all workers reach, for what they compute; also SDENGINE_PARTS. "
        " [default: parts, in the warehouse's folder]",
        show_default=False,
    ),
]
Direct = Annotated[
    bool, typer.Option("--direct", help="The same stages without Prefect: same tables, a quicker start.")
]
Wait = Annotated[
    float, typer.Option("--wait", metavar="SECONDS", help="How long to wait while another run holds the warehouse.")
]
