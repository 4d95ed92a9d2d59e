"""The small optional tables: taxes, rebalancing, arbitrage, dynamic sd_n."""

from typing import Literal

from pydantic import Field

from sdengine.scenario.base import Settings, Share

Calendar = Literal["month", "quarter", "year"]


class Taxes(Settings):
    """Rates on a calendar year's net realised gains: short (held under a year) and long."""

    short_rate: Share = Field(description="Tax rate on net short-term gains.")
    long_rate: Share = Field(description="Tax rate on net long-term gains.")


class Rebalancing(Settings):
    """When the targets are traded back to (mode `rebalancing` only)."""

    drift: float = Field(default=0.05, gt=0, le=1, description="Trade back when a weight is further from its target.")
    calendar: Calendar | None = Field(default=None, description="Also on the first day of business of each.")
    signals: bool = Field(default=True, description="false silences the algorithm's own orders.")


class Arbitrage(Settings):
    """Opportunities between the assets with the highest and the lowest NAV premium; traded when `fraction` > 0."""

    threshold: float = Field(default=0.15, gt=0, description="A spread of premiums above this is an opportunity.")
    fraction: Share = Field(default=0.0, description="Share of the dear asset that is sold for the cheap one.")
    cooldown_days: int = Field(default=0, ge=0, description="Calendar days that both assets then wait.")


class DynamicSdN(Settings):
    """Choose sd_n anew each month from how often the price gaps; the table's presence turns it on."""

    gap_threshold: float = Field(default=0.02, gt=0, description="abs(open / previous close - 1) that counts as a gap.")
