"""The words that stages, plan, terminal and artifacts share: what is due, what was done, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Status = Literal["done", "skipped", "failed"]


@dataclass(frozen=True)
class PlanItem:
    """One thing that a stage would do, or not.

    item    ticker, or name of a scenario
    due     whether it will be done; `waits`: only if an earlier stage of the same run brings something new
    """

    stage: str
    item: str
    due: bool
    reason: str
    waits: bool = False


@dataclass(frozen=True)
class ItemOutcome:
    """What became of one ticker or scenario; `reason` says why it was done, skipped or failed."""

    item: str
    status: Status
    reason: str
    rows: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class StageOutcome:
    """What became of one stage. `failed` with items that are done is a stage that was written, some items missing."""

    stage: str
    status: Status
    reason: str
    rows: int = 0
    seconds: float = 0.0
    items: tuple[ItemOutcome, ...] = field(default=(), repr=False)

    def of(self, status: Status) -> tuple[ItemOutcome, ...]:
        """The items with this status."""
        return tuple(item for item in self.items if item.status == status)
