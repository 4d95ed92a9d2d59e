"""Figures go from the stage that ran the runs to the one that stores them, and no detail is read for it."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from flows.detail import handed
from flows.detail.handed import Handed
from flows.detail.measuring import MEASURED
from flows.metrics import work
from tests.flows.nights import BASE, night, write_bars, write_scenarios
from warehouse import Results


def figures(final_values: list[float]) -> dict[str, pl.DataFrame]:
    """Make figures of as many runs, all tables alike."""
    types = {"run": pl.Int32, "final_value": pl.Float64}
    frame = pl.DataFrame({"run": range(len(final_values)), "final_value": final_values}, types)
    return dict.fromkeys(MEASURED, frame)


def test_figures_are_given_once_and_of_the_runs_that_are_asked_for() -> None:
    night = Handed()
    night.add({name: frame.to_arrow() for name, frame in figures([1.0, 2.0]).items()}, ["a", "b"])
    night.add({name: frame.to_arrow() for name, frame in figures([3.0]).items()}, ["c"])
    taken = night.take(["c", "b", "z"])
    assert set(taken) == set(MEASURED)
    assert taken["metrics.runs"].sort("run_id").to_dicts() == [
        {"final_value": 2.0, "run_id": "b"},
        {"final_value": 3.0, "run_id": "c"},
    ]
    assert night.take(["a"]) == {}


def test_what_has_no_figures_or_is_too_much_is_left_to_be_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    night = Handed()
    night.add({"fills": pl.DataFrame({"run": [0]}).to_arrow()}, ["part"])
    assert night.take(["part"]) == {}
    monkeypatch.setattr(handed, "MOST", 1)
    for run_id in ("a", "b"):
        night.add({name: frame.to_arrow() for name, frame in figures([1.0]).items()}, [run_id])
    assert night.take(["a", "b"])["metrics.runs"]["run_id"].to_list() == ["a"]


def test_no_detail_is_read_for_what_a_night_has_run_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_bars(tmp_path / "bars", days=40)
    write_scenarios(tmp_path / "scenarios", one=BASE.format(sd_n=5))
    monkeypatch.setattr(work, "detail_of", lambda *_: pytest.fail("the rows were at hand"))
    assert not night(tmp_path).failed
    with Results.open(tmp_path / "data") as results:
        [(compared,)] = results.rows("select buy_and_hold_beta is not null from metrics.runs where scenario = 'one'")
    assert compared
