"""`sdengine ranking`: the scenarios, the best first."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from flows.asked import Asked
from flows.cli.answer import cut, present, rest
from flows.cli.asking import asks
from flows.cli.columns import Column, Table, figure
from flows.cli.completing import argument, published_sweeps
from flows.cli.hints import Hint, Line, command
from schemas.shown import whole

if TYPE_CHECKING:
    from flows.settings import Settings
    from warehouse.reading import Reader


@asks("by", "every", "limit", "format", "output", "warehouse")
def ranking(
    asked: Asked,
    sweep: Annotated[str | None, argument("Rank the members of this sweep alone.", published_sweeps)] = None,
) -> None:
    """Rank the scenarios, the best first.

    By growth a year, taxes due taken off, as metrics.ranking and the end of a run do; --by ranks by any other of its
    columns. A sweep is one line, its best member's.

    \b
    Examples:
      sdengine ranking
      sdengine ranking --by max_drawdown
      sdengine ranking --all --limit 0
      sdengine ranking sweep_sd_n_profit_sharing
    """
    from flows.results.freshest import published

    with published(asked.warehouse) as results:
        title, table, more = ranking_table(results, asked, asked.by, every=asked.every, sweep=sweep)
    shown = cut(table.records, asked.limit if asked.format == "table" else 0)
    foot = rest(len(shown), len(table.records)) + more
    if not table.records and asked.format == "table":
        why = Hint("what failed, and why", command(asked, "status"))
        present(asked, [], head=["no scenario has results"], foot=[why])
        return
    present(asked, [Table(table.title, table.fields, shown, table.columns)], head=[title], foot=foot)


def ranking_table(
    reader: Reader, settings: Settings, by: str | None = None, *, every: bool = False, sweep: str | None = None
) -> tuple[str, Table, list[Line]]:
    """Read the ranking; its title, its table, and what is to be said below it."""
    from flows.results.ranking import BY, LOWEST_FIRST, read_ranking

    by, answer = read_ranking(reader, by, every=every, sweep=sweep)
    records = [{by if name == "by_value" else name: value for name, value in row.items()} for row in answer.records()]
    fields = list(dict.fromkeys(by if name == "by_value" else name for name in answer.names))
    nobodys = {name for name in ASKED_FOR if all(record[name] is None for record in records)}
    columns = [column for column in COLUMNS if column.field not in nobodys]
    if by != BY:
        shown = [column for column in columns if column.field == by]
        columns = [column for column in columns if column.field != by]
        first = Column(by, by, importance=1)
        if shown:
            first = Column(by, shown[0].heading, shown[0].show, 1, figure=True, whole=shown[0].whole)
        columns[2:2] = [first]
    order = "growth a year, taxes due taken off" if by == BY else by + (", the lowest first" * (by in LOWEST_FIRST))
    foot: list[Line] = []
    if any(_without_income(record, other) for record in records for other in OTHERS):
        foot.append("no income: what it is compared with has paid none of the withdrawals, which makes it no measure")
    if any(record[f"{other}_ran_dry"] for record in records for other in OTHERS):
        foot.append("ran out: what it is compared with has paid out all it had before the end")
    folded = [record for record in records if record["members"] > 1] if not (every or sweep) else []
    if folded:
        more = sum(record["members"] for record in folded) - len(folded)
        hint = command(settings, "ranking", *(("--by", by) if by != BY else ()), "--all")
        foot.append(Hint(f"a sweep is one line, its best member's; with the other {more:,}", hint))
    if records and records[0]["verdict_sentence"]:
        foot.append(f"{records[0]['scenario']}: {records[0]['verdict_sentence']}")
    of = f" of {sweep}" if sweep else ""
    return f"Scenarios{of} by {order}", Table("ranking", fields, records, columns), foot


def _without_income(record: Any, other: str) -> bool:
    """Whether the scenario has paid an income and what it is compared with none."""
    return bool(record["withdrawals"]) and record[f"{other}_withdrawals"] == 0


def _against(other: str, field: str, record: Any) -> str:
    if _without_income(record, other):
        return "no income"
    if record.get(f"{other}_ran_dry"):
        return "ran out"
    return "" if record[field] is None else f"{100.0 * record[field]:+.1f}"


def _share_paid(record: Any) -> str:
    return f"{record['withdrawals'] / record['withdrawals_due']:.0%}" if record["withdrawals_due"] else ""


def percent(value: float) -> str:
    """Write a fraction as percent."""
    return f"{value:.1%}"


AGAINST_HOLD = partial(_against, "buy_and_hold", "excess_cagr")
AGAINST_BENCHMARK = partial(_against, "benchmark", "benchmark_excess_cagr")
OTHERS = ("buy_and_hold", "benchmark")
"""What a scenario is compared with."""
ASKED_FOR = ("withdrawals_due", "benchmark_excess_cagr")
"""Columns that are shown where any scenario has a policy, or a benchmark."""
COLUMNS = (
    figure("place", "#", whole, 4),
    Column("scenario", importance=0),
    figure("cagr_net", "growth/yr", percent, 1),
    Column("excess_cagr", "vs hold, points", AGAINST_HOLD, 3, figure=True, whole=True),
    Column("benchmark_excess_cagr", "vs bench., points", AGAINST_BENCHMARK, 3, figure=True, whole=True),
    Column("withdrawals_due", "paid of due", _share_paid, 2, figure=True, whole=True),
    Column("verdict", "worth", lambda word: word or "", 3),
    figure("max_drawdown", "drawdown", percent, 2),
    figure("final_value", "value", whole, 5),
    figure("sharpe", "Sharpe", "{:.2f}".format, 6),
    figure("total_return", "total", percent, 8),
    figure("synthetic_dividends", "synth. div.", whole, 7),
    figure("fills", "fills", whole, 9),
    figure("members", "best of", lambda members: f"{members:,}" if members > 1 else "", 5),
)
