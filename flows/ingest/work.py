"""The stage `ingest`: what the sources say goes into raw.*, as they say it.

Per ticker: nothing if nothing can be new; what is new and an overlap of some sessions if something is stored;
everything if nothing is, or if the overlap no longer agrees (flows.ingest.restatement), or if another source gave
what is stored. A ticker that fails leaves its reason in raw.fetches and the others go on. All tables are written in one
transaction, after the last answer.
"""

from __future__ import annotations

import random as chance
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flows.ingest.asking import Answer, Request, Timing, ask
from flows.ingest.plan import IngestItem, IngestPolicy, calendars_of, plan_ingest

if TYPE_CHECKING:
    import polars as pl

    from flows.calendars import Calendars
    from flows.ingest.settling import Settled
    from flows.sources.base import Source
    from warehouse import Warehouse

__all__ = ["IngestItem", "IngestPolicy", "IngestReceipt", "TickerOutcome", "ingest", "plan_ingest"]


@dataclass(frozen=True)
class TickerOutcome:
    """What became of one ticker: status is 'ok', 'unchanged', 'failed' or 'set_aside'; reason a sentence;
    rows those stored anew; last the date of the last bar stored by then; seconds with the waits between tries."""

    ticker: str
    status: str
    reason: str
    rows: int = 0
    last: date | None = None
    seconds: float = 0.0


@dataclass(frozen=True)
class IngestReceipt:
    """What a stage did: rows stored, and the outcome of every ticker, in the order asked for."""

    rows: int
    seconds: float
    outcomes: tuple[TickerOutcome, ...]

    @cached_property
    def failed(self) -> bool:
        """Whether any ticker failed or is set aside."""
        return any(outcome.status in ("failed", "set_aside") for outcome in self.outcomes)

    @property
    def status(self) -> str:
        """'failed' if some ticker failed, 'skipped' if nothing was new, else 'done'."""
        if self.failed:
            return "failed"
        return "done" if any(outcome.status == "ok" for outcome in self.outcomes) else "skipped"

    @property
    def reason(self) -> str:
        """One sentence over all tickers."""
        words = {"ok": "stored", "unchanged": "unchanged", "failed": "failed", "set_aside": "set aside"}
        counts = {text: sum(o.status == status for o in self.outcomes) for status, text in words.items()}
        said = ", ".join(f"{count} {text}" for text, count in counts.items() if count) or "no tickers"
        troubles = [f"{o.ticker}: {o.reason}" for o in self.outcomes if o.status in ("failed", "set_aside")]
        more = f" and {len(troubles) - 3} more" if len(troubles) > 3 else ""
        return said + (f" ({'; '.join(troubles[:3])}{more})" if troubles else "")


def ingest(
    warehouse: Warehouse,
    source: Source,
    tickers: Sequence[str],
    *,
    batch_id: str,
    now: datetime,
    force: bool = False,
    asset_classes: Mapping[str, str] | None = None,
    policy: IngestPolicy | None = None,
    calendars: Calendars | None = None,
    sleep: Callable[[float], None] = time.sleep,
    random: Callable[[], float] = chance.random,
    clock: Callable[[], float] = time.monotonic,
    progress: Callable[[str, str], None] | None = None,
) -> IngestReceipt:
    """Fetches what is due and stores it, all or nothing.

    Args:
        warehouse: the open warehouse; nothing is written to it before every ticker has answered.
        source: who is asked.
        tickers: which tickers.
        batch_id: the night's name, for raw.fetches.
        now: this instant, with its time zone; bars of sessions that have not closed by then are not stored.
        force: ask for everything; also accept an answer that has lost much of what is stored.
        asset_classes: ticker -> the scenario's word for it, where it has one.
        policy: how nights fetch.
        calendars: sessions; by default those kept in the warehouse's folder.
        sleep: waits a number of seconds.
        random: gives a number in [0, 1).
        clock: seconds that only grow.
        progress: called with ticker and status as each is settled.

    Returns:
        The receipt; a ticker's failure is an outcome in it, not an exception.
    """
    policy = policy or IngestPolicy()
    calendars = calendars or calendars_of(warehouse)
    began = clock()
    plan = {"now": now, "force": force, "asset_classes": asset_classes, "policy": policy, "calendars": calendars}
    items = plan_ingest(warehouse, source, tickers, **plan)  # type: ignore[arg-type]
    due = [Request(item.ticker, item.since, None) for item in items if item.due]
    told: list[tuple[Answer, Settled]] = []
    if due:
        from flows.ingest.settling import Night

        night = Night(warehouse, source, now, force, policy, calendars, asset_classes or {})
        night.read_overlaps(due)
        timing = Timing(sleep, random, clock)
        told = list(_converse(night, due, timing, progress))
    set_aside = [item for item in items if item.set_aside]
    if told or set_aside:
        with warehouse.transaction():
            if told:
                night.store([settled for _, settled in told if not settled.ask_again])
            warehouse.append("raw.fetches", _fetch_rows(told, set_aside, source.name, batch_id, now, began))
    outcomes = {item.ticker: _not_asked(item) for item in items if not item.due}
    outcomes |= {settled.ticker: _outcome(settled, told) for _, settled in told}
    rows = sum(outcome.rows for outcome in outcomes.values())
    return IngestReceipt(rows, clock() - began, tuple(outcomes[item.ticker] for item in items))


def _converse(
    night: Any, due: list[Request], timing: Timing, progress: Callable[[str, str], None] | None
) -> Iterable[tuple[Answer, Settled]]:
    """Asks for what is due, and whole histories where an overlap was refuted."""
    again: list[Request] = []
    for answer in ask(night.source, due, night.policy.patience, timing):
        settled = night.settle(answer)
        if settled.ask_again:
            again.append(Request(settled.ticker, None, None))
        elif progress:
            progress(settled.ticker, settled.status)
        yield answer, settled
    for answer in ask(night.source, again, night.policy.patience, timing):
        settled = night.settle(answer)
        if progress:
            progress(settled.ticker, settled.status)
        yield answer, settled


def _not_asked(item: IngestItem) -> TickerOutcome:
    return TickerOutcome(item.ticker, "set_aside" if item.set_aside else "unchanged", item.reason)


def _outcome(settled: Settled, told: Sequence[tuple[Answer, Settled]]) -> TickerOutcome:
    """The last word about a ticker, with the time that all words took."""
    seconds = sum(a.seconds for answer, _ in told if answer.request.ticker == settled.ticker for a in answer.attempts)
    return TickerOutcome(settled.ticker, settled.status, settled.reason, settled.rows, settled.last, seconds)


def _fetch_rows(
    told: Iterable[tuple[Answer, Settled]],
    set_aside: Iterable[IngestItem],
    source: str,
    batch_id: str,
    now: datetime,
    began: float,
) -> pl.DataFrame:
    """raw.fetches: a row for every try, and one for every ticker that was not asked because it keeps failing."""
    import polars as pl

    from schemas import table

    here = now.astimezone(UTC).replace(tzinfo=None)
    rows: list[tuple[Any, ...]] = []
    for answer, settled in told:
        request = answer.request
        for number, attempt in enumerate(answer.attempts, 1):
            is_last = number == len(answer.attempts)
            error = attempt.error or (settled.error if is_last else None)
            status = settled.status if is_last else "failed"
            got = answer.fetched.bars.height if is_last and answer.fetched else 0
            at = here + timedelta(seconds=attempt.began - began)
            rows.append(
                (batch_id, request.ticker, source, request.first, request.last, got, status, error, attempt.seconds, at)
            )
    rows += [(batch_id, i.ticker, source, None, None, 0, "set_aside", i.reason, 0.0, here) for i in set_aside]
    return pl.DataFrame(rows, schema=table("raw.fetches").polars_schema(), orient="row")
