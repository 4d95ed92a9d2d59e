"""`sdengine show`: one scenario, what it brought, and what it could not do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.asked import Asked
from flows.cli.answer import cut, present
from flows.cli.asking import asks
from flows.cli.columns import Column, Table, figure
from flows.cli.completing import OneRun
from flows.cli.data import stored_table
from flows.cli.hints import Hint, Line, again, command
from flows.cli.ranking import percent
from flows.clock import today
from schemas.backtest import ALL
from schemas.shown import whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.results.choosing import PublishedRun
    from flows.results.show import Shown
    from warehouse import Results
    from warehouse.reading import Answer


@asks("limit", "format", "output", "warehouse", limit=12)
def show(asked: Asked, run: OneRun) -> None:
    """Show one scenario: figures, income by year, what it could not do, its data.

    Its figures stand beside those of its benchmark and its twins: the same portfolio that never trades, and the one
    that only sells at new highs. An order that was reached and not done is told once, with the least money that lacked.

    \b
    Examples:
      sdengine show full
      sdengine show withdrawals --limit 0
      sdengine show full --format json
    """
    from flows.results.choosing import choose_run
    from flows.results.freshest import published

    with published(asked.warehouse) as results:
        chosen = choose_run(results, run)
        shown, refused = _read(results, chosen)
    limit = asked.limit if asked.format == "table" else 0
    skipped = shown.skipped.records()
    tables = [
        _figures(shown),
        _income(shown.income),
        Table("reached and not done", shown.skipped.names, cut(skipped, limit), SKIPPED_COLUMNS),
        Table("withdrawals not paid in full", shown.unpaid.names, shown.unpaid.records(), UNPAID_COLUMNS),
        stored_table(shown.data),
    ]
    if asked.format == "table":
        tables = [table for table in tables if table.records]
    own = shown.figures[0]
    head = [
        f"{chosen.scenario} ({chosen.run_id}): {own['tickers'].replace(' ', ', ')}",
        f"{chosen.first_date} to {chosen.last_date}, {own['years']:.1f} years{_place(shown)}",
    ]
    present(asked, tables, head=head, foot=[*refused, *_foot(asked, shown, limit, chosen.scenario)])


def _read(results: Results, run: PublishedRun) -> tuple[Shown, list[Line]]:
    """Read what is told of a run; where its detail cannot be had, what was kept of it, and why it is no more."""
    from flows.detail.door import with_detail
    from flows.errors import PipelineError
    from flows.results.show import read_show

    try:
        with with_detail(results, [run.run_id]) as detailed:
            return read_show(detailed, run, today()), []
    except PipelineError as error:
        if run.keep == ALL:
            raise
        return read_show(results, run, today()), [f"what it could not do is not told: {error}"]


def _foot(asked: Asked, shown: Shown, limit: int, scenario: str) -> list[Line]:
    lines: list[Line] = []
    orders = len(shown.skipped.rows)
    if 0 < limit < orders:
        lines.append(Hint(f"{limit} of {orders:,} orders that were not done are shown; all", again("--limit", "0")))
    if unlike := shown.figures[0].get("paid_unlike"):
        names = ", ".join(HEADINGS[name] for name in unlike.split())
        lines.append(f"took out another sum, and compares only in part: {names}")
    if reason := shown.figures[0].get("benchmark_reason"):
        lines.append(f"not compared with {shown.figures[0]['benchmark']}: {reason}")
    lines.append(Hint("its orders now", command(asked, "orders", name=scenario)))
    return lines


def _income(income: Answer) -> Table:
    """Make the table by year; what was neither earned nor due in any year is for programs alone."""
    records = income.records()
    columns = [one for one in INCOME_COLUMNS if one.field in ALWAYS or any(row[one.field] for row in records)]
    return Table("income by year", income.names, records, columns)


def _place(shown: Shown) -> str:
    if shown.place is None:
        return ""
    return "; place {:,} of {:,} by growth a year, taxes due taken off".format(*shown.place)


def _figures(shown: Shown) -> Table:
    """Turn the figures on their side: a row for each, a column for the scenario and each twin."""
    from flows.results.show import ran_dry

    who = [row["who"] for row in shown.figures]
    records = []
    for label, name, write in FIGURES:
        values = [row.get(name) for row in shown.figures]
        if any(value not in (None, 0) for value in values):
            texts = ["" if value is None else write(value) for value in values]
            if name in GROWTH:
                texts = ["ran out" if ran_dry(row) else text for row, text in zip(shown.figures, texts, strict=True)]
            records.append({"figure": label, "name": name} | dict(zip(who, values, strict=True)) | {"texts": texts})
    columns = [
        Column("figure", " ", importance=0),
        *(Column("texts", HEADINGS[one], _nth(k), k + 1, figure=True) for k, one in enumerate(who)),
    ]
    return Table("figures", ("figure", "name", *who), records, columns)


HEADINGS = {
    "scenario": "this", "benchmark": "benchmark", "held": "never trades", "buy_and_hold": "never trades",
    "ath_only": "sells at highs",
}  # fmt: skip
"""Who -> what heads its column; buying and holding goes by two names."""


def _nth(k: int) -> Callable[[Any], str]:
    return lambda texts: texts[k]


FIGURES: tuple[tuple[str, str, Callable[[Any], str]], ...] = (
    ("value", "final_value", whole),
    ("value, taxes due taken off", "final_value_net", whole),
    ("of it in the bank", "final_bank", whole),
    ("growth a year", "cagr", percent),
    ("growth a year, taxes due taken off", "cagr_net", percent),
    ("total return", "total_return", percent),
    ("money-weighted return a year", "money_weighted_return", percent),
    ("deepest fall", "max_drawdown", percent),
    ("  from", "max_drawdown_peak_on", str),
    ("  to", "max_drawdown_trough_on", str),
    ("  made good", "max_drawdown_recovered_on", str),
    ("Sharpe ratio", "sharpe", "{:.2f}".format),
    ("withdrawals due", "withdrawals_due", whole),
    ("withdrawals paid", "withdrawals", whole),
    ("months paid in full", "months_in_full", whole),
    ("months paid in part", "months_short", whole),
    ("months paid nothing", "months_none", whole),
    ("out of money on", "depleted_on", str),
    ("synthetic dividends", "synthetic_dividends", whole),
    ("dividends", "dividends", whole),
    ("interest", "interest", whole),
    ("costs", "costs", whole),
    ("taxes paid", "taxes", whole),
    ("taxes due", "taxes_due", whole),
    ("fills", "fills", whole),
    ("days with a buy skipped", "skipped_buys", whole),
)
GROWTH = ("cagr", "cagr_net", "total_return")
"""Figures that mean nothing of a run that has paid out all it had before its end."""
ALWAYS = ("year", "synthetic_dividends", "final_value")
"""Columns of income that are shown also where they are nothing."""
INCOME_COLUMNS = (
    Column("year", importance=0),
    figure("synthetic_dividends", "synth. div.", whole, 2),
    figure("dividends", "dividends", whole, 4),
    figure("interest", "interest", whole, 7),
    figure("due", "due", whole, 1),
    figure("paid", "paid", whole, 1),
    figure("months_short", "months short", whole, 3),
    figure("months_none", "months unpaid", whole, 3),
    figure("final_value", "value at its end", whole, 5),
    figure("total_return", "return", percent, 6),
)


def _reason(action: str) -> str:
    from flows.results.show import REASONS

    return REASONS[action]


def _qty(value: float) -> str:
    from flows.results.explain.figures import number

    return number(value)


SKIPPED_COLUMNS = (
    Column("ticker", importance=0),
    Column("first_on", "from", importance=2),
    Column("last_on", "to", importance=1),
    figure("times", "times", whole, 3),
    figure("qty", "shares", _qty, 4),
    figure("wanted", "cost", whole, 3),
    figure("lacked", "lacked", whole, 1),
    Column("action", "reason", _reason, 2),
)
UNPAID_COLUMNS = (
    Column("reason", importance=0),
    figure("times", "times", whole, 2),
    figure("due", "due", whole, 2),
    figure("lacked", "lacked", whole, 1),
    Column("first_date", "from", importance=3),
    Column("last_date", "to", importance=3),
)
