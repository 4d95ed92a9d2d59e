"""Rules run as pandera checks: rows in, (row, rule) pairs of what failed out.

The frame's own columns and types are part of the schema (strict, nothing coerced), so that a frame that is not what
the rules were written for is a failure of ours, loudly. Each rule is a check on the column `row`, so that a failure
case is the row's number. Only DataFrames are given: pandera does not look at a LazyFrame's data.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import polars as pl

from flows.validate.limits import Limits
from flows.validate.rules.base import Rule

FAILURES = {"row": pl.Int64, "rule": pl.String}


class UnfitFrame(RuntimeError):
    """The frame does not have the columns or types that the rules read: our mistake, never the data's."""


def failures(frame: pl.DataFrame, rules: Sequence[Rule], limits: Limits) -> pl.DataFrame:
    """Which rows break which rules: columns row, rule; a row appears once for each rule that it breaks.

    Args:
        frame: with a column `row` (Int64, each number once) and all that the rules' expressions read.
        rules: of the grain of this frame.
        limits: the numbers by which they judge.
    """
    import pandera.polars as pa

    if not rules or frame.is_empty():
        return pl.DataFrame(schema=FAILURES)
    schema = _schema(tuple(frame.schema.items()), tuple(rules), limits)
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        return _pairs(errors.failure_cases, {rule.name for rule in rules})
    return pl.DataFrame(schema=FAILURES)


@cache
def _schema(columns: tuple[tuple[str, Any], ...], rules: tuple[Rule, ...], limits: Limits) -> Any:
    import pandera.polars as pa

    checks = [pa.Check(_holds(rule.good(limits)), name=rule.name) for rule in rules]
    declared = {
        name: pa.Column(dtype, checks=checks if name == "row" else None, nullable=name != "row")
        for name, dtype in columns
    }
    return pa.DataFrameSchema(declared, strict=True, coerce=False)


def _holds(good: pl.Expr) -> Callable[[Any], pl.LazyFrame]:
    def check(data: Any) -> pl.LazyFrame:
        frame: pl.LazyFrame = data.lazyframe
        return frame.select(good.fill_null(True))

    return check


def _pairs(cases: pl.DataFrame, known: set[str]) -> pl.DataFrame:
    strange = cases.filter(~pl.col("check").is_in(list(known)))
    if strange.height:
        raise UnfitFrame(f"the frame to be checked does not fit: {strange.row(0, named=True)}")
    return cases.select(row=pl.col("failure_case").cast(pl.Int64), rule=pl.col("check")).unique(maintain_order=True)
