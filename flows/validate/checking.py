"""Rules over rows: a frame in, (row, rule) pairs of what failed out.

The tables' own declarations are pandera's (`schemas.models`); these are looked at in every night, and a schema made of
a frame's own columns would hold it to nothing but the rules' expressions, for pandera's and pandas's two seconds.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from flows.validate.limits import Limits
from flows.validate.rules.base import Rule

FAILURES = {"row": pl.Int64, "rule": pl.String}


class UnfitFrame(RuntimeError):
    """The frame does not have the columns or types that the rules read: our mistake, never the data's."""


def failures(frame: pl.DataFrame, rules: Sequence[Rule], limits: Limits) -> pl.DataFrame:
    """Which rows break which rules: columns row, rule; a row appears once for each rule that it breaks.

    What a rule cannot tell, for want of a value, is not broken.

    Args:
        frame: with a column `row` (Int64, each number once) and all that the rules' expressions read.
        rules: of the grain of this frame.
        limits: the numbers by which they judge.

    Raises:
        UnfitFrame: for a frame that is not what the rules were written for.
    """
    if not rules or frame.is_empty():
        return pl.DataFrame(schema=FAILURES)
    if frame.schema.get("row") != pl.Int64 or frame["row"].has_nulls():
        raise UnfitFrame(f"the frame to be checked has no row numbers: {frame.schema}")
    try:
        broken = frame.select("row", *((~rule.good(limits).fill_null(True)).alias(rule.name) for rule in rules))
    except pl.exceptions.PolarsError as error:
        raise UnfitFrame(f"the frame to be checked does not fit: {error}") from error
    names = [name for name, any_row in broken.select(pl.exclude("row").any()).row(0, named=True).items() if any_row]
    parts = (broken.filter(name).select("row", rule=pl.lit(name)) for name in names)
    return pl.concat([pl.DataFrame(schema=FAILURES), *parts])
