"""What a night has to ask a source for, ticker by ticker, told from the warehouse and the clock alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from flows.errors import UsageError
from flows.ingest.asking import Patience, Question
from flows.ingest.holes import in_words, known_holes
from flows.outcomes import PlanItem
from flows.stages import INGEST
from sdengine.words import first_few
from warehouse.statements import statement

if TYPE_CHECKING:
    from flows.calendars import Calendars
    from flows.night.opening import Night
    from flows.sources.base import Source
    from warehouse import Warehouse
    from warehouse.reading import Reader

EARLIEST_ZONE = timedelta(hours=14)
"""So far ahead of UTC is the first place on earth where a day begins."""


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
class IngestItem(PlanItem):
    """One ticker that would be asked for, or not.

    Attributes:
        questions: what would be asked.
        set_aside: whether it is not asked for because it keeps failing.
    """

    questions: tuple[Question, ...] = ()
    set_aside: bool = False


def plan(night: Night) -> list[IngestItem]:
    """Say what a night would ask its source for, and why; of a folder that is not there, that it will fail."""
    items = plan_ingest(
        night.warehouse,
        night.source(),
        night.tickers,
        now=night.now,
        force=night.request.force,
        replace_source=night.request.replace_source,
        asset_classes=night.asset_classes,
    )
    files = night.request.settings.files
    if files is None or files.exists():
        return items
    gone = f"will fail: {files} does not exist; what is stored is used"
    return [replace(item, reason=gone) if item.due else item for item in items]


def plan_ingest(
    warehouse: Warehouse,
    source: Source,
    tickers: Sequence[str],
    *,
    now: datetime,
    force: bool = False,
    replace_source: bool = False,
    asset_classes: Mapping[str, str] | None = None,
    policy: IngestPolicy | None = None,
    calendars: Calendars | None = None,
) -> list[IngestItem]:
    """Say what `ingest` would ask for, and why; reads the warehouse and, where something may be due, a calendar.

    Args:
        warehouse: the open warehouse.
        source: who would be asked.
        tickers: which tickers.
        now: this instant, with its time zone.
        force: ask for everything, whatever is stored.
        replace_source: put what the source gives in the place of all that is stored, whoever gave it.
        asset_classes: ticker -> the scenario's word for it, where it has one.
        policy: how nights fetch.
        calendars: sessions; by default those kept in the warehouse's folder.
    """
    policy = policy or IngestPolicy()
    stored = {row[0]: row[1:] for row in warehouse.rows(statement("ingest/stored"))}
    failures = {} if force or replace_source else _set_aside(warehouse, source, now, policy)
    holes = {} if source.local else known_holes(warehouse, source.name)
    calendars = calendars or calendars_of(warehouse)
    items = []
    for ticker in dict.fromkeys(tickers):
        other = stored[ticker][0] if ticker in stored and stored[ticker][0] != source.name else None
        if other and not replace_source:
            items.append(IngestItem(INGEST, ticker, False, _refusal(other, source.name)))
            continue
        if ticker in failures:
            items.append(IngestItem(INGEST, ticker, False, failures[ticker], set_aside=True))
            continue
        if force or replace_source:
            reason = f"in the place of what came from {other}" if other else "replaced" if replace_source else "forced"
            items.append(_whole(ticker, reason))
            continue
        open_holes = [day for day, hole in holes.get(ticker, {}).items() if hole.due(now.astimezone(UTC).date())]
        classes = (asset_classes or {}).get(ticker, "")
        items.append(
            _nothing_or_everything(ticker, source, stored.get(ticker), now)
            or _ranges(ticker, stored[ticker][2], open_holes, now, classes, policy, calendars)
        )
    return items


def refuse_other_sources(warehouse: Reader, source: str, tickers: Sequence[str]) -> None:
    """Raise UsageError where a source would wipe what another one gave."""
    stored = {row[0]: row[1] for row in warehouse.rows(statement("ingest/stored"))}
    others = [ticker for ticker in dict.fromkeys(tickers) if stored.get(ticker, source) != source]
    if not others:
        return
    owner = stored[others[0]]
    raise UsageError(
        f"{first_few(others, 3)}: what is stored came from {owner}, and {source} would replace it; go on with"
        f" `--source {owner}`, or replace it with `sdengine run --source {source} --replace-source`"
    )


def _whole(ticker: str, reason: str) -> IngestItem:
    return IngestItem(INGEST, ticker, True, reason, questions=(Question(ticker, None, None),))


def _refusal(other: str, source: str) -> str:
    return f"refused: what is stored came from {other}; --replace-source puts what {source} gives in its place"


def _nothing_or_everything(
    ticker: str, source: Source, stored: tuple[str, date, date, date | None, bool] | None, now: datetime
) -> IngestItem | None:
    """Decide the cases that need no calendar; None if it takes one to tell."""
    if stored is None:
        return _whole(ticker, "nothing is stored")
    last_stored, ahead, answered = stored[2:]
    if not answered:
        return _whole(ticker, "no receipt tells of an answer of its source")
    if ahead is not None and ahead <= (now.astimezone(UTC) + EARLIEST_ZONE).date():
        return _whole(
            ticker, f"what is stored of {ahead} was ahead of the clock when its source gave it: it stood wrong"
        )
    end = source.ends(ticker)
    if end is not None and last_stored >= end:
        return IngestItem(INGEST, ticker, False, f"the source's history, which ended on {end}, is stored")
    if source.local:
        return _whole(ticker, "a local source is read again to see whether it has changed")
    return None


def _ranges(
    ticker: str,
    last_stored: date,
    holes: list[date],
    now: datetime,
    asset_class: str,
    policy: IngestPolicy,
    calendars: Calendars,
) -> IngestItem:
    """Whether a session has settled since the last stored bar, from where on to ask, and for which holes."""
    from flows.calendars import market_of

    sessions = calendars.known_or_none(market_of(ticker, asset_class).calendar, now.date())
    # Nothing is known about the sessions of an unknown market: it is asked once a day.
    settled = sessions.last_settled(now) if sessions.calendar != "unknown" else now.date() - timedelta(days=1)
    idle = settled is not None and last_stored >= settled
    if idle and not holes:
        return IngestItem(INGEST, ticker, False, f"the last session that has closed, {settled}, is stored")

    def before(day: date) -> date:
        since = sessions.back(day, policy.overlap)
        return since if since < day else day - timedelta(days=policy.overlap + 2)

    since = None if idle else before(last_stored)
    questions = _questions(ticker, since, last_stored, holes, before, policy)
    reasons = [] if idle else [f"stored to {last_stored}, a session has closed since"]
    reasons += [in_words(holes)] if holes else []
    return IngestItem(INGEST, ticker, True, "; ".join(reasons), questions=questions)


def _questions(
    ticker: str,
    since: date | None,
    last_stored: date,
    holes: list[date],
    before: Callable[[date], date],
    policy: IngestPolicy,
) -> tuple[Question, ...]:
    """Ask for what is new from `since` on and the range of the holes: one question where they meet, else one each."""
    if not holes:
        return (Question(ticker, since, None),)
    first, last = before(holes[0]), holes[-1] + timedelta(days=policy.around)
    if since is None:
        return (Question(ticker, first, last if last < last_stored else None, for_a_hole=True),)
    if last >= since:
        return (Question(ticker, min(first, since), None),)
    return Question(ticker, since, None), Question(ticker, first, last, for_a_hole=True)


def _set_aside(warehouse: Warehouse, source: Source, now: datetime, policy: IngestPolicy) -> dict[str, str]:
    """Tickers not to ask tonight, with why and until when; a last try that lies in the future counts as none."""
    here = now.astimezone(UTC).replace(tzinfo=None)
    failing = warehouse.rows(statement("ingest/failures"), {"source": source.name, "since": here - timedelta(days=60)})
    again_after = timedelta(days=policy.set_aside_days)
    return {
        ticker: f"failed {nights} nights in a row, last on {last_try:%Y-%m-%d}; "
        f"will be asked again from {last_try + again_after:%Y-%m-%d %H:%M} UTC, or at once with --force"
        for ticker, nights, last_try in failing
        if nights >= policy.set_aside_after and last_try <= here < last_try + again_after
    }


def calendars_of(warehouse: Warehouse) -> Calendars:
    """Calendars that keep their files in the warehouse's folder, and in the user's cache."""
    from flows.calendars import Calendars
    from sdengine.cache import cache_root

    return Calendars(Path(warehouse.directory) / "calendars", cache_root() / "calendars")
