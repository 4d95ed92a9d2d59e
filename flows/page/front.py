"""The front page's table: a row for each scenario, and for each sweep's best, in order of place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from flows.page.head import troubles
from flows.page.markup import breakable, explained, filled
from flows.page.pages import Row, slug, sweep_slug
from flows.page.sections import NONE
from flows.page.wording import NOTHING, percent, points, whole

Bars = Mapping[str, Row]
"""What `sdengine data` says, by ticker."""


@dataclass(frozen=True)
class Line:
    """A row of the table: `sweep` leads to the page of the sweep that it is the best of, `members` says of how many."""

    run_id: str
    place: int
    name: str
    address: str
    sweep: str | None
    members: int
    last: date
    cells: Sequence[str]


@dataclass(frozen=True)
class Front:
    """The table: what its columns after the name and the line of its value are called, and its rows."""

    names: Sequence[str]
    lines: Sequence[Line]


def front(shown: Iterable[Row], rows: Sequence[Row], bars: Bars) -> Front:
    """Make it of the rows shown, best first; `rows` are all. Columns in which no row has anything are left out."""
    made = [(row, [cell(row, bars) for cell in COLUMNS.values()]) for row in shown]
    kept = [k for k, name in enumerate(COLUMNS) if name not in OPTIONAL or any(cells[k] for _, cells in made)]
    names = list(COLUMNS)
    return Front(
        [names[k] for k in kept], [_line(row, rows, [cells[k] or NOTHING for k in kept]) for row, cells in made]
    )


def front_html(table: Front, sparks: Mapping[str, str]) -> Markup:
    """Write it, with the line of each one's value: its points, by run_id."""
    heads = NONE.join(filled(HEAD, explained(name)) for name in table.names)
    rows = NONE.join(_row(line, table.names, sparks.get(line.run_id, "")) for line in table.lines)
    return filled(TABLE, explained("scenario"), heads, rows) if table.lines else NONE


def _row(line: Line, names: Sequence[str], spark: str) -> Markup:
    cells = [
        filled(
            CELL, " nothing" if cell == NOTHING else "", "" if name in FIRST else " more", name,
            filled(' data-near="{}"', line.last) if name == ORDERS_NEAR else NONE, cell,
        )
        for name, cell in zip(names, line.cells, strict=True)
    ]  # fmt: skip
    of = "the one member of" if line.members == 1 else f"best of {line.members}:"
    sweep = filled(SWEEP, of, line.sweep) if line.sweep else NONE
    return filled(
        ROW, place=line.place, address=line.address, name=breakable(line.name), sweep=sweep, spark=spark,
        cells=NONE.join(cells), label=line.name,
    )  # fmt: skip


TABLE = """<div class="scroll" tabindex="0" role="region" aria-label="scenarios"><table class="front" role="table">
<thead><tr><td></td><th scope="col">{}</th><td></td>{}</tr></thead>
<tbody>{}</tbody></table></div>
"""
HEAD = '<th scope="col" class="number">{}</th>'
ROW = """<tr role="row">
<td class="number place" role="cell">{place}</td>
<th scope="row" role="rowheader"><a href="{address}">{name}</a>{sweep}</th>
<td role="cell"><svg class="spark" viewBox="0 0 100 28" role="img" aria-label="value over time">
<polyline points="{spark}"/></svg></td>
{cells}
<td class="opens" role="cell"><button aria-expanded="false" aria-label="more of {label}">more</button></td>
</tr>
"""
SWEEP = '<br><span class="below">{} <a href="{}">the sweep</a></span>'
CELL = '<td class="number{}{}" role="cell" data-name="{}"{}>{}</td>'


def _line(row: Row, rows: Iterable[Row], cells: Sequence[str]) -> Line:
    sweep = row["sweep"]
    members = sum(other["sweep"] == sweep for other in rows) if sweep else 1
    address = f"{sweep_slug(sweep)}.html" if sweep else None
    page = f"{slug(row['scenario'])}.html"
    return Line(row["run_id"], row["place"], row["scenario"], page, address, members, row["last_date"], cells)


def _paid(row: Row) -> str:
    due = row["withdrawals_due"]
    return percent(row["withdrawals"] / due, 0) if due else ""


def _against_benchmark(row: Row) -> str:
    if row["benchmark_ran_dry"]:
        return f"{row['benchmark']} ran out"
    return "" if row["benchmark_excess_cagr"] is None else points(row["benchmark_excess_cagr"])


def _against_hold(row: Row) -> str:
    return "it ran out" if row["buy_and_hold_ran_dry"] else points(row["excess_cagr"])


def _warnings(row: Row, bars: Bars) -> str:
    remarks = [
        f"{one.ticker} {one.word}" for one in troubles(bars[name] for name in row["tickers"].split(" ") if name in bars)
    ]
    remarks += [f"{row['benchmark']} not compared"] if row["benchmark_reason"] else []
    return "; ".join(remarks[:FEW]) + (f"; {len(remarks) - FEW} more" if len(remarks) > FEW else "")


ORDERS_NEAR = "orders near"
"""Of bars that are too old to order by none is near; as soon as they are, the reader's clock takes the number away."""
FIRST = ("growth a year", "verdict", "warnings")
"""Columns that a phone shows before it is asked for more."""
FEW = 2
"""Warnings of a scenario that the front page tells; its own page tells all."""
COLUMNS: Mapping[str, Callable[[Row, Bars], str]] = {
    "value": lambda row, _: whole(row["final_value"]),
    "paid, of due": lambda row, _: _paid(row),
    "deepest fall": lambda row, _: percent(row["max_drawdown"]),
    "growth a year": lambda row, _: percent(row["cagr_net"]),
    "against buy and hold": lambda row, _: _against_hold(row),
    "against benchmark": lambda row, _: _against_benchmark(row),
    "verdict": lambda row, _: row["verdict"] or "",
    ORDERS_NEAR: lambda row, _: "" if row["orders_near"] is None else str(row["orders_near"]),
    "warnings": _warnings,
}
OPTIONAL = ("paid, of due", "against benchmark", "verdict", ORDERS_NEAR, "warnings")
