"""What may go wrong and is expected to: each of these reaches the user as one sentence, never as a traceback."""

from __future__ import annotations

from collections.abc import Iterable


class PipelineError(Exception):
    """Something outside the code failed (a folder, a lock, a source): exit code 1, the message is the whole story."""


class UsageError(ValueError):
    """The command was asked for something that does not exist or cannot be: exit code 2, naming what is allowed."""


class Untold(UsageError):
    """Something has to be told: each of `choices` settles it, added to the command that was typed."""

    def __init__(self, sentence: str, choices: Iterable[tuple[str, ...]]) -> None:
        super().__init__(sentence)
        self.choices = tuple(choices)


DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130
"""Exit codes of every verb: all done, something failed (the rest went on), wrong usage, Ctrl-C as shells have it."""
