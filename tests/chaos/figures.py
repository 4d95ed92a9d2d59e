"""What befell a course of chaos, counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Figures:
    """The row of figures at the end of a course.

    kills      by the place where a night was when it was killed, or by what was killed
    survived   nights that were done before their kill came
    retries    nights that ran after one that had been killed
    refused    nights that were ended by a full disk, in a sentence
    steps      of the clock, by how far
    checks     how often all tables were compared with those of a warehouse that nobody has disturbed
    compared   rows that were compared
    lost       rows that only one of the two had
    opens      how often readers opened what is published
    wrong      what they met that was not a whole night
    seconds    that all of it took, and of processors
    """

    kills: Counter[str] = field(default_factory=Counter)
    survived: int = 0
    retries: int = 0
    refused: int = 0
    steps: Counter[str] = field(default_factory=Counter)
    checks: int = 0
    compared: int = 0
    lost: int = 0
    opens: int = 0
    wrong: tuple[str, ...] = ()
    seconds: float = 0.0
    cpu: float = 0.0

    @property
    def killed(self) -> int:
        """All kills."""
        return self.kills.total()

    def row(self) -> str:
        """Tell them in words."""
        places = ", ".join(f"{place} {number}" for place, number in sorted(self.kills.items()))
        steps = ", ".join(f"{step} {number}" for step, number in sorted(self.steps.items())) or "none"
        return (
            f"{self.killed} kills ({places}); {self.survived} nights done before their kill; {self.retries} retries; "
            f"{self.refused} ended by a full disk; clock steps: {steps}; {self.checks} comparisons of "
            f"{self.compared:,} rows, {self.lost} lost or different; {self.opens:,} readers' opens, {len(self.wrong)} "
            f"not whole; {self.seconds:,.0f} s, {self.cpu:,.0f} s of processors"
        )
