"""The portfolio's own settings: cash, order of trading, fills, costs, interest, the window."""

from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from sdengine.scenario.base import Day, Settings
from sdengine.scenario.errors import Refused

RebalancingMode = Literal["simple", "nav_opportunistic", "rebalancing", "hybrid"]
NEEDS: dict[str, Literal["target", "band"] | None] = {
    "simple": None,
    "nav_opportunistic": None,
    "rebalancing": "target",
    "hybrid": "band",
}
"""What each mode trades the weights back to, and so needs on every asset; None where it only orders the trades."""

Path = Literal["nearest", "high_first", "low_first", "calm", "busy", "random"]
Requote = Literal["at_once", "nightly"]
SignalPrice = Literal["close", "prev_close"]
OnInsufficientCash = Literal["skip", "partial"]
LotMethod = Literal["lifo", "fifo", "hifo", "lofo"]


class PortfolioSettings(Settings):
    """The `[portfolio]` table. Money in the currency of the prices, rates a year as fractions, `_bps` in 1/10000."""

    initial_cash: float = Field(default=100_000.0, gt=0, description="Cash before the first purchase.")
    rebalancing_mode: RebalancingMode = Field(
        default="nav_opportunistic",
        description="Who trades first on a day, and whether targets (rebalancing) or bands (hybrid) hold the weights.",
    )
    path: Path = Field(default="nearest", description="The way that a daily bar goes between its four prices.")
    requote: Requote = Field(
        default="at_once", description="How often resting orders are laid anew: after each fill, or over night."
    )
    seed: int = Field(default=1, ge=0, lt=2**63, description="Which paths the path `random` draws.")
    signal_price: SignalPrice = Field(
        default="close", description="The price of the NAV premium; prev_close needs no foresight."
    )
    cash_rate: float = Field(default=0.0, gt=-1, description="Interest a year on a positive bank.")
    margin_rate: float = Field(default=0.0, ge=0, description="Interest a year on a negative bank.")
    allow_margin: bool = Field(default=False, description="Let buys take the bank below zero.")
    on_insufficient_cash: OnInsufficientCash = Field(
        default="skip", description="A buy that the bank cannot pay: skip it, or buy the lots that it affords."
    )
    slippage_bps: float = Field(default=0.0, ge=0, lt=10_000, description="How much worse every fill price is, in bps.")
    commission: float = Field(default=0.0, ge=0, description="A fixed amount per fill.")
    commission_bps: float = Field(default=0.0, ge=0, lt=10_000, description="Commission in bps of the notional.")
    commission_per_share: float = Field(default=0.0, ge=0, description="Commission per share.")
    lot_method: LotMethod = Field(default="lifo", description="Which lots a sell consumes first.")
    start: Day | None = Field(default=None, description="First date of the window, inclusive; else the first bar.")
    end: Day | None = Field(default=None, description="Last date of the window, inclusive; else the last bar.")

    @field_validator("path", mode="before")
    @classmethod
    def _single_is_no_path(cls, path: Any) -> Any:
        if path == "single":
            raise Refused(
                ((), '`{key}` is "single", which is no path; write requote = "nightly", and a path beside it')
            )
        return path

    @model_validator(mode="after")
    def _window_runs_forward(self) -> Self:
        if self.start is not None and self.end is not None and self.end < self.start:
            raise Refused((("end",), f"`{{key}}` is {self.end}; allowed: a date not before the start, {self.start}"))
        return self
