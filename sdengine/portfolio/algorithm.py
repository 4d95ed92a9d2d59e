"""The algorithm of one asset, on its own."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sdengine.portfolio.records import Transaction

if TYPE_CHECKING:
    from sdengine.portfolio.asset import Asset


class SyntheticDividendAlgorithm:
    """What an asset's ladder is made of.

    `rebalance_size_pct` is the bracket spacing r as `calculate_trigger` gives it: a fraction, in spite of its name,
    which is the design's. `profit_sharing_pct` in (0, 200]. `variant` overrides `buyback_enabled`, which chooses
    between `full` and `ath_only`.
    """

    def __init__(
        self,
        rebalance_size_pct: float,
        profit_sharing_pct: float = 50.0,
        buyback_enabled: bool = True,
        *,
        variant: str | None = None,
    ) -> None:
        self.rebalance_size_pct = rebalance_size_pct
        self.profit_sharing_pct = profit_sharing_pct
        self.variant = variant or ("full" if buyback_enabled else "ath_only")
        self.buyback_enabled = self.variant in ("full", "ath_sell")
        self.asset: Asset | None = None

    def on_day(
        self,
        date: date,
        open_price: float,
        high: float,
        low: float,
        close: float,
        holdings: float,
        bank: float,
    ) -> list[Transaction]:
        """Preview the fills of one bar for those holdings and that cash, by the portfolio's own day step.

        Raises ValueError for an algorithm that belongs to no asset yet: the anchor and the NAV are the asset's.
        """
        if self.asset is None:
            raise ValueError("the algorithm belongs to no asset; add it to a portfolio with add_asset")
        bar = {"open": open_price, "high": high, "low": low, "close": close}
        return self.asset.propose(date, bar, holdings, bank)
