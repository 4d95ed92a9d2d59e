"""One ticker's answer, judged against what is stored, and the writing of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta

import polars as pl

from flows.calendars import Sessions, market_of
from flows.ingest.asking import Answer, Question
from flows.ingest.errand import Errand
from flows.ingest.holes import missing, renewed
from flows.ingest.memory import Claims, Memory
from flows.ingest.restatement import Comparison, compare
from flows.ingest.silence import MOVE
from flows.sources.base import Fetched
from schemas import table
from schemas.columns import PRICES
from schemas.shown import counted
from warehouse import Window
from warehouse.statements import statement

BAR = ("date", *PRICES, "volume", "ingested_at")
ACTION = ("date", "kind", "value", "ingested_at")
ONE_DAY = timedelta(days=1)
_ADJUSTED = {"none": "as traded", "split": "adjusted for splits"}


@dataclass(frozen=True)
class Settled:
    """What an answer comes to.

    Attributes:
        question: what was asked; the answer covers all of its dates.
        status: 'ok' (something to store), 'unchanged', 'failed'.
        reason: a sentence.
        error: the sentence, if it failed.
        rows: bars that are new or changed.
        ask_again: whether the whole history has to be asked for, because the overlap no longer agrees, or is said to be
            adjusted otherwise.
        comparison: how it compares with what is stored; None if it failed.
        fetched: the answer itself; None if it failed.
    """

    question: Question
    status: str
    reason: str
    error: str | None = None
    rows: int = 0
    ask_again: bool = False
    comparison: Comparison | None = None
    fetched: Fetched | None = None

    @property
    def ticker(self) -> str:
        """Whose."""
        return self.question.ticker


class Settler:
    """Settles the answers of one source, knowing the clock's word and what was stored when the night began."""

    def __init__(self, errand: Errand, place: str | None) -> None:
        warehouse = errand.warehouse
        self.source, self.patience = errand.source, errand.policy.patience
        self._errand = errand
        self._warehouse = warehouse
        self._at = errand.now.astimezone(UTC).replace(tzinfo=None)
        self._place = place
        self._memory = Memory(warehouse, self.source.name)
        self._begins: dict[str, date] = {row[0]: row[2] for row in warehouse.rows(statement("ingest/stored"))}
        self._why: dict[str, str] = {}
        self._overlaps: dict[Question, tuple[pl.DataFrame, pl.DataFrame]] = {}

    def read_overlaps(self, questions: Sequence[Question]) -> None:
        """Read what is stored of every overlap, all tickers of one first date at once, which costs what one does."""
        overlaps = [one for one in questions if one.first is not None and one.last is None]
        for since in sorted({one.first for one in overlaps if one.first is not None}):
            together = [one for one in overlaps if one.first == since]
            bars, actions = self._read([one.ticker for one in together], since, None)
            for one in together:
                own = pl.col("ticker") == one.ticker
                self._overlaps[one] = bars.filter(own), actions.filter(own)

    def _read(self, tickers: Sequence[str], since: date, until: date | None) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Read what is stored of a range; actions of some days before it, too, which tell what has moved."""
        before = None if until is None else until + ONE_DAY
        where = {"ticker": list(tickers), "source": self.source.name}
        bars = self._warehouse.read("raw.bars", where | {"date": Window(since, before)})
        return bars, self._warehouse.read("raw.actions", where | {"date": Window(since - MOVE, before)})

    def _stored(self, question: Question) -> tuple[pl.DataFrame, pl.DataFrame]:
        if self._errand.replace_source:
            return table("raw.bars").empty(), table("raw.actions").empty()
        if question in self._overlaps:
            return self._overlaps[question]
        if question.first is not None:
            return self._read([question.ticker], question.first, question.last)
        where = {"ticker": question.ticker, "source": self.source.name}
        return self._warehouse.read("raw.bars", where), self._warehouse.read("raw.actions", where)

    def settle(self, answer: Answer) -> Settled:
        """Say what an answer comes to; reads what is stored of its ticker, writes nothing."""
        question, ticker = answer.question, answer.question.ticker
        if answer.fetched is None:
            return self._failure(question, answer.error or "no answer")
        fetched = answer.fetched
        bars, unfinished = self._finished(ticker, fetched.bars)
        if bars.is_empty() and not question.for_a_hole:
            return self._failure(question, f"{self.source.name} has no finished bars of it")
        stored_bars, stored_actions = self._stored(question)
        changes = compare(
            stored_bars.select(BAR),
            stored_actions.select(ACTION),
            self._stamped(bars, BAR),
            self._stamped(fetched.actions, ACTION),
            question.first,
            question.last,
            left_out={} if self._errand.replace_source else self._memory.fates.get(ticker, {}),
            now=self._at,
        )
        if (stored_bars["adjustment"] != fetched.adjustment).any():
            why = f"the prices are now said to be {_ADJUSTED[fetched.adjustment]}"
            changes = replace(changes, changed=True, prices_restated=True, why=changes.why or why)
        if changes.prices_restated and question.first is not None:
            self._why[ticker] = changes.why
            return Settled(question, "ok", changes.why, ask_again=True)
        left_out = _left_out(changes)
        if changes.unchanged:
            return Settled(
                question, "unchanged", "nothing new" + left_out + unfinished, comparison=changes, fetched=fetched
            )
        reason = _in_words(changes, self._why.get(ticker)) + left_out + unfinished
        rows = changes.new_rows + changes.revisions["date"].n_unique()
        return Settled(question, "ok", reason, rows=rows, comparison=changes, fetched=fetched)

    def store(self, settled: Sequence[Settled]) -> None:
        """Write what the answers have changed in raw.*; to be called within a transaction."""
        changed = [one for one in settled if one.comparison is not None and one.comparison.changed]
        for question in sorted({(one.question.first or date.min, one.question.last) for one in changed}, key=str):
            together = [one for one in changed if (one.question.first or date.min, one.question.last) == question]
            self._store_range(together, *question)
        if any(one.comparison.revisions.height for one in changed if one.comparison):
            self._warehouse.append("raw.revisions", self._revisions(changed))
        answered = [one for one in settled if one.comparison is not None]
        for one in answered:
            self._learn(one)
        self._memory.store(self._warehouse, sorted({one.ticker for one in answered}), self._at, self._place)

    def _store_range(self, settled: Sequence[Settled], first: date, last: date | None) -> None:
        """Put the rows of answers about one range in its place; of a whole history, whichever source it came from."""
        where: dict[str, object] = {"ticker": [one.ticker for one in settled]}
        if first > date.min:
            where["date"] = Window(first, None if last is None else last + ONE_DAY)
        bars = pl.concat([self._named(one, one.comparison.rows) for one in settled if one.comparison])
        actions = pl.concat([self._named(one, one.comparison.actions) for one in settled if one.comparison])
        self._warehouse.replace("raw.bars", table("raw.bars").conform(bars), where)
        self._warehouse.replace("raw.actions", table("raw.actions").conform(actions), where)

    def _learn(self, settled: Settled) -> None:
        """Remember what an answer left out and what it says beside its bars."""
        ticker, question = settled.ticker, settled.question
        changes, fetched, memory = settled.comparison, settled.fetched, self._memory
        assert changes is not None
        assert fetched is not None
        if self._errand.replace_source:
            memory.forget(ticker)
        first, last = question.first or date.min, question.last or date.max
        fates = {key: fate for key, fate in memory.fates[ticker].items() if not first <= key[0] <= last}
        memory.fates[ticker] = fates | dict(changes.fates)
        memory.currencies[ticker] = self._currencies(ticker, changes, fetched, first, last)
        if not self.source.local:
            self._look_for_holes(settled, changes)
        claims = Claims(fetched.currency, fetched.adjusted_for_dividends)
        # what is read whole each time says all that it has to say; a network's answer may lack what the last one had
        memory.claims[ticker] = claims if self.source.local else memory.claims.get(ticker, Claims()).after(claims)

    def _currencies(
        self, ticker: str, changes: Comparison, fetched: Fetched, first: date, last: date
    ) -> dict[date, str]:
        """Collect the currencies of dividends that have their own: those given, and those of what was left out."""
        paid = fetched.actions.filter(pl.col("kind") == "dividend")
        given = {}
        if "currency" in paid.columns:
            named = paid.filter(pl.col("currency").is_not_null() & pl.col("date").is_between(first, last))
            given = dict(named.select("date", "currency").iter_rows())
        paid_on = set(paid["date"])
        kept = {
            day: currency
            for day, currency in self._memory.currencies[ticker].items()
            if not first <= day <= last or (day not in paid_on and (day, "dividend") in changes.fates)
        }
        return kept | given

    def _look_for_holes(self, settled: Settled, changes: Comparison) -> None:
        """Note the sessions that lack a bar after this answer; at a ticker's first one, of all that is stored of it."""
        ticker, question, memory = settled.ticker, settled.question, self._memory
        bars, first = changes.rows.select("date", *PRICES), question.first
        if first is not None and ticker not in memory.claims:  # stored by a version that did not look for holes
            where = {"ticker": ticker, "source": self.source.name}
            bars, first = self._warehouse.read("raw.bars", where, ("date", *PRICES)), None
        dates = bars["date"].to_list()
        sessions = self._sessions(ticker)
        begins = max(first, self._begins.get(ticker, first)) if first is not None else min(dates)
        ends = question.last or max(dates, default=begins)
        settled_by = sessions.last_settled(self._errand.now) or ends
        aside = [
            day for (day, kind), fate in memory.fates[ticker].items() if fate.standing == "set_aside" and kind == "bar"
        ]
        lacking = missing(bars.filter(~pl.col("date").is_in(aside)), sessions, begins, min(ends, settled_by))
        covered = first or date.min, question.last or date.max
        memory.holes[ticker] = renewed(memory.holes[ticker], lacking, *covered, self._at.date())

    def _failure(self, question: Question, why: str) -> Settled:
        stored = self._warehouse.scalar(statement("ingest/last_stored"), {"ticker": question.ticker})
        if stored is not None:
            days = (self._errand.now.date() - stored).days
            kept = f"; what is stored, to {stored} ({counted(days, 'day')} old), is used"
        else:
            kept = "; nothing is stored of it"
        return Settled(question, "failed", why + kept, why)

    def _sessions(self, ticker: str) -> Sessions:
        market = market_of(ticker, self._errand.asset_classes.get(ticker, ""))
        return self._errand.calendars.known_or_none(market.calendar, self._at.date())

    def _finished(self, ticker: str, bars: pl.DataFrame) -> tuple[pl.DataFrame, str]:
        """Leave out bars of sessions that have not closed; dates beyond tomorrow stay, validation turns them away."""
        today = self._at.date()
        recent = bars["date"].is_between(today - timedelta(days=2), today + ONE_DAY)
        if not recent.any():
            return bars, ""
        sessions = self._sessions(ticker)
        days = bars.filter(recent)["date"].unique().sort().to_list()
        unfinished = [day for day in days if not sessions.settled(day, self._errand.now)]
        sentence = f"; the bar of {unfinished[0]} is left out, its session has not closed" if unfinished else ""
        return bars.filter(~pl.col("date").is_in(unfinished)), sentence

    def _stamped(self, frame: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
        return frame.with_columns(ingested_at=pl.lit(self._at, dtype=pl.Datetime("us"))).select(columns)

    def _named(self, one: Settled, frame: pl.DataFrame) -> pl.DataFrame:
        adjustment = one.fetched.adjustment if one.fetched else self.source.adjustment
        words = {"ticker": one.ticker, "source": self.source.name, "adjustment": adjustment}
        return frame.with_columns(**{name: pl.lit(word) for name, word in words.items()})

    def _revisions(self, settled: Sequence[Settled]) -> pl.DataFrame:
        frames = [
            one.comparison.revisions.with_columns(
                ticker=pl.lit(one.ticker),
                source=pl.lit(self.source.name),
                seen_at=pl.lit(self._at, dtype=pl.Datetime("us")),
            )
            for one in settled
            if one.comparison
        ]
        return table("raw.revisions").conform(pl.concat(frames))


def _in_words(changes: Comparison, why: str | None) -> str:
    """Put into words what an answer has changed."""
    parts = [counted(changes.new_rows, "new bar")] if changes.new_rows else []
    if changes.new_actions:
        parts.append(counted(changes.new_actions, "new action"))
    if changes.revisions.height:
        parts.append(f"{counted(changes.revisions['date'].n_unique(), 'date')} revised")
    why = why or changes.why
    return (", ".join(parts) or "stored anew") + (f"; {why}" if why else "")


def _left_out(changes: Comparison) -> str:
    """Put into words what an answer left out of what is stored, and what became of it."""
    words = {"kept": "kept", "rescaled": "rescaled as the bars beside them", "set_aside": "set aside"}
    standings = [fate.standing for fate in changes.fates.values()]
    counts = [f"{standings.count(standing)} {word}" for standing, word in words.items() if standing in standings]
    stored = changes.rows.height + changes.actions.height - changes.new_rows - changes.new_actions
    return f"; {len(standings)} of {stored} stored bars and actions are left out: {', '.join(counts)}" if counts else ""
