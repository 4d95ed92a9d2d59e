"""The stage `validate`: what raw.* holds is judged; what can be trusted goes into clean.*, split-adjusted, and the
rest is told.

Only tickers whose raw rows, rules or settings have changed since their last validation are judged again: the
fingerprint of what was judged stands in clean.checks (rule `raw_state`). No clock is read, so the same raw rows give
the same tables on any day.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from flows.ingest.errand import calendars_of
from flows.outcomes import ItemOutcome, Progress, StageOutcome, Status
from flows.stages import VALIDATE
from flows.validate.plan import STATE, Docket, ValidateItem, chunks, plan_validate
from schemas.shown import counted
from sdengine.words import first_few
from warehouse.statements import statement

if TYPE_CHECKING:
    from flows.calendars import Calendars
    from flows.night.opening import Night
    from flows.validate.examination import Examined, Group
    from flows.validate.policy import ValidatePolicy
    from warehouse import Warehouse

CHUNK_ROWS = 1_500_000


@dataclass(frozen=True)
class TickerVerdict(ItemOutcome):
    """What became of one ticker: failed where nothing is stored of it, or it is refused whole; `rows` are bars trusted.

    Attributes:
        rejected: rows turned away.
        suspected: rules that flagged something.
        blocked: whether it is refused whole, so that no scenario may use it.
    """

    rejected: int = 0
    suspected: int = 0
    blocked: bool = False


def work(night: Night) -> StageOutcome:
    """Judge what is due in a night."""
    return validate(Docket.of(night), night.progress(VALIDATE))


def validate(docket: Docket, progress: Progress | None = None) -> StageOutcome:
    """Judge what is due and write clean.*, all or nothing; the outcome has every ticker in the order asked for.

    `progress` is called as each ticker is judged.
    """
    began = time.monotonic()
    items = plan_validate(docket)
    due = [item for item in items if item.due]
    done = 0
    with docket.warehouse.transaction():
        for chunk in chunks(docket, due, CHUNK_ROWS):
            _judge(docket, chunk)
            for item in chunk:
                done += 1
                if progress:
                    progress(done, len(due), item.item)
        verdicts = _verdicts(docket.warehouse, items)
    rows = sum(verdict.rows for verdict in verdicts if verdict.status != "skipped")
    return StageOutcome.over(VALIDATE, verdicts, _summary(verdicts), rows, time.monotonic() - began)


def _judge(docket: Docket, chunk: Sequence[ValidateItem]) -> None:
    import polars as pl

    from flows.validate.examination import TICKERS, examine
    from flows.validate.rules.dates import last_possible

    warehouse, first = docket.warehouse, chunk[0].item
    where = {"ticker": [item.item for item in chunk]}
    asked = {"tickers": where["ticker"]}
    known = [(item.item, item.answered_at, item.outlived, item.currency, item.adjusted) for item in chunk]
    bars, actions = (warehouse.frame(statement(f"validate/raw_{name}"), asked) for name in ("bars", "actions"))
    tickers = pl.DataFrame(known, schema=TICKERS, orient="row")
    until = last_possible(bars, tickers)
    group = group_of(first, docket.asset_class(first), until, docket.policy, calendars_of(warehouse))
    examined = examine(bars, actions, group, docket.policy, tickers)
    _store(warehouse, examined, where, chunk)


def group_of(ticker: str, asset_class: str, until: date, policy: ValidatePolicy, calendars: Calendars) -> Group:
    """Calendar to `until`, limits and severities of a ticker, and of all that share its market and asset class."""
    from flows.calendars import market_of
    from flows.validate.examination import Group
    from flows.validate.rules.listing import RULES

    market = market_of(ticker, asset_class)
    sessions = calendars.known_or_none(market.calendar, until)
    severities = {rule.name: policy.severity(rule.name, rule.severity, market.kind, asset_class) for rule in RULES}
    return Group(sessions, policy.limits_of(market.kind, asset_class), severities)


def _store(
    warehouse: Warehouse, examined: Examined, where: Mapping[str, Sequence[str]], chunk: Sequence[ValidateItem]
) -> None:
    import polars as pl

    from schemas import table

    states = pl.DataFrame(
        [(item.item, STATE, item.raw_rows, 0, "warning", "pass", item.state) for item in chunk],
        schema=table("clean.checks").polars_schema(),
        orient="row",
    )
    frames = {
        "clean.bars": examined.bars,
        "clean.actions": examined.actions,
        "clean.rejects": examined.rejects,
        "clean.checks": pl.concat([table("clean.checks").conform(examined.checks), states]),
    }
    for name, frame in frames.items():
        warehouse.replace(name, table(name).conform(frame), dict(where))


def _verdicts(warehouse: Warehouse, items: Sequence[ValidateItem]) -> list[TickerVerdict]:
    """Tell the verdict of every ticker asked for, read from what now stands in clean.*."""
    checked = {row[0]: row[1:] for row in warehouse.rows(statement("validate/verdicts"))}
    verdicts = []
    for item in items:
        if not item.state:
            verdicts.append(TickerVerdict(item.item, "failed", item.reason, blocked=True))
            continue
        _, rows, rejected, suspected, why, blocked = checked[item.item]
        status: Status = "failed" if blocked else "done" if item.due else "skipped"
        verdicts.append(
            TickerVerdict(
                item.item, status, why or item.reason, rows, rejected=rejected, suspected=suspected, blocked=blocked
            )
        )
    return verdicts


def _summary(verdicts: Sequence[TickerVerdict]) -> str:
    """One sentence over all tickers."""
    words: dict[Status, str] = {"done": "validated", "skipped": "unchanged", "failed": "unusable"}
    counts = {word: sum(v.status == status for v in verdicts) for status, word in words.items()}
    rejected = sum(v.rejected for v in verdicts)
    suspects = [v.item for v in verdicts if v.suspected and v.status == "done"]
    return "".join(
        (
            ", ".join(f"{count} {word}" for word, count in counts.items() if count) or "no tickers",
            f"; {counted(rejected, 'row')} turned away" if rejected else "",
            f"; suspicions on {first_few(suspects, 5)}" if suspects else "",
        )
    )
