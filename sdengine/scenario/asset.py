"""One asset: how much of it is bought at first, and how the algorithm trades it."""

from operator import attrgetter
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from schemas.names import LONGEST_NAME, LONGEST_TICKER
from sdengine.scenario.base import Settings, Share, name_of
from sdengine.scenario.errors import Refused

Variant = Literal["full", "ath_only", "ath_sell", "buy_and_hold"]
Band = Annotated[tuple[Share, Share], Field(strict=False)]

BUDGETS = ("weight", "value", "quantity")
budgets_of = attrgetter(*BUDGETS)
"""Gives an asset's weight, value and quantity."""
ALTERNATIVES: tuple[tuple[str, ...], ...] = (BUDGETS, ("variant", "buyback_enabled"))
"""Keys of which a table holds at most one: who overrides one of a group overrides the group."""


class AssetDefaults(Settings):
    """The settings that `[asset_defaults]` may give once for all assets.

    At most one of `weight` (share of the initial cash), `value` (cash) and `quantity` (shares); see `budgets` for none.
    `buyback_enabled` is another way to write the variant: true is `full`, false is `ath_only`.
    """

    asset_class: Annotated[str, name_of(LONGEST_NAME)] = Field(
        default="", description="A label such as growth_stocks; computes nothing."
    )
    weight: Share | None = Field(default=None, description="Initial purchase as a share of the initial cash.")
    value: float | None = Field(default=None, ge=0, description="Initial purchase in cash.")
    quantity: float | None = Field(default=None, ge=0, description="Initial purchase in shares.")
    sd_n: float = Field(default=8.0, ge=0.01, le=1000, description="Brackets per doubling of the price.")
    profit_sharing_pct: float = Field(
        default=50.0, gt=0, le=200, description="Share of a bracket's gain that is traded, in percent."
    )
    variant: Variant = Field(default="full", description="Which brackets are traded.")
    lot_size: float = Field(default=1.0, ge=0, description="Quantities are multiples of it; 0 means fractional.")
    target: Share | None = Field(default=None, description="Target weight in the portfolio (mode rebalancing).")
    band: Band | None = Field(default=None, description="Smallest and largest weight, [min, max] (mode hybrid).")

    @model_validator(mode="before")
    @classmethod
    def _spell_variant(cls, data: Any) -> Any:
        if not isinstance(data, dict) or not isinstance(data.get("buyback_enabled"), bool):
            return data
        if "variant" in data:
            raise Refused((("buyback_enabled",), "`{key}` and `variant` are both given; allowed: one of them"))
        spelled = {key: value for key, value in data.items() if key != "buyback_enabled"}
        return spelled | {"variant": "full" if data["buyback_enabled"] else "ath_only"}

    @model_validator(mode="after")
    def _one_budget_and_band_upright(self) -> Self:
        if budgets_of(self).count(None) < len(BUDGETS) - 1:
            given = [key for key in BUDGETS if getattr(self, key) is not None]
            raise Refused(((given[1],), f"`{{key}}` stands beside `{given[0]}`; allowed: one of {', '.join(BUDGETS)}"))
        if self.band is not None and self.band[0] > self.band[1]:
            raise Refused((("band",), f"`{{key}}` is {list(self.band)}; allowed: [min, max] with min <= max"))
        return self


class AssetSettings(AssetDefaults):
    """One `[[assets]]` table. In a validated scenario exactly one of weight, value and quantity is set."""

    ticker: Annotated[str, name_of(LONGEST_TICKER)] = Field(
        min_length=1, pattern=r"^\S+$", description="The ticker, as the data has it."
    )
