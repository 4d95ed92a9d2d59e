"""The words that stages, plan, terminal and artifacts share: what is due, what was done, and why."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Literal

from sdengine.words import first_few

Status = Literal["done", "skipped", "failed"]

NOT_ASKED = "not asked: "
"""Begins the reason of an item that was spared what would have failed as another has."""

_BLOCKED = re.compile(r"(?:^|; )(\S+) is blocked: ")

Progress = Callable[[int, int, str], None]
"""Called by a stage as it comes along: so many done, of so many that are due, and the one done last."""


@dataclass(frozen=True)
class PlanItem:
    """One thing that a stage would do, or not.

    item    ticker, or name of a scenario
    due     whether it will be done; `waits`: only if an earlier stage of the same run brings something new
    asked   whether somebody asks for it; if not it is kept or, where it is due, goes
    """

    stage: str
    item: str
    due: bool
    reason: str
    waits: bool = False
    asked: bool = field(default=True, kw_only=True)


@dataclass(frozen=True)
class ItemOutcome:
    """What became of one ticker or scenario; `reason` says why it was done, skipped or failed."""

    item: str
    status: Status
    reason: str
    rows: int = 0
    seconds: float = 0.0


def by_reason(reasons: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Group names of items by what is said of them, so that each sentence need be said once.

    What was not asked since another met an obstacle is told with that one.
    """
    groups: dict[str, list[str]] = {}
    for name, reason in reasons:
        groups.setdefault(reason.removeprefix(NOT_ASKED), []).append(name)
    return groups


def told_once(reason: str, failed: Collection[str]) -> str:
    """Leave out why tickers are blocked where all of them are among those whose failure was told before."""
    blocked = _BLOCKED.findall(reason)
    return f"{first_few(blocked, 3)} blocked, as told above" if blocked and set(blocked) <= set(failed) else reason


@dataclass(frozen=True)
class StageOutcome:
    """What became of one stage. `failed` with items that are done is a stage that was written, some items missing.

    next_time  what becomes of it in a night before which nothing has changed; None where that cannot be told
    """

    stage: str
    status: Status
    reason: str
    rows: int = 0
    seconds: float = 0.0
    items: tuple[ItemOutcome, ...] = field(default=(), repr=False)
    next_time: StageOutcome | None = field(default=None, repr=False, compare=False)

    @classmethod
    def over(
        cls,
        stage: str,
        items: Iterable[ItemOutcome],
        reason: str,
        rows: int,
        seconds: float,
        *,
        changed: bool = False,
        next_time: StageOutcome | None = None,
    ) -> StageOutcome:
        """Make the outcome of a stage over its items: failed if one of them is, else done if one is, else skipped.

        `changed`: the stage wrote or removed something that no item tells of, and is done for that.
        """
        items = tuple(items)
        statuses = {item.status for item in items}
        status: Status = "failed" if "failed" in statuses else "done" if changed or "done" in statuses else "skipped"
        return cls(stage, status, reason, rows, seconds, items, next_time)

    @property
    def sentence(self) -> str:
        """The stage in a line of its own: its reason, and what its first failures were, each once."""
        return f"{self.stage}: {self.reason}" + (f" ({first_few(why, 3, '; ')})" if (why := self.failures(3)) else "")

    def failures(self, named: int) -> list[str]:
        """Say each failure once, with the first `named` of those that have met it and how many there are more."""
        groups = by_reason((item.item, item.reason) for item in self.of("failed"))
        return [f"{first_few(names, named)}: {reason}" for reason, names in groups.items()]

    def of(self, status: Status) -> tuple[ItemOutcome, ...]:
        """Pick the items with this status."""
        return tuple(item for item in self.items if item.status == status)


def compiling(what: str) -> str:
    """Say that something is compiled now, once. For how long, nobody can promise: it hangs on the machine."""
    return f"compiling {what}, once for this version: seconds on a machine that is idle, longer on a busy one"
