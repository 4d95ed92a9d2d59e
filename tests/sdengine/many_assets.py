"""Twenty years of fifty assets: stocks on weekdays, crypto on every day, late listings, tickers that stop trading."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

FIRST, LAST = date(2004, 1, 1), date(2023, 12, 31)
CRYPTO = tuple(f"C{k:02}" for k in range(10))
STOCKS = tuple(f"S{k:02}" for k in range(40))
TICKERS = STOCKS + CRYPTO
LISTED = {"S07": date(2012, 5, 16), "S08": date(2019, 5, 10), "S09": date(2023, 12, 29), "C09": date(2017, 8, 5)}
STOPPED = {"S01": date(2008, 9, 12), "S02": date(2015, 3, 2), "C01": date(2022, 11, 12)}


def twenty_years(seed: int = 0) -> pl.DataFrame:
    """About 300,000 bars, whole cents."""
    rng = np.random.default_rng(seed)
    days = np.arange(FIRST.toordinal(), LAST.toordinal() + 1)
    parts = []
    for ticker in TICKERS:
        own = days if ticker in CRYPTO else days[(days - 1) % 7 < 5]  # ordinal 1 was a Monday
        begin, end = LISTED.get(ticker, FIRST).toordinal(), STOPPED.get(ticker, LAST).toordinal()
        own = own[(own >= begin) & (own <= end)]
        sigma = 0.035 if ticker in CRYPTO else 0.018
        close = 100.0 * np.exp(np.cumsum(rng.normal(0.0002, sigma, len(own))))
        open_ = np.r_[100.0, close[:-1]] * np.exp(rng.normal(0.0, sigma / 4, len(own)))
        high = np.maximum(open_, close) * np.exp(np.abs(rng.normal(0.0, sigma / 2, len(own))))
        low = np.minimum(open_, close) * np.exp(-np.abs(rng.normal(0.0, sigma / 2, len(own))))
        prices = {"open": open_, "high": high, "low": low, "close": close}
        parts.append(
            pl.DataFrame(
                {
                    "ticker": pl.repeat(ticker, len(own), dtype=pl.String, eager=True),
                    "date": pl.Series((own - date(1970, 1, 1).toordinal()).astype(np.int32)).cast(pl.Date),
                    **{name: np.maximum(np.round(values, 2), 0.01) for name, values in prices.items()},
                }
            )
        )
    return pl.concat(parts)
