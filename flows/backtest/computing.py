"""How the runs of `backtest` come by their results: straight into the writer's hands, or in parts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.backtest.keeping import kept_of, whole_of
from flows.backtest.parts.content import DONE
from flows.backtest.parts.cut import Part, cut, name_parts, spread
from flows.backtest.parts.fan import by_threads
from flows.backtest.parts.left import refuse_secret
from flows.backtest.workers import Workers
from schemas.backtest import ALL, PARTS

if TYPE_CHECKING:
    import polars as pl

    from flows.backtest.parts.content import Left
    from flows.backtest.parts.fan import Fan
    from flows.backtest.runs import WantedRun
    from sdengine.history.run import Chunk

Results = Generator[tuple["Chunk", Sequence[str]], None, None]
"""Chunks, each with the run_ids that its positions mean."""

WORTH_PARTS = 20
"""From so many parts on, threads leave parts, too: less than that is done again in half a minute when interrupted."""


class Computing:
    """`computing(runs, bars)` yields what the runs leave; after the commit, `forget(known)` removes the parts.

    Where the detail of runs stays at the place, `left` tells which files have it.

    `fan`: who computes parts; None: threads of this process. `others_stay`: parts that a night about other scenarios
    has left are not removed. `note` is told what a person should know.
    """

    def __init__(
        self,
        workers: Workers | None = None,
        where: str = "",
        *,
        fan: Fan | None = None,
        others_stay: bool = False,
        note: Callable[[str], None] = lambda sentence: None,
    ) -> None:
        self._workers = workers or Workers()
        self.where, self._fan, self._note = where, fan, note
        self._others_stay = others_stay
        self._used: list[Part] = []
        self.left: dict[str, Left] = {}
        """What stays at the place, by run_id."""

    def __call__(self, runs: Sequence[WantedRun], bars: pl.DataFrame) -> Results:
        """Yield the results of all runs, whichever way is the better one. Which it is changes no row."""
        groups = cut(runs)
        stays = any(group[0].keep == PARTS for group in groups)
        if stays:
            refuse_secret(self.where)
        if self._workers.kind == "threads" and len(groups) < WORTH_PARTS and not stays:
            return _straight(groups, bars, self._workers.count)
        return self._in_parts(groups, bars)

    def forget(self, known: Collection[str] = ()) -> None:
        """Remove the parts that were loaded, and those of nights that nobody will continue, but for `known` files."""
        if not self._used:
            return
        from flows.backtest.parts.place import is_ours, place_at

        place = place_at(self.where)
        ours = {part.part_id for part in self._used}
        folders: dict[str, list[str]] = {}
        for name in place.sizes():
            folders.setdefault(name.split("/")[0], []).append(name)
        for folder, names in folders.items():
            if folder not in ours and (self._others_stay or not is_ours(folder)):
                continue
            if not (stays := [name for name in names if name in known]):
                place.remove(folder)
                continue
            for name in sorted(set(names) - set(stays), key=lambda name: not name.endswith(DONE)):
                place.remove_file(name)  # what says that it is a part first
        self._used = []

    def _in_parts(self, groups: Sequence[tuple[WantedRun, ...]], bars: pl.DataFrame) -> Results:
        from flows.backtest.parts import content
        from flows.backtest.parts.bars import leave_bars
        from flows.backtest.parts.job import Job
        from flows.backtest.parts.place import place_at
        from sdengine import engine_fingerprint

        place, engine = place_at(self.where), engine_fingerprint()
        name = leave_bars(place, bars)
        self._used = parts = name_parts(groups, name, engine)
        there = {part.part_id for part in parts if content.is_complete(place, part.part_id)}
        if there:
            self._note(f"{len(there)} of {len(parts)} parts are there from an interrupted run, which is continued")
        fan, sent = self._fan or by_threads(self._workers.count), self._fan is not None
        jobs = (Job.of(part, self.where, name, engine, sent=sent) for part in parts if part.part_id not in there)
        with closing(fan(jobs)) as done_parts:
            for part in parts:
                if part.part_id not in there:
                    next(done_parts)
                run_ids = [run.run_id for run in part.runs]
                if part.keep == PARTS and (left := content.left(place, part.part_id)) is not None:
                    self.left |= dict.fromkeys(run_ids, left)
                yield content.read(place, part.part_id), run_ids


@dataclass(frozen=True)
class _Group:
    """Runs of which the same is kept: a job for a thread."""

    runs: Sequence[WantedRun]
    bars: pl.DataFrame

    @property
    def part_id(self) -> str:
        """Return its name."""
        return self.runs[0].run_id

    def done(self) -> list[Chunk]:
        """Compute and measure them; audit those whose detail is let go."""
        keep = self.runs[0].keep
        scenarios, twins = [run.scenario for run in self.runs], [run.twins[0] for run in self.runs]
        return list(
            whole_of(scenarios, self.bars, twins) if keep == ALL else kept_of(keep, scenarios, self.bars, twins)
        )


def _straight(groups: Sequence[tuple[WantedRun, ...]], bars: pl.DataFrame, threads: int) -> Results:
    """Compute runs, some in each thread at a time."""
    groups = spread(groups, threads)
    with closing(by_threads(threads, threads)(_Group(group, bars) for group in groups)) as done:
        for group in groups:
            ids = [run.run_id for run in group]
            chunks = next(done)
            while chunks:  # each is let go of before the next one is waited for
                yield chunks.pop(0), ids
