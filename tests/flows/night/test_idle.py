"""A night on which nothing has changed repeats what was foretold, and plans anew as soon as anything differs."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.night import idle, opening, request
from flows.night.listener import Listener
from flows.night.request import Request
from flows.stages import RETIRE, STAGES
from flows.validate.policy_file import FILE as POLICY
from tests.flows.nights import BASE, night, settings, stage, statuses, write_bars
from tests.warehouse.story import stage_runs
from warehouse import Warehouse


def note(home: Path) -> dict[str, Any]:
    text = (home / "data" / idle.NOTE).read_text(encoding="utf-8")
    return dict(json.loads(text))


def receipts(home: Path) -> list[dict[str, Any]]:
    """Read the receipts of the last batch, without its times."""
    with Warehouse.open(home / "data", verb="test", validation="sql") as warehouse:
        batch = warehouse.ledger.last_batch()
        assert batch is not None
        rows = stage_runs(warehouse, batch["batch_id"]).drop("batch_id", "started_at", "finished_at", "seconds")
        return rows.sort("stage", "item").to_dicts()


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    """Keep the requests whose scenarios are read."""
    read: list[Request] = []
    real = request.load

    def load(request: Request) -> Any:
        read.append(request)
        return real(request)

    monkeypatch.setattr(request, "load", load)
    return read


def test_what_a_busy_night_foretells_is_what_a_look_finds(first_night: Path, home: Path) -> None:
    night(home)  # in a copy elsewhere: its scenario files are others, so all is planned
    assert note(home)["request"] != note(first_night)["request"]
    assert note(home)["outcomes"] == note(first_night)["outcomes"]
    assert {item["item"] for item in note(home)["outcomes"]["backtest"]["items"]} == {
        *("full", "hold", "grid[sd_n=4]", "grid[sd_n=16]")
    }


def test_the_same_night_again_reads_no_scenario_and_leaves_the_same_receipts(home: Path, loads: list[Request]) -> None:
    night(home)
    looked, planned = len(loads), receipts(home)
    outcome = night(home)
    assert len(loads) == looked == 1
    assert outcome.idle
    assert receipts(home) == planned


def rewrite(path: str, text: str) -> Callable[[Path], None]:
    def change(home: Path) -> None:
        (home / path).write_text(text, encoding="utf-8")

    return change


def execute(sql: str) -> Callable[[Path], None]:
    def change(home: Path) -> None:
        with Warehouse.open(home / "data", verb="test", validation="sql") as warehouse:
            warehouse.rows(sql)

    return change


@pytest.mark.parametrize(
    "change",
    [
        rewrite("scenarios/full.toml", "not a scenario"),
        rewrite(f"data/{POLICY}", "blocked_share = 0.5"),
        rewrite(f"data/{idle.NOTE}", "{}"),
        rewrite(f"data/{idle.NOTE}", "no note"),
        execute("update metrics.runs set metrics_version = 'older'"),
        execute("update backtest.runs set asked = false where scenario = 'full'"),
        execute("delete from judge.sweeps"),
    ],
    ids=["a scenario", "the policy", "an empty note", "no note", "a row", "a run", "a judgement"],
)
def test_whatever_differs_is_planned(home: Path, loads: list[Request], change: Callable[[Path], None]) -> None:
    night(home)
    change(home)
    night(home)
    assert len(loads) == 2


def test_a_file_whose_name_is_no_text_fails_alone(home: Path) -> None:
    (home / "scenarios" / os.fsdecode(b"n\xff.toml")).write_text(BASE.format(sd_n=8))
    [failed] = stage(night(home), "backtest").of("failed")
    assert failed.item == "n\\udcff"
    assert "n\\udcff.toml: is called by bytes that are no text" in failed.reason


def test_a_scenario_that_is_edited_during_a_night_is_run_in_the_next(home: Path) -> None:
    class Editor(Listener):
        def begin(self, stage: str) -> None:
            if stage == "metrics":
                rewrite("scenarios/full.toml", BASE.format(sd_n=12))(home)

    assert set(statuses(night(home, Editor())).values()) == {"skipped"}
    assert statuses(night(home))["backtest"] == "done"


def test_the_rows_are_looked_at_once_where_nothing_has_changed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    night(home)
    looked: list[Warehouse] = []
    real = opening.state_of

    def state_of(warehouse: Warehouse) -> str:
        looked.append(warehouse)
        return real(warehouse)

    monkeypatch.setattr(opening, "state_of", state_of)
    assert night(home).idle
    assert len(looked) == 1


def test_a_night_that_is_asked_for_more_or_less_than_all_has_no_note(home: Path) -> None:
    whole = idle._fingerprint(Request(settings(home)))
    assert whole is not None
    assert whole == idle._fingerprint(Request(settings(home, keep=3, workers="threads:1")))
    for asked in ({"force": True}, {"prune": True}, {"replace_source": True}, {"scenarios": ("full",)}):
        assert idle._fingerprint(Request(settings(home), **asked)) is None
    assert idle._fingerprint(Request(settings(home), stages=STAGES[2:])) is None
    assert idle._fingerprint(Request(settings(home, source="yfinance"))) != whole
    (home / "scenarios" / "_base.toml").write_text("[portfolio]\n")
    assert idle._fingerprint(Request(settings(home))) != whole
    (home / "scenarios" / "heir.toml").write_text('extends = "../elsewhere.toml"\n')
    assert idle._fingerprint(Request(settings(home))) is None, "who knows what stands there"


def test_new_bars_are_run_though_the_note_is_there(home: Path) -> None:
    night(home)
    write_bars(home / "bars", days=44)
    assert statuses(night(home)) == dict.fromkeys(STAGES, "done") | {RETIRE: "skipped"}, "nobody asks for a plan"


@pytest.mark.parametrize(("edited", "times"), [(False, 1), (True, 2)])
def test_a_first_night_reads_its_scenarios_once_unless_they_change_meanwhile(
    home: Path, loads: list[Request], edited: bool, times: int
) -> None:
    asked = Request(settings(home, warehouse=home / "new"))
    before = opening.check_new(asked)
    if edited:
        rewrite("scenarios/full.toml", BASE.format(sd_n=12))(home)
    with opening.warehouse_for(asked) as warehouse:
        (full,) = (s for s in opening.night_on(asked, warehouse, Listener(), before).scenarios if s.name == "full")
    assert full.assets[0].sd_n == (12 if edited else 8)
    assert len(loads) == times
