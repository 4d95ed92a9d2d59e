"""What a run owes in taxes after its last day: due and unpaid, or accrued on gains realised since the year began.

The year's assessment is the engine's own (`sdengine/RULES.md`, "Taxes").
"""

from __future__ import annotations

import numpy as np

from sdengine.books.taxes import assess_year
from sdengine.kernel.compiled import kernel
from sdengine.kernel.records import BOOK
from sdengine.kernel.tolerance import SLACK
from sdengine.metrics.groups import sums
from sdengine.metrics.records import Floats, Lots, Records
from sdengine.statistics.annual import annual_growth


def measure_taxes(runs: Records, lots: Lots, short_rates: Floats, long_rates: Floats) -> None:
    """Fill in `taxes_due`, and the final value and the growth a year less it; rates are NaN without taxes."""
    taxed = np.flatnonzero(~np.isnan(short_rates))
    if taxed.size:
        books, gains = np.zeros(taxed.size, BOOK), _gains(lots, runs.size)[taxed]
        _assess(books, gains, short_rates[taxed], long_rates[taxed])
        owed = books["tax_due"] - runs["taxes"][taxed]
        runs["taxes_due"][taxed] = np.where(owed > SLACK * books["tax_due"], owed, 0.0)
    runs["final_value_net"] = runs["final_value"] - runs["taxes_due"]
    runs["cagr_net"] = runs["cagr"]
    for k in np.flatnonzero((runs["taxes_due"] > 0.0) & (runs["final_value"] > 0.0)):
        row = runs[k]
        left = max(row["final_value_net"] / row["final_value"], 0.0)
        row["cagr_net"] = annual_growth((1.0 + row["total_return"]) * left - 1.0, row["years"])


def _gains(lots: Lots, runs: int) -> Floats:
    """Add up each run's gains of each year in which any run sold, short and long, `[R, Y, 2]`."""
    sold = lots.closed_in > 0
    years = lots.closed_in[sold]
    since = years.min(initial=years.max(initial=0))
    shape = (runs, int(years.max(initial=0) - since) + 1, 2)
    cell = (lots.run[sold] * shape[1] + years - since) * 2 + lots.long_term[sold]
    return sums(lots.gain[sold], cell, runs * shape[1] * 2).reshape(shape)


@kernel
def _assess(books: Records, gains: Floats, short_rates: Floats, long_rates: Floats) -> None:
    """Close all years of each run in its book, the last one as if it ended now; one without gains changes nothing."""
    for k in range(books.size):
        book = books[k]
        for year in range(gains.shape[1]):
            book["gain_short"], book["gain_long"] = gains[k, year, 0], gains[k, year, 1]
            assess_year(book, short_rates[k], long_rates[k])
