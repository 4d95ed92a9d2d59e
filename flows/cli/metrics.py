"""`sdengine metrics`: what each figure is, how it is computed, and where there is none."""

from __future__ import annotations

from typing import Annotated

from flows.asked import Asked
from flows.cli.answer import cut, present, rest
from flows.cli.asking import asks
from flows.cli.columns import Column, Table
from flows.cli.completing import argument, figure_names
from flows.cli.hints import Hint
from schemas.figures import LETTERS


@asks("limit", "format", "output")
def metrics(
    asked: Asked,
    word: Annotated[
        str | None, argument("The figure or table of this name, or else the figures that speak of it.", figure_names)
    ] = None,
) -> None:
    """Explain the figures.

    Formula, unit, sign, what is annualised, and what withdrawals, zeros and gaps do to it, as metrics.definitions
    has them. No warehouse is needed.

    \b
    Examples:
      sdengine metrics
      sdengine metrics sharpe          one figure, with all there is to know
      sdengine metrics drawdown        the figures that speak of drawdowns
      sdengine metrics judge.sweeps    the figures of one table
    """
    from flows.results.definitions import by_name, figures

    definitions = figures(word)
    fields = [name for name in definitions[0] if name != "kind"]
    if asked.format != "table":
        present(asked, [Table("metrics", fields, definitions)])
        return
    rows = by_name(definitions)
    shown = cut(rows, asked.limit)
    whole = [Hint("all there is to know of one", "sdengine metrics sharpe")] if word is None else []
    present(
        asked,
        [Table("metrics", fields, shown, COLUMNS)],
        foot=[f"In formulas: {LETTERS}.", *whole, *rest(len(shown), len(rows))],
    )


COLUMNS = (
    Column("name", importance=0),
    Column("meaning", importance=2),
    Column("formula", importance=1),
    Column("unit", importance=4),
    Column("sign", importance=6),
    Column("annualised", importance=7),
    Column("flows", "withdrawals", importance=8),
    Column("zero", importance=9),
    Column("nothing", "null", importance=5),
    Column("source", importance=10),
    Column("tables", "in", importance=3),
)
