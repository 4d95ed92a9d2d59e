"""Who hears of a night that runs as a flow: its log at Prefect always, and the terminal where there is a person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from prefect import get_run_logger

from flows.night.listener import Listener
from flows.outcomes import StageOutcome

_ALSO: ContextVar[Listener | None] = ContextVar("also told", default=None)


@contextmanager
def also_told(listener: Listener) -> Iterator[None]:
    """Within the block, `listener` is told what the log is told."""
    token = _ALSO.set(listener)
    try:
        yield
    finally:
        _ALSO.reset(token)


class FlowLog(Listener):
    """The log of the flow or task run that is running, and another listener."""

    def __init__(self, also: Listener) -> None:
        self._also = also

    def note(self, sentence: str) -> None:
        """Log it, pass it on."""
        get_run_logger().info(sentence)
        self._also.note(sentence)

    def begin(self, stage: str) -> None:
        """Pass it on: Prefect sees a flow begin by itself."""
        self._also.begin(stage)

    def step(self, stage: str, done: int, total: int, item: str = "") -> None:
        """Pass it on: a line per item is too much for a log."""
        self._also.step(stage, done, total, item)

    def end(self, outcome: StageOutcome) -> None:
        """Log the stage's line and each failure, pass it on."""
        logger = get_run_logger()
        logger.info("%s %s: %s (%d rows, %.1f s)", *_words(outcome))
        for item in outcome.of("failed"):
            logger.warning("%s: %s", item.item, item.reason)
        self._also.end(outcome)


def _words(outcome: StageOutcome) -> tuple[str, str, str, int, float]:
    return outcome.stage, outcome.status, outcome.reason, outcome.rows, outcome.seconds


def current_listener() -> Listener:
    """Make the listener for a night in the flow that is running."""
    return FlowLog(_ALSO.get() or Listener())
