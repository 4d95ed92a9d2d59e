"""What a run owes in taxes after its last day: due and unpaid, or accrued on gains realised since the year began.

The year's assessment is the engine's own (`sdengine/RULES.md`, "Taxes").
"""

from __future__ import annotations

import numpy as np

from sdengine.books.taxes import assess_year
from sdengine.kernel.compiled import kernel
from sdengine.kernel.records import BOOK
from sdengine.kernel.tolerance import SLACK
from sdengine.metrics.records import MEASURED, Floats, Lots, Record, Records
from sdengine.statistics.annual import annual_growth

SHORT, LONG = 0, 1


@kernel
def measure_taxes(runs: Records, lots: Lots, short_rates: Floats, long_rates: Floats) -> None:
    """Fill in `taxes_due`, and the final value and the growth a year less it; rates are NaN without taxes."""
    for k in range(runs.size):
        row = runs[k]
        if row["status"] != MEASURED:
            continue
        if not np.isnan(short_rates[k]):
            assessed = _assessed(lots, lots.start[k], lots.stop[k], short_rates[k], long_rates[k])
            owed = assessed - row["taxes"]
            row["taxes_due"] = owed if owed > SLACK * assessed else 0.0
        row["final_value_net"] = row["final_value"] - row["taxes_due"]
        row["cagr_net"] = row["cagr"]
        if row["taxes_due"] > 0.0 and row["final_value"] > 0.0:
            left = max(row["final_value_net"] / row["final_value"], 0.0)
            row["cagr_net"] = annual_growth((1.0 + row["total_return"]) * left - 1.0, row["years"])


@kernel
def _assessed(lots: Lots, first: int, beyond: int, short_rate: float, long_rate: float) -> float:
    """Return the tax on all years in which lots were sold, the last one as if it ended now."""
    since, until = 0, -1
    for i in range(first, beyond):
        if lots.closed_in[i] > 0:
            since = lots.closed_in[i] if since == 0 else min(since, lots.closed_in[i])
            until = max(until, lots.closed_in[i])
    if until < since:
        return 0.0
    gains = np.zeros((until - since + 1, 2))
    for i in range(first, beyond):
        if lots.closed_in[i] > 0:
            gains[lots.closed_in[i] - since, lots.long_term[i]] += lots.gain[i]
    book: Record = np.zeros(1, BOOK)[0]
    for year in range(gains.shape[0]):
        book["gain_short"], book["gain_long"] = gains[year, SHORT], gains[year, LONG]
        assess_year(book, short_rate, long_rate)
    return book["tax_due"]
