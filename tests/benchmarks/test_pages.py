"""Twenty scenarios' pages: their size, and what making them costs beside Plotly's import.

    .venv/bin/pytest tests/benchmarks/test_pages.py --benchmark-only

Asked for are 0.5 MB a scenario and 5 s for twenty of them. The scenarios that ship, on the sample: the largest page has
0.27 MB, since long series are thinned by week and stored as float32. What has not changed is not made again; where all
has a bar more, all pages are.

They took 5.2 s where each page asked for itself and Plotly looked at each property, and 0.7 s since all are asked for
at once and Plotly's own library draws none. Most of that are queries, the half of them for the weeks of each asset.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flows.night.listener import Listener
from flows.night.request import Request
from flows.night.run import run_night
from flows.page.folder import are_of, write_pages
from tests.flows.nights import settings
from tests.flows.page.published import publish
from warehouse import Results

pytestmark = [pytest.mark.slow, pytest.mark.benchmark(group="pages")]
MORNING = date(2013, 3, 2)
IMPORT = """
import time
began = time.process_time()
import numpy, plotly.graph_objects, plotly.subplots
plotly.graph_objects.Figure(plotly.graph_objects.Scatter(x=[0.0])).to_json()
print(time.process_time() - began)
"""
"""What it takes until Plotly has drawn a first line, in a process of its own."""


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
    folders = iter(range(100))

    def make() -> tuple[int, int, float]:
        began = time.process_time()
        written = write_pages(results, tmp_path / str(next(folders)), MORNING)
        scenarios = sum(page.kind == "scenario" for page in written)
        return len(written), scenarios, time.process_time() - began

    make()  # modules are read, and what is compiled is loaded, as in a night
    pages, scenarios, seconds = benchmark.pedantic(make, rounds=1)
    files = list((tmp_path / "1").glob("*.html"))
    largest = max(file.stat().st_size for file in files)
    assert largest < 500_000
    assert write_pages(results, tmp_path / "1", MORNING) == []
    began = time.process_time()
    assert are_of(results, tmp_path / "1")
    unchanged = time.process_time() - began
    done = subprocess.run([sys.executable, "-c", IMPORT], capture_output=True, text=True, check=True)
    imported = float(done.stdout)
    say(
        [
            f"{scenarios} scenarios, {pages} pages, all with a bar more: {seconds:.2f} s of processor time, "
            f"{20 * seconds / scenarios:.2f} s for twenty, {seconds / pages / imported:.2f} of Plotly's import a page",
            f"nothing changed: {unchanged:.3f} s, {unchanged / imported:.2f} of Plotly's import of {imported:.2f} s; "
            f"the largest page {largest / 1000:,.0f} kB",
        ]
    )
    if timed:
        assert 20 * seconds / scenarios < 3.5
        assert unchanged < 2 * imported
