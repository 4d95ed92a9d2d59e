"""Who is told how a night goes."""

from __future__ import annotations

from flows.outcomes import StageOutcome


class Listener:
    """Told how a night goes. This one keeps quiet; the terminal and Prefect's log each have their own."""

    def note(self, sentence: str) -> None:
        """Hear something that a person should know, in one sentence."""

    def wait(self, what: str) -> None:
        """Hear what is waited for that has no steps, such as a server that starts; it ends with the next word."""

    def begin(self, stage: str) -> None:
        """Hear that a stage begins."""

    def step(self, stage: str, done: int, total: int, item: str = "") -> None:
        """Hear that a stage has come this far."""

    def end(self, outcome: StageOutcome) -> None:
        """Hear that a stage has ended."""
