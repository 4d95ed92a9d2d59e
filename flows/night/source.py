"""Which source a night asks: the one that is named, else the warehouse's own last one, else the sample."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from flows.errors import UsageError
from warehouse.statements import statement

if TYPE_CHECKING:
    from flows.night.request import Request
    from warehouse import Warehouse

OTHERWISE = "sample"
FILES = "files"


def with_source(request: Request, warehouse: Warehouse) -> Request:
    """Complete the request by its source, and the folder of `files`; `UsageError` where that folder is not known."""
    settings = request.settings
    if settings.source is not None:
        return request
    source = warehouse.scalar(statement("night/last_source")) or OTHERWISE
    files = None
    if source == FILES:
        last = warehouse.scalar(statement("night/last_place"), {"source": FILES})
        files = settings.files or (Path(last) if last else None)
        if files is None:
            raise UsageError(
                f"{settings.warehouse} was fed from files and does not know their folder yet: name it once,"
                " with --source files --files FOLDER"
            )
    return replace(request, settings=replace(settings, source=source, files=files))
