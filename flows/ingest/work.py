"""The stage `ingest`: what the sources say goes into raw.*, as they say it.

Per ticker: nothing if nothing can be new; what is new and an overlap of some sessions if something is stored;
everything if nothing is, or if the overlap no longer agrees (flows.ingest.restatement), or if another source gave
what is stored. A ticker that fails leaves its reason in raw.fetches and the others go on. All tables are written in one
transaction, after the last answer.
"""

from __future__ import annotations

import random as chance
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from flows.ingest.asking import Answer, Question, Timing, ask
from flows.ingest.plan import IngestItem, IngestPolicy, calendars_of, plan_ingest
from flows.outcomes import ItemOutcome, Progress, StageOutcome, Status
from flows.stages import INGEST
from sdengine.words import first_few

if TYPE_CHECKING:
    import polars as pl

    from flows.calendars import Calendars
    from flows.ingest.settling import Settled, Settler
    from flows.night.opening import Night
    from flows.sources.base import Source
    from warehouse import Warehouse


def work(night: Night) -> StageOutcome:
    """Fetch what a night is due and store it."""
    return ingest(
        night.warehouse,
        night.source(),
        night.tickers,
        batch_id=night.batch_id,
        now=night.now,
        force=night.request.force,
        asset_classes=night.asset_classes,
        progress=night.progress(INGEST),
    )


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
    progress: Progress | None = None,
) -> StageOutcome:
    """Fetch what is due and store it, all or nothing.

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
        progress: called as each ticker is settled.

    Returns:
        The outcome, tickers in the order asked for; a ticker's failure is an item in it, not an exception.
    """
    policy = policy or IngestPolicy()
    calendars = calendars or calendars_of(warehouse)
    began = clock()
    plan = {"now": now, "force": force, "asset_classes": asset_classes, "policy": policy, "calendars": calendars}
    items = plan_ingest(warehouse, source, tickers, **plan)  # type: ignore[arg-type]
    due = [Question(item.item, item.since, None) for item in items if item.due]
    settled: list[tuple[Answer, Settled]] = []
    if due:
        from flows.ingest.settling import Settler

        settler = Settler(warehouse, source, now, force, policy, calendars, asset_classes or {})
        settler.read_overlaps(due)
        settled = list(_converse(settler, due, Timing(sleep, random, clock), progress))
    set_aside = [item for item in items if item.set_aside]
    if settled or set_aside:
        with warehouse.transaction():
            if settled:
                settler.store([one for _, one in settled if not one.ask_again])
            warehouse.append("raw.fetches", _fetch_rows(settled, set_aside, source.name, batch_id, now, began))
    outcomes = {item.item: _not_asked(item) for item in items if not item.due}
    outcomes |= {one.ticker: _outcome(one, settled) for _, one in settled}
    rows = sum(outcome.rows for outcome in outcomes.values())
    found = [outcomes[item.item] for item in items]
    return StageOutcome.over(INGEST, found, _summary(found, len(set_aside)), rows, clock() - began)


def _converse(
    settler: Settler, due: list[Question], timing: Timing, progress: Progress | None
) -> Iterator[tuple[Answer, Settled]]:
    """Ask for what is due, and for whole histories where an overlap was refuted."""
    again: list[Question] = []
    done = 0
    for questions in (due, again):
        for answer in ask(settler.source, questions, settler.policy.patience, timing):
            one = settler.settle(answer)
            if one.ask_again:
                again.append(Question(one.ticker, None, None))
            else:
                done += 1
                if progress:
                    progress(done, len(due), one.ticker)
            yield answer, one


def _not_asked(item: IngestItem) -> ItemOutcome:
    return ItemOutcome(item.item, "failed" if item.set_aside else "skipped", item.reason)


def _outcome(last: Settled, settled: Sequence[tuple[Answer, Settled]]) -> ItemOutcome:
    """The last word about a ticker, with the time that all words took."""
    status: dict[str, Status] = {"ok": "done", "unchanged": "skipped", "failed": "failed"}
    seconds = sum(a.seconds for answer, one in settled if one.ticker == last.ticker for a in answer.attempts)
    return ItemOutcome(last.ticker, status[last.status], last.reason, last.rows, seconds)


def _summary(items: Sequence[ItemOutcome], set_aside: int) -> str:
    """One sentence over all tickers."""
    failed = [f"{item.item}: {item.reason}" for item in items if item.status == "failed"]
    counts = {
        "stored": sum(item.status == "done" for item in items),
        "unchanged": sum(item.status == "skipped" for item in items),
        "failed": len(failed) - set_aside,
        "set aside": set_aside,
    }
    sentence = ", ".join(f"{count} {word}" for word, count in counts.items() if count) or "no tickers"
    return sentence + (f" ({first_few(failed, 3, '; ')})" if failed else "")


def _fetch_rows(
    answers: Iterable[tuple[Answer, Settled]],
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
    for answer, settled in answers:
        question = answer.question
        for number, attempt in enumerate(answer.attempts, 1):
            is_last = number == len(answer.attempts)
            error = attempt.error or (settled.error if is_last else None)
            status = settled.status if is_last else "failed"
            got = answer.fetched.bars.height if is_last and answer.fetched else 0
            at = here + timedelta(seconds=attempt.began - began)
            rows.append(
                (
                    batch_id,
                    question.ticker,
                    source,
                    question.first,
                    question.last,
                    got,
                    status,
                    error,
                    attempt.seconds,
                    at,
                )
            )
    rows += [(batch_id, i.item, source, None, None, 0, "set_aside", i.reason, 0.0, here) for i in set_aside]
    return pl.DataFrame(rows, schema=table("raw.fetches").polars_schema(), orient="row")
