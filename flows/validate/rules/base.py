"""What a rule is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from flows.validate.limits import Limits

#: What one row is in the frame that a rule reads, in words.
GRAINS = {
    "raw_bar": "each bar as the source gave it",
    "raw_action": "each dividend and split as the source gave it",
    "bar": "each bar that passed, in today's shares",
    "action": "each dividend and split that passed, in today's shares",
    "year": "each calendar year of a ticker",
    "ticker": "a ticker as a whole",
}
SEVERITIES = ("error", "warning", "off")
#: Rules whose rows the schema `clean` could not hold.
UNUSABLE = frozenset(
    {"missing_price", "infinite_price", "non_positive_price", "high_below_low", "bad_volume", "duplicate_date"}
    | {"before_market", "bad_action", "duplicate_action"}
)


@dataclass(frozen=True)
class Rule:
    """One thing that can be wrong with a row.

    Attributes:
        name: the word in clean.rejects and clean.checks.
        grain: which frame it reads, one of GRAINS.
        severity: by default; 'error' turns the row away (of the grain 'ticker': all of it), 'warning' keeps and flags
            it.
        meaning: one sentence: what breaks the rule.
        good: expression over the frame's columns under the ticker's limits, true for a good row; null counts as good
            (another rule looks after nulls).
        reason: expression that tells in words what is wrong with a row that broke it, without its date.
        limits: names of the limits by which it judges.
    """

    name: str
    grain: str
    severity: str
    meaning: str
    good: Callable[[Limits], pl.Expr]
    reason: Callable[[], pl.Expr]
    limits: tuple[str, ...] = ()

    @property
    def looks_at(self) -> str:
        """Say what one row is that it judges."""
        return GRAINS[self.grain]

    @property
    def allowed(self) -> tuple[str, ...]:
        """List the severities that may be set.

        What nobody could trade on cannot be let pass; a year or a missing bar cannot be rejected.
        """
        if self.name in UNUSABLE:
            return ("error",)
        if self.grain == "year" or self.name == "missing_session":
            return ("warning", "off")
        return SEVERITIES
