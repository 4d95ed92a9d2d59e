"""What the figures rest on: the bars of each asset."""

from __future__ import annotations

from flows.page.part import Aged, Part, Table
from flows.page.read import Subject
from flows.page.wording import asked_of, capital, day
from schemas.shown import of_all


def data(subject: Subject) -> Part:
    """Give a line to each ticker, as `sdengine data` does."""
    bars = list(subject.page.bars.values())
    rows = [
        (
            one["ticker"], f"{one['bars']:,}", day(one["since"]), Aged(one["until"]),
            str(one["holes"]), str(one["rejected"]), str(one["revised"]), one["verdict"], one["found"] or "",
        )
        for one in bars
    ]  # fmt: skip
    names = ("asset", "bars", "since", "until", "holes", "rejected", "restated", "verdict", "found")
    doubted = [one for one in bars if one["verdict"] != "pass"]
    lead = f"{capital(of_all(len(bars) - len(doubted), len(bars), 'history', 'histories'))} passed every check."
    more = [f"More: {asked_of((doubted or bars)[0]['ticker'])}"] if bars else []
    return Part("data", "Data", lead, table=Table(names, rows), folded=False, notes=more)
