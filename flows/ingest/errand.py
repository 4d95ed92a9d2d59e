"""What a night is sent for: whom it asks, for which tickers, and how patiently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from flows.ingest.asking import Patience

if TYPE_CHECKING:
    from flows.calendars import Calendars
    from flows.night.opening import Night
    from flows.sources.base import Source
    from warehouse import Warehouse


@dataclass(frozen=True)
class IngestPolicy:
    """How nights fetch.

    Attributes:
        overlap: sessions before the last stored one that are asked again.
        patience: concurrency, tries and waits.
        set_aside_after: nights in a row that a ticker may fail while others come through, before it is set aside.
        set_aside_days: days for which it then is not asked.
        around: days after a hole that are asked for with it, and compared; before it as many sessions as overlap.
    """

    overlap: int = 5
    patience: Patience = field(default_factory=Patience)
    set_aside_after: int = 3
    set_aside_days: float = 3.0
    around: int = 7


@dataclass(frozen=True)
class Errand:
    """What a night is sent for: to whom, for which tickers, and how.

    Attributes:
        warehouse: the open warehouse.
        source: who is asked.
        tickers: which tickers.
        now: this instant, with its time zone; bars of sessions that have not closed by then are not stored.
        force: ask for everything, whatever is stored.
        replace_source: put what the source gives in the place of all that is stored, whoever gave it.
        asset_classes: ticker -> the scenario's word for it, where it has one.
        policy: how nights fetch.
        own_calendars: sessions, in the place of those kept in the warehouse's folder.
    """

    warehouse: Warehouse
    source: Source
    tickers: Sequence[str]
    now: datetime
    force: bool = False
    replace_source: bool = False
    asset_classes: Mapping[str, str] = field(default_factory=dict)
    policy: IngestPolicy = field(default_factory=IngestPolicy)
    own_calendars: Calendars | None = None

    @classmethod
    def of(cls, night: Night) -> Errand:
        """Say what a night is sent for by its request."""
        request = night.request
        return cls(
            night.warehouse,
            night.source(),
            night.tickers,
            night.now,
            force=request.force,
            replace_source=request.replace_source,
            asset_classes=night.asset_classes,
        )

    @cached_property
    def calendars(self) -> Calendars:
        """Sessions, read once for all that is done on the way."""
        return self.own_calendars or calendars_of(self.warehouse)


def calendars_of(warehouse: Warehouse) -> Calendars:
    """Calendars that keep their files in the warehouse's folder, and in the user's cache."""
    from flows.calendars import Calendars
    from sdengine.cache import cache_root

    return Calendars(Path(warehouse.directory) / "calendars", cache_root() / "calendars")
