"""Twenty scenarios' pages: their size, and what making them costs beside Plotly's import.

    .venv/bin/pytest tests/benchmarks/test_pages.py --benchmark-only

Asked for are 0.5 MB a scenario and 5 s for twenty of them. The scenarios that ship, on the sample: the largest page has
0.24 MB, since long series are thinned by week and stored as float32. What has not changed is not made again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flows.night.listener import Listener
from flows.night.request import Request
from flows.night.run import run_night
from flows.page.folder import write_pages
from tests.flows.nights import settings
from tests.flows.page.published import publish
from warehouse import Results

pytestmark = [pytest.mark.slow, pytest.mark.benchmark(group="pages")]
MORNING = date(2013, 3, 2)


@pytest.fixture(scope="module")
def results(timed: bool, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Results]:
    """Publish the scenarios that ship, on the sample, where it is timed; else a small night."""
    home = tmp_path_factory.mktemp("pages")
    if timed:
        run_night(Request(settings(home, source="sample", files=None, scenario_files=None)), Listener())
    else:
        publish(home)
    with Results.open(home / "data") as opened:
        yield opened


def test_pages_of_a_night(
    benchmark: Any, results: Results, timed: bool, tmp_path: Path, say: Callable[[list[str]], None]
) -> None:
    before = time.process_time()
    import plotly.graph_objects
    import plotly.subplots  # noqa: F401

    imported = time.process_time() - before
    folders = iter(range(100))

    def make() -> tuple[int, float]:
        began = time.process_time()
        written = write_pages(results, tmp_path / str(next(folders)), MORNING)
        return sum(page.kind == "scenario" for page in written), time.process_time() - began

    make()  # modules are read, and what is compiled is loaded
    scenarios, seconds = benchmark.pedantic(make, rounds=1)
    files = list((tmp_path / "1").glob("*.html"))
    largest = max(file.stat().st_size for file in files)
    assert largest < 500_000
    assert write_pages(results, tmp_path / "1", MORNING) == []
    say(
        [
            f"pages of {scenarios} scenarios and their sweeps: {seconds:.1f} s of processor time, "
            f"{20 * seconds / scenarios:.1f} s for twenty; Plotly's import {imported:.1f} s; "
            f"the largest page {largest / 1000:,.0f} kB"
        ]
    )
    if timed:
        assert 20 * seconds / scenarios < 5
