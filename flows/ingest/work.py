"""The stage `ingest`: what the sources say goes into raw.*, as they say it.

Per ticker: nothing if nothing can be new; what is new and an overlap of some sessions if something is stored, and the
range of sessions without a bar (flows.ingest.holes); everything if nothing is stored, or if the overlap no longer
agrees (flows.ingest.restatement). What another source gave is replaced only when that is asked for. A ticker that fails
leaves its reason in raw.fetches and the others go on. All tables are written in one transaction, after the last answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from flows.ingest.asking import Answer, Question, Timing, ask
from flows.ingest.errand import Errand
from flows.ingest.plan import IngestItem, plan_ingest, refuse_other_sources
from flows.outcomes import ItemOutcome, Progress, StageOutcome, Status
from flows.stages import INGEST

if TYPE_CHECKING:
    import polars as pl

    from flows.ingest.settling import Settled, Settler
    from flows.night.opening import Night


def work(night: Night) -> StageOutcome:
    """Fetch what a night is due and store it."""
    files = night.request.settings.files
    return ingest(
        Errand.of(night),
        batch_id=night.batch_id,
        place=str(files) if files else None,
        progress=night.progress(INGEST),
        note=night.listener.note,
        news=night.expect_runs,
    )


def ingest(
    errand: Errand,
    *,
    batch_id: str,
    timing: Timing | None = None,
    place: str | None = None,
    progress: Progress | None = None,
    note: Callable[[str], None] | None = None,
    news: Callable[[], None] | None = None,
) -> StageOutcome:
    """Fetch what is due and store it, all or nothing; nothing is written before every ticker has answered.

    Args:
        errand: whom to ask, for which tickers, and how.
        batch_id: the night's name, for raw.fetches.
        timing: how to wait, chance and a clock; by default the world's.
        place: the folder or file that the source reads, for raw.tickers.
        progress: called as each ticker is settled.
        note: told what the source read past or decided in what is stored anew, each sentence once.
        news: called once an answer has bars that no run has seen; others may yet have to be asked.

    Returns:
        The outcome, tickers in the order asked for; a ticker's failure is an item in it, not an exception.

    Raises:
        UsageError: another source gave what is stored of a ticker, and replace_source is not asked for.
    """
    timing = timing or Timing()
    began = timing.clock()
    if not errand.replace_source:
        refuse_other_sources(errand.warehouse, errand.source.name, errand.tickers)
    items = plan_ingest(errand)
    due = [question for item in items for question in item.questions]
    settled: list[tuple[Answer, Settled]] = []
    final: dict[str, list[Settled]] = {}
    if due:
        from flows.ingest.settling import Settler

        settler = Settler(errand, place)
        settler.read_overlaps(due)
        settled = list(_converse(settler, due, timing, progress, news))
        final = _final(one for _, one in settled)
    set_aside = [item for item in items if item.set_aside]
    if settled or set_aside:
        with errand.warehouse.transaction():
            if settled:
                settler.store([one for several in final.values() for one in several])
            errand.warehouse.append("raw.fetches", _fetch_rows(errand, settled, set_aside, batch_id, began))
    for sentence in _notes(final):
        (note or str)(sentence)
    outcomes = {item.item: _not_asked(item) for item in items if not item.due}
    outcomes |= {ticker: _outcome(several, settled) for ticker, several in final.items()}
    rows = sum(outcome.rows for outcome in outcomes.values())
    items_done = [outcomes[item.item] for item in items]
    return StageOutcome.over(INGEST, items_done, _summary(items_done, len(set_aside)), rows, timing.clock() - began)


def _converse(
    settler: Settler,
    due: list[Question],
    timing: Timing,
    progress: Progress | None,
    news: Callable[[], None] | None,
) -> Iterator[tuple[Answer, Settled]]:
    """Ask for what is due, and for whole histories where an overlap was refuted."""
    again: dict[str, Question] = {}
    done: set[str] = set()
    total = len({question.ticker for question in due})
    for questions in (due, again.values()):
        for answer in ask(settler.source, list(questions), settler.patience, timing):
            one = settler.settle(answer)
            if one.status == "ok" and news is not None:
                news()
                news = None
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
    statuses = {"skipped" if one.question.for_a_hole and one.error else words[one.status] for one in last}
    status: Status = "failed" if "failed" in statuses else "done" if "done" in statuses else "skipped"
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
    errand: Errand,
    answers: Iterable[tuple[Answer, Settled]],
    set_aside: Iterable[IngestItem],
    batch_id: str,
    began: float,
) -> pl.DataFrame:
    """raw.fetches: a row for every try, and one for every ticker that was not asked because it keeps failing."""
    import polars as pl

    from schemas import table

    source, here = errand.source.name, errand.now.astimezone(UTC).replace(tzinfo=None)
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
