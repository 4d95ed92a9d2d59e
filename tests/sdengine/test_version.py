"""What changes the engine's fingerprint, and what does not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import sdengine
from sdengine.metrics.version import ROOMS, metrics_fingerprint
from sdengine.version import engine_fingerprint, fingerprint_of

ENGINE = Path(sdengine.__file__).parent


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ENGINE, tmp_path / "engine", ignore=shutil.ignore_patterns("__pycache__")))


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_the_fingerprint_of_a_copy_is_the_engine_s(copy: Path) -> None:
    assert fingerprint_of(copy) == engine_fingerprint()


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("ladder/fills.py", "AT_OPEN = 0", "# a comment\nAT_OPEN   =   0"),
        ("ladder/brackets.py", '"""The ladder\'s arithmetic: formulas only, each once', '"""Other words'),
        ("portfolio/asset.py", "self.total_invested = 0.0", "self.total_invested = 1.0"),
        ("statistics/annual.py", "DAYS_PER_YEAR = 365.25", "DAYS_PER_YEAR = 365.0"),
        ("judging/luck.py", "WORLDS = 199", "WORLDS = 99"),
        ("retirement/rates.py", "POINTS = 33", "POINTS = 17"),
    ],
)
def test_what_cannot_change_a_run_does_not_count(copy: Path, file: str, old: str, new: str) -> None:
    replace(copy / file, old, new)
    assert fingerprint_of(copy) == engine_fingerprint()


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("kernel/tolerance.py", "DUST = 1e-12", "DUST = 1e-11"),
        ("ladder/fills.py", "end <= asset", "end < asset"),
        ("coordination/dynamic.py", "return 12.0", "return 11.0"),
    ],
)
def test_what_changes_a_run_counts(copy: Path, file: str, old: str, new: str) -> None:
    replace(copy / file, old, new)
    assert fingerprint_of(copy) != engine_fingerprint()


def test_of_the_metrics_only_code_counts(copy: Path) -> None:
    """A word in a docstring measures no run anew, another formula does, the engine's code does not."""
    replace(copy / "statistics" / "annual.py", "Compute the compound annual", "Find the compound annual")
    replace(copy / "coordination" / "dynamic.py", "return 12.0", "return 11.0")
    assert fingerprint_of(copy, ROOMS) == metrics_fingerprint()
    replace(copy / "statistics" / "annual.py", "DAYS_PER_YEAR = 365.25", "DAYS_PER_YEAR = 365.0")
    assert fingerprint_of(copy, ROOMS) != metrics_fingerprint()
