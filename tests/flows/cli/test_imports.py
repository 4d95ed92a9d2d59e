"""What the small things bring with them: nothing that they do not use. Each library left out is told beside its cost.

Processor seconds of an import, November 2026: pandas with exchange_calendars 2.6, numba with scipy 1.5, polars 0.4,
pandera 0.4, pyarrow 0.3, pydantic with the scenario's models 0.3, numpy 0.2; duckdb 0.1, of which its compiled part,
by which all is asked, is a fifth.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.flows.nights import command

HEAVY = (
    *("pandas", "exchange_calendars", "numba", "scipy", "polars", "pandera", "pyarrow", "pydantic", "numpy", "plotly"),
    *("prefect", "rich", "sdengine.scenario", "duckdb"),
)
TOLD = f"""
import json, sys
from flows.cli import main
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print(json.dumps([name for name in {HEAVY} if name in sys.modules]))
"""
SMALL = """
[[assets]]
ticker = "IBM"
weight = 0.8
[portfolio]
start = 2012-01-03
[judge]
every = "never"
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a warehouse of one ticker of the sample, whose first night is over."""
    home = tmp_path_factory.mktemp("small")
    (home / "scenarios").mkdir()
    (home / "scenarios" / "small.toml").write_text(SMALL)
    command(home, "run", "--direct", "--quiet", environ=SAMPLE)
    return home


SAMPLE = {"SDENGINE_SOURCE": "sample", "SDENGINE_FILES": ""}


@pytest.mark.parametrize(
    "words",
    [
        ("--help",),
        ("run", "--help"),
        ("sql", "select scenario from ranking"),
        ("run", "--direct", "--quiet"),
    ],
    ids=["help", "help of a verb", "a query", "an idle night"],
)
def test_nothing_heavy_is_brought(home: Path, words: tuple[str, ...]) -> None:
    code = f"import sys\nsys.argv = ['sdengine', *{list(words)}]\n{TOLD}"
    done = command(home, environ=SAMPLE, program=("-c", code))
    assert json.loads(done.stdout.splitlines()[-1]) == []
