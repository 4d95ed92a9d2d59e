"""What a scenario is compared with beside its twins: one ticker, or several by weight, bought once and held."""

from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from schemas.names import LONGEST_TICKER, unfit
from sdengine.kernel.tolerance import SUM_EXCESS
from sdengine.scenario.base import Settings, Share, name_of
from sdengine.scenario.errors import Refused

CHOICES = ("ticker", "weights")
"""Keys of which a `[benchmark]` has exactly one."""


class Benchmark(Settings):
    """The `[benchmark]` table. It computes nothing of the scenario's own run, see `tables.BESIDE`."""

    ticker: Annotated[str | None, name_of(LONGEST_TICKER)] = Field(
        default=None, min_length=1, pattern=r"^\S+$", description="The ticker that all initial cash buys and holds."
    )
    weights: dict[str, Share] | None = Field(
        default=None, min_length=1, description="Several tickers, each with its share of the initial cash."
    )

    @field_validator("weights")
    @classmethod
    def _weights_of_tickers(cls, weights: dict[str, float] | None) -> dict[str, float] | None:
        for ticker in weights or ():
            if not ticker or ticker.split() != [ticker]:
                raise Refused(((), f"`{{key}}` names the ticker {ticker!r}; allowed: a text without blanks"))
            if why := unfit(ticker, LONGEST_TICKER):
                raise Refused(((), f"`{{key}}`: the ticker {ticker!r:.80} {why}"))
        total = sum((weights or {}).values())
        if total > 1 + SUM_EXCESS:
            raise Refused(((), f"the weights of `{{key}}` sum to {total:.6g}; allowed: at most 1, the rest is cash"))
        return weights

    @model_validator(mode="after")
    def _one_way_to_say_it(self) -> Self:
        given = [key for key in CHOICES if getattr(self, key) is not None]
        if len(given) > 1:
            raise Refused((("weights",), "`{key}` stands beside `ticker`; allowed: one of them"))
        if not given:
            raise Refused((("ticker",), "`{key}` is missing; the benchmark needs it, or `weights` of several"))
        return self

    def held(self) -> dict[str, float]:
        """Give each ticker's share of the initial cash, in the order of writing."""
        return {self.ticker: 1.0} if self.ticker is not None else dict(self.weights or {})

    def __str__(self) -> str:
        """Write it as people read it: `SPY`, or `SPY 0.6, AGG 0.4`."""
        return self.ticker or ", ".join(f"{ticker} {weight:g}" for ticker, weight in self.held().items())
