"""The flows: one per stage of the table, each of which can be run alone, and the nightly one over them.

They decide nothing: what is due, what was done and what is published stand in the warehouse. Prefect adds what it is
good at: a page per run with its log and tables, another try where that can help, a schedule, alerts.
"""

from __future__ import annotations

from typing import Any

from prefect import Flow, flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.asked import Asked
from flows.backtest.workers import read_workers
from flows.night.alarm import alarmed, read_alarm
from flows.night.listener import Listener
from flows.night.opening import Night, open_here
from flows.night.run import NightOutcome
from flows.orchestration.artifacts import leave_stage_table
from flows.orchestration.course import Course, current_course, follow
from flows.orchestration.environment import hush
from flows.orchestration.listening import FlowLog, strike_logs
from flows.orchestration.pages import again, sign
from flows.orchestration.parameters import NAMES, read_parameters, takes
from flows.orchestration.patience import waiting
from flows.orchestration.task_runners import RETRIED, by_task_runner
from flows.outcomes import StageOutcome
from flows.private import keep_private
from flows.project.reading import find_project
from flows.settings import tell
from flows.stages import STAGES, TABLE, Stage
from flows.text import masked

TRIED_AGAIN = tuple(stage.name for stage in TABLE if stage.tried_again)


# No cache: a result that Prefect remembers says nothing about a warehouse that may have been deleted since.
@task(task_run_name="{stage}", cache_policy=NO_CACHE, **RETRIED)
def fetch(stage: str) -> StageOutcome:
    """Do the work of a stage whose trouble may be over in a moment."""
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
    night.fan = by_task_runner(read_workers(night.request.settings.workers), course)
    outcome: StageOutcome = (fetch if stage in TRIED_AGAIN else work)(stage)
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
    hush()
    strike_logs()
    course = current_course()
    if course is not None:  # a night of the command's, which says itself what fails
        return _follow(course, call)
    log = FlowLog(Listener()).note
    try:
        with alarmed(read_alarm(log, find=lambda: find_project(Asked))):
            request = again(read_parameters(note=log, **given))
            if isinstance(request, str):
                return Completed(message=request)
            return _follow(Course(request, Listener()), call)
    except Exception as error:
        tell(f"the night failed: {masked(str(error))}")
        raise


def _follow(course: Course, call: Any) -> State[Any]:
    """Run a night as the flow that is running."""
    with follow(course), sign(course):
        return _ended(course.run(FlowLog(course.listener), call))


def _ended(outcome: NightOutcome) -> State[Any]:
    """Make the state of a night's flow: failed if anything failed, so that whoever watches hears of it."""
    return (Failed if outcome.failed else Completed)(message=masked(outcome.sentence), data=outcome)


def _stage_flow(stage: Stage) -> Flow[..., Any]:
    """Make the flow of a stage."""

    @takes("warehouse", "scenario_files", *stage.takes)
    def run(**given: Any) -> Any:
        return _one_stage(stage.name, given)

    run.__name__ = run.__qualname__ = stage.name
    return flow(name=stage.name, description=stage.does)(run)


STAGE_FLOWS = {stage.name: _stage_flow(stage) for stage in TABLE}


def __getattr__(name: str) -> Any:
    """Find a stage's flow by its name, as a deployment of one's own names it."""
    if name in STAGE_FLOWS:
        return STAGE_FLOWS[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


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


@flow(name="nightly", description=f"The whole night: {', '.join(STAGES)}, audits, publishing.")
@takes(*NAMES)
def nightly(**given: Any) -> Any:
    """Run the whole night."""
    return _night(given, _as_flow)
