"""A million bars: what all rules cost, what asking for them one by one adds, and that both ways say the same.

Measured on two cores that others shared, polars 2.1, pandera 0.35, one million bars of 195 tickers, medians: the nine
rules on raw bars 0.110 s as bare expressions, 0.111 s through pandera, by which they went until its import, which
brings pandas, was two seconds of each night; all 22 rules with all that they need (sorting, calendar, splits, scales,
runs) 1.5 to 2.3 s.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from flows.validate.checking import failures
from flows.validate.examination import TICKERS, examine
from flows.validate.limits import Limits
from flows.validate.policy import ValidatePolicy
from flows.validate.rules import dates as date_rules
from flows.validate.rules import sessions as session_rules
from flows.validate.rules import values as value_rules
from flows.validate.rules.listing import rules_of
from tests.flows.validate.rules_market import change, group_for, no_actions, quiet_bars, raw, sessions

pytestmark = [pytest.mark.slow, pytest.mark.benchmark(group="validate a million bars")]
BROKEN = date(2010, 6, 1)


@pytest.fixture(scope="module")
def million() -> pl.DataFrame:
    span = pl.col("date").is_between(date(2004, 1, 1), date(2024, 6, 1))
    base = quiet_bars("LONG", tuple(sessions("XNYS").frame.filter(span)["date"]))
    base = change(base, BROKEN, close=None)  # one bad row a ticker
    return pl.concat([raw(base, f"T{n:03}") for n in range(1_000_000 // base.height + 1)])


@pytest.fixture(scope="module")
def prepared(million: pl.DataFrame) -> pl.DataFrame:
    numbered = million.sort("ticker", "date").with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    dated = date_rules.prepare(numbered, pl.DataFrame(schema=TICKERS)).with_columns(standing=pl.lit(None, pl.String))
    return value_rules.prepare(session_rules.prepare(dated, sessions("XNYS")), Limits())


def bare(frame: pl.DataFrame) -> pl.DataFrame:
    """Run the same rules all at once: the expressions, then the rows where one is false."""
    rules = rules_of("raw_bar")
    verdicts = frame.select("row", **{rule.name: rule.good(Limits()).fill_null(True) for rule in rules})
    broken = verdicts.filter(~pl.all_horizontal(rule.name for rule in rules))
    return broken.unpivot(index="row", variable_name="rule").filter(~pl.col("value")).select("row", "rule")


def test_bare_expressions(benchmark: Any, prepared: pl.DataFrame) -> None:
    found = benchmark.pedantic(bare, (prepared,), rounds=5, warmup_rounds=1)
    assert found["rule"].unique().to_list() == ["missing_price"]


def test_the_same_rule_by_rule(benchmark: Any, prepared: pl.DataFrame) -> None:
    found = benchmark.pedantic(failures, (prepared, rules_of("raw_bar"), Limits()), rounds=5, warmup_rounds=1)
    assert found.sort("row").equals(bare(prepared).sort("row"))


def test_all_rules_with_all_they_need(benchmark: Any, million: pl.DataFrame) -> None:
    given = (million, raw(no_actions()), group_for("T000"), ValidatePolicy())
    found = benchmark.pedantic(examine, given, rounds=3, warmup_rounds=1)
    tickers = million["ticker"].n_unique()
    assert found.rejects.height == tickers
    assert found.bars.height == million.height - tickers
