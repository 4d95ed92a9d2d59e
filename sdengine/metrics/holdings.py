"""What each asset is worth in its run in the end, and what it gained."""

from __future__ import annotations

import numpy as np

from sdengine.metrics.groups import ratio
from sdengine.metrics.records import NO_DAY, Basket, Closes, Days, Records


def measure_holdings(assets: Records, days: Days, basket: Basket, closes: Closes) -> None:
    """Fill in each asset's value and weight, and its gain at the last close; one that never entered has no return."""
    last_day = days.stop[basket.run] - 1
    row = np.searchsorted(closes.ordinal, days.ordinal[last_day])
    assets["last_close"], assets["last_traded_on"] = (
        closes.close[row, basket.ticker],
        closes.traded_on[row, basket.ticker],
    )
    held = assets["holdings"] != 0.0
    assets["value"] = np.where(held, assets["holdings"] * assets["last_close"], 0.0)
    assets["weight"] = ratio(assets["value"], days.total_value[last_day])
    assets["gain"] = assets["value"] + assets["sold"] + assets["dividends"] - assets["bought"] - assets["costs"]
    entered = assets["entered_on"] != NO_DAY
    assets["price_return"] = np.where(entered, assets["last_close"] / assets["entry_price"] - 1.0, np.nan)
