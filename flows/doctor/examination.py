"""All checks, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from flows.doctor import place, state
from flows.doctor.finding import Finding, looked_at

if TYPE_CHECKING:
    from flows.settings import Settings


def examine(settings: Settings, today: date) -> Iterator[Finding]:
    """Look at everything; a check that breaks is a problem of its own. Nothing is written."""
    folder = settings.warehouse
    yield from looked_at("versions", place.versions)
    yield from looked_at("warehouse", lambda: state.work_file(folder))
    yield from looked_at("published", lambda: state.published(folder))
    yield from looked_at("parts", lambda: state.parts(folder))
    yield from looked_at("last night", lambda: state.last_night(folder))
    yield from looked_at("bars", lambda: state.bars(folder, today))
    yield from looked_at("calendar", lambda: place.calendars(folder))
    yield from looked_at("disk", lambda: place.disk(folder))
    yield from looked_at("Prefect", lambda: place.prefect(folder))
    yield from looked_at("next run", lambda: state.next_run(settings))
