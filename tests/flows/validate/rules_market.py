"""A quiet market made from a formula, for tests to break one thing in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache

import polars as pl

from flows.calendars import Calendars, Sessions, market_of
from flows.validate.examination import TICKERS, Examined, Group, examine
from flows.validate.policy import ValidatePolicy
from flows.validate.rules.listing import RULES

STORED = datetime(2024, 6, 28, 22)  # future dates are told from here
FIRST, LAST = date(2022, 1, 3), date(2024, 6, 28)


@cache
def sessions(calendar: str) -> Sessions:
    return Calendars().sessions(calendar, date(2026, 6, 30))


@cache
def quiet_bars(ticker: str = "AAA", days: tuple[date, ...] | None = None) -> pl.DataFrame:
    """Two and a half years of daily moves of about one percent, up and down by a formula, never the same bar twice."""
    if days is None:
        frame = sessions(market_of(ticker).calendar).frame.filter(pl.col("required"))
        days = tuple(frame.filter(pl.col("date").is_between(FIRST, LAST))["date"])
    rows, close = [], 100.0
    for n, day in enumerate(days):
        before = close
        close *= math.exp(0.011 * math.sin(2.1 * n) + 0.004 * math.cos(0.7 * n))
        first = before * math.exp(0.003 * math.sin(1.3 * n))
        high, low = max(first, close) * 1.006, min(first, close) * 0.994
        rows.append((day, first, high, low, close, 1_000_000.0 + 1000.0 * (n % 97)))
    schema = {"date": pl.Date, **dict.fromkeys(("open", "high", "low", "close", "volume"), pl.Float64)}
    return pl.DataFrame(rows, schema=schema, orient="row")


def raw(bars: pl.DataFrame, ticker: str = "AAA", adjustment: str = "split", stored: datetime = STORED) -> pl.DataFrame:
    words = {"ticker": ticker, "source": "test", "adjustment": adjustment}
    named = bars.with_columns(**{name: pl.lit(word) for name, word in words.items()})
    return named.with_columns(ingested_at=pl.lit(stored, dtype=pl.Datetime("us")))


def no_actions() -> pl.DataFrame:
    return pl.DataFrame(schema={"date": pl.Date, "kind": pl.String, "value": pl.Float64})


def group_for(ticker: str, asset_class: str = "", policy: ValidatePolicy | None = None) -> Group:
    policy = policy or ValidatePolicy()
    market = market_of(ticker, asset_class)
    severities = {rule.name: policy.severity(rule.name, rule.severity, market.kind, asset_class) for rule in RULES}
    return Group(sessions(market.calendar), policy.limits_of(market.kind, asset_class), severities)


def judged(
    bars: pl.DataFrame,
    actions: pl.DataFrame | None = None,
    ticker: str = "AAA",
    asset_class: str = "",
    adjustment: str = "split",
    policy: ValidatePolicy | None = None,
    stored: datetime = STORED,
    answered: datetime | None = None,
    outlived: bool = False,
    currency: str | None = None,
    adjusted: bool | None = None,
) -> Examined:
    """Judge bars as those of a ticker; the last four are what the warehouse knows beside its rows."""
    policy = policy or ValidatePolicy()
    known = pl.DataFrame([(ticker, answered, outlived, currency, adjusted)], schema=TICKERS, orient="row")
    events = raw(actions if actions is not None else no_actions(), ticker, adjustment, stored)
    return examine(raw(bars, ticker, adjustment, stored), events, group_for(ticker, asset_class, policy), policy, known)


def fired(examined: Examined) -> dict[str, int]:
    """rule -> rows, of the rules that found something."""
    hits = examined.checks.filter((pl.col("rows_failed") > 0) & (pl.col("rule") != "rejected_share"))
    return dict(hits.select("rule", "rows_failed").iter_rows())


def at(day: date) -> pl.Expr:
    return pl.col("date") == day


def change(bars: pl.DataFrame, days: date | Sequence[date], **columns: float | date | pl.Expr | None) -> pl.DataFrame:
    """Bars with some columns replaced on some days."""
    chosen = pl.col("date").is_in([days] if isinstance(days, date) else list(days))
    return bars.with_columns(**{name: pl.when(chosen).then(value).otherwise(name) for name, value in columns.items()})


def scale(bars: pl.DataFrame, chosen: pl.Expr, factor: float) -> pl.DataFrame:
    """Bars whose four prices are multiplied where chosen."""
    return bars.with_columns(
        pl.when(chosen).then(pl.col(name) * factor).otherwise(name).alias(name)
        for name in ("open", "high", "low", "close")
    )
