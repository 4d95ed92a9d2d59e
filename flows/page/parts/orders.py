"""What to order in the morning: a line to type into the broker for each order, and how far the price is from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.called import spelled
from flows.page.part import Part, Table
from flows.page.read import Subject
from flows.page.wording import capital, day, signed, whole

if TYPE_CHECKING:
    from sdengine.figures.look import Drawing

WORKED = {
    "at_once": "Fills are reckoned as if both orders of an asset were laid anew at once after each fill.",
    "nightly": "Fills are reckoned as for somebody who places these orders once, before the market opens.",
}
"""What `requote` means for whoever follows by hand."""


def orders(subject: Subject) -> Part:
    """List what rests, nearest first; orders of assets that have stopped, or are too old to trade by, stand greyed."""
    from flows.results.explain.figures import number, price
    from flows.results.orders import not_live

    resting = subject.answers.orders(subject.run.run_id)
    nearest = sorted(resting, key=lambda one: (one["state"] != "live", abs(one["distance"])))
    rows = [
        (
            one["ticker"],
            one["side"],
            number(one["qty"]),
            price(one["limit_price"]),
            whole(one["worth"]),
            price(one["last_close"]),
            signed(one["distance"]),
            day(one["last_bar"]),
        )
        for one in nearest
    ]
    grey = frozenset(k for k, one in enumerate(nearest) if one["state"] != "live")
    names = ("asset", "side", "shares", "limit", "worth", "last close", "away", "last bar")
    lead = "" if nearest else "No order rests."
    worked = WORKED.get(str(subject.figures.get("requote")), "")
    return Part(
        "orders",
        "What to order in the morning",
        " ".join(filter(None, (lead, worked))),
        _picture(nearest),
        "; ".join(f"{one['ticker']}: {one['side']} {signed(one['distance'])} from the last close" for one in nearest),
        table=Table(names, rows, grey, [one["last_bar"] for one in nearest]) if rows else None,
        folded=False,
        sql=f"from backtest.orders where run_id = '{subject.run.run_id}'",
        notes=[*not_live(nearest), *subject.answers.without_sell(subject.run.run_id)],
        last=max((one["last_bar"] or one["as_of"] for one in nearest), default=None),
        old=_old(subject),
    )


def _old(subject: Subject) -> str:
    from flows.results.orders import newer

    how = newer(subject.page.batch["source"])
    then = "These orders rested then, and none of them is to be placed now."
    return f"{then} {capital(how.why)}: `{spelled(*how.words)}`"


def _picture(nearest: list[dict[str, Any]]) -> Drawing | None:
    """Draw what is not to be placed only where nothing is: then all of it is of the past."""
    from sdengine.figures.resting import resting_orders as draw

    shown = [one for one in nearest if one["state"] == nearest[0]["state"]]
    distances = {(one["ticker"], one["side"]): one["distance"] for one in shown}
    tickers = list(dict.fromkeys(one["ticker"] for one in shown))
    buys, sells = ([distances.get((ticker, side), float("nan")) for ticker in tickers] for side in ("buy", "sell"))
    return draw.drawing(tickers, buys, sells) if tickers else None
