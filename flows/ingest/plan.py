"""What a night has to ask a source for, ticker by ticker, told from the warehouse and the clock alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from flows.ingest.asking import Patience
from flows.outcomes import PlanItem
from flows.stages import INGEST
from warehouse.statements import statement

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
        lost_share: a whole answer that lacks more than this share of the stored dates is refused as broken.
    """

    overlap: int = 5
    patience: Patience = field(default_factory=Patience)
    set_aside_after: int = 3
    set_aside_days: float = 3.0
    lost_share: float = 0.2


@dataclass(frozen=True)
class IngestItem(PlanItem):
    """One ticker that would be asked for, or not.

    Attributes:
        since: the first date that would be asked for, None for the whole history.
        set_aside: whether it is not asked for because it keeps failing.
    """

    since: date | None = None
    set_aside: bool = False


def plan(night: Night) -> list[IngestItem]:
    """What a night would ask its source for, and why."""
    return plan_ingest(
        night.warehouse,
        night.source(),
        night.tickers,
        now=night.now,
        force=night.request.force,
        asset_classes=night.asset_classes,
    )


def plan_ingest(
    warehouse: Warehouse,
    source: Source,
    tickers: Sequence[str],
    *,
    now: datetime,
    force: bool = False,
    asset_classes: Mapping[str, str] | None = None,
    policy: IngestPolicy | None = None,
    calendars: Calendars | None = None,
) -> list[IngestItem]:
    """What `ingest` would ask for, and why; reads only the warehouse and, where something may be due, a calendar.

    Args:
        warehouse: the open warehouse.
        source: who would be asked.
        tickers: which tickers.
        now: this instant, with its time zone.
        force: ask for everything, whatever is stored.
        asset_classes: ticker -> the scenario's word for it, where it has one.
        policy: how nights fetch.
        calendars: sessions; by default those kept in the warehouse's folder.
    """
    policy = policy or IngestPolicy()
    stored = {row[0]: row[1:] for row in warehouse.rows(statement("ingest/stored"))}
    failures = {} if force else _set_aside(warehouse, source, now, policy)
    calendars = calendars or calendars_of(warehouse)
    items = []
    for ticker in dict.fromkeys(tickers):
        if ticker in failures:
            items.append(IngestItem(INGEST, ticker, False, failures[ticker], set_aside=True))
            continue
        item = None if force else _nothing_or_everything(ticker, source, stored.get(ticker))
        if force:
            item = IngestItem(INGEST, ticker, True, "forced")
        items.append(
            item
            or _incremental(ticker, stored[ticker][2], now, (asset_classes or {}).get(ticker, ""), policy, calendars)
        )
    return items


def _nothing_or_everything(ticker: str, source: Source, stored: tuple[str, date, date] | None) -> IngestItem | None:
    """The cases that need no calendar; None if it takes one to tell."""
    if stored is None:
        return IngestItem(INGEST, ticker, True, "nothing is stored")
    source_name, _, last_stored = stored[:3]
    if source_name != source.name:
        return IngestItem(INGEST, ticker, True, f"what is stored came from {source_name}")
    end = source.ends(ticker)
    if end is not None and last_stored >= end:
        return IngestItem(INGEST, ticker, False, f"the source's history, which ended on {end}, is stored")
    if source.local:
        return IngestItem(INGEST, ticker, True, "a local source is read again to see whether it has changed")
    return None


def _incremental(
    ticker: str, last_stored: date, now: datetime, asset_class: str, policy: IngestPolicy, calendars: Calendars
) -> IngestItem:
    """Whether a session has settled since the last stored bar, and from where on to ask."""
    from flows.calendars import market_of

    market = market_of(ticker, asset_class)
    sessions = calendars.known_or_none(market.calendar, now.date())
    # Nothing is known about the sessions of an unknown market: it is asked once a day.
    settled = sessions.last_settled(now) if sessions.calendar != "unknown" else now.date() - timedelta(days=1)
    if settled is not None and last_stored >= settled:
        return IngestItem(INGEST, ticker, False, f"the last session that has closed, {settled}, is stored")
    since = sessions.back(last_stored, policy.overlap)
    if since == last_stored:
        since = last_stored - timedelta(days=policy.overlap + 2)
    return IngestItem(INGEST, ticker, True, f"stored to {last_stored}, a session has closed since", since=since)


def _set_aside(warehouse: Warehouse, source: Source, now: datetime, policy: IngestPolicy) -> dict[str, str]:
    """Tickers not to ask tonight, with the sentence that says why and until when."""
    here = now.astimezone(UTC).replace(tzinfo=None)
    failing = warehouse.rows(statement("ingest/failures"), {"source": source.name, "since": here - timedelta(days=60)})
    again_after = timedelta(days=policy.set_aside_days)
    return {
        ticker: f"failed {nights} nights in a row, last on {last_try:%Y-%m-%d}; "
        f"will be asked again from {last_try + again_after:%Y-%m-%d %H:%M} UTC"
        for ticker, nights, last_try in failing
        if nights >= policy.set_aside_after and here < last_try + again_after
    }


def calendars_of(warehouse: Warehouse) -> Calendars:
    """Calendars that keep their files in the warehouse's folder."""
    from flows.calendars import Calendars

    return Calendars(Path(warehouse.directory) / "calendars")
