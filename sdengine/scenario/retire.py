"""What is asked of a scenario as the income of a life: would it have lasted?"""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from sdengine.scenario.base import Settings
from sdengine.scenario.errors import Refused

Every = Literal["night", "week", "month", "never"]
Expected = Literal["as_it_was", "none"]
Rate = Annotated[float, Field(gt=0, le=1)]

ALTERNATIVES = (("rates", "amount"), ("inflation", "cpi"), ("expected", "expected_return"))
"""Keys of which the table holds at most one: who overrides one of a group overrides the group."""


class Retire(Settings):
    """The `[retire]` table. It computes nothing of the scenario's own run, see `tables.BESIDE`."""

    horizon: int = Field(default=30, ge=1, le=100, description="Years that the income is to last.")
    rates: Annotated[tuple[Rate, ...] | None, Field(strict=False)] = Field(
        default=None, max_length=50, description="Incomes to ask about, each a share of the initial cash a year."
    )
    amount: float | None = Field(default=None, ge=0, description="The income as cash a month, in place of rates.")
    inflation: float | None = Field(
        default=None, gt=-1, description="Growth of prices a year; without it that of the withdrawal."
    )
    cpi: str | None = Field(
        default=None,
        min_length=1,
        description="CSV file of consumer prices with the columns month and index, beside the scenario's own file.",
    )
    paths: int = Field(default=1_000, ge=0, le=100_000, description="Futures drawn from the past; 0 for none.")
    block_weeks: float = Field(default=12.0, ge=1, le=5_200, description="Mean weeks of the blocks they are drawn in.")
    seed: int = Field(default=1, ge=0, lt=2**63, description="Which futures are drawn.")
    floor: float | None = Field(
        default=None, gt=0, description="Cash a year in money of the start; a year with less counts as short."
    )
    expected: Expected | None = Field(
        default=None, description="Mean growth of each asset in drawn futures: as it was (unless told), or none."
    )
    expected_return: float | None = Field(default=None, gt=-1, description="That growth a year as a number.")
    every: Every = Field(
        default="month", description="How often it is asked again when only bars are new; never: not at all."
    )

    @model_validator(mode="after")
    def _one_way_to_say_it(self) -> Self:
        findings = [
            ((other,), f"`{{key}}` stands beside `{one}`; allowed: one of them")
            for one, other in ALTERNATIVES
            if getattr(self, one) is not None and getattr(self, other) is not None
        ]
        if self.rates == ():
            findings.append((("rates",), "`{key}` is []; allowed: one rate or more"))
        if findings:
            raise Refused(*findings)
        return self

    def asked(self) -> dict[str, Any]:
        """Give all that an answer depends on but prices and bars, as JSON values."""
        return self.model_dump(mode="json", exclude={"every", "cpi"})
