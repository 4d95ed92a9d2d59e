"""Who is told of a night that failed: once, and also of one that failed before it began.

That somebody else held the warehouse for too long, say, or that a setting cannot be read.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows.errors import UsageError
from flows.settings import Note, Settings, read_values
from warehouse.memory import in_words

if TYPE_CHECKING:
    from flows.project.reading import Project

_RUNG = "__rung__"
"""Marks an exception of which somebody has been told."""


@dataclass
class Alarm:
    """Whom to tell of a failure of a night, and what is known of the night.

    target  where to; None: nobody wants to know
    note    told in a sentence why somebody could not be told
    batch   "" as long as none has begun
    """

    target: str | None
    warehouse: str
    note: Callable[[str], None]
    batch: str = ""

    def ring(self, reason: str) -> None:
        """Tell the failure; what becomes of that never makes a night worse."""
        if self.target is None:
            return
        from flows.night.alert import Failure, alert

        if (trouble := alert(self.target, Failure(self.batch, self.warehouse, reason))) is not None:
            self.note(trouble)


@contextmanager
def alarmed(alarm: Alarm) -> Iterator[None]:
    """Ring for what is raised within the block: once, however many such blocks it passes through.

    Who interrupts what has not begun knows that; that nobody reads on is no failure.
    """
    try:
        yield
    except BaseException as error:
        failed = isinstance(error, Exception) and not isinstance(error, BrokenPipeError)
        if (failed or alarm.batch) and not vars(error).get(_RUNG):
            vars(error)[_RUNG] = True
            alarm.ring(in_words(error))
        raise


def read_alarm(
    note: Note,
    given: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] = os.environ,
    find: Callable[[], Project | None] = lambda: None,
) -> Alarm:
    """Read whom to tell of a failure, be it that no other setting can be read; `find`: the project."""
    names = ("on_failure", "warehouse")
    try:
        project = find()
    except UsageError:
        project = None
    try:
        values = read_values(Settings, names, given or {}, environ, lambda sentence: None, project)
    except UsageError:
        values = dict.fromkeys(names)
    return Alarm(values["on_failure"], str(values["warehouse"] or ""), note)
