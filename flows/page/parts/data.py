"""What the figures rest on: the bars of each asset."""

from __future__ import annotations

import shlex

from flows.page.part import Aged, Part, Table
from flows.page.read import Told
from flows.page.wording import day


def data(told: Told) -> Part:
    """Give a line to each ticker, as `sdengine data` does."""
    found = told.shown.data.to_dicts()
    rows = [
        (
            one["ticker"], f"{one['bars']:,}", day(one["since"]), Aged(one["until"]),
            str(one["holes"]), str(one["rejected"]), str(one["revised"]), one["verdict"], one["found"] or "",
        )
        for one in found
    ]  # fmt: skip
    names = ("asset", "bars", "since", "until", "holes", "rejected", "restated", "verdict", "found")
    clean = sum(one["verdict"] == "pass" for one in found)
    lead = f"{clean} of {len(found)} histories passed every check."
    note = shlex.join(["sdengine", "data", f"--ticker={found[0]['ticker']}"]) if found else ""
    return Part("data", "Data", lead, table=Table(names, rows), folded=False, notes=(f"more: {note}",) if note else ())
