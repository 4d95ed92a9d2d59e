"""The layout of what a run leaves: fills, closes, pieces of lots, opportunities.

Structured records as those of `records`, in the same units.
"""

from __future__ import annotations

import numpy as np

#: One row of the transaction history.
FILL = np.dtype(
    [
        ("ordinal", "i4"),
        ("seq", "i4"),
        ("asset", "i4"),
        ("action", "i4"),
        ("qty", "f8"),
        ("price", "f8"),
        ("total", "f8"),
        ("costs", "f8"),
        ("bank_after", "f8"),
        ("nav_premium", "f8"),
        ("anchor", "f8"),
        ("holdings_after", "f8"),
    ]
)

#: The portfolio at one close; the k-th row is that of the window's k-th day.
SNAPSHOT = np.dtype(
    [
        ("total_value", "f8"),
        ("bank", "f8"),
        ("nav_value", "f8"),
        ("withdrawn", "f8"),
    ]
)

#: A piece of a lot: closed by a sell, or open after the last day (`close_seq` -1).
PIECE = np.dtype(
    [
        ("asset", "i4"),
        ("lot", "i4"),
        ("opened", "i4"),
        ("opened_by", "i4"),
        ("close_seq", "i4"),
        ("closed", "i4"),
        ("closed_by", "i4"),
        ("long_term", "i4"),
        ("qty", "f8"),
        ("open_price", "f8"),
        ("unit_cost", "f8"),
        ("close_price", "f8"),
        ("gain", "f8"),
    ]
)

#: One spread of premiums above the threshold.
OPPORTUNITY = np.dtype(
    [
        ("ordinal", "i4"),
        ("sell_asset", "i4"),
        ("buy_asset", "i4"),
        ("traded", "i4"),
        ("sell_premium", "f8"),
        ("buy_premium", "f8"),
        ("spread", "f8"),
    ]
)

NO_ASSET = -1
"""The asset of a cash-only row."""
