"""The flows: one per stage, each of which can be run alone, and the nightly one over them.

They decide nothing: what is due, what was done and what is published stand in the warehouse. Prefect adds what it is
good at: a page per run with its log and tables, another try where that can help, a schedule, alerts.
"""

from __future__ import annotations

from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.backtest.workers import read_workers
from flows.night.listener import Listener
from flows.night.opening import Night, open_here
from flows.night.run import NightOutcome
from flows.orchestration.artifacts import leave_stage_table
from flows.orchestration.course import Course, current_course, follow
from flows.orchestration.listening import FlowLog
from flows.orchestration.pages import again, sign
from flows.orchestration.parameters import NAMES, read_parameters, takes
from flows.orchestration.patience import waiting
from flows.orchestration.task_runners import RETRIED, by_task_runner
from flows.outcomes import StageOutcome
from flows.private import keep_private
from flows.settings import tell
from flows.stages import BACKTEST, INGEST, METRICS, VALIDATE
from flows.text import masked


# No cache: a result that Prefect remembers says nothing about a warehouse that may have been deleted since.
@task(task_run_name="{stage}", cache_policy=NO_CACHE, **RETRIED)
def fetch(stage: str = INGEST) -> StageOutcome:
    """Do the work of `ingest`. A ticker's own troubles are retried inside; this is for those of the whole stage."""
    return _perform(stage)


@task(task_run_name="{stage}", cache_policy=NO_CACHE)
def work(stage: str) -> StageOutcome:
    """Do the work of a stage that only computes: another try would give the same."""
    return _perform(stage)


def _perform(stage: str) -> StageOutcome:
    night, course = open_here(), current_course()
    assert night is not None, "the tasks of a stage run inside a night"
    assert course is not None, "a night of a flow has its course"
    return course.perform(night, stage)


def _stage_page(night: Night, stage: str) -> StageOutcome:
    """Do a stage as a task of the flow that is running, and leave its table there."""
    course = current_course()
    assert course is not None, "a night of a flow has its course"
    if stage == BACKTEST:
        night.fan = by_task_runner(read_workers(night.request.settings.workers))
    outcome: StageOutcome = (fetch if stage == INGEST else work)(stage)
    try:
        with waiting():
            leave_stage_table(outcome)
    except Exception as error:
        course.lose(error)
    return outcome


def _one_stage(stage: str, given: dict[str, Any]) -> State[Any]:
    """Be the body of each stage's flow: join the night that is open here, or have one of one's own."""
    night = open_here()
    if night is None:
        return _night({**given, "stages": [stage]}, _stage_page)
    outcome = _stage_page(night, stage)
    ended = Failed if outcome.status == "failed" else Completed
    return ended(message=masked(outcome.reason), data=outcome)


def _night(given: dict[str, Any], call: Any) -> State[Any]:
    """Run the night of this process, or the one that the parameters mean; a run that is run again does what is left."""
    keep_private()
    course = current_course()
    ours = course is None
    if course is None:
        request = again(read_parameters(note=FlowLog(Listener()).note, **given))
        if isinstance(request, str):
            return Completed(message=request)
        course = Course(request, Listener())
    with follow(course), sign(course):
        try:
            return _ended(course.run(FlowLog(course.listener), call))
        except Exception as error:
            if ours:  # of a night of the command's, the command says it
                tell(f"the night failed: {masked(str(error))}")
            raise


def _ended(outcome: NightOutcome) -> State[Any]:
    """Make the state of a night's flow: failed if anything failed, so that whoever watches hears of it."""
    return (Failed if outcome.failed else Completed)(message=masked(outcome.sentence), data=outcome)


@flow(name="ingest")
@takes("warehouse", "scenario_files", "source", "files")
def ingest(**given: Any) -> Any:
    """Fetch what is new from a source into raw.*."""
    return _one_stage(INGEST, given)


@flow(name="validate")
@takes("warehouse", "scenario_files", "force")
def validate(**given: Any) -> Any:
    """Check raw.* and write what can be trusted to clean.*."""
    return _one_stage(VALIDATE, given)


@flow(name="backtest")
@takes("warehouse", "scenario_files", "scenario", "force", "workers", "parts")
def backtest(**given: Any) -> Any:
    """Run the scenarios that are due on clean.* and write backtest.*."""
    return _one_stage(BACKTEST, given)


@flow(name="metrics")
@takes("warehouse", "scenario_files", "scenario", "force")
def metrics(**given: Any) -> Any:
    """Compute the metrics of runs that have none yet and write metrics.*."""
    return _one_stage(METRICS, given)


STAGE_FLOWS = {flow.name: flow for flow in (ingest, validate, backtest, metrics)}


def _as_flow(night: Night, stage: str) -> StageOutcome:
    """Call a stage as a flow of its own below the nightly one; where Prefect fails, do it, or what is left, without."""
    course = current_course()
    assert course is not None, "a night of a flow has its course"
    if not course.lost:
        try:
            with waiting():
                STAGE_FLOWS[stage](return_state=True)
        except Exception as error:
            if stage not in course.stages:
                course.lose(error)
    ended = course.stages.get(stage)
    if isinstance(ended, BaseException):
        raise ended
    if ended is None:
        course.lose("a flow of a stage did not begin")
        night.fan = None
        ended = course.perform(night, stage)
    return ended


@flow(name="nightly")
@takes(*NAMES)
def nightly(**given: Any) -> Any:
    """Run the whole night: ingest, validate, backtest, metrics, audits, publishing."""
    return _night(given, _as_flow)


def result_of(state: Any) -> Any:
    """Return what a flow returned with its state, be it failed or not; raise what it raised."""
    result = state.result(raise_on_failure=False)
    if isinstance(result, BaseException):
        raise result
    return result
