"""What rests with the broker after the last bar, which of it is still to be placed, and why some sells do not rest."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from flows.results.age import STALE_DAYS, days_old
from warehouse.statements import statement

if TYPE_CHECKING:
    from flows.results.choosing import PublishedRun
    from flows.results.holdings import Scaled
    from warehouse import Results
    from warehouse.reading import Answer

Order = Mapping[str, Any]


class Newer(NamedTuple):
    """How newer bars are had: what a command does, and its words."""

    why: str
    words: tuple[str, ...]


NEWER = {
    "sample": Newer(
        "the sample that ships ends then; today's bars in its place",
        ("run", "--source", "yfinance", "--replace-source"),
    ),
    "files": Newer("newer bars, once there are newer files", ("run",)),
}
"""By the source; any other is asked for what is new."""


def resting_orders(results: Results, runs: Sequence[PublishedRun], today: date) -> Answer:
    """Find the orders of these runs; `state` says which are live, and which stopped or too old to trade by."""
    asked = {"run_ids": [run.run_id for run in runs], "stale_days": STALE_DAYS, "today": today}
    return results.answer(statement("results/orders"), asked)


def scaled_orders(results: Results, run: PublishedRun, orders: Sequence[Order], file: Path) -> Scaled:
    """Scale the orders of a run to what one owns, by a file; `UsageError` for one that cannot be read or fits not."""
    from flows.results.holdings import read_holdings, scale

    held = dict(results.rows(statement("results/held"), {"run_id": run.run_id}))
    return scale(orders, read_holdings(file), file, held)


def age(orders: Sequence[Order]) -> str:
    """Say how old the newest of the bars is that orders stand on, and whether anything is to be placed by it."""
    newest = min(orders, key=lambda order: order["days_old"])
    last = f"the last bar is of {newest['last_bar'] or newest['as_of']}, {days_old(newest['days_old'])}"
    if any(order["state"] == "live" for order in orders):
        return last
    return f"{last}: these orders rested then, and none of them is to be placed now"


def newer(source: str) -> Newer:
    """Say how bars are had that are newer than those of the last night, which were fed from `source`."""
    return NEWER.get(source, Newer("newer bars", ("run",)))


def not_live(orders: Sequence[Order]) -> list[str]:
    """Say of each ticker whose orders are not to be placed, though others' are or were, since when it has no bar."""
    live = any(order["state"] == "live" for order in orders)
    lines = []
    for ticker, last, state in sorted({(one["ticker"], one["last_bar"], one["state"]) for one in orders}):
        if state == "stopped":
            lines.append(f"{ticker} has stopped trading: its last bar is of {last}, and it is carried at that close")
        elif state == "stale" and live:
            lines.append(f"{ticker} is stale: its last bar is of {last}, and there may be newer ones")
    return lines


def without_sell(results: Results, runs: Sequence[PublishedRun]) -> list[str]:
    """Say of each asset whose sell would cost more than it brings why none rests, as far as that can be told."""
    from flows.detail.door import Irreproducible, with_reproducible
    from flows.results.costly import costly_sell
    from flows.results.explain.figures import money, number, price
    from sdengine.scenario import Scenario

    lines = list[str]()
    run_ids = [run.run_id for run in runs]
    costly = [run_id for (run_id,) in results.rows(statement("results/costly"), {"run_ids": run_ids})]
    try:
        with with_reproducible(results, costly, lines.append) as (more, there):
            asked = more.rows(statement("results/without_sell"), {"run_ids": there})
    except Irreproducible as lost:
        return [f"why no sell rests is not told: {lost}"]
    for scenario, ticker, parameters, *position in asked:
        sell = costly_sell(Scenario.from_parameters(json.loads(parameters), name=scenario), ticker, *position)
        if sell is not None:
            lines.append(
                f"{scenario}, {ticker}: no sell rests: {number(sell.qty)} at {price(sell.limit)} would bring "
                f"{money(sell.proceeds)} and cost {money(sell.costs)}"
            )
    return lines
