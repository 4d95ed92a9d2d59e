"""Cost over scenarios, days and assets: the exponent of a fitted power law; 1 is linear, less is fixed costs.

    .venv/bin/pytest tests/benchmarks/test_scaling.py --benchmark-only

Measured (fitted over a sixteenfold range · between the last two sizes): the compiled engine over scenarios 0.93 ·
0.95, days 1.03 · 1.03, assets 0.87 · 1.21; `run_scenarios` over scenarios 0.93 · 0.87, days 0.80 · 1.08, assets 0.75
· 1.07: below 1 where a fixed cost for each scenario (its records) weighs more than few days or assets. Where matplotlib
is installed, the plot in the README is drawn anew (`plot.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.benchmarks import workloads
from tests.benchmarks.contest import Contest, compete
from tests.benchmarks.plot import Series, draw
from tests.benchmarks.test_engine import Compiled, Public

pytestmark = pytest.mark.benchmark(group="scaling")

AXES: dict[str, tuple[tuple[int, ...], Callable[[int], tuple[int, int, int]]]] = {
    "scenarios": ((125, 250, 500, 1000, 2000), lambda n: (n, 1000, 10)),
    "days": ((313, 625, 1250, 2500, 5000), lambda n: (200, n, 10)),
    "assets": ((3, 6, 12, 24, 48), lambda n: (200, 1000, n)),
}
QUICK = 25
"""Without timing, this part of the scenarios is run."""


HAS_MATPLOTLIB = find_spec("matplotlib") is not None


@pytest.fixture(scope="module")
def measured(request: pytest.FixtureRequest) -> Iterator[list[Series]]:
    """Collect what the tests of this module measure; drawn when all of them have, where matplotlib is installed."""
    found: list[Series] = []
    yield found
    if request.config.getoption("--benchmark-only") and len(found) == 2 * len(AXES) and HAS_MATPLOTLIB:
        draw(found)


def exponent(sizes: tuple[int, ...], seconds: list[float]) -> float:
    """Return the slope of the least-squares line through the logarithms."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def test_the_fit_finds_a_known_exponent() -> None:
    sizes = (1, 2, 4, 8)
    assert exponent(sizes, [3.0 * size**1.5 for size in sizes]) == pytest.approx(1.5)


@pytest.mark.skipif(not HAS_MATPLOTLIB, reason="matplotlib is not installed: pip install 'sdengine[bench]'")
def test_the_plot_has_a_panel_for_each_axis(tmp_path: Path) -> None:
    sizes = (1, 2, 4)
    draw([Series("engine", axis, sizes, (1.0, 2.0, 4.0), 1.0) for axis in AXES], tmp_path / "plot.svg")
    text = (tmp_path / "plot.svg").read_text(encoding="utf-8")
    assert all(f">{axis}<" in text for axis in AXES)
    assert text.count("engine: exponent 1.00") == len(AXES)


@pytest.mark.parametrize("face", [Compiled, Public], ids=["engine", "run_scenarios"])
@pytest.mark.parametrize("axis", AXES)
def test_cost_grows_linearly(
    benchmark: Any, timed: bool, say: Any, axis: str, face: Any, measured: list[Series]
) -> None:
    sizes, shape = AXES[axis]
    sizes = sizes if timed else sizes[:2]
    contestants = {}
    for size in sizes:
        scenarios, days, assets = shape(size)
        sets = workloads.sweep(scenarios if timed else max(1, scenarios // QUICK), assets)
        contestants[str(size)] = face(sets, workloads.rising(days, assets))
    contest = Contest(f"{face.__name__} over {axis}", 1.0, "run", contestants)
    compete(benchmark, contest, 5 if timed else 1)
    seconds = [min(contest.cpu[str(size)]) for size in sizes]
    fitted = exponent(sizes, seconds)
    name = "run_scenarios" if face is Public else "compiled engine"
    measured.append(Series(name, axis, sizes, tuple(seconds), fitted))
    listed = ", ".join(f"{size}: {each:.3f} s" for size, each in zip(sizes, seconds, strict=True))
    last = exponent(sizes[-2:], seconds[-2:])
    say([f"{contest.title}: exponent {fitted:.2f}, between the last two {last:.2f} ({listed})"])
    assert all(each > 0.0 for each in seconds)
    if timed:
        assert 0.5 < fitted < 1.3
