"""Who hears of a night that runs as a flow: its log at Prefect, and whoever else is told."""

from __future__ import annotations

import logging

from prefect import get_run_logger

from flows.night.listener import Listener
from flows.outcomes import StageOutcome
from flows.text import LONGEST, masked, presentable

SHOWN, NAMED = 50, 10
"""Different failures logged of a stage, and items named of each; all stand in ops.stage_runs."""


class Struck(logging.Filter):
    """Strikes the secrets out of whatever is logged at Prefect, and bounds it.

    That is our sentences, its own, tracebacks of libraries: of those, whose end tells most, the beginning goes.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record, let it pass."""
        record.msg, record.args = presentable(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = masked(logging.Formatter().formatException(record.exc_info))[-LONGEST:]
        return True


def strike_logs() -> None:
    """Have all that goes to Prefect's log of a run go through `Struck`."""
    for name in ("prefect.flow_runs", "prefect.task_runs"):
        for handler in logging.getLogger(name).handlers:
            if not any(isinstance(one, Struck) for one in handler.filters):
                handler.addFilter(Struck())


class FlowLog(Listener):
    """The log of the flow or task run that is running, and another listener."""

    def __init__(self, also: Listener) -> None:
        self._also = also

    def note(self, sentence: str) -> None:
        """Log it, pass it on."""
        get_run_logger().info("%s", sentence)
        self._also.note(sentence)

    def begin(self, stage: str) -> None:
        """Pass it on: Prefect sees a flow begin by itself."""
        self._also.begin(stage)

    def step(self, stage: str, done: int, total: int, item: str = "") -> None:
        """Pass it on: a line per item is too much for a log."""
        self._also.step(stage, done, total, item)

    def end(self, outcome: StageOutcome) -> None:
        """Log the stage's line and its first failures, each once; pass it on."""
        logger = get_run_logger()
        what = f"{outcome.stage} {outcome.status}: {outcome.reason}"
        logger.info("%s (%d rows, %.1f s)", what, outcome.rows, outcome.seconds)
        failures = outcome.failures(NAMED)
        for failure in failures[:SHOWN]:
            logger.warning("%s", failure)
        if len(failures) > SHOWN:
            logger.warning("and %d more, in ops.stage_runs", len(failures) - SHOWN)
        self._also.end(outcome)
