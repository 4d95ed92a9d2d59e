"""The NAV over time: how far each asset, and all of it, stand from their all-time highs."""

from __future__ import annotations

from flows.page.part import Part, Table
from flows.page.read import Told
from flows.page.wording import day, percent, signed

MARKS = 400
"""Trades that are marked, the newest; more would hide the lines."""


def premiums(told: Told) -> Part | None:
    """Draw each asset's premium with its trades, and the portfolio's: market value over NAV value."""
    import polars as pl

    from sdengine.figures.curves import weekly
    from sdengine.figures.premiums import Premium, nav_premiums

    weeks = told.asset_weeks
    if weeks is None or not (told.days["portfolio"]["nav_value"] > 0.0).any():
        return None
    trades = told.ask("trades")[-MARKS:]
    assets = {}
    for (ticker,), rows in weeks.partition_by("ticker", as_dict=True, maintain_order=True).items():
        own = [one for one in trades if one["ticker"] == ticker]
        fills = ([one["date"] for one in own], [one["side"] for one in own])
        assets[str(ticker)] = Premium(rows["date"].to_numpy(), rows["nav_premium"].to_numpy(), fills)
    days = told.days["portfolio"].filter(pl.col("nav_value") > 0.0)
    whole = days.select((pl.col("total_value") - pl.col("bank")) / pl.col("nav_value") - 1.0).to_series().to_numpy()
    at = weekly(days["date"].to_numpy())
    figure = nav_premiums.drawing(assets, Premium(days["date"].to_numpy()[at], whole[at]))
    last = weeks.group_by("ticker", maintain_order=True).last()
    ends = [(row["ticker"], day(row["date"]), signed(row["nav_premium"])) for row in last.to_dicts()]
    lead = f"All together the assets are worth {_from_nav(whole[-1])} NAV value: what they were worth at their highs."
    return Part(
        "premiums",
        "The NAV over time",
        f"{lead} Marks are trades.",
        figure,
        f"A line for each asset. {lead}",
        Table(("asset", "on", "premium"), ends),
        sql=told.sql("asset_weeks"),
    )


def _from_nav(premium: float) -> str:
    size = percent(abs(premium))
    if size == percent(0.0):
        return "as much as their"
    return f"{size} {'below' if premium < 0.0 else 'above'} their"
