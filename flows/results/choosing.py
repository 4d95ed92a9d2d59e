"""Runs as a person names them: by scenario, by sweep, by run_id or its beginning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from flows.errors import PipelineError, UsageError
from flows.settings import Note, tell
from warehouse.statements import statement

if TYPE_CHECKING:
    from warehouse import Results


@dataclass(frozen=True)
class PublishedRun:
    """A row of `backtest.runs`, without its parameters.

    asked  whether the last night asked for it
    keep   what is kept of it
    """

    run_id: str
    scenario: str
    role: str
    sweep: str | None
    status: str
    error: str | None
    first_date: date | None
    last_date: date | None
    asked: bool
    keep: str


def published_runs(results: Results) -> list[PublishedRun]:
    """List all runs, in order of their scenarios' names; scenarios before twins."""
    return [PublishedRun(*row) for row in results.rows(statement("results/published_runs"))]


def choose_runs(results: Results, name: str | None = None, note: Note = tell) -> list[PublishedRun]:
    """Find the finished runs that `name` means: a scenario's, all of a sweep, or the one whose run_id begins so.

    Without a name those of all scenarios that are asked for, without twins. Of a name that means no finished run that
    is asked for, those that are kept; `note` is told as of when they are. `UsageError` for a name that means nothing or
    more than one run_id, with the nearest known; `PipelineError` for a run that failed, with its reason.
    """
    runs = published_runs(results)
    if name is None:
        return [run for run in runs if run.role == "scenario" and run.status == "done" and run.asked]
    meant = (
        [run for run in runs if run.scenario == name and run.role == "scenario"]
        or [run for run in runs if name in (run.scenario, run.run_id)]
        or [run for run in runs if run.sweep == name and run.role == "scenario"]
    )
    if not meant:
        meant = [run for run in runs if run.run_id.startswith(name.lower())] if name else []
        if len(meant) > 1:
            ids = ", ".join(f"{run.run_id} ({run.scenario})" for run in meant[:6])
            raise UsageError(f"run {name}: {len(meant)} run_ids begin so: {ids}; give more of it")
    if not meant:
        raise UsageError(_unknown(name, runs))
    done = [run for run in meant if run.status == "done"]
    if not done:
        raise PipelineError(f"run {name} failed: {meant[0].error}")
    asked = [run for run in done if run.asked]
    if not asked:
        failed = next((f"failed: {run.error}" for run in meant if run.asked), "nobody asks for it any more")
        note(f"run {name}: {failed}; what follows is kept as of {max(str(run.last_date) for run in done)}")
    return asked or done


def choose_run(results: Results, name: str) -> PublishedRun:
    """Find the one finished run that `name` means; `UsageError` where it means several."""
    runs = choose_runs(results, name)
    if len(runs) > 1:
        some = ", ".join(run.scenario for run in runs[:3])
        raise UsageError(f"run {name}: that is a sweep of {len(runs)} runs; name one of them, such as {some}")
    return runs[0]


def _unknown(name: str, runs: list[PublishedRun]) -> str:
    from sdengine.words import did_you_mean, first_few

    names = dict.fromkeys([run.scenario for run in runs] + [run.sweep for run in runs if run.sweep])
    scenarios = list(dict.fromkeys(run.sweep or run.scenario for run in runs if run.role == "scenario"))
    known = f"there are {first_few(scenarios, 12)}" if scenarios else "nothing has been published"
    return f"run {name}: no scenario is called so and no run_id begins so{did_you_mean(name, names, '{}')}; {known}"
