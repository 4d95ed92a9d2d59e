"""What a night has to ask a source for, ticker by ticker, told from the warehouse and the clock alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from flows.errors import UsageError
from flows.ingest.asking import Question
from flows.ingest.errand import Errand, IngestPolicy
from flows.ingest.holes import in_words, known_holes
from flows.outcomes import PlanItem
from flows.stages import INGEST
from sdengine.words import first_few
from warehouse.statements import statement

if TYPE_CHECKING:
    from flows.night.opening import Night
    from flows.sources.base import Source
    from warehouse.reading import Reader

EARLIEST_ZONE = timedelta(hours=14)
"""So far ahead of UTC is the first place on earth where a day begins."""


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
    items = plan_ingest(Errand.of(night))
    files = night.request.settings.files
    if files is None or files.exists():
        return items
    gone = f"will fail: {files} does not exist; what is stored is used"
    return [replace(item, reason=gone) if item.due else item for item in items]


def plan_ingest(errand: Errand) -> list[IngestItem]:
    """Say what `ingest` would ask for, and why; reads the warehouse and, where something may be due, a calendar."""
    source, force, replace_source = errand.source, errand.force, errand.replace_source
    stored = {row[0]: row[1:] for row in errand.warehouse.rows(statement("ingest/stored"))}
    failures = {} if force or replace_source else _set_aside(errand)
    holes = {} if source.local else known_holes(errand.warehouse, source.name)
    today = errand.now.astimezone(UTC).date()
    items = []
    for ticker in dict.fromkeys(errand.tickers):
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
        open_holes = [day for day, hole in holes.get(ticker, {}).items() if hole.due(today)]
        items.append(
            _nothing_or_everything(ticker, source, stored.get(ticker), errand.now)
            or _ranges(errand, ticker, stored[ticker][2], open_holes)
        )
    return items


def refuse_other_sources(warehouse: Reader, source: str, tickers: Sequence[str]) -> None:
    """Raise UsageError where a source would wipe what another one gave."""
    stored = dict(warehouse.rows(statement("ingest/owners")))
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


def _ranges(errand: Errand, ticker: str, last_stored: date, holes: list[date]) -> IngestItem:
    """Whether a session has settled since the last stored bar, from where on to ask, and for which holes."""
    from flows.calendars import market_of

    now, overlap = errand.now, errand.policy.overlap
    calendar = market_of(ticker, errand.asset_classes.get(ticker, "")).calendar
    sessions = errand.calendars.known_or_none(calendar, now.date())
    # Nothing is known about the sessions of an unknown market: it is asked once a day.
    settled = sessions.last_settled(now) if sessions.calendar != "unknown" else now.date() - timedelta(days=1)
    idle = settled is not None and last_stored >= settled
    if idle and not holes:
        return IngestItem(INGEST, ticker, False, f"the last session that has closed, {settled}, is stored")

    def before(day: date) -> date:
        since = sessions.back(day, overlap)
        return since if since < day else day - timedelta(days=overlap + 2)

    since = None if idle else before(last_stored)
    questions = _questions(ticker, since, last_stored, holes, before, errand.policy)
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


def _set_aside(errand: Errand) -> dict[str, str]:
    """Tickers not to ask tonight, with why and until when; a last try that lies in the future counts as none."""
    here, policy = errand.now.astimezone(UTC).replace(tzinfo=None), errand.policy
    since = {"source": errand.source.name, "since": here - timedelta(days=60)}
    failing = errand.warehouse.rows(statement("ingest/failures"), since)
    again_after = timedelta(days=policy.set_aside_days)
    return {
        ticker: f"failed {nights} nights in a row, last on {last_try:%Y-%m-%d}; "
        f"will be asked again from {last_try + again_after:%Y-%m-%d %H:%M} UTC, or at once with --force"
        for ticker, nights, last_try in failing
        if nights >= policy.set_aside_after and last_try <= here < last_try + again_after
    }
