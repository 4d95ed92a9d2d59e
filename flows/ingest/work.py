"""The stage `ingest`: what the sources say goes into raw.*, as they say it.

Per ticker: nothing if nothing can be new; what is new and an overlap of some sessions if something is stored, and the
range of sessions without a bar (flows.ingest.holes); everything if nothing is stored, or if the overlap no longer
agrees (flows.ingest.restatement). What another source gave is replaced only when that is asked for. A ticker that fails
leaves its reason in raw.fetches and the others go on. All tables are written in one transaction, after the last answer.
"""

from __future__ import annotations

import random as chance
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from flows.ingest.asking import Answer, Question, Timing, ask
from flows.ingest.plan import IngestItem, IngestPolicy, calendars_of, plan_ingest, refuse_other_sources
from flows.outcomes import ItemOutcome, Progress, StageOutcome, Status
from flows.stages import INGEST

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
        replace_source=night.request.replace_source,
        asset_classes=night.asset_classes,
        place=str(night.request.settings.files) if night.request.settings.files else None,
        progress=night.progress(INGEST),
        note=night.listener.note,
    )


def ingest(
    warehouse: Warehouse,
    source: Source,
    tickers: Sequence[str],
    *,
    batch_id: str,
    now: datetime,
    force: bool = False,
    replace_source: bool = False,
    asset_classes: Mapping[str, str] | None = None,
    policy: IngestPolicy | None = None,
    calendars: Calendars | None = None,
    sleep: Callable[[float], None] = time.sleep,
    random: Callable[[], float] = chance.random,
    clock: Callable[[], float] = time.monotonic,
    place: str | None = None,
    progress: Progress | None = None,
    note: Callable[[str], None] | None = None,
) -> StageOutcome:
    """Fetch what is due and store it, all or nothing.

    Args:
        warehouse: the open warehouse; nothing is written to it before every ticker has answered.
        source: who is asked.
        tickers: which tickers.
        batch_id: the night's name, for raw.fetches.
        now: this instant, with its time zone; bars of sessions that have not closed by then are not stored.
        force: ask for everything.
        replace_source: ask for everything and put it in the place of all that is stored, whoever gave it.
        asset_classes: ticker -> the scenario's word for it, where it has one.
        policy: how nights fetch.
        calendars: sessions; by default those kept in the warehouse's folder.
        sleep: waits a number of seconds.
        random: gives a number in [0, 1).
        clock: seconds that only grow.
        place: the folder or file that the source reads, for raw.tickers.
        progress: called as each ticker is settled.
        note: told what the source read past or decided in what is stored anew, each sentence once.

    Returns:
        The outcome, tickers in the order asked for; a ticker's failure is an item in it, not an exception.

    Raises:
        UsageError: another source gave what is stored of a ticker, and replace_source is not asked for.
    """
    policy = policy or IngestPolicy()
    calendars = calendars or calendars_of(warehouse)
    began = clock()
    if not replace_source:
        refuse_other_sources(warehouse, source.name, tickers)
    items = plan_ingest(
        warehouse,
        source,
        tickers,
        now=now,
        force=force,
        replace_source=replace_source,
        asset_classes=asset_classes,
        policy=policy,
        calendars=calendars,
    )
    due = [question for item in items for question in item.questions]
    settled: list[tuple[Answer, Settled]] = []
    final: dict[str, list[Settled]] = {}
    if due:
        from flows.ingest.settling import Settler

        settler = Settler(warehouse, source, now, replace_source, policy, calendars, asset_classes or {}, place)
        settler.read_overlaps(due)
        settled = list(_converse(settler, due, Timing(sleep, random, clock), progress))
        final = _final(one for _, one in settled)
    set_aside = [item for item in items if item.set_aside]
    if settled or set_aside:
        with warehouse.transaction():
            if settled:
                settler.store([one for several in final.values() for one in several])
            warehouse.append("raw.fetches", _fetch_rows(settled, set_aside, source.name, batch_id, now, began))
    for sentence in _notes(final):
        (note or str)(sentence)
    outcomes = {item.item: _not_asked(item) for item in items if not item.due}
    outcomes |= {ticker: _outcome(several, settled) for ticker, several in final.items()}
    rows = sum(outcome.rows for outcome in outcomes.values())
    found = [outcomes[item.item] for item in items]
    return StageOutcome.over(INGEST, found, _summary(found, len(set_aside)), rows, clock() - began)


def _converse(
    settler: Settler, due: list[Question], timing: Timing, progress: Progress | None
) -> Iterator[tuple[Answer, Settled]]:
    """Ask for what is due, and for whole histories where an overlap was refuted."""
    again: dict[str, Question] = {}
    done: set[str] = set()
    total = len({question.ticker for question in due})
    for questions in (due, again.values()):
        for answer in ask(settler.source, list(questions), settler.policy.patience, timing):
            one = settler.settle(answer)
            if one.ask_again:
                again[one.ticker] = Question(one.ticker, None, None)
            elif one.ticker not in done:
                done.add(one.ticker)
                if progress:
                    progress(len(done), total, one.ticker)
            yield answer, one


def _final(settled: Iterable[Settled]) -> dict[str, list[Settled]]:
    """Take the last word about each ticker: its whole history where that was asked for, else its ranges."""
    final: dict[str, list[Settled]] = {}
    refuted = set()
    for one in settled:
        if one.ask_again:
            refuted.add(one.ticker)
        else:
            final.setdefault(one.ticker, []).append(one)
    whole = {t: [one for one in final.get(t, []) if one.question.first is None] for t in refuted}
    return final | whole


def _notes(final: Mapping[str, Sequence[Settled]]) -> dict[str, None]:
    """List what sources said beside what is stored anew, each sentence once."""
    stored = [one for several in final.values() for one in several if one.status == "ok" and one.fetched]
    return dict.fromkeys(sentence for one in stored if one.fetched for sentence in one.fetched.notes)


def _not_asked(item: IngestItem) -> ItemOutcome:
    return ItemOutcome(item.item, "failed" if item.set_aside else "skipped", item.reason)


def _outcome(last: Sequence[Settled], settled: Sequence[tuple[Answer, Settled]]) -> ItemOutcome:
    """Put the last words about a ticker into one, with the time that all took; an unanswered hole fails nobody."""
    words: dict[str, Status] = {"ok": "done", "unchanged": "skipped", "failed": "failed"}
    found = {"skipped" if one.question.for_a_hole and one.error else words[one.status] for one in last}
    status: Status = "failed" if "failed" in found else "done" if "done" in found else "skipped"
    ticker = last[0].ticker
    seconds = sum(a.seconds for answer, one in settled if one.ticker == ticker for a in answer.attempts)
    reason = "; ".join(dict.fromkeys(one.reason for one in last))
    return ItemOutcome(ticker, status, reason, sum(one.rows for one in last), seconds)


def _summary(items: Sequence[ItemOutcome], set_aside: int) -> str:
    """One sentence over all tickers."""
    counts = {
        "stored": sum(item.status == "done" for item in items),
        "unchanged": sum(item.status == "skipped" for item in items),
        "failed": sum(item.status == "failed" for item in items) - set_aside,
        "set aside": set_aside,
    }
    return ", ".join(f"{count} {word}" for word, count in counts.items() if count) or "no tickers"


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
