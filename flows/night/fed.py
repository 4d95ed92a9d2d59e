"""What a warehouse is fed with: told to its batches, so that a run that names nothing does not feed it otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.errors import Untold
from flows.scenarios.files import SHIPPED
from flows.text import masked
from schemas.canonical import canonical_json
from warehouse.statements import statement

if TYPE_CHECKING:
    from flows.night.request import Request
    from flows.settings import Settings
    from warehouse.reading import Reader

OURS = "shipped"
"""How the scenarios that ship are told: where they lie changes with each installation."""


def as_told(request: Request) -> dict[str, str | None]:
    """Tell what a request asks, as a row of `ops.requests`; nothing that may hold a secret."""
    settings = request.settings
    return {
        "files": None if settings.files is None else str(settings.files),
        "scenario_files": OURS if settings.scenario_files in (None, SHIPPED) else str(settings.scenario_files),
        "workers": settings.workers if masked(settings.workers) == settings.workers else None,
        "stages": " ".join(request.stages),
        "scenarios": canonical_json(request.scenarios) if request.scenarios else None,
    }


def last_fed(reader: Reader) -> dict[str, Any] | None:
    """Read what the warehouse was last fed with: `scenario_files` (None: those that ship), `source`, `files`."""
    batches = reader.records(statement("night/last_fed"))
    return None if not batches else {**batches[0], "scenario_files": told_files(batches[0]["scenario_files"])}


def told_files(recorded: str) -> Path | None:
    """Read scenario files as a batch tells them."""
    return None if recorded == OURS else Path(recorded)


def refuse_to_feed_otherwise(settings: Settings, reader: Reader) -> None:
    """Raise `Untold` where nobody says which scenarios are meant, and the warehouse was last fed with one's own."""
    last = last_fed(reader) if settings.scenario_files is None else None
    if last is None or last["scenario_files"] is None:
        return
    bars = f"{last['source']}, {last['files']}" if last["files"] else last["source"]
    raise Untold(
        f"{settings.warehouse} was fed with the scenarios of {last['scenario_files']} (bars from {bars}), and nothing "
        "says that they, or others, are meant now: nothing is done. For them, and for those that ship:",
        [("--scenario-files", str(path)) for path in (last["scenario_files"], SHIPPED)],
    )
