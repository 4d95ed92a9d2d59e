"""From the options of a verb to the request of a night."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flows.settings import read_settings
from flows.stages import select_stages

if TYPE_CHECKING:
    from flows.night.opening import Request


def read_request(
    verb: str,
    warehouse: Path | None,
    scenarios: Path | None,
    source: str | None,
    files: Path | None,
    from_stage: str | None,
    only: str | None,
    names: list[str] | None,
    *,
    force: bool,
    wait: float,
    on_failure: str | None = None,
    keep: int | None = None,
    workers: str | None = None,
    parts: str | None = None,
) -> Request:
    """The request that these options make; `UsageError` for a wrong one."""
    from flows.night.opening import Request

    return Request(
        settings=read_settings(warehouse, scenarios, source, files, on_failure, keep, workers, parts),
        verb=verb,
        stages=select_stages(from_stage, only),
        scenarios=tuple(names or ()),
        force=force,
        wait=wait,
    )
