"""What views show: columns of tables, which keep the tables' meaning, and columns of their own, declared here.

How each is made stands in `warehouse/sql/views`, in a file of its name. Views in `main` are for people: any client of
DuckDB finds them without a schema, and scenario and role stand beside each run_id.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from schemas.backtest import Fills, Orders, PortfolioDays, Runs
from schemas.columns import (
    BATCH_ID,
    RUN_ID,
    TICKER,
    Column,
    Table,
    day,
    flag,
    fraction,
    money,
    number,
    price,
    quantity,
    text,
    timestamp,
    whole,
)
from schemas.judge import Trials
from schemas.metrics import Monthly, Years
from schemas.metrics import Runs as RunMetrics
from schemas.ops import Batches, StageRuns
from schemas.raw import Bars
from schemas.retire import Changes, Fan, Paths, Plans, Terms, Windows


@dataclass(frozen=True)
class View:
    """One view: its name with the schema, and its columns in order."""

    name: str
    columns: tuple[Column, ...]


def _some(table: type[Table], *names: str) -> tuple[Column, ...]:
    """Take columns of a table by their names, in the order given."""
    known = {column.name: column for column in table.columns}
    return tuple(known[name] for name in names)


def _but(table: type[Table], *names: str) -> tuple[Column, ...]:
    """Take all columns of a table but those named."""
    return tuple(column for column in table.columns if column.name not in names)


def _own(**columns: Column) -> tuple[Column, ...]:
    """Name columns that no table has."""
    return tuple(replace(column, name=name) for name, column in columns.items())


_RUN = _some(Runs, "run_id", "scenario", "role")
_PLAN = _some(Terms, "plan_id", "scenario")

VIEWS = (
    View(
        "backtest.asset_days",
        _own(
            run_id=RUN_ID,
            date=day("Day on which the portfolio has a close"),
            ticker=TICKER,
            holdings=quantity("Shares held after the day's last fill"),
            close=price("Close of the day; on a day without a bar of the asset, its last one"),
            value=money("holdings * close"),
            weight=fraction("Share of the portfolio's total value", nullable=True),
            nav=price("All-time high after the day: the close of the entry, then the highs of the bars that followed"),
            nav_premium=fraction("close / NAV - 1, with the all-time high as it stood before the day"),
            anchor=price("Price that the resting orders stand around after the day's last fill"),
        ),
    ),
    View(
        "backtest.trades",
        (
            *_some(Fills, "run_id", "seq", "date", "ticker", "action", "qty"),
            *_own(signed_qty=number("Shares traded: above 0 bought, below 0 sold", unit="shares")),
            *_some(Fills, "price", "total", "costs", "bank_after", "nav_premium", "holdings_after"),
        ),
    ),
    View("main.changes", (*_PLAN, *_but(Changes, "plan_id"))),
    View("main.days", (*_RUN, *_but(PortfolioDays, "run_id"))),
    View("main.fan", (*_PLAN, *_but(Fan, "plan_id"))),
    View("main.fills", (*_RUN, *_but(Fills, "run_id"))),
    View(
        "main.income",
        (
            *_RUN,
            *_some(Monthly, "month", "synthetic_dividends", "dividends", "interest", "costs", "taxes"),
            *_own(
                due=money("Withdrawals that the policy set for the month, before coverage and the bank were asked"),
                paid=money("Cash taken out in the month"),
                short=money("due - paid"),
            ),
        ),
    ),
    View("main.months", (*_RUN, *_but(Monthly, "run_id"))),
    View(
        "main.orders",
        (*_RUN, *_but(Orders, "run_id"), *_own(worth=money("qty * limit_price, without costs"))),
    ),
    View("main.paths", (*_PLAN, *_but(Paths, "plan_id"))),
    View("main.plans", (*_PLAN, *_but(Plans, "plan_id"))),
    View(
        "main.runs",
        (
            *_some(Runs, "run_id", "scenario", "role", "status", "error", "sweep", "asked", "keep"),
            *(column.of(nullable=True) for column in _but(RunMetrics, "run_id", "scenario", "role", "sweep")),
        ),
    ),
    View(
        "main.skipped",
        (
            *_RUN,
            *_some(Fills, "ticker", "action"),
            *_own(
                anchor=price("Price that the order stood around; null: a withdrawal", nullable=True),
                qty=quantity("Shares wanted; 0: a withdrawal"),
                first_on=day("First day on which it was not done"),
                last_on=day("Last day on which it was not done"),
                times=whole("How often it was reached and not done"),
                wanted=money("Least that it would have cost, without commissions; withdrawal: what was due"),
                lacked=money("Least that the bank lacked on any of these days, without commissions; 0: nothing"),
            ),
        ),
    ),
    View(
        "main.verdicts",
        (
            *_RUN,
            *_some(Trials, "verdict", "sentence"),
            *_but(Trials, "run_id", "scenario", "verdict", "sentence", "sweep"),
            *_some(Trials, "sweep"),
        ),
    ),
    View("main.windows", (*_PLAN, *_but(Windows, "plan_id"))),
    View("main.years", (*_RUN, *_but(Years, "run_id"))),
    View(
        "metrics.coordination",
        (
            *_some(RunMetrics, "scenario", "rebalancing_mode", "arbitrage_fraction", "tickers"),
            *_own(
                alone=text("The sweep that ran each of the assets by itself"),
                value=money("Final value net of taxes due"),
                value_alone=money("The same of all assets that ran by themselves, together"),
                shared_bank=money(
                    "What mode simple, one bank and no more, ended with above value_alone; null: no such run",
                    nullable=True,
                ),
                coordination=money("What this one ended with above mode simple; null: no such run", nullable=True),
                growth=number("Growth a year net of taxes due", unit="fraction a year"),
                growth_alone=number("The same of value_alone", unit="fraction a year"),
                synthetic_dividends=money("Proceeds of the algorithm's sells"),
                synthetic_dividends_alone=money("The same of all assets that ran by themselves, together"),
            ),
        ),
    ),
    View(
        "metrics.ranking",
        (
            *_own(place=whole("Place by growth a year, taxes due taken off", ge=1)),
            *_but(RunMetrics, "role"),
            *_some(Trials, "verdict", "luck"),
            *_own(verdict_sentence=text("What it is worth, with its number; null: not judged yet", nullable=True)),
        ),
    ),
    View(
        "ops.nights",
        (
            *_own(batch_id=BATCH_ID, started_at=timestamp("When the batch began")),
            *_some(Batches, "verb", "source"),
            *_own(
                batch_status=text("How the batch ended, or that it is running"),
                stage=text("The stage; null: no stage began", nullable=True),
                status=text("How the stage ended", nullable=True),
                items_done=whole("Tickers or scenarios that were done"),
                items_skipped=whole("Tickers or scenarios that needed nothing"),
                items_failed=whole("Tickers or scenarios that failed"),
            ),
            *_some(StageRuns, "rows", "seconds", "reason"),
            *_own(first_error=text("A reason of a failure, in words; null: nothing failed", nullable=True)),
        ),
    ),
    View(
        "raw.answers",
        (
            *_some(Bars, "ticker"),
            *_own(answered_at=timestamp("When its source last answered for it, as far as clocks can be believed")),
        ),
    ),
    View(
        "raw.dated_bars",
        (*Bars.columns, *_own(ahead=flag("Whether its date lies after the day on which its source last gave it"))),
    ),
)
"""Each view of the warehouse, by name in alphabetical order."""
