"""`sdengine orders`: what rests with the broker after the last bar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.asked import Asked
from flows.cli.answer import answer, check_format, show
from flows.cli.asking import asks
from warehouse.statements import statement

if TYPE_CHECKING:
    from warehouse import Results

STALE_DAYS = 7
"""Calendar days without a bar, while others have some, after which an asset is said to have stopped trading."""
SHOWN = 7
"""Columns of the table, up to the distance; all of them stand in the other formats."""


@asks("format", "output", "warehouse")
def orders(
    asked: Asked,
    run: Annotated[
        str | None,
        typer.Argument(
            help="A scenario, a sweep, a run_id or its beginning; all scenarios without it.", show_default=False
        ),
    ] = None,
) -> None:
    """Show the orders that rest after the last bar.

    Side, limit, quantity and distance to the last close: what someone who follows the portfolio places in the morning.

    The first fills of the next bar are these orders', at their limit or, where the bar opens beyond it, at the open.
    Once an order has filled, both orders of its asset stand elsewhere: ask again after each bar. Who places them once a
    morning trades as scenarios with requote = "nightly" do; by default orders are laid anew at once. Scenarios whose
    sd_n follows the gaps (dynamic_sd_n) also place them anew on the first day of a month.

    \b
    Examples:
      sdengine orders
      sdengine orders full
      sdengine orders 1f3a --format csv > orders.csv
    """
    from flows.results.choosing import choose_runs
    from warehouse import Results

    check_format(asked)
    with Results.open(asked.warehouse) as results:
        chosen = choose_runs(results, run)
        query = statement("results/orders")
        values = {"run_ids": [one.run_id for one in chosen], "stale_days": STALE_DAYS}
        if asked.format != "table":
            answer(results, query, asked, values)
            return
        from flows.cli.table import plain_table, terminal_width

        resting = results.answer(query, values)
        unsold = _without_sell(results, values["run_ids"])
    if not resting.rows:
        none = "no order rests: " + ("these runs place none" if chosen else "no run has been published")
        show("\n".join([none, *unsold]), asked)
        return
    width = terminal_width() if asked.output is None else None
    lines = [plain_table(resting.names[:SHOWN], [row[:SHOWN] for row in resting.rows], width=width)]
    records = resting.records()
    days = sorted({one["as_of"] for one in records})
    lines.append(f"after {' or '.join(map(str, days))}; {', '.join(resting.names[SHOWN:])} stand in --format csv")
    for ticker, last in sorted({(one["ticker"], one["last_bar"]) for one in records if one["stopped"]}):
        lines.append(f"{ticker} has stopped trading: its last bar is of {last}, and it is carried at that close")
    lines += unsold
    show("\n".join(lines), asked)


def _without_sell(results: Results, run_ids: Any) -> list[str]:
    """Say of each asset whose sell would cost more than it brings why none rests."""
    import json

    from flows.results.costly import costly_sell
    from flows.results.explain.figures import money, number, price
    from sdengine.scenario import Scenario

    lines = []
    asked = results.rows(statement("results/without_sell"), {"run_ids": run_ids})
    for scenario, ticker, parameters, *position in asked:
        found = costly_sell(Scenario.from_parameters(json.loads(parameters), name=scenario), ticker, *position)
        if found is not None:
            lines.append(
                f"{scenario}, {ticker}: no sell rests: {number(found.qty)} at {price(found.limit)} would bring "
                f"{money(found.proceeds)} and cost {money(found.costs)}"
            )
    return lines
