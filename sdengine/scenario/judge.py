"""How much is done to tell what a result is worth."""

from typing import Literal

from pydantic import Field

from sdengine.scenario.base import Settings

Every = Literal["night", "week", "never"]


class Judge(Settings):
    """The `[judge]` table. It computes nothing of the scenario's own run, see `tables.BESIDE`."""

    worlds: int | None = Field(
        default=None, ge=19, le=9_999, description="Fair worlds to play; else 199 where that is cheap, none elsewhere."
    )
    draws: int = Field(default=1_000, ge=100, le=100_000, description="Redrawn pasts for intervals and tests.")
    every: Every = Field(
        default="night", description="How often worlds are played when only bars are new; never: nothing is judged."
    )
