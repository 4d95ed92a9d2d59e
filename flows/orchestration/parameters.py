"""A flow's parameters are plain values, that a form or a deployment can hold; a request is what they mean."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flows.night.opening import Request
from flows.settings import read_settings
from flows.stages import STAGES, select_stages

Folder = str | None
Names = list[str] | None


def read_parameters(
    warehouse: Folder = None,
    scenarios: Folder = None,
    source: str | None = None,
    files: Folder = None,
    stages: tuple[str, ...] = STAGES,
    scenario: Names = None,
    tickers: Names = None,
    force: bool = False,
    verb: str = "run",
    wait: float = 60.0,
    on_failure: str | None = None,
    keep: int | None = None,
    workers: str | None = None,
    parts: str | None = None,
) -> Request:
    """The request that these parameters make; what is None comes from SDENGINE_* variables and defaults."""
    for stage in stages:
        select_stages(only=stage)
    return Request(
        settings=read_settings(
            _path(warehouse), _path(scenarios), source, _path(files), on_failure, keep, workers, parts
        ),
        verb=verb,
        stages=tuple(stages),
        scenarios=tuple(scenario or ()),
        tickers=None if tickers is None else tuple(tickers),
        force=force,
        wait=wait,
    )


def as_parameters(request: Request) -> dict[str, Any]:
    """The parameters that stand for a request: `read_parameters(**as_parameters(r)) == r`."""
    settings = request.settings
    return {
        "warehouse": str(settings.warehouse),
        "scenarios": str(settings.scenarios) if settings.scenarios else None,
        "source": settings.source,
        "files": str(settings.files) if settings.files else None,
        "stages": request.stages,
        "scenario": list(request.scenarios) or None,
        "tickers": None if request.tickers is None else list(request.tickers),
        "force": request.force,
        "verb": request.verb,
        "wait": request.wait,
        "on_failure": settings.on_failure,
        "keep": settings.keep,
        "workers": settings.workers,
        "parts": settings.parts,
    }


def _path(text: Folder) -> Path | None:
    return Path(text) if text else None
