"""A night's course between this process and Prefect: what is asked stays here, what came of it is kept here.

So a request is never a parameter that somebody else could have written, and whatever becomes of Prefect in the middle
of a night, what the night itself did or met is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from flows.night.listener import Listener
from flows.night.opening import Night
from flows.night.perform import perform
from flows.night.request import Request
from flows.night.run import NightOutcome, run_night
from flows.orchestration.patience import lose_patience, waiting
from flows.outcomes import StageOutcome
from flows.text import masked, strike

Call = Callable[[Night, str], StageOutcome]


@dataclass
class Course:
    """One night: what is asked, who hears of it, and what came of it.

    ended  the night's outcome, or what it raised; None while it has not come to its end
    stages likewise of each stage
    lost   Prefect was left out since something of it failed
    """

    request: Request
    listener: Listener
    ended: NightOutcome | BaseException | None = None
    stages: dict[str, StageOutcome | BaseException] = field(default_factory=dict)
    lost: bool = False

    def run(self, listener: Listener, call: Call) -> NightOutcome:
        """Run the night and keep what came of it."""
        try:
            with waiting(0):
                self.ended = run_night(self.request, listener, call)
        except BaseException as error:
            strike(error)  # Prefect keeps it
            self.ended = error
            raise
        return self.ended

    def perform(self, night: Night, stage: str) -> StageOutcome:
        """Do a stage and keep what came of it."""
        try:
            with waiting(0):
                self.stages[stage] = outcome = perform(night, stage)
        except BaseException as error:
            strike(error)
            self.stages[stage] = error
            raise
        return outcome

    def lose(self, error: BaseException | str) -> None:
        """Leave Prefect out from now on; say so once."""
        if not self.lost:
            self.lost = True
            lose_patience()
            why = error if isinstance(error, str) else f"{type(error).__name__}: {error}"
            first = masked(" ".join(why.split()))[:200]
            self.listener.note(f"Prefect's server was lost ({first}); the night goes on without it")

    def outcome(self) -> NightOutcome:
        """Return the night's outcome, or raise what it raised; where it has not begun, run it without Prefect."""
        if self.ended is None:
            return run_night(self.request, self.listener)
        if isinstance(self.ended, BaseException):
            raise self.ended
        return self.ended


_HERE: ContextVar[Course | None] = ContextVar("the night of this process", default=None)


def current_course() -> Course | None:
    """Look up the night that is run in this context; None where a flow was started by somebody else."""
    return _HERE.get()


@contextmanager
def follow(course: Course) -> Iterator[Course]:
    """Within the block, flows are about this night."""
    token = _HERE.set(course)
    try:
        yield course
    finally:
        _HERE.reset(token)
