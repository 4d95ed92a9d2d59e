"""A night on a Ray cluster of two processes leaves the tables that threads leave; where Ray is installed."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.flows.backtest.part_case import command_in_parts, make_grid
from tests.flows.nights import night, tables

pytestmark = pytest.mark.skipif(
    find_spec("prefect_ray") is None, reason="prefect-ray is not installed: 200 MB, left out of the test extra"
)


def test_ray_leaves_the_same_tables_as_threads(tmp_path: Path) -> None:
    straight = make_grid(tmp_path / "straight")
    night(straight)
    home = make_grid(tmp_path / "ray")
    command_in_parts(home, "run", "--workers", "ray:2")
    assert tables(home) == tables(straight)
