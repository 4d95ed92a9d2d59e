"""What is wrong with a scenario, as sentences: one `Problem` each, all of them in one `ScenarioError`."""

from collections.abc import Iterable
from dataclasses import dataclass

Location = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: the dotted `key`, a whole sentence `text`, and the `file` where it stands, if known."""

    key: str
    text: str
    file: str | None = None

    def __str__(self) -> str:
        return f"{self.file}: {self.text}" if self.file else self.text


class ScenarioError(ValueError):
    """A scenario that cannot be run. `problems` holds everything that was found, not only the first thing."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Refused(ValueError):
    """Raised inside a model's validator: findings as (location below the model, sentence with `{key}` for the key)."""

    def __init__(self, *findings: tuple[Location, str]) -> None:
        self.findings = findings
        super().__init__("; ".join(text.replace("{key}", ".".join(map(str, where))) for where, text in findings))
