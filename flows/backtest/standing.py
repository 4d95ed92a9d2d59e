"""Which runs stay, and which of them are asked for, once a night's runs stand beside those that there were.

A run goes when a newer one of its scenario is done. What no scenario asks for any more stays as it is: its file lies in
another folder, is deleted, renamed or broken, or its newer run has failed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flows.backtest.runs import WantedRun
from sdengine.scenario.twins import COMPARED

if TYPE_CHECKING:
    from flows.night.opening import Night

Row = Mapping[str, Any]
"""A row of `backtest.runs`."""


@dataclass(frozen=True)
class Asking:
    """How a night asks, beside the runs that it wants.

    unread       scenarios that could not even be read, with the reason
    others_stay  whether it is about some scenarios alone, and the others stay asked for as they are
    prune        whether what is not asked for goes
    """

    unread: Mapping[str, str] = field(default_factory=dict)
    others_stay: bool = False
    prune: bool = False

    @classmethod
    def of(cls, night: Night) -> Asking:
        """Read how a night asks."""
        return cls(night.invalid, bool(night.request.scenarios), night.request.prune)


@dataclass(frozen=True)
class Standing:
    """The run_ids that stay and those that are asked for; and the rows of scenarios that stay or go unasked.

    A twin stays, and is asked for, with the scenarios that it stands beside.
    """

    existing: tuple[Row, ...]
    kept: frozenset[str]
    asked: frozenset[str]
    aside: tuple[Row, ...]
    pruned: tuple[Row, ...]

    @property
    def gone(self) -> frozenset[str]:
        """The run_ids of before that do not stay."""
        return frozenset(row["run_id"] for row in self.existing) - self.kept

    @property
    def moves(self) -> bool:
        """Whether a row of before goes, or is asked for now and was not, or the other way round."""
        return bool(self.gone) or any(row["asked"] != (row["run_id"] in self.asked) for row in self.existing)

    def remark(self, name: str) -> str:
        """Say, behind the reason why a scenario or file has no new run, what is kept of before; "" where nothing is."""
        kept = self._as_of.get(name)
        return "" if kept is None else f"; its results as of {kept} are kept"

    @cached_property
    def _as_of(self) -> dict[str, Any]:
        return {name: row["last_date"] for row in self.aside for name in (row["sweep"], row["scenario"]) if name}


def standing(existing: Iterable[Row], wanted: Iterable[WantedRun], failed: Collection[str], asking: Asking) -> Standing:
    """Hold the rows of before against the runs that are wanted; `failed`: run_ids of those that cannot be had."""
    existing = tuple(existing)
    mine = {run.run_id: run for run in wanted if run.role == "scenario"}
    newer = {run.name: run.run_id for run in mine.values()}
    unread = set(asking.unread)
    twins: dict[str, Collection[str]] = {run_id: [twin for twin in run.twins if twin] for run_id, run in mine.items()}
    asked, aside, pruned = set(mine), list[Row](), list[Row]()
    for row in existing:
        run_id, run = row["run_id"], newer.get(row["scenario"])
        if row["role"] != "scenario" or run_id in mine or (run is not None and run not in failed):
            continue
        if asking.others_stay and run is None and row["asked"] and not {row["scenario"], row["sweep"]} & unread:
            asked.add(run_id)
        elif row["status"] == "failed":  # has no results to keep
            continue
        elif asking.prune:
            pruned.append(row)
            continue
        else:
            aside.append(row)
        twins[run_id] = _beside(row)
    return Standing(
        existing,
        _with_twins(twins, twins),
        _with_twins(asked, twins),
        tuple(aside),
        tuple(pruned),
    )


def _beside(row: Row) -> set[str]:
    """List the runs that a scenario's is compared with."""
    return {row[f"{twin}_twin"] for twin in COMPARED} - {None}


def _with_twins(scenarios: Iterable[str], twins: Mapping[str, Collection[str]]) -> frozenset[str]:
    """Add the runs that stand beside those of scenarios."""
    scenarios = tuple(scenarios)
    return frozenset((*scenarios, *(twin for run_id in scenarios for twin in twins[run_id])))


def names_of(rows: Iterable[Row]) -> list[str]:
    """Name what rows of scenarios belong to, a sweep once."""
    return sorted({row["sweep"] or row["scenario"] for row in rows})
