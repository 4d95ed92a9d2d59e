"""The stage `validate`: what raw.* holds is judged; what can be trusted goes into clean.*, split-adjusted, and the
rest is told.

Only tickers whose raw rows, rules or settings have changed since their last validation are judged again: the
fingerprint of what was judged stands in clean.checks (rule `raw_state`). No clock is read, so the same raw rows give
the same tables on any day.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from flows.ingest.plan import calendars_of
from flows.validate.plan import STATE, ValidateItem, chunks, plan_validate
from warehouse.statements import statement

if TYPE_CHECKING:
    import polars as pl

    from flows.calendars import Calendars
    from flows.validate.examination import Examined, Group
    from flows.validate.policy import ValidatePolicy
    from warehouse import Warehouse

__all__ = ["TickerVerdict", "ValidateItem", "ValidateReceipt", "group_of", "plan_validate", "validate"]

CHUNK_ROWS = 1_500_000


@dataclass(frozen=True)
class TickerVerdict:
    """What became of one ticker.

    Attributes:
        ticker: whose.
        status: 'done', 'skipped' (nothing has changed) or 'failed' (nothing is stored of it, or it is blocked).
        verdict: the gravest of its checks: 'pass', 'suspect', 'rejected' or 'blocked'.
        rows: bars trusted.
        rejected: rows turned away.
        suspected: rules that flagged something.
        reason: a sentence.
    """

    ticker: str
    status: str
    verdict: str
    rows: int
    rejected: int
    suspected: int
    reason: str


@dataclass(frozen=True)
class ValidateReceipt:
    """What a stage did, and every ticker's verdict in the order asked for."""

    seconds: float
    outcomes: tuple[TickerVerdict, ...]

    @property
    def rows(self) -> int:
        """Bars written to clean.bars by this run."""
        return sum(outcome.rows for outcome in self.outcomes if outcome.status != "skipped")

    @property
    def rejected(self) -> int:
        """Rows turned away, of all tickers asked for."""
        return sum(outcome.rejected for outcome in self.outcomes)

    @cached_property
    def blocked(self) -> dict[str, str]:
        """Tickers that scenarios cannot use, with the reason."""
        return {o.ticker: o.reason for o in self.outcomes if o.verdict == "blocked"}

    @property
    def failed(self) -> bool:
        """Whether a ticker is blocked, or has nothing stored."""
        return any(outcome.status == "failed" for outcome in self.outcomes)

    @property
    def status(self) -> str:
        """'failed' if a ticker cannot be used, 'skipped' if nothing has changed, else 'done'."""
        if self.failed:
            return "failed"
        return "done" if any(outcome.status == "done" for outcome in self.outcomes) else "skipped"

    @property
    def reason(self) -> str:
        """One sentence over all tickers."""
        words = {"done": "validated", "skipped": "unchanged", "failed": "unusable"}
        counts = {text: sum(o.status == status for o in self.outcomes) for status, text in words.items()}
        said = ", ".join(f"{count} {text}" for text, count in counts.items() if count) or "no tickers"
        suspects = [o.ticker for o in self.outcomes if o.suspected and o.status == "done"]
        flagged = (
            f"; suspicions on {', '.join(suspects[:5])}{' and more' if len(suspects) > 5 else ''}" if suspects else ""
        )
        rejected = f"; {self.rejected} rows turned away" if self.rejected else ""
        blocked = f" ({'; '.join(f'{t}: {why}' for t, why in list(self.blocked.items())[:3])})" if self.blocked else ""
        return said + rejected + flagged + blocked


def validate(
    warehouse: Warehouse,
    tickers: Sequence[str] | None = None,
    *,
    asset_classes: Mapping[str, str] | None = None,
    policy: ValidatePolicy | None = None,
    force: bool = False,
    calendars: Calendars | None = None,
    clock: Callable[[], float] = time.monotonic,
    progress: Callable[[str, str], None] | None = None,
) -> ValidateReceipt:
    """Judges what is due and writes clean.*, all or nothing.

    Args:
        warehouse: the open warehouse.
        tickers: see plan_validate.
        asset_classes: see plan_validate.
        policy: see plan_validate.
        force: see plan_validate.
        calendars: sessions; by default those kept in the warehouse's folder.
        clock: seconds that only grow.
        progress: called with ticker and 'judged' as each is.
    """
    from flows.validate.policy_file import policy_in

    began = clock()
    policy = policy or policy_in(warehouse.directory)
    classes = asset_classes or {}
    items = plan_validate(warehouse, tickers, asset_classes=classes, policy=policy, force=force)
    due = [item for item in items if item.due]
    with warehouse.transaction():
        for chunk in chunks(due, classes, policy, CHUNK_ROWS):
            _judge(warehouse, chunk, classes, policy, calendars or calendars_of(warehouse))
            if progress:
                for item in chunk:
                    progress(item.ticker, "judged")
        verdicts = _verdicts(warehouse, items)
    return ValidateReceipt(clock() - began, verdicts)


def _judge(
    warehouse: Warehouse,
    chunk: Sequence[ValidateItem],
    classes: Mapping[str, str],
    policy: ValidatePolicy,
    calendars: Calendars,
) -> None:
    from flows.validate.examination import examine

    where = {"ticker": [item.ticker for item in chunk]}
    bars = warehouse.read("raw.bars", where)
    group = group_of(chunk[0].ticker, classes.get(chunk[0].ticker, ""), bars, policy, calendars)
    found = examine(bars, warehouse.read("raw.actions", where), group, policy)
    _store(warehouse, found, where, chunk)


def group_of(ticker: str, asset_class: str, bars: pl.DataFrame, policy: ValidatePolicy, calendars: Calendars) -> Group:
    """Calendar, limits and severities of a ticker, and of all that share its market and asset class."""
    import polars as pl

    from flows.calendars import market_of
    from flows.validate.examination import Group
    from flows.validate.rules.listing import RULES

    market = market_of(ticker, asset_class)
    until: date = bars.select(pl.col("ingested_at").max().dt.date()).item()
    sessions = calendars.known_or_none(market.calendar, until)
    severities = {rule.name: policy.severity(rule.name, rule.severity, market.kind, asset_class) for rule in RULES}
    return Group(sessions, policy.limits_of(market.kind, asset_class), severities)


def _store(
    warehouse: Warehouse, found: Examined, where: Mapping[str, Sequence[str]], chunk: Sequence[ValidateItem]
) -> None:
    import polars as pl

    from schemas import table

    states = pl.DataFrame(
        [(item.ticker, STATE, item.rows, 0, "warning", "pass", item.state) for item in chunk],
        schema=table("clean.checks").polars_schema(),
        orient="row",
    )
    frames = {
        "clean.bars": found.bars,
        "clean.actions": found.actions,
        "clean.rejects": found.rejects,
        "clean.checks": pl.concat([table("clean.checks").conform(found.checks), states]),
    }
    for name, frame in frames.items():
        warehouse.replace(name, table(name).conform(frame), dict(where))


def _verdicts(warehouse: Warehouse, items: Sequence[ValidateItem]) -> tuple[TickerVerdict, ...]:
    """The verdict of every ticker asked for, read from what now stands in clean.*."""
    told = {row[0]: row[1:] for row in warehouse.rows(statement("validate/verdicts"))}
    verdicts = []
    for item in items:
        if not item.state:
            verdicts.append(TickerVerdict(item.ticker, "failed", "blocked", 0, 0, 0, item.reason))
            continue
        verdict, rows, rejected, suspected, why = told[item.ticker]
        status = "failed" if verdict == "blocked" else "done" if item.due else "skipped"
        verdicts.append(TickerVerdict(item.ticker, status, verdict, rows, rejected, suspected, why or item.reason))
    return tuple(verdicts)
