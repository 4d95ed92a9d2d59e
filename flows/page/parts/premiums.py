"""The NAV over time: how far each asset, and all of it, stand from their all-time highs."""

from __future__ import annotations

from flows.page.part import Part, Table
from flows.page.read import Subject
from flows.page.wording import day, percent, signed


def premiums(subject: Subject) -> Part | None:
    """Draw each asset's premium with its trades, and the portfolio's: market value over NAV value."""
    from sdengine.figures.curves import weekly
    from sdengine.figures.premiums import Premium, nav_premiums

    weeks, days = subject.asset_weeks, subject.days["portfolio"]
    holding = days["nav_value"] > 0.0
    if not weeks or not holding.any():
        return None
    trades = subject.ask("trades")
    assets = {}
    for ticker, rows in weeks.items():
        own = [(day, one["side"]) for one in trades if one["ticker"] == ticker for day in one["days"]]
        fills = ([day for day, _ in own], [side for _, side in own])
        assets[ticker] = Premium(rows["date"], rows["nav_premium"], fills)
    when, value, bank, nav = (days[name][holding] for name in ("date", "total_value", "bank", "nav_value"))
    whole = (value - bank) / nav - 1.0
    at = weekly(when)
    figure = nav_premiums.drawing(assets, Premium(when[at], whole[at]))
    ends = [(name, day(rows["date"][-1].item()), signed(rows["nav_premium"][-1])) for name, rows in weeks.items()]
    lead = f"All together the assets are worth {_from_nav(whole[-1])} NAV value: what they were worth at their highs."
    return Part(
        "premiums",
        "The NAV over time",
        f"{lead} Marks are trades.",
        figure,
        f"A line for each asset. {lead}",
        Table(("asset", "on", "premium"), ends),
        sql=subject.sql("asset_weeks"),
    )


def _from_nav(premium: float) -> str:
    size = percent(abs(premium))
    if size == percent(0.0):
        return "as much as their"
    return f"{size} {'below' if premium < 0.0 else 'above'} their"
