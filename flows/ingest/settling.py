"""One ticker's answer, judged against what is stored, and the writing of all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import polars as pl

from flows.calendars import Calendars, market_of
from flows.ingest.asking import Answer, Question
from flows.ingest.plan import IngestPolicy
from flows.ingest.restatement import Comparison, compare
from flows.sources.base import Source
from schemas import table
from warehouse import Warehouse, Window
from warehouse.statements import statement

BAR = ("date", "open", "high", "low", "close", "volume", "ingested_at")
ACTION = ("date", "kind", "value", "ingested_at")


@dataclass(frozen=True)
class Settled:
    """What an answer comes to.

    Attributes:
        ticker: whose.
        status: 'ok' (something to store), 'unchanged', 'failed'.
        reason: a sentence.
        error: the sentence, if it failed.
        rows: bars that are new or changed.
        ask_again: whether the whole history has to be asked for, because the overlap no longer agrees.
        since: the answer covers every date from here on; None: all dates.
        comparison: what to store, None for nothing.
    """

    ticker: str
    status: str
    reason: str
    error: str | None = None
    rows: int = 0
    ask_again: bool = False
    since: date | None = None
    comparison: Comparison | None = None
    adjustment: str = "none"


class Settler:
    """Settles the answers of one source, knowing the clock's word and what was stored when the night began."""

    def __init__(
        self,
        warehouse: Warehouse,
        source: Source,
        now: datetime,
        force: bool,
        policy: IngestPolicy,
        calendars: Calendars,
        asset_classes: Mapping[str, str],
    ) -> None:
        self.source = source
        self.policy = policy
        self._warehouse = warehouse
        self._now = now
        self._at = now.astimezone(UTC).replace(tzinfo=None)
        self._force = force
        self._calendars = calendars
        self._classes = asset_classes
        self._why: dict[str, str] = {}
        self._overlaps: dict[str, tuple[pl.DataFrame, pl.DataFrame]] = {}

    def read_overlaps(self, questions: Sequence[Question]) -> None:
        """Read what is stored of every overlap, all tickers of one first date at once, which costs what one does."""
        for since in sorted({question.first for question in questions if question.first is not None}):
            tickers = [question.ticker for question in questions if question.first == since]
            where = {"ticker": tickers, "source": self.source.name, "date": Window(since, None)}
            bars, actions = (
                self._warehouse.read(name, where).partition_by("ticker", as_dict=True)
                for name in ("raw.bars", "raw.actions")
            )
            no_bars, no_actions = table("raw.bars").empty(), table("raw.actions").empty()
            for ticker in tickers:
                self._overlaps[ticker] = bars.get((ticker,), no_bars), actions.get((ticker,), no_actions)

    def _stored(self, question: Question) -> tuple[pl.DataFrame, pl.DataFrame]:
        if question.first is not None and question.ticker in self._overlaps:
            return self._overlaps[question.ticker]
        where = {"ticker": question.ticker, "source": self.source.name}
        return self._warehouse.read("raw.bars", where), self._warehouse.read("raw.actions", where)

    def settle(self, answer: Answer) -> Settled:
        """What an answer comes to; reads what is stored of its ticker, writes nothing."""
        question, ticker = answer.question, answer.question.ticker
        if answer.fetched is None:
            return self._failure(ticker, answer.error or "no answer")
        fetched = answer.fetched
        bars, unfinished = self._finished(ticker, fetched.bars)
        if bars.is_empty():
            return self._failure(ticker, f"{self.source.name} has no finished bars of it")
        stored_bars, stored_actions = self._stored(question)
        changes = compare(
            stored_bars.select(BAR),
            stored_actions.select(ACTION),
            self._stamped(bars, BAR),
            self._stamped(fetched.actions, ACTION),
            question.first,
        )
        if changes.prices_restated and question.first is not None:
            self._why[ticker] = changes.why
            return Settled(ticker, "ok", changes.why, ask_again=True)
        if lost := self._lost(changes):
            return self._failure(ticker, lost)
        if changes.unchanged and self._same_source(ticker):
            return Settled(ticker, "unchanged", "nothing new" + unfinished, since=question.first)
        reason = self._in_words(changes, unfinished, self._why.get(ticker))
        rows = changes.new_rows + changes.revisions["date"].n_unique()
        return Settled(
            ticker,
            "ok",
            reason,
            rows=rows,
            since=question.first,
            comparison=changes,
            adjustment=fetched.adjustment,
        )

    def store(self, settled: Sequence[Settled]) -> None:
        """Write raw.bars, raw.actions and raw.revisions; to be called within a transaction."""
        changed = [one for one in settled if one.comparison is not None]
        whole = [one for one in changed if one.since is None]
        if whole:
            where = {"ticker": [one.ticker for one in whole]}
            self._warehouse.replace("raw.bars", self._bars(whole), where)
            self._warehouse.replace("raw.actions", self._actions(whole), where)
        for since in sorted({one.since for one in changed if one.since is not None}):
            together = [one for one in changed if one.since == since]
            part = {"ticker": [one.ticker for one in together], "date": Window(since, None)}
            self._warehouse.replace("raw.bars", self._bars(together), part)
            self._warehouse.replace("raw.actions", self._actions(together), part)
        if any(one.comparison.revisions.height for one in changed if one.comparison):
            self._warehouse.append("raw.revisions", self._revisions(changed))

    def _failure(self, ticker: str, why: str) -> Settled:
        stored = self._warehouse.scalar(statement("ingest/last_stored"), {"ticker": ticker})
        if stored is not None:
            days = (self._now.date() - stored).days
            kept = f"; what is stored, to {stored} ({days} days old), is used"
        else:
            kept = "; nothing is stored of it"
        return Settled(ticker, "failed", why + kept, why)

    def _finished(self, ticker: str, bars: pl.DataFrame) -> tuple[pl.DataFrame, str]:
        """Bars without those of sessions that have not closed; dates beyond tomorrow are kept, validation turns them
        away."""
        today = self._now.astimezone(UTC).date()
        recent = bars["date"].is_between(today - timedelta(days=2), today + timedelta(days=1))
        if not recent.any():
            return bars, ""
        market = market_of(ticker, self._classes.get(ticker, ""))
        sessions = self._calendars.known_or_none(market.calendar, today)
        days = bars.filter(recent)["date"].unique().sort().to_list()
        unfinished = [day for day in days if not sessions.settled(day, self._now)]
        sentence = f"; the bar of {unfinished[0]} is left out, its session has not closed" if unfinished else ""
        return bars.filter(~pl.col("date").is_in(unfinished)), sentence

    def _lost(self, changes: Comparison) -> str | None:
        """A sentence if a whole answer lacks too much of what is stored to be believed."""
        gone = changes.revisions.filter((pl.col("field") == "close") & pl.col("new_value").is_null())["date"].n_unique()
        stored = gone + changes.rows.height - changes.new_rows
        if self._force or not stored or gone <= self.policy.lost_share * stored:
            return None
        return f"{self.source.name} now lacks {gone} of {stored} stored dates; accepted only with --force"

    def _same_source(self, ticker: str) -> bool:
        asked = {"ticker": ticker, "source": self.source.name}
        return not self._warehouse.scalar(statement("ingest/of_other_sources"), asked)

    @staticmethod
    def _in_words(changes: Comparison, unfinished: str, why: str | None) -> str:
        parts = [f"{changes.new_rows} new bars"] if changes.new_rows else []
        if changes.new_actions:
            parts.append(f"{changes.new_actions} new actions")
        if changes.revisions.height:
            parts.append(f"{changes.revisions['date'].n_unique()} dates revised")
        why = why or changes.why
        return (", ".join(parts) or "stored anew") + (f"; {why}" if why else "") + unfinished

    def _stamped(self, frame: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
        return frame.with_columns(ingested_at=pl.lit(self._at, dtype=pl.Datetime("us"))).select(columns)

    def _bars(self, settled: Sequence[Settled]) -> pl.DataFrame:
        frames = [self._named(one, one.comparison.rows) for one in settled if one.comparison]
        return table("raw.bars").conform(pl.concat(frames))

    def _actions(self, settled: Sequence[Settled]) -> pl.DataFrame:
        frames = [self._named(one, one.comparison.actions) for one in settled if one.comparison]
        return table("raw.actions").conform(pl.concat(frames))

    def _named(self, one: Settled, frame: pl.DataFrame) -> pl.DataFrame:
        words = {"ticker": one.ticker, "source": self.source.name, "adjustment": one.adjustment}
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
