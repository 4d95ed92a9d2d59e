"""`sdengine orders`: what rests with the broker after the last bar, and what of it is to be placed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from flows.asked import Asked
from flows.cli.answer import present
from flows.cli.asking import asks
from flows.cli.columns import Column, Table, figure
from flows.cli.completing import argument
from flows.cli.hints import Hint, Line, command
from flows.clock import today
from flows.errors import UsageError
from flows.results.explain.figures import number, price
from flows.settings import tell
from warehouse.statements import statement

if TYPE_CHECKING:
    from flows.results.choosing import PublishedRun


@asks("holdings", "format", "output", "warehouse")
def orders(
    asked: Asked,
    run: Annotated[
        str | None, argument("A scenario, a sweep, a run_id or its beginning; all scenarios without it.")
    ] = None,
) -> None:
    """Show the orders that rest after the last bar.

    Side, shares, limit, distance to the last close, worth: what someone who follows the portfolio places in the
    morning; --holdings scales them to what you really own.

    The first fills of the next bar are these orders', at their limit or, where the bar opens beyond it, at the open.
    Once an order has filled, both orders of its asset stand elsewhere: ask again after each bar. Who places them once a
    morning trades as scenarios with requote = "nightly" do; by default orders are laid anew at once. Scenarios whose
    sd_n follows the gaps (dynamic_sd_n) also place them anew on the first day of a month.

    \b
    Examples:
      sdengine orders
      sdengine orders full
      sdengine orders full --holdings mine.csv    lines such as AAPL,120 below
                                                  the heading ticker,quantity
      sdengine orders 1f3a --format csv > orders.csv
    """
    from flows.results.choosing import choose_runs
    from flows.results.freshest import published
    from flows.results.orders import age, newer, not_live, resting_orders, scaled_orders, without_sell

    with published(asked.warehouse) as results:
        chosen = choose_runs(results, run)
        fields, rows = resting_orders(results, chosen, today())
        resting: list[dict[str, Any]] = [dict(zip(fields, row, strict=True)) for row in rows]
        remarks, head = without_sell(results, chosen), [age(resting)] if resting else []
        how = newer(results.records(statement("results/batch"))[0]["source"])
        if asked.holdings is not None:
            scaled = scaled_orders(results, _only(chosen, run), resting, asked.holdings)
            resting, remarks = scaled.orders, [*scaled.remarks, *remarks]
            fields = [*fields, "owned", "scenario_qty"]
    if asked.format != "table":
        for sentence in remarks if asked.holdings is not None else ():
            tell(sentence)
        present(asked, [Table("orders", fields, resting)])
        return
    if not head:
        head = ["no order rests: " + ("these runs place none" if chosen else "no run has been published")]
    live = [one for one in resting if one["state"] == "live"]
    other = [one for one in resting if one["state"] != "live"]
    more: list[Line] = [] if live or not other else [Hint(how.why, command(asked, *how.words))]
    parts = {"live": live, "not to be placed": other}
    tables = [Table(title, fields, part, COLUMNS) for title, part in parts.items() if part]
    present(asked, tables, head=head, foot=[*_cash(live, chosen), *more, *not_live(resting), *remarks])


def _only(chosen: Sequence[PublishedRun], run: str | None) -> PublishedRun:
    if len(chosen) != 1:
        named = f"{run} is {len(chosen)} runs" if run else "no scenario is named"
        raise UsageError(f"--holdings are held against one scenario, and {named}: name the one that you follow")
    return chosen[0]


def _cash(live: Sequence[dict[str, Any]], chosen: Sequence[PublishedRun]) -> list[str]:
    """Say what it takes to pay all buys, of one scenario."""
    buys = [one["worth"] for one in live if one["side"] == "buy"]
    return [f"all buys together cost {sum(buys):,.0f}, commissions aside"] if len(chosen) == 1 and len(buys) > 1 else []


COLUMNS = (
    Column("scenario", importance=0),
    Column("ticker", importance=1),
    Column("side", importance=1),
    figure("qty", "shares", number, 2),
    figure("limit_price", "limit", price, 2),
    figure("distance", "distance", "{:+.1%}".format, 3),
    figure("worth", "worth", "{:,.0f}".format, 4),
    figure("last_close", "last close", price, 5),
)
