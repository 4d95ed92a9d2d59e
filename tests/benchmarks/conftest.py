"""Full size when benchmarks are timed, a quick pass otherwise; what they found is printed at the end of the run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

FINDINGS = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Measure the slow ones, too, whose quick pass the suite leaves out."""
    if config.getoption("benchmark_only") and config.option.markexpr == "not slow":
        config.option.markexpr = ""


@pytest.fixture(scope="session")
def timed(pytestconfig: pytest.Config) -> bool:
    """Whether they are measured, which takes minutes: with --benchmark-only. The suite makes one quick pass."""
    return bool(pytestconfig.getoption("benchmark_only"))


@pytest.fixture
def say(pytestconfig: pytest.Config, timed: bool) -> Callable[[list[str]], None]:
    """Print lines at the end of a timed run."""

    def add(lines: list[str]) -> None:
        if timed:
            pytestconfig.stash.setdefault(FINDINGS, []).extend([*lines, ""])

    return add


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    for line in config.stash.get(FINDINGS, []):
        terminalreporter.write_line(line)
