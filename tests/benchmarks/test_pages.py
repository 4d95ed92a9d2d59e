"""Twenty scenarios' pages: their size, and what making them adds to a night, beside Plotly's import.

    .venv/bin/pytest tests/benchmarks/test_pages.py --benchmark-only

Asked for are 0.5 MB a scenario, 5 s for twenty of them, and a night that adds at most twice Plotly's import. After one
new bar all 28 pages of the scenarios that ship are made anew: in the night's own process that took 4.2 times the
import, then 1.9 to 2.4 times, and takes 2.0 to 2.1 times on a machine with seven at work: no name is looked for
without its schema, and the night begins as the command does, with few looks for garbage. What has not changed is not
made again.

What it went on: Jinja, to be brought and to read its templates (0.6 of the import); the view of what is held at each
close, whose two joins by time take ten times as long as the engine's own arithmetic (0.5); each cell of a table through
a template and a dozen calls; questions asked once more for each sweep. Of what is left nearly half are 35 questions,
whose planning takes as long as their answers; one thread answers them in less than two do. A page has 0.1 MB, since
long series are thinned by week, stored as float32, and lines of the same days name them once.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.night.listener import Listener
from flows.night.request import Request
from flows.night.run import run_night
from flows.page.folder import are_of, write_pages
from flows.sources import sample
from flows.sources.base import Fetched
from tests.benchmarks.night import ROOT, spent
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
NIGHT = """
import sys, time
from pathlib import Path
from flows.cli import collect_seldom
from flows.night import run
from flows.night.listener import Listener
from flows.night.request import Request
from tests.flows.nights import settings
collect_seldom()
draw = run._draw
def timed(night):
    began = time.process_time()
    draw(night)
    print(time.process_time() - began, file=sys.stderr)
run._draw = timed
home = Path(sys.argv[1])
run.run_night(Request(settings(home, source="sample", files=None, scenario_files=None, report="changed")), Listener())
"""
"""A night in a process of its own, as the command begins it; it tells how long its pages took."""


def imported(rounds: int = 5) -> float:
    """Measure Plotly's import: processor time, the median of some rounds."""
    words = [sys.executable, "-c", IMPORT]
    rounds_of = [subprocess.run(words, capture_output=True, text=True, check=True).stdout for _ in range(rounds)]
    return sorted(map(float, rounds_of))[rounds // 2]


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
    one = imported()
    say(
        [
            f"{scenarios} scenarios, {pages} pages, all with a bar more: {seconds:.2f} s of processor time, "
            f"{20 * seconds / scenarios:.2f} s for twenty; the largest page {largest / 1000:,.0f} kB",
            f"nothing changed: {unchanged:.3f} s, {unchanged / one:.2f} of Plotly's import of {one:.2f} s",
        ]
    )
    if timed:
        assert 20 * seconds / scenarios < 3.5
        assert unchanged < 2 * one


def test_an_ordinary_night(
    benchmark: Any, timed: bool, tmp_path: Path, say: Callable[[list[str]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All scenarios that ship get one new bar: all their pages are made anew."""
    if not timed:
        pytest.skip("only measured: the suite runs all of it elsewhere")
    before, fetch = sample.ENDS - timedelta(days=1), sample.SampleSource.fetch

    def fetch_before(self: sample.SampleSource, ticker: str, first: date | None, last: date | None) -> Fetched:
        return fetch(self, ticker, first, before)

    with monkeypatch.context() as yesterday:
        yesterday.setattr(sample, "ENDS", before)
        yesterday.setattr(sample.SampleSource, "fetch", fetch_before)
        home = tmp_path / "before"
        asked = settings(home, source="sample", files=None, scenario_files=None, report="changed")
        run_night(Request(asked), Listener())
    told = []
    for k in range(4):
        shutil.copytree(home, tmp_path / str(k))
        night = spent([sys.executable, "-c", NIGHT, str(tmp_path / str(k))], PYTHONPATH=str(ROOT))
        told.append((float(night.stderr.split()[-1]) / imported(), night.seconds))
    benchmark.pedantic(imported, rounds=1)
    of = ", ".join(f"{share:.2f}" for share, _ in told[1:])  # the first one compiles what was edited
    say([f"a night with one new bar, {told[-1][1]:.1f} s: its pages take {of} of Plotly's import"])
